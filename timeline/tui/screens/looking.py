"""Actions that change how events are looked at: zooms and brushes, stacking, relative times, columns, marks."""

from typing import Final

from textual import on

from timeline.tui.clock import DisplayZone
from timeline.tui.columns import Choice, chosen_columns
from timeline.tui.messages import Place
from timeline.tui.pivot import joined
from timeline.tui.screens.base import TimelineBase
from timeline.tui.screens.columns import ColumnsScreen
from timeline.tui.screens.marks import MarkScreen
from timeline.tui.widgets.event_table import TIMES, EventTable
from timeline.tui.widgets.histogram import BY, HistogramBar

Zoom = tuple[int, int] | None
_MOST_ZOOMS: Final = 100
_STACKED: Final = {"kind": "by kind", "outcome": "by outcome", "": "not stacked"}
_TIMES: Final = {
    "clock": "times of the clock",
    "row above": "time since the row above",
    "reference": "time since this event",
}


class Looking(TimelineBase):
    """Nothing here changes what is asked, but `filter_time`."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # the base's own
        self.choices: tuple[Choice, ...] = ()
        self.marks: dict[str, Place] = {}
        self._zooms: list[Zoom] = [None]
        self._zoom_place = 0
        self._brush_from: int | None = None

    # --- zooms

    def zoom_to(self, zoom: Zoom) -> None:
        """Show a part of the time, or None for all of it; the zooms that were gone back from are forgotten."""
        self._zooms = [*self._zooms[: self._zoom_place + 1], zoom][-_MOST_ZOOMS:]
        self._zoom_place = len(self._zooms) - 1
        self._show_zoom(zoom)

    def _show_zoom(self, zoom: Zoom) -> None:
        self.zoom_us = zoom
        self.ask_histogram()

    def action_zoom_back(self) -> None:
        """The zoom before this one."""
        self._step_zoom(-1, "no zoom before this one")

    def action_zoom_forward(self) -> None:
        """The zoom after this one."""
        self._step_zoom(1, "no zoom after this one")

    def _step_zoom(self, step: int, nothing: str) -> None:
        if self._zooms[self._zoom_place] != self.zoom_us:  # another filter showed all of its time
            self._zooms = [*self._zooms[: self._zoom_place + 1], self.zoom_us]
            self._zoom_place += 1
        place = self._zoom_place + step
        if 0 <= place < len(self._zooms):
            self._zoom_place = place
            self._show_zoom(self._zooms[place])
        else:
            self.say(nothing)

    def action_brush(self) -> None:
        """Begin to brush at the cursor's time, or zoom from there to here."""
        event = self.table.cursor_event
        if event is None or event.timestamp is None:
            self.say("this event has no time to brush from", bad=True)
        elif self._brush_from is None:
            self._brush_from = event.timestamp
            self._show_brush(event.timestamp)
            self.say("brushing: go to another event and press \\ again; Esc leaves")
        else:
            start, end = sorted((self._brush_from, event.timestamp))
            self.leave_brush()
            self._brushed_to(start, end + 1)

    def leave_brush(self) -> bool:
        """Brush no more; whether one was begun."""
        was_begun = self._brush_from is not None
        self._brush_from = None
        self.chart.set_brush(None)
        return was_begun

    def _show_brush(self, us: int | None) -> None:
        if self._brush_from is None or us is None:
            return
        start, end = sorted((self._brush_from, us))
        width = self.chart.histogram.width_us if self.chart.histogram else 1
        self.chart.set_brush((start, end + width))

    @on(EventTable.CursorMoved)
    def _brush_moved(self, message: EventTable.CursorMoved) -> None:
        self._show_brush(message.event.timestamp if message.event else None)

    @on(HistogramBar.Brushed)
    def _mouse_brushed(self, message: HistogramBar.Brushed) -> None:
        self._brushed_to(message.start_us, message.end_us)

    def _brushed_to(self, start_us: int, end_us: int) -> None:
        self.zoom_to((start_us, max(end_us, start_us + self.chart.bins)))  # a bin is at least a microsecond
        self.session.seek_time(start_us)
        self.say("zoomed: T keeps only these events, ( goes back")

    def action_filter_time(self) -> None:
        """Keep what the histogram shows."""
        from timeline.query import to_text
        from timeline.query.tree import NumberTest

        shown = self.chart.range_us
        if shown is None:
            self.say("no time is shown", bad=True)
        else:
            self.run_query(joined(self.session.query, to_text(NumberTest("timestamp", shown[0], shown[1] - 1))))

    # --- looks

    def action_stack_by(self) -> None:
        """The next way to stack."""
        self.stack_by = BY[(BY.index(self.stack_by) + 1) % len(BY)]
        self.say(f"histogram {_STACKED[self.stack_by]}")
        self.ask_histogram()

    def action_relative_time(self) -> None:
        """The next way to show times."""
        event = self.table.cursor_event
        times = TIMES[(TIMES.index(self.table.times) + 1) % len(TIMES)]
        if times == "reference" and (event is None or event.timestamp is None):
            times = TIMES[0]
        self.table.set_times(times, event.timestamp if event else None)
        self.say(_TIMES[times])

    def show_zone(self, zone: DisplayZone) -> None:
        """Show times in a zone."""
        self.display_zone = zone
        self.table.set_zone(zone)
        self.chart.set_zone(zone)
        self.header.set(zone=zone)
        self.show_detail()

    def action_choose_columns(self) -> None:
        """Ask for columns."""

        def chosen(choices: tuple[Choice, ...] | None) -> None:
            if choices is not None:
                self.show_columns(choices)

        self.app.push_screen(ColumnsScreen(self.choices), chosen)

    def show_columns(self, choices: tuple[Choice, ...]) -> None:
        """Show these columns; the usual ones without any."""
        self.choices = choices
        self.table.set_columns(chosen_columns(choices))

    # --- marks

    def action_set_mark(self) -> None:
        """Remember the event under a letter."""
        if (place := self.place) is None:
            return

        def marked(letter: str | None) -> None:
            if letter is not None:
                self.marks[letter] = place
                self.say(f"mark {letter} set: ' {letter} comes back here")

        self.app.push_screen(MarkScreen("Mark this event with a letter", self.marks), marked)

    def action_go_to_mark(self) -> None:
        """Back to a marked event, or near its time where the filter leaves it out."""
        if not self.marks:
            self.say("no mark is set: M and a letter sets one")
            return

        def wanted(letter: str | None) -> None:
            if letter is None:
                return
            if letter in self.marks:
                self.session.seek_place(self.marks[letter])
            else:
                self.say(f"no mark {letter}", bad=True)

        self.app.push_screen(MarkScreen("Go to a mark", self.marks), wanted)
