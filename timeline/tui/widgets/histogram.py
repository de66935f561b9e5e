"""The histogram over the table: stacked bars over the whole width, a time scale on top, a mark where the cursor is.

A part of the time can be brushed, with the mouse or from one place of the cursor to another.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from timeline.model.source import Histogram
from timeline.model.time import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from timeline.tui.cells import fit
from timeline.tui.clock import DISPLAY_UTC, DisplayZone
from timeline.tui.widgets.stacks import FILLS, MOST_SERIES, Series, ranked, stacked
from timeline.tui.widgets.ticks import scale_line, ticks

MARGIN = 1
MOST_NAME: Final = 14  # letters of a series' name in the legend
MOST_LABEL: Final = 40  # a scale that is shorter has no room for a legend
BY: Final = ("kind", "outcome", "")
"""By what bars are stacked; "" for not at all."""


def totals(histogram: Histogram) -> list[int]:
    """Counts per bin, over all series."""
    return [sum(counts) for counts in zip(*histogram.series.values(), strict=True)]


def width_text(us: int) -> str:
    """The width of a bin in a unit that people read: `2 h`."""
    for unit, name in ((DAY_US, "d"), (HOUR_US, "h"), (MINUTE_US, "min"), (SECOND_US, "s")):
        if us >= unit:
            return f"{us / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{us / SECOND_US:.2g} s"


class HistogramBar(Widget):
    """Draws a Histogram; a click asks to jump to that time, a drag to zoom."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "histogram--scale",
        "histogram--cursor",
        "histogram--brush",
        *(f"histogram--series-{number}" for number in range(MOST_SERIES)),
    }

    @dataclass(eq=False)
    class Jump(Message):
        """Go to this moment."""

        us: int

    @dataclass(eq=False)
    class Brushed(Message):
        """Zoom to this time: start, and end (exclusive)."""

        start_us: int
        end_us: int

    class Resized(Message):
        """The number of bins has changed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 Textual's own word
        super().__init__(id=id)
        self.histogram: Histogram | None = None
        self.display_zone: DisplayZone = DISPLAY_UTC
        self.cursor_us: int | None = None
        self.loading_text = "counting over time ···"
        self.brush_us: tuple[int, int] | None = None
        self._counts: list[int] = []
        self._series: list[Series] = []
        self._bins = 0
        self._held: int | None = None  # the bin where the mouse went down

    @property
    def bins(self) -> int:
        """How many bins fit."""
        return max(1, self.size.width - 2 * MARGIN)

    def show(self, histogram: Histogram | None) -> None:
        """Draw; None: nothing to draw."""
        self.histogram = histogram
        self._counts = totals(histogram) if histogram else []
        self._series = ranked(histogram.series) if histogram else []
        self.loading_text = "" if histogram else "no dated event"
        self.refresh()

    def set_cursor(self, us: int | None) -> None:
        """Mark a moment."""
        if us != self.cursor_us:
            self.cursor_us = us
            self.refresh()

    def set_brush(self, brush_us: tuple[int, int] | None) -> None:
        """Mark a part of the time; None: no part."""
        if brush_us != self.brush_us:
            self.brush_us = brush_us
            self.refresh()

    def set_zone(self, zone: DisplayZone) -> None:
        """Label times in another zone."""
        self.display_zone = zone
        self.refresh()

    @property
    def range_us(self) -> tuple[int, int] | None:
        """What is shown: start, and end (exclusive)."""
        if self.histogram is None:
            return None
        start = self.histogram.start_us
        return start, start + self.histogram.width_us * len(self._counts)

    def on_resize(self) -> None:
        """Ask for as many bins as there are cells."""
        if self.bins != self._bins:
            self._bins = self.bins
            self.post_message(self.Resized())

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A click or a brush begins."""
        self._held = self._bin_under(event)
        if self._held is not None:
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Brush as far as the mouse is."""
        if self._held is not None and (place := self._bin_under(event)) is not None and self.histogram is not None:
            first, last = sorted((self._held, place))
            self.set_brush(self._span(self.histogram, first, last) if first != last else None)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Zoom to what was brushed; jump to the time of a click."""
        held, self._held = self._held, None
        self.release_mouse()
        place = self._bin_under(event)
        self.set_brush(None)
        if held is None or place is None or self.histogram is None:
            return
        first, last = sorted((held, place))
        start, end = self._span(self.histogram, first, last)
        self.post_message(self.Jump(start) if first == last else self.Brushed(start, end))

    def _bin_under(self, event: events.MouseEvent) -> int | None:
        place = event.x - MARGIN
        return place if self.histogram is not None and 0 <= place < len(self._counts) else None

    @staticmethod
    def _span(histogram: Histogram, first: int, last: int) -> tuple[int, int]:
        return histogram.start_us + first * histogram.width_us, histogram.start_us + (last + 1) * histogram.width_us

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.size.width
        base = self.rich_style
        if self.histogram is None:
            text = f" {self.loading_text}" if y == 0 else ""
            return Strip(Segment.apply_style([Segment(fit(text, width), self._style("scale"))], base), width)
        line = self._scale(self.histogram) if y == 0 else self._bars(y - 1)
        segments = [Segment(" " * MARGIN), *line]
        return Strip(Segment.apply_style(segments, base)).adjust_cell_length(width, base)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"histogram--{name}", partial=True)

    def _scale(self, histogram: Histogram) -> list[Segment]:
        labels = ticks(histogram.start_us, histogram.width_us, len(self._counts), self.display_zone.zone)
        width, place = len(self._counts), self._cursor_bin(histogram)
        legend = self._legend(histogram, width)
        room = width - cell_len(legend)
        if place is not None and place >= room:
            legend = self._peak(histogram)
            room = max(place - cell_len(legend), 0) if place >= width - cell_len(legend) else width - cell_len(legend)
        line = fit(scale_line(labels, room) + legend if room > MOST_LABEL else scale_line(labels, width), width)
        marks = {} if place is None else {place: ("▼", "cursor")}
        for number, fill in enumerate(FILLS):
            if (at := line.find(fill)) >= 0:
                marks.setdefault(at, (fill, f"series-{number}"))
        for bin_ in self._brushed(histogram):
            marks.setdefault(bin_, ("─", "brush"))
        segments, last = [], 0
        for bin_, (mark, style) in sorted(marks.items()):
            segments += [Segment(line[last:bin_], self._style("scale")), Segment(mark, self._style(style))]
            last = bin_ + 1
        return [*segments, Segment(line[last:], self._style("scale"))]

    def _peak(self, histogram: Histogram) -> str:
        return f" peak {max(self._counts, default=0):,} per {width_text(histogram.width_us)}"

    def _legend(self, histogram: Histogram, width: int) -> str:
        """What the fills stand for, and how much the highest bar is; as much of it as leaves room for the scale."""
        peak = self._peak(histogram)
        named = [
            f"{FILLS[number]} {fit(name, min(len(name), MOST_NAME))}" for number, (name, _) in enumerate(self._series)
        ]
        while len(named) > 1:
            text = f" {' '.join(named)}{peak}"
            if cell_len(text) <= width // 2:
                return text
            named = named[:-1] if named[-1] == "…" else [*named[:-1], "…"]
            if len(named) == 2 and named[-1] == "…":
                break
        return peak

    def _brushed(self, histogram: Histogram) -> range:
        if self.brush_us is None:
            return range(0)
        first, last = ((us - histogram.start_us) // max(1, histogram.width_us) for us in self.brush_us)
        return range(max(0, first), min(last, len(self._counts)))

    def _bars(self, line: int) -> list[Segment]:
        lines = stacked(self._series, max(1, self.size.height - 1))
        if line >= len(lines):
            return []
        found = []
        for number, cells in groupby(lines[line], key=lambda cell: cell[1]):
            text = "".join(char for char, _ in cells)
            found.append(Segment(text, self._style(f"series-{number}") if number >= 0 else Style()))
        return found

    def _cursor_bin(self, histogram: Histogram) -> int | None:
        if self.cursor_us is None:
            return None
        place = (self.cursor_us - histogram.start_us) // max(1, histogram.width_us)
        return place if 0 <= place < len(self._counts) else None
