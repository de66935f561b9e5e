"""The timeline screen without its actions: what it is made of, and what it does with what it is told."""

from collections.abc import Hashable
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from timeline.model.errors import LeaklineError, QueryError
from timeline.model.event import Event
from timeline.tui import growth, messages
from timeline.tui.case_like import CaseLike
from timeline.tui.clock import DisplayZone, display_zones
from timeline.tui.detail import Detail
from timeline.tui.evidence_run import EvidenceRun
from timeline.tui.messages import Place
from timeline.tui.pivot import asks_annotations, hides_noise
from timeline.tui.session import Session
from timeline.tui.widgets.detail import DetailPane
from timeline.tui.widgets.detail_lines import Line, Look, build
from timeline.tui.widgets.event_table import EventTable
from timeline.tui.widgets.evidence_line import EvidenceLine
from timeline.tui.widgets.histogram import BY, HistogramBar
from timeline.tui.widgets.query_bar import QueryBar
from timeline.tui.widgets.status import CaseHeader, HeaderState, KeyLine, StatusLine

WIDE_COLUMNS = 110
WIDE_ROWS = 30
LOOK_S = 2.0
LIMIT_S = 20.0  # for the first rows of a query


@dataclass(frozen=True, slots=True)
class PastView:
    """A filter to go back to, and where the cursor was."""

    query: str
    place: Place | None


