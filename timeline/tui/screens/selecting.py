"""Actions that choose rows; what is said of events is then said of all that are chosen, after asking."""

from textual import on

from timeline.tui import messages
from timeline.tui.chosen import Selection
from timeline.tui.messages import Change
from timeline.tui.screens.base import TimelineBase
from timeline.tui.screens.prompt import ConfirmScreen
from timeline.tui.selection import MOST, annotate_selected, ask_selected
from timeline.tui.widgets.event_table import EventTable

_HOW = "Space, t, c, ! and K act on them; Esc leaves"


class Selecting(TimelineBase):
    """A run of rows follows the cursor from where it was begun; single events are picked one by one."""

    @property
    def of_what(self) -> str:
        """What is annotated: `this event`, or `the selected events`."""
        return "the selected events" if self.table.selection else "this event"

    def action_select_rows(self) -> None:
        """Begin a run at the cursor; again: leave it."""
        table = self.table
        if table.selection.run is not None:
            table.set_selection(Selection(table.selection.picked))
        elif table.cursor_event is not None:
            table.set_selection(Selection(table.selection.picked, (table.cursor_row, table.cursor_row)))
        self._say_selection()

    def action_pick(self) -> None:
        """Pick the event, or pick it no more, and go on to the next row."""
        if (event := self.table.cursor_event) is None:
            return
        self._pick(event.key)
        self.table.move_by(1)

    @on(EventTable.Picked)
    def _clicked(self, message: EventTable.Picked) -> None:
        self._pick(message.event.key)

    def _pick(self, key: str) -> None:
        self.table.set_selection(self.table.selection.toggled(key))
        self._say_selection()

    def _say_selection(self) -> None:
        selection = self.table.selection
        self.say(f"{selection.words()} selected: {_HOW}" if selection else "nothing is selected")

    @on(EventTable.CursorMoved)
    def _run_moved(self, message: EventTable.CursorMoved) -> None:
        selection = self.table.selection
        if selection.run is None or selection.run[1] == message.row:
            return
        begin = selection.run[0]
        row = max(begin - MOST + 1, min(message.row, begin + MOST - 1))
        self.table.set_selection(Selection(selection.picked, (begin, row)))
        self._say_selection()
        if row != message.row:
            self.say(f"a run ends after {MOST:,} rows: filter, and S acts on all matches", bad=True)

    def leave_selection(self) -> bool:
        """Select nothing any more; whether anything was."""
        was = bool(self.table.selection)
        self.table.set_selection(Selection())
        return was

    def annotate(self, key: str, change: Change) -> None:
        """Say it of the event, or of all that are selected, once that is confirmed."""
        if self.table.selection:
            ask_selected(self.session, self.table.selection, change)
        else:
            self.session.annotate(key, change)

    @on(messages.SelectionReady)
    def _selection_ready(self, message: messages.SelectionReady) -> None:
        if message.generation != self.session.generation or not message.keys:
            return
        count = len(message.keys)
        many = "the selected event" if count == 1 else f"all {count:,} selected events"

        def answered(yes: bool | None) -> None:
            if yes:
                annotate_selected(self.session, message.keys, message.change)
                self.leave_selection()
            elif message.change.comment:
                self.keep_draft(message.keys[0], message.change.comment)

        self.app.push_screen(ConfirmScreen(f"{message.change.words()}: {many}?"), answered)
