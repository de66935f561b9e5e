"""Which columns the table shows, in which order and how wide."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from timeline.tui.columns import ALL_COLUMNS, COLUMNS, LEAST_WIDTH, MOST_WIDTH, Choice

_STEP: Final = 2
_KEYS: Final = (
    "Space shows or hides   J K move   + - width, 0 as there is room   u the usual ones   Enter takes, Esc leaves"
)


class ColumnsScreen(ModalScreen[tuple[Choice, ...] | None]):
    """Gives the choices; () for the usual columns, None when the person leaves."""

    CSS_PATH = "columns.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Leave", show=False),
        Binding("space", "show_or_hide", "Show or hide", show=False),
        Binding("enter", "take", "Take", show=False, priority=True),
        Binding("J", "shift(1)", "Move down", show=False),
        Binding("K", "shift(-1)", "Move up", show=False),
        Binding("plus", f"widen({_STEP})", "Wider", show=False),
        Binding("minus", f"widen(-{_STEP})", "Narrower", show=False),
        Binding("0", "widen(0)", "As there is room", show=False),
        Binding("u", "usual", "The usual ones", show=False),
        Binding("j", "cursor(1)", "Down", show=False),
        Binding("k", "cursor(-1)", "Up", show=False),
    ]

    def __init__(self, choices: tuple[Choice, ...]) -> None:
        super().__init__()
        self._usual = not choices
        shown = choices or tuple(Choice(column.id) for column in COLUMNS)
        self._shown = {choice.id for choice in shown}
        known = {choice.id for choice in shown}
        self._order = [*shown, *(Choice(name) for name in ALL_COLUMNS if name not in known)]

    def compose(self) -> ComposeResult:
        """All columns, those that are shown first."""
        with Vertical(id="columns"):
            yield Static(Content("Columns: the first ones are kept longest when it gets narrow"), id="columns-title")
            yield OptionList(id="columns-list")
            yield Static(Content(_KEYS), id="columns-keys")

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
        for choice in self._order:
            column = ALL_COLUMNS[choice.id]
            mark = "[x]" if choice.id in self._shown else "[ ]"
            width = "" if choice.width is None else f"{choice.width} cells"
            self.options.add_option(Option(Content(f"{mark} {column.title:<12} {column.field:<18} {width}")))
        self.options.highlighted = place
        self.options.focus()

    def action_cursor(self, step: int) -> None:
        """Move in the list."""
        self.options.highlighted = max(0, min(self._place + step, len(self._order) - 1))

    def action_show_or_hide(self) -> None:
        """Show or hide a column; one stays."""
        self._usual = False
        name = self._order[self._place].id
        if name not in self._shown:
            self._shown.add(name)
        elif len(self._shown) > 1:
            self._shown.discard(name)
        self._fill(self._place)

    def action_shift(self, step: int) -> None:
        """Move a column."""
        place, target = self._place, self._place + step
        if 0 <= target < len(self._order):
            self._usual = False
            self._order[place], self._order[target] = self._order[target], self._order[place]
            self._fill(target)

    def action_widen(self, step: int) -> None:
        """Wider or narrower; 0: as there is room."""
        self._usual = False
        choice = self._order[self._place]
        column = ALL_COLUMNS[choice.id]
        width = (choice.width or min(column.most, max(column.least, 16))) + step
        self._order[self._place] = Choice(choice.id, max(LEAST_WIDTH, min(width, MOST_WIDTH)) if step else None)
        self._fill(self._place)

    def action_usual(self) -> None:
        """Forget all choices."""
        self.dismiss(())

    def action_take(self) -> None:
        """Give the choices."""
        chosen = tuple(choice for choice in self._order if choice.id in self._shown)
        self.dismiss(() if self._usual else chosen)
