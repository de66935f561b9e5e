"""Actions that bring evidence into the case: from the timeline or the sources, while both can be used."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on

from timeline.tui.evidence_run import EvidenceEnded, EvidenceMoved, EvidenceRun
from timeline.tui.run_line import summary_line
from timeline.tui.screens.base import TimelineBase
from timeline.tui.screens.path_prompt import PathPrompt
from timeline.tui.screens.prompt import Answer, ConfirmScreen
from timeline.tui.widgets.evidence_line import EvidenceLine

if TYPE_CHECKING:
    from textual.app import App

    from timeline.ingest.progress import Progress
    from timeline.tui.case_like import CaseLike

UNDER_WAY = "evidence is being read already: wait, or stop it"
_STAYS = "What was read so far stays, and reading it again goes on from there."


def ask_ingest(app: "App[None]", case: "CaseLike", folder: Path, run: EvidenceRun, say: Callable[..., None]) -> None:
    """Ask for a path, and read what is there."""

    def typed(answer: Answer | None) -> None:
        if answer is None or not answer.accepted or not answer.text.strip():
            return
        path = Path(answer.text.strip())

        def work(tell: "Callable[[Progress], None]", cancel: threading.Event) -> str:
            return summary_line(case.ingest([_home(path)], progress=tell, cancel=cancel))

        if not run.start("reading", work, _STAYS):
            say(UNDER_WAY, bad=True)

    if run.is_running:
        say(UNDER_WAY, bad=True)
        return
    prompt = PathPrompt("Read evidence from", hint="a file, folder, archive or repository", initial=f"{folder}/")
    app.push_screen(prompt, typed)


def _home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # no such user: the path as it is will not be there either
        return path


def ask_to_stop(app: "App[None]", run: EvidenceRun) -> None:
    """Ask whether to stop, and do so."""

    def answered(yes: bool | None) -> None:
        if yes:
            run.stop()

    stays = "" if run.state is None else run.state.stays
    app.push_screen(ConfirmScreen(f"Stop it? {stays}"), answered)


class Ingesting(TimelineBase):
    """Owns the run, so that it goes on whatever screen is looked at."""

    def action_ingest(self) -> None:
        """Ask for evidence."""
        ask_ingest(self.app, self.session.case, self.session.folder, self.evidence, self.say)

    def action_sources(self) -> None:
        """The sources; what is changed there is seen here when they are left."""
        from timeline.tui.screens.sources import SourcesScreen

        screen = SourcesScreen(self.session.case, self.session.query, self.display_zone, self.evidence)
        self.app.push_screen(screen, lambda query: None if query is None else self.run_query(query))

    @on(EvidenceMoved)
    def _evidence_moved(self) -> None:
        self._follow_evidence()

    @on(EvidenceEnded)
    def _evidence_ended(self, message: EvidenceEnded) -> None:
        from timeline.tui.screens.sources import SourcesScreen

        self.evidence.ended()
        self._follow_evidence()
        self.say(message.said, bad=message.bad)
        for screen in self.app.screen_stack:
            if isinstance(screen, SourcesScreen):
                screen.evidence_ended(message)
        self.look_for_more()

    def _follow_evidence(self) -> None:
        for screen in self.app.screen_stack:
            for line in screen.query(EvidenceLine):
                line.follow()

    def on_unmount(self) -> None:
        """Nobody will see the rest: what was read stays."""
        self.evidence.stop()
