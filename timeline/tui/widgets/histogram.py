"""The histogram over the table: bars over the whole width, a time scale on top, a mark where the cursor is."""

from dataclasses import dataclass
from typing import ClassVar

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
from timeline.tui.widgets.ticks import scale_line, ticks

BARS = " ▁▂▃▄▅▆▇█"
MARGIN = 1


def totals(histogram: Histogram) -> list[int]:
    """Counts per bin, over all series."""
    return [sum(counts) for counts in zip(*histogram.series.values(), strict=True)]


def bar_cells(counts: list[int], height: int) -> list[str]:
    """Bars of `height` lines, top line first. Any event at all shows at least the lowest bar; none shows nothing."""
    most = max(counts, default=0)
    levels = [0 if not count else max(1, round(count / most * 8 * height)) for count in counts]
    return ["".join(BARS[max(0, min(8, level - 8 * line))] for level in levels) for line in reversed(range(height))]


def width_text(us: int) -> str:
    """The width of a bin in a unit that people read: `2 h`."""
    for unit, name in ((DAY_US, "d"), (HOUR_US, "h"), (MINUTE_US, "min"), (SECOND_US, "s")):
        if us >= unit:
            return f"{us / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{us / SECOND_US:.2g} s"


class HistogramBar(Widget):
    """Draws a Histogram; a click asks to jump to that time."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"histogram--scale", "histogram--bar", "histogram--cursor"}

    @dataclass(eq=False)
    class Jump(Message):
        """Go to this moment."""

        us: int

    class Resized(Message):
        """The number of bins has changed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 Textual's own word
        super().__init__(id=id)
        self.histogram: Histogram | None = None
        self.display_zone: DisplayZone = DISPLAY_UTC
        self.cursor_us: int | None = None
        self.loading_text = "counting over time ···"
        self._counts: list[int] = []
        self._bins = 0

    @property
    def bins(self) -> int:
        """How many bins fit."""
        return max(1, self.size.width - 2 * MARGIN)

    def show(self, histogram: Histogram | None) -> None:
        """Draw; None: nothing to draw."""
        self.histogram = histogram
        self._counts = totals(histogram) if histogram else []
        self.loading_text = "" if histogram else "no dated event"
        self.refresh()

    def set_cursor(self, us: int | None) -> None:
        """Mark a moment."""
        if us != self.cursor_us:
            self.cursor_us = us
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

    def on_click(self, event: events.Click) -> None:
        """Jump to the time under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and self.histogram is not None and 0 <= offset.x - MARGIN < len(self._counts):
            self.post_message(self.Jump(self.histogram.start_us + (offset.x - MARGIN) * self.histogram.width_us))

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
        legend = f" peak {max(self._counts, default=0):,} per {width_text(histogram.width_us)}"
        width, place = len(self._counts), self._cursor_bin(histogram)
        room = width - len(legend)
        if place is not None and place >= room:
            room = place - len(legend)
        line = fit(scale_line(labels, room) + legend if room > 40 else scale_line(labels, width), width)
        if place is None:
            return [Segment(line, self._style("scale"))]
        return [
            Segment(line[:place], self._style("scale")),
            Segment("▼", self._style("cursor")),
            Segment(line[place + 1 :], self._style("scale")),
        ]

    def _bars(self, line: int) -> list[Segment]:
        rows = bar_cells(self._counts, max(1, self.size.height - 1))
        return [Segment(rows[line], self._style("bar"))] if line < len(rows) else []

    def _cursor_bin(self, histogram: Histogram) -> int | None:
        if self.cursor_us is None:
            return None
        place = (self.cursor_us - histogram.start_us) // max(1, histogram.width_us)
        return place if 0 <= place < len(self._counts) else None
