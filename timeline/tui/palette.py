"""The command palette: every action of the registry, found by its label or help."""

from collections.abc import Coroutine
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider

from timeline.text import markup
from timeline.tui.actions import ACTIONS, Action, key_name
from timeline.tui.keymap import Keymap


class ActionProvider(Provider):
    """Offers the actions of the screen on which the palette was opened."""

    def _offered(self) -> list[tuple[Action, str]]:
        keymap = getattr(self.app, "keymap", Keymap())
        where = getattr(self.screen, "WHERE", "timeline")
        return [
            (action, markup(f"{action.help}  ({', '.join(map(key_name, keymap.of(action)))})"))
            for action in ACTIONS
            if action.where == where
        ]

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for action, text in self._offered():
            yield DiscoveryHit(action.label, self._run(action), help=text)

    async def search(self, query: str) -> Hits:
        """What matches the typed text."""
        matcher = self.matcher(query)
        for action, text in self._offered():
            score = max(matcher.match(action.label), matcher.match(action.help) * 0.8)
            if score > 0:
                yield Hit(score, matcher.highlight(action.label), self._run(action), help=text)

    def _run(self, action: Action) -> "partial[Coroutine[Any, Any, None]]":
        return partial(self.screen.run_action, action.id)
