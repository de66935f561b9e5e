"""Actions of the second pane: what is asked from a cell is shown below the timeline, beside what the filter keeps."""

from typing import Final

from textual import events, on

from timeline.tui import messages
from timeline.tui.pivot import cell_condition
from timeline.tui.screens.base import TimelineBase
from timeline.tui.screens.pivoting import Pivot, PivotScreen, pivots
from timeline.tui.widgets.beside import BesidePane
from timeline.tui.widgets.event_table import EventTable
from timeline.tui.widgets.status import KeyLine

_OF_BOTH: Final = frozenset({"help", "zone", "relative_time", "undo", "redo", "quit"})
"""Actions of the timeline that the keys do while they go to the second pane."""


class Besides(TimelineBase):
    """Opens, closes and follows the second pane."""

    @property
    def beside(self) -> BesidePane | None:
        """The second pane; None while there is none."""
        return next(iter(self.query(BesidePane)), None)

    def action_beside(self) -> None:
        """Ask what to show in the second pane."""
        if (event := self.table.cursor_event) is None:
            return
        column = self.table.column
        condition = cell_condition(event, column, self.display_zone.zone)
        ways = pivots(event, column, condition, self.session.query, is_time=column.id == "time")
        self.app.push_screen(PivotScreen("Show in a second pane", ways), self._open_beside)

    def _open_beside(self, way: Pivot | None) -> None:
        if way is None:
            return
        pane = self.beside
        if pane is None:
            pane = BesidePane(self.session.case, self.display_zone, self.table.columns)
            self.add_class("-beside")
            self.query_one("#view").mount(pane)
        near = way.near
        pane.call_after_refresh(lambda: pane.open(way.query, near))

    def action_other_pane(self) -> None:
        """The keys go to the second pane."""
        if (pane := self.beside) is None:
            self.say("no second pane: | opens one")
        else:
            pane.table.focus()

    def beside_allows(self, action: str) -> bool:
        """Whether the timeline's action is done by its key now: while the second pane has the keys, few are."""
        pane = self.beside
        return pane is None or not pane.has_focus_within or action in _OF_BOTH

    @on(events.DescendantFocus)
    def _beside_keys(self) -> None:
        pane = self.beside
        in_pane = pane is not None and pane.has_focus_within
        self.query_one("#keys", KeyLine).show("beside" if in_pane else "timeline")

    @on(BesidePane.Left)
    def _beside_left(self, message: BesidePane.Left) -> None:
        self.table.focus()
        if message.closed and (pane := self.beside) is not None:
            self.remove_class("-beside")
            pane.remove()

    @on(BesidePane.Chosen)
    def _beside_chosen(self, message: BesidePane.Chosen) -> None:
        self.table.focus()
        if message.query is not None:
            self.go_to(message.query, message.place)
        elif message.place is not None:
            self.session.seek_place(message.place)

    @on(EventTable.CursorMoved)
    def _follow_beside(self, message: EventTable.CursorMoved) -> None:
        if (pane := self.beside) is not None and message.event is not None:
            pane.follow(message.event.timestamp)

    @on(messages.Written)
    def _refresh_beside(self) -> None:
        if (pane := self.beside) is not None:
            pane.refresh_rows()
