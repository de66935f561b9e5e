"""How a session begins: with the overview of the case, where something is new in it."""

from textual import on

from timeline.tui import messages
from timeline.tui.first_questions import Question
from timeline.tui.screens.filtering import Filtering
from timeline.tui.screens.overview import OVERVIEW, OutlineReady, OverviewScreen, When, read_when

SEEN = "seen"  # the setting in which the case keeps what this analyst has seen


class Opening(Filtering):
    """`with_overview`: whether it may come by itself; None: as the analyst wants it."""

    with_overview: bool | None = False
    _when: When = "new"
    _since: object = None

    @on(messages.SettingsReady)
    def _begin_with_overview(self, message: messages.SettingsReady) -> None:
        self._since = message.values.get(SEEN)
        self._when = read_when(message.values.get(OVERVIEW))
        wanted = self._when != "never" and not self.first_query if self.with_overview is None else self.with_overview
        if wanted:
            case, since = self.session.case, self._since
            self.session.jobs.start("outline", "", lambda cancel: OutlineReady(case.outline(since, cancel=cancel)))

    @on(OutlineReady)
    def _show_outline(self, message: OutlineReady) -> None:
        outline = message.outline
        if outline is None or not (
            outline.news is None or outline.news.is_any or self._when == "always" or self.with_overview
        ):
            return
        is_typing = self.session.view is not None and self.bar.input.value != self.session.query
        if self.app.screen is self and not is_typing:
            self._push_overview(OverviewScreen(self.session.case, self.display_zone, self._when, self._since, outline))
        else:
            self.say("something is new: W shows the overview")

    def action_overview(self) -> None:
        """The case at a glance, and what was new when this session began."""
        self._push_overview(OverviewScreen(self.session.case, self.display_zone, self._when, self._since))

    def _push_overview(self, screen: OverviewScreen) -> None:
        def left(question: Question | None) -> None:
            self._when = screen.when
            self.mark_seen()
            if question is None:
                return
            if question.findings is not None:
                self.show_findings(question.findings)
            elif question.query is not None:
                self.run_query(question.query)
            elif question.wants_evidence:
                self.action_ingest()
            else:
                self.action_sources()

        self.app.push_screen(screen, left)

    def mark_seen(self) -> None:
        """Keep that what is there now is not new the next time; where the case cannot be written nothing comes of it."""
        case = self.session.case

        def body() -> None:
            case.mark_seen()

        self.session.jobs.write("", body)
