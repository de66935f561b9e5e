"""The conditions of the filter one by one: switched off and on, put in another order, taken away."""

from dataclasses import dataclass, replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from timeline.tui.cells import fit
from timeline.tui.crumbs import Crumb, query_of

_WIDTH = 68


@dataclass(frozen=True, slots=True)
class CrumbsAnswer:
    """The query to run, and the conditions that are switched off."""

    query: str
    off: tuple[str, ...]


class CrumbsScreen(ModalScreen[CrumbsAnswer | None]):
    """Gives what is to be asked; None when the person leaves."""

    CSS_PATH = "columns.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,B", "dismiss", "Leave", show=False),
        Binding("space", "switch", "Off or on", show=False),
        Binding("x,delete", "remove", "Remove", show=False),
        Binding("J", "shift(1)", "Move down", show=False),
        Binding("K", "shift(-1)", "Move up", show=False),
        Binding("j", "cursor(1)", "Down", show=False),
        Binding("k", "cursor(-1)", "Up", show=False),
        Binding("enter", "take", "Take", show=False, priority=True),
    ]

    def __init__(self, crumbs: list[Crumb]) -> None:
        super().__init__()
        self._crumbs = crumbs

    def compose(self) -> ComposeResult:
        """The conditions."""
        with Vertical(id="columns"):
            yield Static(Content("Conditions of the filter"), id="columns-title")
            yield OptionList(id="columns-list")
            yield Static(Content("Space off or on   J K move   x removes   Enter asks, Esc leaves"), id="columns-keys")

    def on_mount(self) -> None:
        """Fill the list."""
        self._fill(0)

    @property
    def options(self) -> OptionList:
        """The list."""
        return self.query_one("#columns-list", OptionList)

    @property
    def _place(self) -> int:
        return self.options.highlighted or 0

    def _fill(self, place: int) -> None:
        self.options.clear_options()
        self.options.add_options([
            Option(Content(fit(f"{'[x]' if crumb.is_on else '[ ]'} {crumb.text}", _WIDTH))) for crumb in self._crumbs
        ])  # fmt: skip
        if not self._crumbs:
            self.options.add_option(Option(Content("no condition: every event is shown"), disabled=True))
        else:
            self.options.highlighted = max(0, min(place, len(self._crumbs) - 1))
        self.options.focus()

    def action_cursor(self, step: int) -> None:
        """Move in the list."""
        if self._crumbs:
            self.options.highlighted = max(0, min(self._place + step, len(self._crumbs) - 1))

    def action_switch(self) -> None:
        """Off or on."""
        if self._crumbs:
            crumb = self._crumbs[self._place]
            self._crumbs[self._place] = replace(crumb, is_on=not crumb.is_on)
            self._fill(self._place)

    def action_remove(self) -> None:
        """Forget a condition."""
        if self._crumbs:
            place = self._place
            del self._crumbs[place]
            self._fill(place)

    def action_shift(self, step: int) -> None:
        """Move a condition."""
        place, target = self._place, self._place + step
        if self._crumbs and 0 <= target < len(self._crumbs):
            self._crumbs[place], self._crumbs[target] = self._crumbs[target], self._crumbs[place]
            self._fill(target)

    def action_take(self) -> None:
        """Ask what is on."""
        self.dismiss(CrumbsAnswer(query_of(self._crumbs), tuple(crumb.text for crumb in self._crumbs if not crumb.is_on)))
