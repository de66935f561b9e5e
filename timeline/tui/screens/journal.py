"""The journal of the case: notes of all analysts, the latest last; a adds one, Enter goes to the event that one is about."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from timeline.model.errors import LeaklineError
from timeline.model.journal import JournalEntry
from timeline.tui.actions import Where
from timeline.tui.case_like import CaseLike
from timeline.tui.cells import fit
from timeline.tui.clock import DisplayZone, moment_text
from timeline.tui.messages import Notice
from timeline.tui.screens.prompt import Answer, CommentScreen
from timeline.tui.screens.side import SideScreen

_TEXT_LINES = 6


@dataclass(eq=False)
class JournalReady(Message):
    """The notes."""

    entries: list[JournalEntry]


class JournalScreen(SideScreen[str]):
    """Gives the query of an event to go to."""

    CSS_PATH = "journal.tcss"
    WHERE: ClassVar[Where] = "journal"

    def __init__(self, case: CaseLike, zone: DisplayZone, event: str | None) -> None:
        super().__init__(case)
        self._zone = zone
        self._event = event  # under the cursor of the timeline
        self._entries: list[JournalEntry] = []

    def compose(self) -> ComposeResult:
        """Title, notes, words, keys."""
        with Vertical(id="journal"):
            yield Static(Content(" Journal: notes of the analysts, never evidence"), id="journal-title")
            yield OptionList(id="journal-list")
        yield self.status_line()
        yield self.key_line()

    @property
    def options(self) -> OptionList:
        """The notes."""
        return self.query_one("#journal-list", OptionList)

    def on_mount(self) -> None:
        """Ask for the notes."""
        self.options.focus()
        self._ask()

    def _ask(self) -> None:
        self.jobs.start("journal", "reading", lambda _: JournalReady(list(self.case.journal())))

    @on(JournalReady)
    def _ready(self, message: JournalReady) -> None:
        self._entries = message.entries
        self.options.clear_options()
        if self._entries:
            self.options.add_options([Option(self._shown(entry)) for entry in self._entries])
            self.options.highlighted = len(self._entries) - 1
        else:
            self.options.add_option(Option(Content("nothing is noted yet: a adds a note"), disabled=True))

    def _shown(self, entry: JournalEntry) -> Content:
        width = max(20, self.app.size.width - 6)
        about = f"  about {entry.event}" if entry.event else ""
        report = "  in the report" if entry.in_report else ""
        head = fit(f"{moment_text(entry.at_us, self._zone, 1_000_000)}  {entry.analyst}{about}{report}", width)
        lines = entry.text.splitlines()
        body = [fit(f"    {line}", width) for line in lines[:_TEXT_LINES]]
        more = [f"    … {len(lines) - _TEXT_LINES:,} more lines"] if len(lines) > _TEXT_LINES else []
        return Content("\n").join([Content.styled(head, "bold"), *map(Content, [*body, *more])])

    def action_down(self) -> None:
        """One down."""
        self.options.action_cursor_down()

    def action_up(self) -> None:
        """One up."""
        self.options.action_cursor_up()

    def action_show_events(self) -> None:
        """Go to the event that the note is about."""
        place = self.options.highlighted
        entry = self._entries[place] if place is not None and place < len(self._entries) else None
        if entry is not None and entry.event is not None:
            self.dismiss(f"key:{entry.event}")
        else:
            self.say("the note is about no event")

    def on_option_list_option_selected(self) -> None:
        """As Enter does."""
        self.action_show_events()

    def action_add(self) -> None:
        """Ask for a note."""
        self._write("Note in the journal", None, in_report=False)

    def action_add_event(self) -> None:
        """Ask for a note on the event under the timeline's cursor."""
        if self._event is None:
            self.say("the timeline's cursor is on no event")
        else:
            self._write("Note on the event under the cursor", self._event, in_report=False)

    def action_add_report(self) -> None:
        """Ask for a note that the report shows."""
        self._write("Note that the report shows", None, in_report=True)

    def _write(self, title: str, event: str | None, *, in_report: bool) -> None:
        self.app.push_screen(CommentScreen(title), partial(self._written, event, in_report=in_report))

    def _written(self, event: str | None, answer: Answer | None, *, in_report: bool) -> None:
        if answer is None or not answer.accepted or not answer.text.strip():
            return

        def body() -> Message:
            self.case.add_note(answer.text, event=event, in_report=in_report)
            return JournalReady(list(self.case.journal()))

        def failed(error: LeaklineError) -> Message:
            return Notice(str(error), bad=True)

        self.jobs.write("saving", body, failed)
