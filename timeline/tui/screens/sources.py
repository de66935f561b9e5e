"""Every source: how much it holds and when, what is wrong with it, and its clock, which can be set right here."""

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from timeline.model.coverage import Interval
from timeline.model.duration import parse_duration
from timeline.model.errors import LeaklineError
from timeline.model.source import SourceInfo
from timeline.tui.case_like import CaseLike
from timeline.tui.cells import fit, steady
from timeline.tui.clock import DisplayZone
from timeline.tui.evidence_run import EvidenceEnded, EvidenceRun
from timeline.tui.path_completion import names_among
from timeline.tui.pivot import joined, term
from timeline.tui.screens.base import LOOK_S
from timeline.tui.screens.ingesting import UNDER_WAY, ask_ingest, ask_to_stop
from timeline.tui.screens.path_prompt import PathPrompt
from timeline.tui.screens.prompt import Answer, ConfirmScreen, PromptScreen
from timeline.tui.screens.side import SideScreen
from timeline.tui.source_rows import (
    BAR_CELLS,
    SORTS,
    bar_of,
    gapped,
    heading,
    offset_text,
    own_gaps,
    sorted_sources,
    source_details,
    source_line,
)
from timeline.tui.widgets.evidence_line import EvidenceLine

if TYPE_CHECKING:
    from timeline.ingest.progress import Progress
    from timeline.session.ingesting import IngestOptions

AUTOMATIC: Final = "auto"  # as `timeline.session.ingesting` has it
MOST_BARS: Final = 300  # sources whose histogram is drawn
_NAME_CELLS: Final = 14


@dataclass(eq=False)
class SourcesReady(Message):
    """The sources of a case of a generation; `error` where they could not be read."""

    sources: Sequence[SourceInfo]
    error: LeaklineError | None = None
    generation: Hashable = None


class SourcesGrown(Message):
    """The case is of another generation by now."""


@dataclass(eq=False)
class GapsReady(Message):
    """When logs of the sources tell nothing; None while that was not worked out."""

    gaps: Mapping[str, Sequence[Interval]] | None


@dataclass(eq=False)
class BarReady(Message):
    """When a source's events were."""

    path: str
    bar: str


