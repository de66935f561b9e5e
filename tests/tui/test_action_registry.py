"""The registry of actions, and what is generated from it: bindings, help, key line, palette."""

from typing import get_args

from textual.events import Key

from tests.tui.conftest import open_terminal
from timeline.tui.actions import ACTIONS, Where, bindings, groups, key_line, key_name
from timeline.tui.app import LeaklineApp
from timeline.tui.screens.facets import FacetsScreen
from timeline.tui.screens.help import help_text
from timeline.tui.screens.journal import JournalScreen
from timeline.tui.screens.overview import OverviewScreen
from timeline.tui.screens.rejects import RejectsScreen
from timeline.tui.screens.side import SideScreen
from timeline.tui.screens.sources import SourcesScreen
from timeline.tui.screens.timeline import TimelineScreen
from timeline.tui.widgets.beside import BesidePane
from timeline.tui.widgets.query_bar import QueryInput

OWNERS: dict[str, type] = {"timeline": TimelineScreen, "query": QueryInput, "beside": BesidePane}
OWNERS |= {screen.WHERE: screen for screen in (FacetsScreen, SourcesScreen, RejectsScreen, OverviewScreen, JournalScreen)}
assert set(SideScreen.__subclasses__()) <= set(OWNERS.values())


def test_ids_and_keys_are_unique() -> None:
    assert len({(action.where, action.id) for action in ACTIONS}) == len(ACTIONS)
    for where in get_args(Where):
        keys = [binding.key for binding in bindings(where)]
        assert len(set(keys)) == len(keys)


def test_every_action_is_implemented() -> None:
    for action in ACTIONS:
        assert callable(getattr(OWNERS[action.where], f"action_{action.id}"))


def test_help_shows_every_key() -> None:
    shown = help_text().plain
    for action in ACTIONS:
        assert action.help in shown
        assert all(key_name(key) in shown for key in action.keys)
    assert "In the query bar" in [name for name, _ in groups()]


def test_key_line_begins_with_what_is_needed_most() -> None:
    assert [word for _, word in key_line()][:3] == ["filter", "detail", "keys"]


async def test_palette_offers_every_action() -> None:
    async with open_terminal() as terminal:
        for action in ACTIONS:
            if action.where == "timeline":
                assert await _palette_finds(terminal.app, action.label)


async def _palette_finds(app: LeaklineApp, label: str) -> bool:
    from timeline.tui.palette import ActionProvider

    provider = ActionProvider(app.timeline)
    return label in [str(hit.text) async for hit in provider.search(label)]


async def test_palette_runs_an_action() -> None:
    async with open_terminal() as terminal:
        await terminal.press("ctrl+p")
        await terminal.type("Switch zone")
        await terminal.press("enter")
        await terminal.pilot.pause()
        await terminal.app.idle()
        assert terminal.screen.display_zone.name == "Europe/Berlin"


async def test_a_query_typed_in_one_breath_reaches_the_query_bar() -> None:
    async with open_terminal() as terminal:
        for key in ("slash", "r", "e", "slash", "q"):
            terminal.app.post_message(Key(key, {"slash": "/"}.get(key, key)))
        await terminal.pilot.pause()
        await terminal.app.idle()
        assert terminal.screen.bar.input.value == "re/q"
