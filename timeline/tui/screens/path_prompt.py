"""Asks for a path, or another name, and lists how it could go on; Tab completes as a shell does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from timeline.tui.cells import fit, steady
from timeline.tui.jobs import Jobs
from timeline.tui.messages import JobDone, JobsChanged
from timeline.tui.path_completion import Names, listed, read_names
from timeline.tui.screens.prompt import PromptScreen
from timeline.tui.widgets.safe_input import SafeInput

_LINES: Final = 8


@dataclass(eq=False)
class NamesReady(Message):
    """How a text could go on."""

    names: Names


class PathPrompt(PromptScreen):
    """One line. Tab goes on as far as all names agree, then from one name to the next. `read` gives the names; it may block."""

    def __init__(
        self, title: str, *, hint: str = "", initial: str = "", read: Callable[[str], Names] = read_names
    ) -> None:
        super().__init__(title, hint=hint, initial=initial)
        self._read = read
        self.jobs = Jobs(self)
        self._names = Names("", ())
        self._tried: tuple[str, int] | None = None  # the text that Tab put there, and which name that was
        self._is_waiting = False  # Tab was pressed before the names were there

    def compose(self) -> ComposeResult:
        """Title, line, names, hint."""
        with Vertical(id="prompt"):
            yield Static(Content(steady(self._title)), id="prompt-title")
            yield SafeInput(self._initial, id="prompt-input")
            yield Static(id="prompt-names", markup=False)
            yield Static(Content(f"Tab completes · {self._hint}"), id="prompt-hint")

    def on_mount(self) -> None:
        """List how what is there could go on."""
        super().on_mount()
        self._look(self._initial)

    def on_input_changed(self, event: Input.Changed) -> None:
        """List how the new text could go on."""
        event.stop()
        if self._tried is not None and event.value == self._tried[0]:
            return
        self._tried = None
        self._look(event.value)

    def _look(self, text: str) -> None:
        read = self._read
        self.jobs.latest("names", "", lambda _: NamesReady(read(text)))

    @on(NamesReady)
    def _names_ready(self, message: NamesReady) -> None:
        if message.names.text != self.query_one(Input).value:
            return
        self._names = message.names
        self._show()
        if self._is_waiting:
            self.action_complete()

    def _show(self) -> None:
        width = max(10, self.query_one("#prompt-names", Static).size.width)
        lines = [fit(name, width) for name in listed(self._names.names, _LINES, is_cut=self._names.is_cut)]
        if self._tried is not None and self._tried[1] < len(lines):
            lines[self._tried[1]] = f"▌{lines[self._tried[1]][:-1]}"
        self.query_one("#prompt-names", Static).update(Content("\n".join(lines)))

    def action_complete(self) -> None:
        """As far as all agree; else the next name."""
        line = self.query_one(Input)
        names = self._names
        if self._tried is None and names.text != line.value:
            self._is_waiting = True
            return
        self._is_waiting = False
        if not names.names:
            return
        if self._tried is None and names.common != line.value:
            line.value = names.common
        elif len(names.names) > 1:
            place = 0 if self._tried is None else (self._tried[1] + 1) % len(names.names)
            line.value, self._tried = names.stem + names.names[place], (names.stem + names.names[place], place)
            self._show()
        line.cursor_position = len(line.value)

    @on(JobDone)
    def _job_done(self, message: JobDone) -> None:
        self.jobs.done(message.number)

    @on(JobsChanged)
    def _jobs_changed(self) -> None:
        """Nothing is said of them."""
