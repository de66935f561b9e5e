"""The timeline screen: query bar, histogram, table, detail; its keys come from the action registry."""

from typing import ClassVar

from textual.binding import BindingType

from timeline.tui.actions import bindings
from timeline.tui.screens.annotating import Annotating
from timeline.tui.screens.besides import Besides
from timeline.tui.screens.exporting import Exporting
from timeline.tui.screens.moving import Moving
from timeline.tui.screens.opening import Opening
from timeline.tui.screens.prompt import ConfirmScreen


class TimelineScreen(Moving, Opening, Annotating, Exporting, Besides):
    """Everything that a responder does to the events of a case."""

    CSS_PATH = "timeline.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("timeline")]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that come before the widgets are there do nothing."""
        if action == "filter" and self.focused is self.bar.input:
            return False  # there `/` is a character like any other
        if not self.beside_allows(action):
            return False
        return self.is_mounted and super().check_action(action, parameters)

    def action_help(self) -> None:
        """Show all keys."""
        from timeline.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen())

    def action_leave(self) -> None:
        """Close what is open, brush no more, or stop what is under way."""
        if self.leave_brush():
            self.say("no time is brushed")
        elif self.leave_selection():
            self.say("nothing is selected")
        else:
            super().action_leave()

    def action_quit(self) -> None:
        """Leave; while evidence is read, ask first."""
        ask = super().action_quit

        def leave() -> None:
            self.mark_seen()
            ask()

        def answered(yes: bool | None) -> None:
            if yes:
                leave()

        if self.evidence.state is not None:
            question = f"Evidence is being read. Stop it and leave? {self.evidence.state.stays}"
            self.app.push_screen(ConfirmScreen(question), answered)
        else:
            leave()
