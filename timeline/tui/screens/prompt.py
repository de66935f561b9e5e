"""Questions over the screen: one line (tags, paths, times), many lines (a comment), yes or no."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input, Static

from timeline.tui.cells import steady
from timeline.tui.widgets.safe_input import SafeInput

REST_S = 1.0
"""How long a person rests before what was typed is kept as a draft."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was typed. `accepted` is False when the person left: the text is then a draft."""

    text: str
    accepted: bool


class PromptScreen(ModalScreen[Answer]):
    """Asks for one line. `known` are values in use, offered by Tab for the last word."""

    CSS_PATH = "prompt.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Leave", show=False),
        Binding("tab", "complete", "Complete", show=False, priority=True),
    ]

    def __init__(self, title: str, *, hint: str = "", initial: str = "", known: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._initial = initial
        self._known = known

    def compose(self) -> ComposeResult:
        """Title, line, hint, values in use."""
        with Vertical(id="prompt"):
            yield Static(Content(steady(self._title)), id="prompt-title")
            yield SafeInput(self._initial, id="prompt-input")
            if self._hint:
                yield Static(Content(self._hint), id="prompt-hint")
            if self._known:
                yield Static(Content("in use: " + "  ".join(steady(name) for name in self._known)), id="prompt-known")

    def on_mount(self) -> None:
        """Begin at the end of what is there."""
        line = self.query_one(Input)
        line.focus()
        line.cursor_position = len(self._initial)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter accepts."""
        event.stop()
        self.dismiss(Answer(event.value, accepted=True))

    def action_cancel(self) -> None:
        """Escape leaves, even before the line is there."""
        self.dismiss(Answer("".join(line.value for line in self.query(Input)), accepted=False))

    def action_complete(self) -> None:
        """Finish the last word with a value in use."""
        if not self.query(Input):
            return
        line = self.query_one(Input)
        start, word = line.value[: len(line.value) - len(line.value.split(" ")[-1])], line.value.split(" ")[-1]
        sign = "-" if word.startswith("-") else ""
        for name in self._known:
            if name.startswith(word[len(sign) :]) and name != word[len(sign) :]:
                line.value = f"{start}{sign}{name}"
                line.cursor_position = len(line.value)
                return


class CommentScreen(ModalScreen[Answer]):
    """Asks for a text of many lines. Control-S saves; Escape leaves and keeps the draft."""

    CSS_PATH = "prompt.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Leave", show=False, priority=True),
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
    ]

    def __init__(self, title: str, initial: str = "", keep: Callable[[str], None] | None = None) -> None:
        super().__init__()
        self._title = title
        self._initial = initial
        self._keep = keep  # is told the text whenever the person rests
        self._resting: Timer | None = None

    def on_text_area_changed(self) -> None:
        """Keep the draft soon: the connection may be lost in the middle of it."""
        if self._resting is not None:
            self._resting.stop()
        if self._keep is not None and self._text() != self._initial:
            self._resting = self.set_timer(REST_S, self._keep_now)

    def compose(self) -> ComposeResult:
        """Title, text, hint."""
        from textual.widgets import TextArea

        with Vertical(id="prompt", classes="-tall"):
            yield Static(Content(steady(self._title)), id="prompt-title")
            yield TextArea(self._initial, id="prompt-text", compact=True)
            yield Static(Content("^S saves · Esc leaves, the draft is kept"), id="prompt-hint")

    def _text(self) -> str:
        from textual.widgets import TextArea

        areas = self.query(TextArea)
        return areas.first().text if areas else self._initial  # a key may come before the text is there

    def _keep_now(self) -> None:
        if self._keep is not None:
            self._keep(self._text())

    def on_unmount(self) -> None:
        """What was typed is somebody else's now."""
        if self._resting is not None:
            self._resting.stop()

    def action_save(self) -> None:
        """Accept."""
        self.dismiss(Answer(self._text(), accepted=True))

    def action_cancel(self) -> None:
        """Leave."""
        self.dismiss(Answer(self._text(), accepted=False))


class ConfirmScreen(ModalScreen[bool]):
    """Asks yes or no; only `y` is yes."""

    CSS_PATH = "prompt.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,escape,enter,q", "answer(False)", "No", show=False),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question and the keys."""
        with Vertical(id="prompt"):
            yield Static(Content(steady(self._question)), id="prompt-title")
            yield Static(Content("y yes · n no"), id="prompt-hint")

    def action_answer(self, yes: bool) -> None:
        """Answer."""
        self.dismiss(yes)
