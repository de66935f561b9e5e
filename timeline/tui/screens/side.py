"""What the screens beside the timeline have in common: jobs of their own, a line for notices, keys from the registry.

A side screen lies over the timeline and gives it an answer when it is left (a query to run, or None). It asks the case in
jobs of its own, with bodies that return messages; `on(...)` methods of the screen take them.
"""

from typing import ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen

from timeline.tui import messages
from timeline.tui.actions import Where, bindings
from timeline.tui.case_like import CaseLike
from timeline.tui.jobs import Jobs
from timeline.tui.widgets.status import KeyLine, StatusLine

T = TypeVar("T")


class SideScreen(Screen[T | None]):
    """Give `WHERE` (its place in the action registry); compose `self.status_line()` and `self.key_line()` last."""

    WHERE: ClassVar[Where]
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init_subclass__(cls, **kwargs: object) -> None:
        if "WHERE" in cls.__dict__:
            cls.BINDINGS = [*cls.__dict__.get("BINDINGS", []), *_unbound(cls, bindings(cls.WHERE))]
        super().__init_subclass__(**kwargs)  # type: ignore[arg-type]  # Textual's own words

    def __init__(self, case: CaseLike) -> None:
        super().__init__()
        self.case = case
        self.jobs = Jobs(self)

    def status_line(self) -> StatusLine:
        """The line for what just happened and what is under way."""
        return StatusLine(id="status")

    def key_line(self) -> KeyLine:
        """The most needed keys of this screen."""
        return KeyLine(self.WHERE, id="keys")

    def say(self, text: str, *, bad: bool = False) -> None:
        """One line for the person."""
        self.query_one("#status", StatusLine).say(text, bad=bad)

    def on_unmount(self) -> None:
        """Nobody waits for what is under way."""
        self.jobs.cancel_all()

    def action_close(self) -> None:
        """Back to the timeline, with no answer."""
        self.dismiss(None)

    def action_help(self) -> None:
        """Show all keys."""
        from timeline.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen())

    @on(messages.Notice)
    def _side_notice(self, message: messages.Notice) -> None:
        self.say(message.text, bad=message.bad)

    @on(messages.JobsChanged)
    def _side_jobs_changed(self, message: messages.JobsChanged) -> None:
        if self.is_mounted:
            self.query_one("#status", StatusLine).set_pending(message.labels)

    @on(messages.JobDone)
    def _side_job_done(self, message: messages.JobDone) -> None:
        self.jobs.done(message.number)


def _unbound(cls: type, found: list[Binding]) -> list[Binding]:
    own = {
        key
        for binding in cls.__dict__.get("BINDINGS", [])
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    }
    return [binding for binding in found if binding.key not in own]
