"""Asks for the letter of a mark: one key, no Enter."""

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from timeline.tui.messages import Place


class MarkScreen(ModalScreen[str | None]):
    """Gives the letter or digit that is pressed; None when the person leaves."""

    CSS_PATH = "prompt.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Leave", show=False)]

    def __init__(self, title: str, marks: Mapping[str, Place]) -> None:
        super().__init__()
        self._title = title
        self._marks = sorted(marks)

    def compose(self) -> ComposeResult:
        """The question, and which marks are set."""
        with Vertical(id="prompt"):
            yield Static(Content(self._title), id="prompt-title")
            known = f"set: {' '.join(self._marks)}" if self._marks else "none is set yet"
            yield Static(Content(f"a letter or digit; {known}; Esc leaves"), id="prompt-hint")

    def on_key(self, event: events.Key) -> None:
        """The letter."""
        if event.character is not None and event.character.isascii() and event.character.isalnum():
            event.stop()
            self.dismiss(event.character)
