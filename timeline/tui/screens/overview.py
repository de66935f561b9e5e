"""The case at a glance: what it holds and when, what is new, and the questions to begin with."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from timeline.model.errors import LeaklineError
from timeline.model.outline import Outline
from timeline.tui.case_like import CaseLike
from timeline.tui.cells import fit
from timeline.tui.clock import DisplayZone
from timeline.tui.first_questions import MOST, Question, first_questions
from timeline.tui.overview_lines import bar_cells, head_lines, kind_lines, news_lines
from timeline.tui.screens.side import SideScreen
from timeline.tui.widgets.status import StatusLine, spread

When = Literal["new", "always", "never"]
WHENS: Final[tuple[When, ...]] = get_args(When)
OVERVIEW: Final = "overview"
"""The name under which it is kept when the overview is shown at opening."""
_WORDS: Final = {
    "new": "at opening when something is new",
    "always": "at every opening",
    "never": "only when asked for",
}
_TELL_EVERY_S: Final = 0.05
_TO_TIMELINE: Final = "to the timeline"
_LEAST_KINDS: Final = 4  # lines


@dataclass(eq=False)
class OutlineReady(Message):
    """The case in numbers; `error` where it could not be read."""

    outline: Outline | None
    error: LeaklineError | None = None


@dataclass(eq=False)
class VolumesReady(Message):
    """Volumes over time, as far as they are known."""

    bins: int
    volumes: Mapping[str | None, Sequence[int]]

    def can_replace(self, message: Message) -> bool:
        """Only the newest state counts."""
        return isinstance(message, VolumesReady)


def read_when(value: object) -> When:
    """What was kept; else when something is new."""
    return next((when for when in WHENS if when == value), WHENS[0])


class OverviewScreen(SideScreen[Question]):
    """Gives the question to open; None: the timeline. `outline` None: it is still to be read, with what is new `since`."""

    WHERE = "overview"
    CSS_PATH = "overview.tcss"
    AUTO_FOCUS = "#overview-questions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(number), f"question({number})", "Question", show=False) for number in range(1, MOST + 1)
    ]

    def __init__(
        self, case: CaseLike, zone: DisplayZone, when: When, since: object, outline: Outline | None = None
    ) -> None:
        super().__init__(case)
        self.when = when
        self._zone = zone
        self._since = since
        self._outline = outline
        self._questions: list[Question] = []
        self._volumes: Mapping[str | None, Sequence[int]] = {}

    def compose(self) -> ComposeResult:
        """From what it holds to what to ask."""
        yield Static(id="overview-title", markup=False)
        with Vertical(id="overview"):
            yield Static(id="overview-head", markup=False)
            yield Static(id="overview-news", markup=False)
            yield Static(id="overview-kinds", markup=False)
            yield Static("First questions", id="overview-asked", markup=False)
            yield OptionList(id="overview-questions", markup=False)
        yield self.status_line()
        yield self.key_line()

    def on_mount(self) -> None:
        """Show what is known, ask for the rest."""
        self.query_one("#status", StatusLine).set_place(f"shown {_WORDS[self.when]}")
        self._list()
        if self._outline is None:
            self.query_one("#overview-head", Static).update("reading ···")
            case, since = self.case, self._since
            self.jobs.start(
                "outline",
                "",
                lambda cancel: OutlineReady(case.outline(since, cancel=cancel)),
                lambda error: OutlineReady(None, error),
            )

    def on_resize(self) -> None:
        """Lines of the new width."""
        self._show()
        self._ask_volumes()

    @property
    def options(self) -> OptionList:
        """The questions, below the way to the timeline."""
        return self.query_one("#overview-questions", OptionList)

    # --- what is told

    @on(OutlineReady)
    def _outline_ready(self, message: OutlineReady) -> None:
        if message.error is not None:
            self.query_one("#overview-head", Static).update(Content(fit("not known", self._width)))
            self.say(str(message.error), bad=True)
            return
        self._outline = message.outline
        self._list()
        self._show()
        self._ask_volumes()

    def _ask_volumes(self) -> None:
        bins, case = bar_cells(self._width), self.case
        if self._outline is None or not self._outline.kinds:
            return

        def body(cancel: threading.Event) -> Message:
            told_at = time.monotonic()

            def tell(found: Mapping[str | None, Sequence[int]]) -> None:
                nonlocal told_at
                if time.monotonic() - told_at >= _TELL_EVERY_S:
                    told_at = time.monotonic()
                    self.post_message(VolumesReady(bins, found))

            return VolumesReady(bins, case.volumes(bins=bins, tell=tell, cancel=cancel))

        self.jobs.start("volumes", "counting over time", body)

    @on(VolumesReady)
    def _volumes_ready(self, message: VolumesReady) -> None:
        if message.bins == bar_cells(self._width):
            self._volumes = message.volumes
            self._show()

    # --- showing

    @property
    def _width(self) -> int:
        return max(20, self.size.width - 4)

    def _show(self) -> None:
        title = spread(self.case.name, f"analyst: {self.case.analyst}", self.size.width)
        self.query_one("#overview-title", Static).update(Content(title))
        if (outline := self._outline) is None:
            return
        head = head_lines(outline, self._zone, self._width)
        news = news_lines(outline.news, self.case.analyst, self._zone, self._width)
        room = self.size.height - len(head) - len(news) - len(self._questions) - 9
        kinds = kind_lines(outline, self._volumes, self._width, max(_LEAST_KINDS, room))
        for name, lines in (("head", head), ("news", news), ("kinds", kinds)):
            self.query_one(f"#overview-{name}", Static).update(Content("\n".join(lines)))

    def _list(self) -> None:
        self._questions = [] if self._outline is None else first_questions(self._outline)
        lines = [_TO_TIMELINE, *(f"{number} {question.text}" for number, question in enumerate(self._questions, 1))]
        self.options.clear_options()
        self.options.add_options(
            [Option(Content(line if number else f"  {line}")) for number, line in enumerate(lines)]
        )
        self.options.highlighted = 0

    # --- keys

    def action_down(self) -> None:
        """One down."""
        self.options.action_cursor_down()

    def action_up(self) -> None:
        """One up."""
        self.options.action_cursor_up()

    def action_question(self, number: int) -> None:
        """Open the question of that number; 0: the timeline."""
        if number <= len(self._questions):
            self.dismiss(self._questions[number - 1] if number else None)

    def action_ask(self) -> None:
        """Open what is under the cursor."""
        self.action_question(self.options.highlighted or 0)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """The same, chosen in the list."""
        event.stop()
        self.action_question(event.option_index)

    def action_when(self) -> None:
        """When it is shown by itself: the next way."""
        self.when = WHENS[(WHENS.index(self.when) + 1) % len(WHENS)]
        case, when = self.case, self.when

        def body() -> None:
            case.keep_settings({OVERVIEW: when})

        self.jobs.write("", body)
        self.query_one("#status", StatusLine).set_place(f"shown {_WORDS[when]}")
