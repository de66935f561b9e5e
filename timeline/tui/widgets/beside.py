"""A second view below the first: rows of another query, with a cursor of its own, that follow the time of the first."""

from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from timeline.tui import messages
from timeline.tui.actions import bindings
from timeline.tui.case_like import CaseLike
from timeline.tui.cells import fit
from timeline.tui.clock import DisplayZone
from timeline.tui.columns import Column
from timeline.tui.messages import Change, Place
from timeline.tui.session import Session
from timeline.tui.widgets.event_table import EventTable

LIMIT_S: Final = 20.0  # for the first rows of a query
FOLLOW_S: Final = 0.15  # that the cursor of the first view rests before this one follows


class BesidePane(Vertical):
    """Says what it is asked for (Chosen, Left); everything it shows comes from a session of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("beside")]

    @dataclass(eq=False)
    class Chosen(Message):
        """Something for the first view: an event to go to, or a query to become its filter (None: its own)."""

        query: str | None
        place: Place | None

    class Left(Message):
        """The keys go back to the first view; `closed` when this one goes."""

        def __init__(self, *, closed: bool) -> None:
            super().__init__()
            self.closed = closed

    def __init__(self, case: CaseLike, zone: DisplayZone, columns: tuple[Column, ...]) -> None:
        super().__init__(id="beside")
        self.session = Session(case, self)
        self.follows = True
        self._zone = zone
        self._columns = columns
        self._said = ""
        self._total: int | None = None
        self._following: Timer | None = None

    def compose(self) -> ComposeResult:
        """A line that says what this is, and rows."""
        yield Static(id="beside-title")
        yield EventTable(id="beside-table")

    @property
    def table(self) -> EventTable:
        """The rows."""
        return self.query_one("#beside-table", EventTable)

    def on_mount(self) -> None:
        """Rows look as they do in the first view."""
        self.table.set_zone(self._zone)
        self.table.set_columns(self._columns)

    def on_unmount(self) -> None:
        """Nobody waits for the workers any more."""
        self.session.close()

    def open(self, query: str, near: Place | None) -> None:
        """Show the matches of a query, the cursor near an event; None: on the first."""
        self._say("searching")
        self.session.open_view(query, near, limit_s=LIMIT_S)

    def follow(self, us: int | None) -> None:
        """Go to a time soon, unless another is asked for before."""
        if self._following is not None:
            self._following.stop()
        if us is not None and self.follows and self.session.view is not None:
            self._following = self.set_timer(FOLLOW_S, lambda: self._seek(us))

    def _seek(self, us: int) -> None:
        if self.follows and not self.has_focus_within:  # the person has gone on in here meanwhile
            self.session.seek_time(us)

    def _say(self, text: str = "") -> None:
        self._said = text
        total = "···" if self._total is None else f"{self._total:,}"
        row = self.table.cursor_row + 1 if self.table.cache.total else 0
        where = text or f"row {row:,} of {total}"
        follows = "" if self.follows else " · stays"
        line = f" beside: {self.session.query or 'all events'} · {where}{follows} "
        self.query_one("#beside-title", Static).update(Content(fit(line, self.size.width or 80)))

    # --- what the session tells

    @on(messages.ViewReady)
    def _view_ready(self, message: messages.ViewReady) -> None:
        message.stop()
        if message.view.generation != self.session.asked:
            return
        self.session.adopt(message.view)
        self._total = len(message.events) if message.complete else None
        self.table.replace(message.events, complete=message.complete)
        near = message.view.near
        if message.complete:
            if near is not None:
                self.session.seek_place(near)
        else:
            self.session.count()
        self._say()

    @on(messages.ViewFailed)
    def _view_failed(self, message: messages.ViewFailed) -> None:
        message.stop()
        self._say(str(message.error))

    @on(messages.ViewSlow)
    def _view_slow(self, message: messages.ViewSlow) -> None:
        message.stop()
        self._say(f"stopped after {LIMIT_S:.0f} s: narrow it")

    @on(messages.Counted)
    def _counted(self, message: messages.Counted) -> None:
        message.stop()
        if message.generation == self.session.generation:
            self.session.settle(message.matches)
            self._total = message.total
            self.table.set_total(message.total)
            if message.row and not self.table.moved:
                self.table.seek(message.row)
            self._say()

    @on(messages.PageReady)
    def _page_ready(self, message: messages.PageReady) -> None:
        message.stop()
        if message.generation == self.session.generation and message.epoch == self.session.epoch:
            self.table.put_page(message.number, message.events)

    @on(messages.Sought)
    def _sought(self, message: messages.Sought) -> None:
        message.stop()
        if message.generation == self.session.generation and self.table.cache.total:
            last = self.table.cache.total - 1
            self.table.seek(last if message.row is None else min(message.row, last))

    @on(messages.Written)
    def _written(self) -> None:
        self.refresh_rows()  # and on to the first view, which says it

    def refresh_rows(self) -> None:
        """Annotations have changed: read the rows on the screen again."""
        self.session.epoch += 1
        self.table.expire()

    @on(messages.JobDone)
    def _job_done(self, message: messages.JobDone) -> None:
        message.stop()
        self.session.jobs.done(message.number)

    @on(messages.JobsChanged)
    def _jobs_changed(self, message: messages.JobsChanged) -> None:
        message.stop()

    # --- what the table tells

    @on(EventTable.PagesWanted)
    def _pages_wanted(self, message: EventTable.PagesWanted) -> None:
        message.stop()
        self.session.want_pages(message.numbers)

    @on(EventTable.CursorMoved)
    def _cursor_moved(self, message: EventTable.CursorMoved) -> None:
        message.stop()
        self._say()

    @on(EventTable.Picked)
    def _picked(self, message: EventTable.Picked) -> None:
        message.stop()

    @on(EventTable.Opened)
    def _opened(self, message: EventTable.Opened) -> None:
        message.stop()
        self.action_to_timeline()

    # --- actions

    def action_down(self) -> None:
        """One down."""
        self.table.move_by(1)

    def action_up(self) -> None:
        """One up."""
        self.table.move_by(-1)

    def action_page_down(self) -> None:
        """One page down."""
        self.table.move_by(max(1, self.table.body_height - 1))

    def action_page_up(self) -> None:
        """One page up."""
        self.table.move_by(-max(1, self.table.body_height - 1))

    def action_first(self) -> None:
        """To the first."""
        self.table.move_to(0)

    def action_last(self) -> None:
        """To the last."""
        self.table.move_to(self.table.cache.total - 1)

    def action_star(self) -> None:
        """Star the event under this cursor, or take its star away."""
        if (event := self.table.cursor_event) is not None:
            self.session.annotate(event.key, Change(star=not event.starred))

    def action_to_timeline(self) -> None:
        """Go to the event in the first view."""
        if (event := self.table.cursor_event) is not None:
            self.post_message(self.Chosen(None, Place(event.key, event.timestamp)))

    def action_make_filter(self) -> None:
        """Make this query the filter of the first view."""
        event = self.table.cursor_event
        place = None if event is None else Place(event.key, event.timestamp)
        self.post_message(self.Chosen(self.session.query, place))

    def action_follow(self) -> None:
        """Follow the time of the first view, or stay."""
        self.follows = not self.follows
        self._say()

    def action_other_pane(self) -> None:
        """The keys go to the first view."""
        self.post_message(self.Left(closed=False))

    def action_close(self) -> None:
        """Close it."""
        self.post_message(self.Left(closed=True))
