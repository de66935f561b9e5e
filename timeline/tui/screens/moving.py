"""Actions that move: cursor, pages, jumps, stars, the histogram's part of the time."""

from textual import on

from timeline.model.errors import UsageError
from timeline.tui.clock import typed_moment
from timeline.tui.screens.prompt import Answer, PromptScreen
from timeline.tui.screens.remembering import Remembering
from timeline.tui.widgets.event_table import EventTable
from timeline.tui.widgets.histogram import HistogramBar


class Moving(Remembering):
    """Keys that move act on the detail pane while it has the focus, else on the table."""

    def _move(self, rows: int) -> None:
        if self.pane.has_focus:
            self.pane.scroll_lines(rows)
        else:
            self.table.move_by(rows)

    def _page(self) -> int:
        return max(1, self.pane.size.height - 1 if self.pane.has_focus else self.table.body_height - 1)

    def action_cursor_down(self) -> None:
        """One down."""
        self._move(1)

    def action_cursor_up(self) -> None:
        """One up."""
        self._move(-1)

    def action_column_left(self) -> None:
        """Focus the column to the left."""
        self.table.move_column(-1)
        self._show_place()

    def action_column_right(self) -> None:
        """Focus the column to the right."""
        self.table.move_column(1)
        self._show_place()

    def action_half_down(self) -> None:
        """Half a page down."""
        self._move(max(1, self._page() // 2))

    def action_half_up(self) -> None:
        """Half a page up."""
        self._move(-max(1, self._page() // 2))

    def action_page_down(self) -> None:
        """One page down."""
        self._move(self._page())

    def action_page_up(self) -> None:
        """One page up."""
        self._move(-self._page())

    def action_first(self) -> None:
        """To the first."""
        if self.pane.has_focus:
            self.pane.scroll_home(animate=False)
        else:
            self.table.move_to(0)

    def action_last(self) -> None:
        """To the last; while they are still counted, to the last one known, and on when the count is there."""
        if self.pane.has_focus:
            self.pane.scroll_end(animate=False)
        else:
            self.table.move_to(self.table.cache.total - 1)

    def action_jump(self) -> None:
        """Ask for a time."""
        hint = f"2026-03-30 22:36, 22:36 (that day), -2h (from here); an offset, else {self.display_zone.name}"
        self.app.push_screen(PromptScreen("Jump to time", hint=hint), self._jump_to)

    def _jump_to(self, answer: Answer | None) -> None:
        if answer is None or not answer.accepted or not answer.text.strip():
            return
        event = self.table.cursor_event
        try:
            us = typed_moment(answer.text, self.display_zone, event.timestamp if event else None)
        except UsageError as error:
            self.say(str(error), bad=True)
        else:
            self.session.seek_time(us)

    def action_next_starred(self) -> None:
        """To the next star."""
        self._seek_star(1)

    def action_previous_starred(self) -> None:
        """To the previous star."""
        self._seek_star(-1)

    def _seek_star(self, step: int) -> None:
        if self.pane.has_focus and self.pane.sought:
            self.pane.seek(self.pane.sought, step)
        elif (place := self.place) is not None:
            self.session.seek_starred(self.table.cursor_row, place, step)

    @on(HistogramBar.Jump)
    def _chart_clicked(self, message: HistogramBar.Jump) -> None:
        self.session.seek_time(message.us)

    # --- histogram

    def _zoom(self, factor: float, shift: float = 0.0) -> None:
        shown = self.chart.range_us
        if shown is None:
            return
        start, end = shown
        middle = (start + end) / 2
        if factor < 1 and self.chart.cursor_us is not None and start <= self.chart.cursor_us < end:
            middle = self.chart.cursor_us
        width = max((end - start) * factor, self.chart.bins)  # a bin is at least a microsecond
        start_us = round(middle + shift * (end - start) - width / 2)
        self.zoom_to((start_us, start_us + round(width)))

    def action_zoom_in(self) -> None:
        """A quarter of the time."""
        self._zoom(0.25)

    def action_zoom_out(self) -> None:
        """Four times the time; the whole view once that is reached."""
        shown, whole = self.chart.range_us, self._overview.span
        if shown is None or whole is None or (shown[1] - shown[0]) * 4 >= whole[1] - whole[0]:
            self.zoom_to(None)
        else:
            self._zoom(4)

    def action_earlier(self) -> None:
        """Back in time."""
        self._zoom(1, -0.5)

    def action_later(self) -> None:
        """On in time."""
        self._zoom(1, 0.5)

    # --- detail

    def action_open_detail(self) -> None:
        """Show the detail and give it the keys."""
        if self.table.cursor_event is None:
            return
        self.add_class("-detail")
        self.pane.focus()
        self.call_after_refresh(self.show_detail)

    @on(EventTable.Opened)
    def _row_opened(self) -> None:
        self.action_open_detail()

    def action_spread(self) -> None:
        """JSON over many lines, or as received."""
        self.spread = not self.spread
        self.say("raw record spread over lines" if self.spread else "raw record as received")
        self.show_detail()

    def action_zone(self) -> None:
        """The next zone."""
        place = (self.zones.index(self.display_zone) + 1) % len(self.zones)
        self.show_zone(self.zones[place])
        self.say(f"times in {self.display_zone.name}")
