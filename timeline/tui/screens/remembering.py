"""What is remembered from one session to the next: filter, place, columns, zoom, marks, theme; per analyst, in the case."""

from typing import Any, Final

from textual import on

from timeline.tui import messages
from timeline.tui.remembered import NAME, Remembered, SavedQuery, read_drafts, read_queries, read_remembered
from timeline.tui.screens.looking import Looking
from timeline.tui.screens.saved import SavedAnswer, SavedScreen

KEEP_S: Final = 20.0
THEME: Final = "theme"
DRAFTS: Final = "drafts"
QUERIES: Final = "queries"


class Remembering(Looking):
    """Reads what was kept before the first view is opened, and keeps it now and then, and when the person leaves."""

    _kept: dict[str, Any] | None = None
    queries: tuple[SavedQuery, ...] = ()

    def begin(self) -> None:
        """Ask what is remembered; the first view follows."""
        self.session.ask_settings()
        self.set_interval(KEEP_S, self.keep)

    @on(messages.SettingsReady)
    def _settings_ready(self, message: messages.SettingsReady) -> None:
        found = read_remembered(message.values.get(NAME))
        theme = message.values.get(THEME)
        if isinstance(theme, str) and theme in self.app.available_themes:
            self.app.theme = theme
        self.queries = read_queries(message.values.get(QUERIES))
        self.show_columns(found.columns)
        self.stack_by = found.stack_by
        self.table.set_times(found.times)
        self.marks = dict(found.marks)
        zone = next((zone for zone in self.zones if zone.name == found.zone), None)
        if zone is not None:
            self.show_zone(zone)
        query = self.first_query or found.query
        self.bar.set_query(query)
        is_same = query == found.query
        self.first_zoom_us = found.zoom_us if is_same else None
        self.drafts = read_drafts(message.values.get(DRAFTS)) | self.drafts
        self._kept = {NAME: found.as_json(), THEME: theme, DRAFTS: dict(self.drafts) or None}
        self.session.open_view(query, found.place if is_same else None)
        if query and is_same:
            self.say("as you left it: F shows all events")

    @on(messages.ViewFailed)
    def _first_view_failed(self, message: messages.ViewFailed) -> None:
        if self.session.view is None and message.query and not self.first_query:
            self.session.open_view("")  # what was kept cannot be asked any more: rules or windows may have gone

    def remembered(self) -> Remembered:
        """As it is now."""
        times = self.table.times
        return Remembered(
            self.session.query,
            self.place,
            self.choices,
            self.stack_by,
            times,
            self.display_zone.name,
            self.zoom_us,
            dict(self.marks),
        )

    def keep(self) -> None:
        """Keep it, if it has changed."""
        if self.session.view is None:
            return
        values = {NAME: self.remembered().as_json(), THEME: self.app.theme, DRAFTS: dict(self.drafts) or None}
        if values != self._kept:
            self._kept = values
            self.session.keep_settings(values)

    def action_saved(self) -> None:
        """Show the saved queries."""

        def left(answer: SavedAnswer | None) -> None:
            if answer is None:
                return
            if answer.queries != self.queries:
                self.queries = answer.queries
                self.session.keep_settings({QUERIES: [[saved.name, saved.query] for saved in answer.queries]})
            if answer.run is not None:
                self.run_query(answer.run)

        self.app.push_screen(SavedScreen(self.queries, self.session.query), left)

    def action_quit(self) -> None:
        """Leave, once what is remembered is kept."""
        self.keep()
        self.session.when_written()

    @on(messages.AllWritten)
    def _all_written(self) -> None:
        self.app.exit()