class SourcesScreen(SideScreen[str]):
    """Gives a query to run: the events of a source, or the present one again after a change; None when nothing changed."""

    WHERE = "sources"
    CSS_PATH = "sources.tcss"
    AUTO_FOCUS = "#sources-list"
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, case: CaseLike, query: str, zone: DisplayZone, run: EvidenceRun) -> None:
        super().__init__(case)
        self._run = run
        self._query = query
        self._zone = zone
        self._sort = SORTS[0]
        self._all: Sequence[SourceInfo] = ()
        self._sources: list[SourceInfo] = []
        self._bars: dict[str, str] = {}
        self._gaps: Mapping[str, Sequence[Interval]] | None = None
        self._generation: Hashable = None
        self._changed = False

    def compose(self) -> ComposeResult:
        """The list, and what is known of the source under the cursor."""
        with Vertical(id="sources"):
            yield Static(id="sources-heading", markup=False)
            yield OptionList(id="sources-list", markup=False)
            yield Static(id="sources-details", markup=False)
        yield EvidenceLine(self._run)
        yield self.status_line()
        yield self.key_line()

    def on_mount(self) -> None:
        """Ask for them, and again whenever more has come."""
        self._ask()
        self.set_interval(LOOK_S, self.look_for_more)

    def look_for_more(self) -> None:
        """Ask again when evidence was read since, here or by another process; not while anything else is asked."""
        case, known = self.case, self._generation
        if known is not None and not self.jobs.busy:
            self.jobs.start("look", "", lambda _: None if case.generation() == known else SourcesGrown())

    @on(SourcesGrown)
    def _grown(self) -> None:
        self._changed = True
        self._ask()

    @property
    def options(self) -> OptionList:
        """The list."""
        return self.query_one("#sources-list", OptionList)

    @property
    def source(self) -> SourceInfo | None:
        """The source under the cursor; None without any."""
        place = self.options.highlighted
        return self._sources[place] if place is not None and place < len(self._sources) else None

    # --- asking

    def _ask(self) -> None:
        case = self.case

        def body(_: threading.Event) -> Message:
            generation = case.generation()
            return SourcesReady(case.sources(), generation=generation)

        self.jobs.start("sources", "reading the sources", body, lambda error: SourcesReady((), error))

    @on(SourcesReady)
    def _ready(self, message: SourcesReady) -> None:
        if message.error is not None:
            self.say(str(message.error), bad=True)
        self._all, self._generation = message.sources, message.generation
        self._fill()
        shown, case = [source for source in self._sources[:MOST_BARS] if source.events and source.same_as is None], self.case

        def draw(cancel: threading.Event) -> None:
            span = case.span()
            known = case.source_gaps(cancel=cancel)
            self.post_message(GapsReady(known))
            for source in shown if span is not None else ():
                if cancel.is_set():
                    return
                start, end = span or (0, 0)
                found = case.histogram(
                    term("source", source.path), bins=BAR_CELLS, start_us=start, end_us=end + 1, cancel=cancel
                )
                gaps = own_gaps(source, (start, end)) if known is None else known.get(source.path, ())
                self.post_message(BarReady(source.path, gapped(bar_of(found), found, gaps)))

        self.jobs.start("bars", "", draw)

    @on(GapsReady)
    def _gaps_ready(self, message: GapsReady) -> None:
        self._gaps = message.gaps
        self._show_heading()
        self._show_details()

    @on(BarReady)
    def _bar_ready(self, message: BarReady) -> None:
        self._bars[message.path] = message.bar
        place = next((at for at, source in enumerate(self._sources) if source.path == message.path), None)
        if place is not None:
            self.options.replace_option_prompt_at_index(place, self._line(self._sources[place]))

    # --- showing

    @property
    def _width(self) -> int:
        return max(20, self.size.width - 8)

    def _line(self, source: SourceInfo) -> Content:
        return Content(source_line(source, self._width, self._bars.get(source.path, "")))

    def _fill(self) -> None:
        kept = self.source
        self._sources = sorted_sources(self._all, self._sort)
        self._show_heading()
        self.options.clear_options()
        self.options.add_options([Option(self._line(source)) for source in self._sources])
        if not self._sources:
            self.options.add_option(Option(Content("no source: `leakline ingest` reads evidence"), disabled=True))
            return
        paths = [source.path for source in self._sources]
        self.options.highlighted = paths.index(kept.path) if kept is not None and kept.path in paths else 0

    def _show_heading(self) -> None:
        text = heading(self._width, with_coverage=self._gaps is not None)
        self.query_one("#sources-heading", Static).update(Content(text))

    def on_resize(self) -> None:
        """Lines of the new width."""
        if self._all:
            self._fill()
            self._show_details()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        self._show_details()

    def _show_details(self) -> None:
        source = self.source
        gaps = None if source is None or self._gaps is None else self._gaps.get(source.path, ())
        lines = [] if source is None else source_details(source, self._zone, gaps)
        most = max(2, (self.size.height - 2) * 6 // 10 - 1)
        if len(lines) > most:
            lines = [*lines[: most - 1], (f"… {len(lines) - most + 1} more lines on a higher screen", "")]
        text = [Content(fit(f" {name:<{_NAME_CELLS}}{value}", self._width)) for name, value in lines]
        self.query_one("#sources-details", Static).update(Content("\n").join(text))

    # --- keys

    def action_down(self) -> None:
        """One down."""
        self.options.action_cursor_down()

    def action_up(self) -> None:
        """One up."""
        self.options.action_cursor_up()

    def action_sort(self) -> None:
        """Another order."""
        self._sort = SORTS[(SORTS.index(self._sort) + 1) % len(SORTS)]
        self._fill()
        self.say(f"sorted by {self._sort}")

    def action_close(self) -> None:
        """Back; the timeline is read again when something was changed."""
        self.dismiss(self._query if self._changed else None)

    def action_show_events(self) -> None:
        """Keep events of the source."""
        if (source := self.source) is not None:
            self.dismiss(joined(self._query, term("source", source.path)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """The same, chosen in the list."""
        event.stop()
        self.action_show_events()

    def action_rejects(self) -> None:
        """Show what was refused of it."""
        from timeline.tui.screens.rejects import RejectsScreen

        if (source := self.source) is not None:
            self.app.push_screen(RejectsScreen(self.case, source.path, source.rejects))

    def action_offset(self) -> None:
        """Ask for an offset."""
        if (source := self.source) is None:
            return
        now = offset_text(source.clock_offset_us) or "none"
        hint = f"what to add to its times: 90s, -1h, 1m30s; 0 for none. Now: {now}. `leakline clocks` measures"
        self.app.push_screen(
            PromptScreen(f"Clock offset of {source.path}", hint=hint), lambda answer: self._offset_typed(source, answer)
        )

    def _offset_typed(self, source: SourceInfo, answer: Answer | None) -> None:
        if answer is None or not answer.accepted or not answer.text.strip():
            return
        text = answer.text.strip()
        try:
            us = 0 if text.strip("+-") == "0" else parse_duration(text)
        except ValueError as error:
            self.say(f"{error}: for example 90s, -1h, 1m30s", bad=True)
            return
        what = f"add {offset_text(us)} to" if us else "take the clock offset away from"
        self._confirm(source, what, {"clock_offset_us": us})

    def action_zone(self) -> None:
        """Ask for a zone."""
        if (source := self.source) is None:
            return
        now = source.zone or "UTC assumed, or as stated"
        hint = f"for times that state none: Europe/Berlin, +02:00; {AUTOMATIC} takes back what was said. Now: {now}"

        def typed(answer: Answer | None) -> None:
            if answer is None or not answer.accepted or not (zone := answer.text.strip()):
                return
            how = "as the records or case.yaml have them" if zone == AUTOMATIC else f"in {steady(zone)}"
            self._confirm(source, f"read times without a zone {how} in", {"tz": zone})

        self.app.push_screen(PromptScreen(f"Zone of {source.path}", hint=hint), typed)

    def action_format(self) -> None:
        """Ask for a format."""
        if (source := self.source) is None:
            return
        case = self.case

        def typed(answer: Answer | None) -> None:
            if answer is not None and answer.accepted and (kind := answer.text.strip()):
                self._confirm(source, f"read as {steady(kind)} the", {"kind": kind})

        prompt = PathPrompt(
            f"Format of {source.path}",
            hint=f"now {source.kind or 'not known'}",
            read=lambda text: names_among(text, case.kinds()),
        )
        self.app.push_screen(prompt, typed)

    def _confirm(self, source: SourceInfo, what: str, options: "IngestOptions") -> None:
        question = f"{what} {source.events:,} events of {source.path}? They are decoded again; what is said of them stays."

        def answered(yes: bool | None) -> None:
            if yes:
                self._reparse(source.path, options)

        self.app.push_screen(ConfirmScreen(question), answered)

    def _reparse(self, path: str, options: "IngestOptions") -> None:
        case = self.case

        def work(tell: "Callable[[Progress], None]", cancel: threading.Event) -> str:
            done = case.reparse(path, progress=tell, cancel=cancel, **options)
            return f"{done.events:,} events of {path} decoded again, {done.rejects:,} rejects"

        if not self._run.start("decoding", work, "The source stays as it was."):
            self.say(UNDER_WAY, bad=True)

    def action_ingest(self) -> None:
        """Ask for evidence, and read it."""
        ask_ingest(self.app, self.case, self.case.folder or self.case.path.parent, self._run, self.say)

    def action_stop_reading(self) -> None:
        """Ask whether to stop what is under way."""
        if self._run.is_running:
            ask_to_stop(self.app, self._run)
        else:
            self.say("nothing is being read")

    def evidence_ended(self, message: EvidenceEnded) -> None:
        """What was read, or read again, is here: show it."""
        self._changed = self._changed or not message.bad
        self.say(message.said, bad=message.bad)
        self._ask()
