"""Queries saved under names: run one, save the present one, rename by saving again, delete."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from timeline.tui.cells import fit
from timeline.tui.remembered import SavedQuery
from timeline.tui.screens.prompt import Answer, PromptScreen

_NAME_CELLS = 24
_QUERY_CELLS = 200


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """The saved queries as they are now, and the one to run (None: none)."""

    queries: tuple[SavedQuery, ...]
    run: str | None


class SavedScreen(ModalScreen[SavedAnswer]):
    """Enter runs, s saves the filter that is on the screen, x deletes, Escape leaves."""

    CSS_PATH = "columns.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,Q", "leave", "Leave", show=False),
        Binding("s", "save", "Save the filter", show=False),
        Binding("x,delete", "delete", "Delete", show=False),
        Binding("j", "cursor(1)", "Down", show=False),
        Binding("k", "cursor(-1)", "Up", show=False),
    ]

    def __init__(self, queries: tuple[SavedQuery, ...], present: str) -> None:
        super().__init__()
        self._queries = list(queries)
        self._present = present

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical(id="columns"):
            yield Static(Content("Saved queries"), id="columns-title")
            yield OptionList(id="columns-list")
            yield Static(
                Content("Enter runs   s saves the filter on the screen   x deletes   Esc leaves"), id="columns-keys"
            )

    def on_mount(self) -> None:
        """Fill the list."""
        self._fill(0)

    @property
    def options(self) -> OptionList:
        """The list."""
        return self.query_one("#columns-list", OptionList)

    def _fill(self, place: int) -> None:
        self.options.clear_options()
        for saved in self._queries:
            text = f"{fit(saved.name, _NAME_CELLS)}  {fit(saved.query or '*', min(len(saved.query) + 1, _QUERY_CELLS))}"
            self.options.add_option(Option(Content(text)))
        if not self._queries:
            self.options.add_option(Option(Content("none yet: s saves the filter on the screen"), disabled=True))
        self.options.highlighted = max(0, min(place, len(self._queries) - 1)) if self._queries else None
        self.options.focus()

    def action_cursor(self, step: int) -> None:
        """Move in the list."""
        if self._queries:
            self.options.highlighted = max(0, min((self.options.highlighted or 0) + step, len(self._queries) - 1))

    def action_save(self) -> None:
        """Ask for a name."""
        names = tuple(saved.name for saved in self._queries)
        self.app.push_screen(PromptScreen("Save the filter as", hint=self._present or "*", known=names), self._named)

    def _named(self, answer: Answer | None) -> None:
        if answer is None or not answer.accepted or not answer.text.strip():
            return
        name = answer.text.strip()[:200]
        self._queries = [saved for saved in self._queries if saved.name != name]
        self._queries.append(SavedQuery(name, self._present))
        self._fill(len(self._queries) - 1)

    def action_delete(self) -> None:
        """Delete the query under the cursor."""
        place = self.options.highlighted
        if place is not None and self._queries:
            del self._queries[place]
            self._fill(place)

    def action_leave(self) -> None:
        """Leave; what was saved and deleted stays so."""
        self.dismiss(SavedAnswer(tuple(self._queries), None))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Run it."""
        if event.option_index < len(self._queries):
            self.dismiss(SavedAnswer(tuple(self._queries), self._queries[event.option_index].query))
