"""The line of a run over evidence; not there while nothing is under way."""

from textual.content import Content
from textual.widget import Widget

from timeline.tui.evidence_run import EvidenceRun
from timeline.tui.run_line import run_line


class EvidenceLine(Widget):
    """How far the run has come. `follow` after each EvidenceMoved and EvidenceEnded."""

    def __init__(self, run: EvidenceRun) -> None:
        super().__init__(id="evidence")
        self._run = run

    def on_mount(self) -> None:
        """Show what is under way already."""
        self.follow()

    def follow(self) -> None:
        """Show the present state."""
        self.display = self._run.is_running
        self.refresh()

    def render(self) -> Content:
        """One line."""
        return Content("" if self._run.state is None else run_line(self._run.state, self.size.width))
