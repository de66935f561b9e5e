"""A list of any number of rows, of which only those near the screen exist: asked for page by page."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from timeline.tui.cells import fit

PAGE: Final = 200
_KEPT: Final = 24
_LOADING: Final = "···"
T = TypeVar("T")


class VirtualList(ScrollView, Generic[T], can_focus=True, inherit_bindings=False):
    """`draw` gives the line of a row in a number of cells. Says what it needs (PagesWanted) and where the cursor is (Moved)."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"virtual-list--cursor", "virtual-list--dim"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home", "go(0)", "First", show=False),
        Binding("end", "go(-1)", "Last", show=False),
    ]

    @dataclass(eq=False)
    class PagesWanted(Message):
        """Numbers of the pages that the screen needs now, PAGE rows each, most urgent first; older wishes are forgotten."""

        numbers: list[int]

    @dataclass(eq=False)
    class Moved(Message):
        """The cursor is on another row, or what stands there has come."""

        row: int

    def __init__(self, draw: Callable[[T, int], str], nothing: str, *, id: str | None = None) -> None:  # noqa: A002 Textual's own word
        super().__init__(id=id)
        self._draw = draw
        self._nothing = nothing
        self._pages: OrderedDict[int, Sequence[T]] = OrderedDict()
        self._asked: list[int] = []
        self.total = 0
        self.cursor_row = 0

    # --- rows

    @property
    def item(self) -> T | None:
        """What the cursor is on; None while it is not there."""
        return self._row(self.cursor_row)

    def replace(self, total: int) -> None:
        """Show other rows, from the first on."""
        self._pages.clear()
        self._asked = []
        self.total = total
        self.cursor_row = 0
        self.scroll_to(y=0, animate=False, force=True)
        self._changed()

    def set_total(self, total: int) -> None:
        """There are more rows, or fewer, than was thought; those that are there stay."""
        self.total = total
        self.cursor_row = max(0, min(self.cursor_row, total - 1))
        self._changed()

    def put(self, number: int, rows: Sequence[T]) -> None:
        """A page has come."""
        self._pages[number] = rows
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
        self._changed()

    def _row(self, index: int) -> T | None:
        number, place = divmod(index, PAGE)
        page = self._pages.get(number)
        return page[place] if page is not None and place < len(page) else None

    def _changed(self) -> None:
        self.virtual_size = Size(self.size.width, self.total)
        self._ask()
        self.post_message(self.Moved(self.cursor_row))
        self.refresh()

    def _ask(self) -> None:
        top, last = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        rows = (row for row in (self.cursor_row, top, last, top - PAGE // 2, last + PAGE // 2) if 0 <= row < self.total)
        numbers = list(dict.fromkeys(row // PAGE for row in rows))
        for number in numbers:
            if number in self._pages:
                self._pages.move_to_end(number)
        wanted = [number for number in numbers if number not in self._pages]
        if wanted and wanted != self._asked:
            self.post_message(self.PagesWanted(wanted))
        self._asked = wanted

    # --- moving

    def action_move(self, rows: int) -> None:
        """Up or down."""
        self._go(self.cursor_row + rows)

    def action_page(self, pages: int) -> None:
        """A screen up or down."""
        self._go(self.cursor_row + pages * max(1, self.size.height - 1))

    def action_go(self, row: int) -> None:
        """To a row; -1: the last."""
        self._go(self.total - 1 if row < 0 else row)

    def _go(self, row: int) -> None:
        self.cursor_row = max(0, min(row, self.total - 1))
        top, height = self.scroll_offset.y, max(1, self.size.height)
        wanted = min(self.cursor_row, max(top, self.cursor_row - height + 1))
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)
        self._changed()

    # --- Textual

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Fetch what has come into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._go(self.cursor_row)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row."""
        offset = event.get_content_offset(self)
        if offset is not None and self.scroll_offset.y + offset.y < self.total:
            self._go(self.scroll_offset.y + offset.y)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, index, base = self.scrollable_content_region.width, self.scroll_offset.y + y, self.rich_style
        if index >= self.total:
            return self._strip(fit(f" {self._nothing}" if not self.total and not y else "", width), Style(), base)
        item, is_here = self._row(index), index == self.cursor_row
        text = _LOADING if item is None else self._draw(item, max(1, width - 2))
        style = self._style("dim") if item is None else Style()
        return self._strip(
            fit(f"{'▌' if is_here else ' '} {text}", width), style + self._style("cursor") if is_here else style, base
        )

    def _strip(self, text: str, style: Style, base: Style) -> Strip:
        strip = Strip(Segment.apply_style([Segment(text, style)], base))
        return strip.adjust_cell_length(self.scrollable_content_region.width, base)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"virtual-list--{name}", partial=True)