class TimelineBase(Screen[None]):
    """Widgets, state and messages of the timeline screen."""

    def __init__(self, case: CaseLike, query: str = "") -> None:
        super().__init__()
        self.session = Session(case, self)
        self.evidence = EvidenceRun(self)
        self.zones: tuple[DisplayZone, ...] = display_zones(self.session.case_zone)
        self.display_zone = self.zones[0]
        self.past: list[PastView] = []
        self.redact = True
        self.spread = True
        self.drafts: dict[str, str] = {}
        self.zoom_us: tuple[int, int] | None = None
        self.first_zoom_us: tuple[int, int] | None = None  # of the first view, as it was left
        self.stack_by = BY[0]
        self.first_notice = ""
        self._is_gone = False
        self._slow: str | None = None  # the query that took too long
        self.first_query = query
        self._asked: PastView | None = None
        self._going_back = False
        self._total: int | None = None
        self._hidden = ""  # what is said of hidden noise
        self._overview = messages.Overview()
        self._case_generation: Hashable = None  # of the events on the screen
        self._detail_for: tuple[str, Look] | None = None

    def compose(self) -> ComposeResult:
        """Header, query, histogram, table, detail, status, keys."""
        yield CaseHeader(HeaderState(self.session.name, self.session.analyst, self.display_zone), id="header")
        yield QueryBar(id="bar")
        with Vertical(id="view"):
            yield HistogramBar(id="histogram")
            yield EventTable(id="table")
        yield DetailPane(id="detail")
        yield EvidenceLine(self.evidence)
        yield StatusLine(id="status")
        yield KeyLine(id="keys")

    # --- parts

    @property
    def table(self) -> EventTable:
        """The rows."""
        return self.query_one("#table", EventTable)

    @property
    def bar(self) -> QueryBar:
        """The query."""
        return self.query_one("#bar", QueryBar)

    @property
    def chart(self) -> HistogramBar:
        """The histogram."""
        return self.query_one("#histogram", HistogramBar)

    @property
    def pane(self) -> DetailPane:
        """The detail."""
        return self.query_one("#detail", DetailPane)

    @property
    def status(self) -> StatusLine:
        """The status line."""
        return self.query_one("#status", StatusLine)

    @property
    def header(self) -> CaseHeader:
        """The first line."""
        return self.query_one("#header", CaseHeader)

    @property
    def place(self) -> Place | None:
        """Where the cursor is; None where there is no row."""
        event = self.table.cursor_event
        return None if event is None else Place(event.key, event.timestamp)

    def say(self, text: str, *, bad: bool = False) -> None:
        """One line for the person."""
        self.status.say(text, bad=bad)

    def keep(self) -> None:
        """Keep what is remembered, if it has changed."""

    def keep_draft(self, key: str, text: str) -> None:
        """Keep a text that was not sent: it is there again when it is gone on with, even after a crash; "" forgets it."""
        if text.strip():
            self.drafts[key] = text
        else:
            self.drafts.pop(key, None)
        self.keep()

    # --- life

    def on_mount(self) -> None:
        """Rows first; everything else when they are there."""
        self.table.focus()
        self.begin()
        if self.first_notice:
            self.say(self.first_notice, bad=True)
        self.set_interval(LOOK_S, self.look_for_more)

    def begin(self) -> None:
        """Open the first view."""
        self.bar.set_query(self.first_query)
        self.session.open_view(self.first_query)

    def on_unmount(self) -> None:
        """Nobody waits for the workers any more."""
        self.session.close()

    def on_resize(self) -> None:
        """Detail below the table where there is room, else over it."""
        size = self.app.size
        self.set_class(size.width >= WIDE_COLUMNS and size.height >= WIDE_ROWS, "-wide")
        self.set_class(size.height < 12, "-low")
        self.call_after_refresh(self.show_detail)

    # --- views

    def run_query(self, query: str, *, back: bool = False) -> None:
        """Show the matches of a query, the cursor on the same event, or near it in time."""
        near = self.place
        if back and self.past:
            near = self.past[-1].place
        self.go_to(query, near, back=back)

    def go_to(self, query: str, near: Place | None, *, back: bool = False) -> None:
        """Show the matches of a query, the cursor on an event, or near its time; None: on the first."""
        query = query.strip()
        self._going_back = back
        self._asked = PastView(self.session.query, self.place)
        limit_s = None if query == self._slow else LIMIT_S
        self._slow = None
        self.session.open_view(query, near, limit_s=limit_s)

    @on(messages.ViewSlow)
    def _view_slow(self, message: messages.ViewSlow) -> None:
        if message.generation != self.session.asked:
            return
        self._asked, self._going_back = None, False
        self._slow = message.query
        self.remove_class("-detail")
        self.bar.input.value = message.query
        self.set_focus(self.bar.input)
        self.resume()
        self.bar.show_error(LeaklineError(f"stopped after {LIMIT_S:.0f} s: narrow it, or press Enter to go on without a limit"))

    def resume(self) -> None:
        """Go on counting what is on the screen: another query was asked for, and nothing came of it."""
        if self.session.view is None:
            return
        if self._total is None:
            self.session.count()
        self.count_noise(again=True)
        self.ask_histogram()

    @on(messages.ViewReady)
    def _view_ready(self, message: messages.ViewReady) -> None:
        if message.view.generation != self.session.asked:
            return
        self._remember(message.view.query)
        self.session.adopt(message.view)
        self._case_generation = self._case_generation or message.view.case_generation
        self.bar.set_query(message.view.query)
        self._total = len(message.events) if message.complete else None
        self.zoom_us, self.first_zoom_us = self.first_zoom_us, None
        self.count_noise()
        self._detail_for = None
        self.table.replace(message.events, complete=message.complete)
        if self.bar.input.has_focus:
            self.table.focus()
        if message.view.near is not None:
            self._return_to(message.view.near, message.events, complete=message.complete)
        self._show_counts()
        if not message.complete:
            self.session.count()
        self.ask_histogram()
        if self._overview.events is None:
            self.session.overview()

    def _return_to(self, near: Place, rows: list[Event], *, complete: bool) -> None:
        """Put the cursor where it was, if that is among the first rows; else the count will tell where it is."""
        row = next((index for index, event in enumerate(rows) if event.key == near.key), None)
        if row is None and complete and rows:
            later = (index for index, event in enumerate(rows) if _not_before(event, near.us))
            row = next(later, len(rows) - 1)
        if row:
            self.table.seek(row)

    def _remember(self, query: str) -> None:
        if self._going_back and self.past:
            self.past.pop()
        elif self._asked is not None and self._asked.query != query:
            self.past.append(self._asked)
        self._asked, self._going_back = None, False

    @on(messages.ViewFailed)
    def _view_failed(self, message: messages.ViewFailed) -> None:
        if message.generation != self.session.asked:
            return
        self._asked, self._going_back = None, False
        self.resume()
        self.bar.show_error(message.error)
        if not isinstance(message.error, QueryError):
            self.say(str(message.error), bad=True)

    @on(messages.Sought)
    def _sought(self, message: messages.Sought) -> None:
        if message.generation != self.session.generation:
            return
        if message.row is None or message.row >= self.table.cache.total:
            self.say(f"no {message.what}")
        else:
            self.table.seek(message.row)

    @on(messages.Counted)
    def _counted(self, message: messages.Counted) -> None:
        if message.generation != self.session.generation:
            return
        self.session.settle(message.matches)
        self._total = message.total
        self.table.set_total(message.total)
        if message.row and not self.table.moved and message.row != self.table.cursor_row:
            self.table.seek(message.row)
        self._show_counts()

    def look_for_more(self) -> None:
        """See now and then whether an ingest has added events; not while anything else is asked."""
        if self._overview.events is not None and not self.session.jobs.busy and not self._is_gone:
            growth.look_for_more(self.session, self._case_generation)

    @on(messages.CaseGone)
    def _case_gone(self, message: messages.CaseGone) -> None:
        self._is_gone = True
        self.say(str(message.error), bad=True)

    @on(messages.MoreEvents)
    def _more_events(self, message: messages.MoreEvents) -> None:
        self._case_generation = message.case_generation
        self.session.overview()
        table = self.table
        above = table.cursor_row - table.scroll_offset.y + 1
        growth.recount(self.session, self.place, table.cursor_row, above, table.body_height + 1)
        self.ask_histogram()

    @on(messages.Recounted)
    def _recounted(self, message: messages.Recounted) -> None:
        if message.generation != self.session.generation:
            return
        self.session.settle(message.matches)
        self._total = message.total
        self.table.regrow(message.total, message.shift, message.pages)
        self.count_noise(again=True)
        self._show_counts()

    @on(messages.OverviewReady)
    def _overview_ready(self, message: messages.OverviewReady) -> None:
        self._overview = message.overview
        self.header.set(overview=message.overview)
        self._show_counts()

    @on(messages.PageReady)
    def _page_ready(self, message: messages.PageReady) -> None:
        if message.generation == self.session.generation and message.epoch == self.session.epoch:
            self.table.put_page(message.number, message.events)

    @on(EventTable.PagesWanted)
    def _pages_wanted(self, message: EventTable.PagesWanted) -> None:
        self.session.want_pages(message.numbers)

    def count_noise(self, *, again: bool = False) -> None:
        """Ask how many events are hidden as noise, where the query hides it; said from the first moment on."""
        is_hiding = hides_noise(self.session.query)
        if not (is_hiding and again):
            self._hidden = " · noise hidden" if is_hiding else ""
        if is_hiding:
            self.session.count_noise()

    @on(messages.NoiseCounted)
    def _noise_counted(self, message: messages.NoiseCounted) -> None:
        if message.generation != self.session.generation:
            return
        canaries = f" ! {message.canaries:,} canary" if message.canaries else ""
        self._hidden = f" · {message.hidden:,} noise hidden{canaries}"
        self._show_counts()

    def _show_counts(self) -> None:
        matches = "···" if self._total is None else f"{self._total:,}"
        events = self._overview.events
        self.bar.set_count(f"{matches} of {'···' if events is None else f'{events:,}'}{self._hidden}")
        self._show_place()

    def _show_place(self) -> None:
        table = self.table
        total = "···" if self._total is None else f"{self._total:,}"
        row = table.cursor_row + 1 if table.cache.total else 0
        self.status.set_place(f"row {row:,} of {total} · {table.column.title}")

    # --- histogram

    def ask_histogram(self) -> None:
        """Ask for the bars of what is shown."""
        self.session.histogram(self.chart.bins, self.zoom_us, self.stack_by)

    @on(HistogramBar.Resized)
    def _chart_resized(self) -> None:
        if self.chart.histogram is not None:
            self.ask_histogram()

    @on(messages.HistogramReady)
    def _histogram_ready(self, message: messages.HistogramReady) -> None:
        if message.generation == self.session.generation:
            self.chart.show(message.histogram)
            if self.chart.range_us is not None and self.zoom_us is None:
                self.table.set_span(self.chart.range_us[1] - self.chart.range_us[0])

    # --- cursor and detail

    @on(EventTable.CursorMoved)
    def _cursor_moved(self, message: EventTable.CursorMoved) -> None:
        self.chart.set_cursor(message.event.timestamp if message.event else None)
        self._show_place()
        self.show_detail()

    @on(DetailPane.Resized)
    def _pane_resized(self) -> None:
        self._detail_for = None
        self.show_detail()

    def show_detail(self, *, again: bool = False) -> None:
        """Fill the detail pane for the cursor's event, if the pane is there to be seen."""
        event = self.table.cursor_event
        if not self.pane.display or self.pane.size.width == 0:
            return
        if event is None:
            self.pane.clear()
            self._detail_for = None
            return
        look = Look(self.pane.size.width, self.display_zone, self.spread)
        if again or self._detail_for != (event.key, look) or self._stale(event):
            self._detail_for = (event.key, look)
            self._detail_event = event
            self.session.detail(event, lambda found: _build(found, look))

    _detail_event: Event | None = None

    def _stale(self, event: Event) -> bool:
        return self._detail_event != event

    @on(messages.DetailReady)
    def _detail_ready(self, message: messages.DetailReady) -> None:
        event = self.table.cursor_event
        if event is not None and event.key == message.key:
            self.pane.show(message.key, message.lines)

    # --- annotations

    @on(messages.Written)
    def _written(self, message: messages.Written) -> None:
        self.say(message.said)
        self.session.epoch += 1
        self.table.expire()
        if asks_annotations(self.session.query):
            self.session.count()

    @on(messages.WriteFailed)
    def _write_failed(self, message: messages.WriteFailed) -> None:
        if message.key is not None and message.comment is not None:
            self.keep_draft(message.key, message.comment)
        self.say(str(message.error), bad=True)

    # --- words

    @on(messages.Notice)
    def _notice(self, message: messages.Notice) -> None:
        self.say(message.text, bad=message.bad)

    @on(messages.JobsChanged)
    def _jobs_changed(self, message: messages.JobsChanged) -> None:
        self.status.set_pending(message.labels)

    @on(messages.JobDone)
    def _job_done(self, message: messages.JobDone) -> None:
        self.session.jobs.done(message.number)


def _not_before(event: Event, us: int | None) -> bool:
    return event.timestamp is None or (us is not None and event.timestamp >= us)


def _build(found: Detail, look: Look) -> list[Line]:
    return build(found, look)
