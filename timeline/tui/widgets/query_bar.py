"""The query bar: one line with history and completion, the fault of a query under its column, the number of matches."""

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from timeline.model.errors import LeaklineError, QueryError
from timeline.tui.actions import bindings
from timeline.tui.cells import fit, masked, steady
from timeline.tui.messages import Suggestion
from timeline.tui.widgets.safe_input import SafeInput

_MOST_SHOWN = 8


class QueryInput(SafeInput):
    """The input line. Its keys come from the action registry."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("query")]

    @property
    def bar(self) -> "QueryBar":
        """The bar around it."""
        return next(node for node in self.ancestors if isinstance(node, QueryBar))

    def action_older(self) -> None:
        """The query before this one, or the completion above."""
        self.bar.pick(-1) if self.bar.suggestions else self.bar.recall(-1)

    def action_newer(self) -> None:
        """The query after this one, or the completion below."""
        self.bar.pick(1) if self.bar.suggestions else self.bar.recall(1)

    def action_complete(self) -> None:
        """Ask for completions, or go to the next."""
        self.bar.complete(1)

    def action_complete_back(self) -> None:
        """Go to the previous completion."""
        self.bar.complete(-1)

    def action_leave_query(self) -> None:
        """Close the completions, or leave."""
        self.bar.leave()


class QueryBar(Vertical):
    """Asks to run queries (Run) and for completions (Complete)."""

    @dataclass(eq=False)
    class Run(Message):
        """Run this query."""

        query: str

    @dataclass(eq=False)
    class Complete(Message):
        """Completions are wanted for the text at the cursor."""

        text: str
        cursor: int

    class Left(Message):
        """The person left the bar without running a query."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 Textual's own word
        super().__init__(id=id)
        self.current = ""
        self.history: list[str] = []
        self.suggestions: list[Suggestion] = []
        self._recalled = 0
        self._picked = -1
        self._stem = ""
        self._picking = False
        self._count = ""

    def compose(self) -> ComposeResult:
        """The line, and what can open under it."""
        with Horizontal(id="query-line"):
            yield Static(Content("/"), id="query-mark")
            yield QueryInput(placeholder="filter: actor:alice action:s3:Get* -status:404 …", id="query")
            yield Static(id="query-count")
        yield Static(id="query-error")
        yield Static(id="query-completions")

    @property
    def input(self) -> QueryInput:
        """The input line."""
        return self.query_one("#query", QueryInput)

    # --- what the screen says

    def set_query(self, query: str) -> None:
        """The query that is now shown, with whatever way it came."""
        self.current = query
        self.input.value = query
        self.input.cursor_position = len(query)
        self.close_completions()
        self._show("#query-error", None)
        if query and (not self.history or self.history[-1] != query):
            self.history.append(query)
        self._recalled = len(self.history)

    def set_count(self, text: str) -> None:
        """`312 of 48,212`."""
        if text != self._count:
            self._count = text
            self.query_one("#query-count", Static).update(Content(text))

    def show_error(self, error: LeaklineError) -> None:
        """A caret under the column of the fault, and what was expected there."""
        if not isinstance(error, QueryError):
            self._show("#query-error", fit(f"  {error}", self.size.width))
            return
        before = error.query[: max(0, error.column - 1)]
        place = 3 + cell_len(masked(before)) - round(self.input.scroll_x)
        hint = f" ({error.expected})" if error.expected else ""
        message = steady(f"{error.what}{hint}")
        place = max(0, min(place, self.size.width - 2))
        if place + cell_len(message) + 2 > self.size.width and place > cell_len(message) + 1:
            text = " " * (place - cell_len(message) - 1) + f"{message} ^"
        else:
            text = " " * place + f"^ {message}"
        lines = [fit(text, self.size.width)]
        if place + cell_len(message) + 2 > self.size.width and place <= cell_len(message) + 1:
            lines = [" " * place + "^", fit(f"  {message}", self.size.width)]
        self._show("#query-error", "\n".join(lines))

    def show_completions(self, text: str, suggestions: list[Suggestion]) -> None:
        """List them, if the text is still the same; a single one is taken at once."""
        if text != self.input.value:
            return
        self.suggestions = suggestions
        self._stem = text
        self._picked = -1
        if len(suggestions) == 1:
            self.pick(1)
            self.close_completions()
            return
        self._list()

    # --- what the person does

    def complete(self, step: int) -> None:
        """Ask for completions, or pick the next of those listed."""
        if self.suggestions:
            self.pick(step)
        else:
            self.post_message(self.Complete(self.input.value, self.input.cursor_position))

    def pick(self, step: int) -> None:
        """Put the next (previous) completion into the text."""
        if not self.suggestions:
            return
        self._picked = (self._picked + step) % len(self.suggestions) if self._picked >= 0 or step > 0 else -1
        chosen = self.suggestions[self._picked]
        self._picking = True
        self.input.value = self._stem[: chosen.start] + chosen.insert + self._stem[chosen.end :]
        self.input.cursor_position = chosen.start + len(chosen.insert)
        self._list()

    def recall(self, step: int) -> None:
        """Show an older (newer) query of this session."""
        place = self._recalled + step
        if not 0 <= place <= len(self.history):
            return
        self._recalled = place
        self.input.value = self.history[place] if place < len(self.history) else ""
        self.input.cursor_position = len(self.input.value)

    def leave(self) -> None:
        """Close the completions; if there are none, leave, and the text is again the query that is shown."""
        if self.suggestions:
            self.close_completions()
            return
        self.input.value = self.current
        self._show("#query-error", None)
        self.post_message(self.Left())

    def close_completions(self) -> None:
        """Forget them."""
        self.suggestions = []
        self._show("#query-completions", None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typing makes completions out of date."""
        event.stop()
        if self._picking:
            self._picking = False
        elif self.suggestions and event.value != self._stem:
            self.close_completions()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter runs the query."""
        event.stop()
        self.close_completions()
        self.post_message(self.Run(event.value))

    def _list(self) -> None:
        if not self.suggestions:
            self._show("#query-completions", "  no completion")
            return
        first = max(0, min(self._picked - _MOST_SHOWN // 2, len(self.suggestions) - _MOST_SHOWN))
        lines = []
        for index, item in enumerate(self.suggestions[first : first + _MOST_SHOWN], first):
            mark = "▌" if index == self._picked else " "
            note = f"  {item.note}" if item.note else ""
            lines.append(fit(f" {mark}{item.insert}{note}", self.size.width))
        hidden = len(self.suggestions) - _MOST_SHOWN
        if hidden > 0:
            lines.append(fit(f"  … {hidden} more", self.size.width))
        self._show("#query-completions", "\n".join(lines))

    def _show(self, selector: str, text: str | None) -> None:
        widget = self.query_one(selector, Static)
        if text is not None or widget.display:
            widget.display = text is not None
            widget.update(Content(text or ""))
