"""Actions that change the filter: the query bar, pivots on what is under the cursor, and the way back."""

from functools import partial
from typing import TYPE_CHECKING

from textual import on

from timeline.model.finding_rows import FINDINGS, Findings
from timeline.tui import messages
from timeline.tui.columns import cell_text
from timeline.tui.deciding import decide
from timeline.tui.pivot import cell_condition, excluded, hides_noise, joined, term, with_noise, without_noise
from timeline.tui.screens.ingesting import Ingesting, ask_to_stop
from timeline.tui.screens.prompt import Answer, PromptScreen
from timeline.tui.widgets.query_bar import QueryBar

if TYPE_CHECKING:
    from timeline.tui.screens.findings import FindingsScreen

_LONGEST_CONDITION = 4000


class Filtering(Ingesting):
    """Every pivot adds a condition to the query, which stays text that can be read and edited."""

    _findings: "FindingsScreen | None" = None
    off: tuple[str, ...] = ()  # conditions that were switched off

    def action_filter(self) -> None:
        """Type a query; in the detail, what to find there."""
        if self.pane.has_focus:
            self.app.push_screen(PromptScreen("Find in this event", hint="n and N: next and previous"), self._find_in_detail)
            return
        self.remove_class("-detail")
        self.set_focus(self.bar.input)

    def _find_in_detail(self, answer: Answer | None) -> None:
        if answer is not None and answer.accepted and not self.pane.seek(answer.text) and answer.text:
            self.say(f"not in this event: {answer.text}", bad=True)

    @on(QueryBar.Run)
    def _run(self, message: QueryBar.Run) -> None:
        self.run_query(message.query)

    @on(QueryBar.Left)
    def _left(self) -> None:
        self.table.focus()

    @on(QueryBar.Complete)
    def _complete(self, message: QueryBar.Complete) -> None:
        self.session.complete(message.text, message.cursor)

    @on(messages.CompletionsReady)
    def _completions_ready(self, message: messages.CompletionsReady) -> None:
        self.bar.show_completions(message.text, message.suggestions)

    def _narrow(self, condition: str | None) -> None:
        if condition is not None and len(condition) > _LONGEST_CONDITION:
            self.say(f"a value of {len(condition):,} characters is too long for a filter", bad=True)
        elif condition is not None:
            self.run_query(joined(self.session.query, condition))

    def _cell(self) -> str | None:
        event = self.table.cursor_event
        return None if event is None else cell_condition(event, self.table.column, self.display_zone.zone)

    def action_filter_cell(self) -> None:
        """Keep what has this value."""
        self._narrow(self._cell())

    def action_exclude_cell(self) -> None:
        """Drop what has this value."""
        if self.table.column.id == "time":
            self.say("a day cannot be excluded: focus another column with h and l", bad=True)
        elif (condition := self._cell()) is not None:
            self._narrow(excluded(condition))

    def _narrow_to_field(self, field: str, what: str) -> None:
        event = self.table.cursor_event
        if event is None:
            return
        value = getattr(event, field)
        if value is None:
            self.say(f"this event has no {what}", bad=True)
        else:
            self._narrow(term(field, value))

    def action_filter_ip(self) -> None:
        """Keep what came from this address."""
        self._narrow_to_field("src_ip", "address")

    def action_filter_actor(self) -> None:
        """Keep what this actor did."""
        self._narrow_to_field("actor", "actor")

    def action_back(self) -> None:
        """The filter before this one."""
        if self.past:
            self.run_query(self.past[-1].query, back=True)
        else:
            self.say("no filter before this one")

    def action_show_all(self) -> None:
        """No filter."""
        if self.session.query:
            self.run_query("")

    def action_hide_noise(self) -> None:
        """Leave noise out, or show it again; the query says so, and the count beside it how much."""
        query = self.session.query
        self.run_query(with_noise(query) if hides_noise(query) else without_noise(query))

    def action_facets(self) -> None:
        """The values of each field among the matches."""
        from timeline.tui.facets import FIELDS
        from timeline.tui.screens.facets import FacetsScreen

        field = self.table.column.field
        screen = FacetsScreen(self.session.case, self.session.query, field if field in FIELDS else FIELDS[0])
        self.app.push_screen(screen, lambda query: self.run_query(query) if query else None)

    def action_crumbs(self) -> None:
        """Show the conditions."""
        from timeline.tui.crumbs import crumbs_of
        from timeline.tui.screens.crumbs import CrumbsAnswer, CrumbsScreen

        def answered(answer: CrumbsAnswer | None) -> None:
            if answer is not None:
                self.off = answer.off
                self.run_query(answer.query)

        self.app.push_screen(CrumbsScreen(crumbs_of(self.session.query, self.off)), answered)

    def action_pivot(self) -> None:
        """Ask where to go from the cell."""
        from timeline.tui.screens.pivoting import Pivot, PivotScreen, pivots

        if (event := self.table.cursor_event) is None:
            return
        column = self.table.column
        ways = pivots(event, column, self._cell(), self.session.query, is_time=column.id == "time")
        value = cell_text(event, column, self.display_zone)

        def chosen(way: Pivot | None) -> None:
            if way is None:
                return
            if len(way.query) - len(self.session.query) > _LONGEST_CONDITION:
                self.say("that value is too long for a filter", bad=True)
            else:
                self.go_to(way.query, way.near)

        self.app.push_screen(PivotScreen(f"{column.title}: {value}", ways), chosen)

    def action_next_same(self) -> None:
        """To the next event with the same value."""
        self._seek_same(1)

    def action_previous_same(self) -> None:
        """To the previous one."""
        self._seek_same(-1)

    def _seek_same(self, step: int) -> None:
        if (place := self.place) is None or (condition := self._cell()) is None:
            return
        what = f"{'later' if step > 0 else 'earlier'} event with this {self.table.column.title}"
        self.session.seek_matching(condition, what, self.table.cursor_row, place, step)

    def action_findings(self) -> None:
        """What the analyses found; Enter on a row shows its events."""
        self.show_findings()

    def show_findings(self, which: Findings = FINDINGS[0]) -> None:
        """The same, one sort of them first."""
        from timeline.tui.screens.findings import FindingsScreen

        screen = FindingsScreen(self.session.findings, partial(decide, self.session), self.display_zone.zone, which)
        self._findings = screen
        self.app.push_screen(screen, lambda query: self.run_query(query) if query else None)

    @on(messages.Decided)
    def _decided(self, message: messages.Decided) -> None:
        self.session.findings(message.which)

    @on(messages.FindingsReady)
    def _findings_ready(self, message: messages.FindingsReady) -> None:
        if self._findings is not None:
            self._findings.show(message)

    def action_leave(self) -> None:
        """Close the detail; else say that a search need not go on."""
        if self.has_class("-detail") or self.pane.has_focus:
            self.remove_class("-detail")
            self.table.focus()
        elif self.session.view is not None and self.session.asked != self.session.generation:
            self.session.give_up()
            self.resume()
            self.say("search stopped")
        elif self.evidence.is_running:
            ask_to_stop(self.app, self.evidence)
