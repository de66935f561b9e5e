"""The table of events: any number of rows, of which only those on the screen exist.

The vertical scroll position is the index of the row at the top. Lines are laid out from there: the day of the top row,
then rows, with a separator wherever the day changes or nothing happened for long. Rows whose page is not there yet are
placeholders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from timeline.model.event import Event
from timeline.model.time import MINUTE_US, show_span
from timeline.tui.cells import fit
from timeline.tui.chosen import Selection
from timeline.tui.clock import DISPLAY_UTC, DisplayZone, day_name, offset_name, since_text
from timeline.tui.columns import COLUMNS, Column, Placed, cell_text, place
from timeline.tui.widgets.page_cache import PAGE_ROWS, PageCache

_LOADING = "···"
_MARKERS: Final = {(False, False): " ", (True, False): "▌", (False, True): "+", (True, True): "╋"}  # (here, selected)
LEAST_GAP_US: Final = 5 * MINUTE_US
_TIMES_USUAL: Final = 8
_SINCE: Final = {"row above": "since above", "reference": "since event"}
Times = Literal["clock", "row above", "reference"]
"""What the time column shows: the time, how long after the row above, or how long after an event that was chosen."""
TIMES: Final[tuple[Times, ...]] = ("clock", "row above", "reference")


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line under the header: the day of the row `index`, the gap before it, or the row itself."""

    kind: Literal["day", "gap", "row"]
    index: int


class EventTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of events with a cell cursor. Says what it needs (PagesWanted) and where the cursor is (CursorMoved)."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "event-table--header",
        "event-table--day",
        "event-table--cursor",
        "event-table--cell",
        "event-table--selected",
        "event-table--dim",
        "event-table--star",
        "event-table--denied",
        "event-table--failure",
    }

    @dataclass(eq=False)
    class PagesWanted(Message):
        """Pages that the visible rows need, most urgent first."""

        numbers: list[int]

    @dataclass(eq=False)
    class CursorMoved(Message):
        """The cursor is on this row now; `event` is None while the row is not there."""

        row: int
        event: Event | None

    class Opened(Message):
        """The row under the mouse was opened."""

    @dataclass(eq=False)
    class Picked(Message):
        """The row under the mouse was clicked with Ctrl held."""

        event: Event

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 Textual's own word
        super().__init__(id=id)
        self.cache = PageCache()
        self.display_zone: DisplayZone = DISPLAY_UTC
        self.cursor_row = 0
        self.focused_column = "what"
        self.columns: tuple[Column, ...] = COLUMNS
        self.times: Times = "clock"
        self.reference_us: int | None = None
        self._span_us: int | None = None
        self._gap_us = 30 * MINUTE_US
        self.selection = Selection()
        self.moved = False  # whether a person moved the cursor since the rows were replaced
        self._to_end = False
        self._laid_out: tuple[object, list[TableLine]] = (None, [])

    # --- what is shown

    @property
    def placed(self) -> tuple[Placed, ...]:
        """The columns at the present width."""
        return place(self.size.width, self.columns)

    @property
    def column(self) -> Column:
        """The focused column; the nearest one that is shown."""
        shown = [placed.column for placed in self.placed]
        return next((column for column in shown if column.id == self.focused_column), shown[-1])

    @property
    def cursor_event(self) -> Event | None:
        """The event under the cursor; None while it is not there, or there is no row."""
        return self.cache.row(self.cursor_row)

    @property
    def body_height(self) -> int:
        """Lines for rows and separators, without the header and the first day line."""
        return max(1, self.size.height - 2)

    def replace(self, rows: list[Event], *, complete: bool) -> None:
        """Show a new view from its first page on; the cursor goes to its first row."""
        self.cache = PageCache()
        self.cache.put(0, rows)
        if complete:
            self.cache.set_total(len(rows))
        self.cursor_row = 0
        self.selection = Selection()
        self.moved = self._to_end = False
        self._resize_rows()
        self.scroll_to(y=0, animate=False, force=True)
        self._changed()

    def put_page(self, number: int, rows: list[Event]) -> None:
        """Rows have arrived. Day separators among them may push the cursor's row down: it stays on the screen."""
        top = self.scroll_offset.y
        shown = top <= self.cursor_row <= top + self.body_height
        self.cache.put(number, rows)
        self._resize_rows()
        self._clamp()
        if shown:
            self._show_cursor()
        self._changed()

    def set_total(self, total: int) -> None:
        """The number of rows is known."""
        self.cache.set_total(total)
        self._judge_gaps()
        self._resize_rows()
        if self._to_end:
            self._go(total - 1)
        self._clamp()
        self._changed()

    def regrow(self, total: int, shift: int, pages: Mapping[int, list[Event]]) -> None:
        """The view has other rows now, and those on the screen stand `shift` rows further down: they stay where they are."""
        top = self.scroll_offset.y
        self.cache = PageCache()
        for number, rows in pages.items():
            self.cache.put(number, rows)
        self.cache.set_total(total)
        self._judge_gaps()
        self.selection = self.selection.shifted(shift)
        self.cursor_row += shift
        self._clamp()
        self._resize_rows()
        self.scroll_to(y=max(0, top + shift), animate=False, force=True)
        self._show_cursor()
        self._changed()

    def expire(self) -> None:
        """The rows may be out of date: ask for those on the screen again."""
        self.cache.expire()
        self._ask()

    def set_zone(self, zone: DisplayZone) -> None:
        """Show times in another zone."""
        self.display_zone = zone
        self._resize_rows()
        self.refresh()

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Show other columns."""
        self.columns = columns
        self.refresh()

    def set_selection(self, selection: Selection) -> None:
        """Mark these rows as selected."""
        self.selection = selection
        self.refresh()

    def set_times(self, times: Times, reference_us: int | None = None) -> None:
        """Show times as the clock has them, or since something."""
        self.times, self.reference_us = times, reference_us
        self.refresh()

    def set_span(self, us: int) -> None:
        """How long the view lasts, by which it is judged what is a gap."""
        self._span_us = us
        self._judge_gaps()

    def _judge_gaps(self) -> None:
        """A gap is many times as long as events are apart on average, or a good part of the view."""
        if self._span_us is None:
            return
        usual_us = self._span_us // max(self.cache.total, 1)
        gap_us = max(LEAST_GAP_US, min(self._span_us // 10, _TIMES_USUAL * usual_us))
        if gap_us != self._gap_us:
            self._gap_us = gap_us
            self._laid_out = (None, [])
            self._resize_rows()
            self._show_cursor()
            self.refresh()

    # --- moving

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, as a person does."""
        self.moved = True
        self._to_end = row >= self.cache.total - 1 and not self.cache.counted
        self._go(row)

    def seek(self, row: int) -> None:
        """Put the cursor on a row and the row in the middle of the screen."""
        self._go(row)
        top = max(0, self.cursor_row - self.body_height // 2)
        self.scroll_to(y=top, animate=False, force=True)
        self._show_cursor()

    def move_by(self, rows: int) -> None:
        """Move the cursor up or down."""
        self.move_to(self.cursor_row + rows)

    def move_column(self, step: int) -> None:
        """Focus the next or previous column."""
        shown = [placed.column for placed in self.placed]
        index = shown.index(self.column) + step
        self.focused_column = shown[max(0, min(index, len(shown) - 1))].id
        self.refresh()

    def _go(self, row: int) -> None:
        self.cache.total = max(self.cache.total, row + 1) if not self.cache.counted else self.cache.total
        self.cursor_row = max(0, min(row, self.cache.total - 1))
        self._resize_rows()
        self._show_cursor()
        self._changed()

    def _clamp(self) -> None:
        self.cursor_row = max(0, min(self.cursor_row, self.cache.total - 1))

    def _changed(self) -> None:
        self._ask()
        self.post_message(self.CursorMoved(self.cursor_row, self.cursor_event))
        self.refresh()

    # --- lines

    def lines(self) -> list[TableLine]:
        """What stands under the header at the present scroll position."""
        total, height = self.cache.total, self.body_height + 1
        start = max(0, min(self.scroll_offset.y, total - 1))
        shown = (self.cache, self.cache.version, total, start, height, self.display_zone, self._gap_us)
        if self._laid_out[0] != shown:
            self._laid_out = (shown, self._lay_out(start, total, height))
        return self._laid_out[1]

    def _lay_out(self, start: int, total: int, height: int) -> list[TableLine]:
        if not total:
            return []
        found = [TableLine("day", start), TableLine("row", start)]
        for index in range(start + 1, min(total, start + height)):
            if (before := self._before(index)) is not None:
                found.append(TableLine(before, index))
            found.append(TableLine("row", index))
        return found[:height]

    def _before(self, index: int) -> Literal["day", "gap"] | None:
        """The separator before a row; None for none."""
        before, event = self.cache.row(index - 1), self.cache.row(index)
        if before is None or event is None:
            return None
        zone = self.display_zone.zone
        if day_name(before.timestamp, zone) != day_name(event.timestamp, zone):
            return "day"
        if before.timestamp is None or event.timestamp is None or event.timestamp - before.timestamp < self._gap_us:
            return None
        return "gap"

    def _lowest_top(self, row: int) -> int:
        """The smallest top with which `row` is still on the screen."""
        used, top = 1, row
        while top > 0:
            used += 1 if self._before(top) is None else 2
            if used > self.body_height:
                break
            top -= 1
        return top

    def _show_cursor(self) -> None:
        top = self.scroll_offset.y
        lowest = self._lowest_top(self.cursor_row)
        wanted = self.cursor_row if self.cursor_row < top else max(top, lowest)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)

    def _resize_rows(self) -> None:
        """Tell the scroll bar; at the end, day separators take lines of their own."""
        total = self.cache.total
        extra = self._lowest_top(total - 1) - max(0, total - self.body_height) if total else 0
        self.virtual_size = Size(self.size.width, total + extra + 2)

    def _ask(self) -> None:
        top = self.scroll_offset.y
        visible = range(top, min(top + self.body_height + 1, self.cache.total))
        margin = [top - PAGE_ROWS // 2, top + self.body_height + PAGE_ROWS // 2]
        rows = [self.cursor_row, *visible, *(row for row in margin if 0 <= row < self.cache.total)]
        if wanted := self.cache.missing(rows):
            self.post_message(self.PagesWanted(wanted))

    # --- Textual

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Fetch what has come into sight."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._ask()

    def on_resize(self) -> None:
        """Keep the cursor on the screen."""
        self._resize_rows()
        self._show_cursor()
        self._ask()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the cell; a double click opens the row."""
        lines = self.lines()
        offset = event.get_content_offset(self)
        if offset is None or not 1 <= offset.y <= len(lines) or lines[offset.y - 1].kind != "row":
            return
        for placed in self.placed:
            if placed.start <= offset.x <= placed.start + placed.width:
                self.focused_column = placed.column.id
        self.move_to(lines[offset.y - 1].index)
        if event.ctrl and self.cursor_event is not None:
            self.post_message(self.Picked(self.cursor_event))
        elif event.chain == 2:
            self.post_message(self.Opened())

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.size.width
        base = self.rich_style
        if y == 0:
            return self._strip(self._header(), base)
        lines = self.lines()
        if y - 1 >= len(lines):
            text = " no event matches" if y == 1 and self.cache.counted else ""
            return self._strip([Segment(fit(text, width))], base)
        line = lines[y - 1]
        event = self.cache.row(line.index)
        if line.kind == "day":
            return self._strip([Segment(self._day_line(event), self._style("day"))], base)
        if line.kind == "gap":
            return self._strip([Segment(self._gap_line(line.index), self._style("day"))], base)
        return self._strip(self._row(line.index, event), base)

    def _strip(self, segments: list[Segment], base: Style) -> Strip:
        strip = Strip(Segment.apply_style(segments, base))
        return strip.adjust_cell_length(self.size.width, base)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"event-table--{name}", partial=True)

    def _header(self) -> list[Segment]:
        style = self._style("header")
        segments = [Segment(" " * self.placed[0].start, style)]
        for placed in self.placed:
            title = placed.column.title
            if placed.column.id == "time":
                offset = offset_name(self.display_zone, self._top_us())
                title = f"time ({offset})" if self.times == "clock" else _SINCE[self.times]
            focused = placed.column is self.column
            title = f"‹{title}›" if focused else title
            text = fit(title, placed.width, right=placed.column.right)
            segments += [Segment(text, style + Style(underline=focused)), Segment(" ", style)]
        return segments

    def _top_us(self) -> int | None:
        event = self.cache.row(self.scroll_offset.y) or self.cursor_event
        return event.timestamp if event else None

    def _day_line(self, event: Event | None) -> str:
        day = _LOADING if event is None else day_name(event.timestamp, self.display_zone.zone)
        label = f"   ── {day} "
        return fit(label + "─" * max(0, self.size.width - len(label)), self.size.width)

    def _gap_line(self, index: int) -> str:
        before, event = self.cache.row(index - 1), self.cache.row(index)
        if before is None or event is None or before.timestamp is None or event.timestamp is None:
            return ""
        return fit(f"      · {show_span(event.timestamp - before.timestamp)} ·", self.size.width)

    def _row(self, index: int, event: Event | None) -> list[Segment]:
        here = index == self.cursor_row
        line = self._style("cursor") if here else Style()
        chosen = self.selection.has(index, event.key if event else None)
        marker = _MARKERS[here, chosen]
        if chosen:
            line += self._style("selected")
        if event is None:
            return [Segment(fit(f"{marker}   {_LOADING}", self.size.width), line + self._style("dim"))]
        star = Segment("★" if event.starred else " ", line + self._style("star"))
        note = (event.severity or "")[:1].upper() or ("c" if event.comments or event.why else "#" if event.tags else " ")
        segments = [Segment(marker, line), star, Segment(f"{note} ", line)]
        for placed in self.placed:
            text = fit(self._text(index, event, placed.column), placed.width, right=placed.column.right)
            style = line + self._cell_style(event, placed.column)
            if here and placed.column is self.column and self.has_focus:
                style += self._style("cell")
            segments += [Segment(text, style), Segment(" ", line)]
        return segments

    def _text(self, index: int, event: Event, column: Column) -> str:
        if column.id != "time" or self.times == "clock":
            return cell_text(event, column, self.display_zone)
        if self.times == "reference":
            return since_text(event.timestamp, self.reference_us)
        above = self.cache.row(index - 1) if index else None
        return since_text(event.timestamp, above.timestamp if above else None)

    def _cell_style(self, event: Event, column: Column) -> Style:
        if column.id == "result" and event.outcome in {"denied", "failure"}:
            return self._style(event.outcome)
        return self._style("dim") if column.id in {"kind", "out"} else Style()
