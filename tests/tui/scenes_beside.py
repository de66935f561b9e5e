"""What the actions of the second pane do, in the running app."""

import asyncio
from pathlib import Path
from typing import Final

from tests.tui.conftest import Terminal
from timeline.tui.screens.pivoting import PivotScreen
from timeline.tui.widgets.beside import FOLLOW_S, BesidePane


def pane_of(terminal: Terminal) -> BesidePane:
    pane: BesidePane | None = terminal.screen.beside
    assert pane is not None
    return pane


async def beside(terminal: Terminal, _: Path) -> None:
    await terminal.press("tab")
    assert terminal.notice.startswith("no second pane")
    await terminal.press("j", "j", "|")
    assert isinstance(terminal.app.screen, PivotScreen)
    await terminal.press("a")
    await terminal.app.idle()
    pane = pane_of(terminal)
    assert "beside: actor:dana@corp.example · row 1 of 750" in terminal.text
    assert pane.table.cursor_event == terminal.event()
    assert terminal.screen.session.query == ""
    await terminal.press("J")
    await terminal.type("2026-03-25 00:00")
    await terminal.press("enter")
    await asyncio.sleep(2 * FOLLOW_S)
    await terminal.app.idle()
    beside_event, here = pane.table.cursor_event, terminal.event()
    assert beside_event is not None
    assert beside_event.actor == "dana@corp.example"
    assert abs((beside_event.timestamp or 0) - (here.timestamp or 0)) < 3_600_000_000


async def in_the_pane(terminal: Terminal, _: Path) -> None:
    await terminal.press("|", "a")
    await terminal.app.idle()
    pane = pane_of(terminal)
    before = terminal.event()
    await terminal.press("tab", "j", "j", "k", "pagedown", "pageup", "G", "g", "j", "space")
    await terminal.app.idle()
    starred = [event.key for event in terminal.case.events if event.starred]
    here = pane.table.cursor_event
    assert here is not None
    assert starred == [here.key]
    assert here.starred
    assert terminal.event() == before  # the keys went to the second pane
    await terminal.press("x", "f", "t")
    assert terminal.screen.session.query == ""
    await terminal.press("~")
    assert "stays" in terminal.text
    await terminal.press("enter")
    await terminal.app.idle()
    assert terminal.event().key == here.key
    assert terminal.screen.table.has_focus
    await terminal.press("tab", "tab", "tab", "=")
    await terminal.app.idle()
    assert terminal.screen.session.query == "actor:alice"
    assert terminal.event().key == here.key
    await terminal.press("tab", "escape")
    await terminal.app.idle()
    assert terminal.screen.beside is None
    assert "beside" not in terminal.text
    await terminal.press("j")
    assert terminal.screen.table.cursor_row > 0


SCENES: Final = {
    "beside": beside, "other_pane": in_the_pane, "to_timeline": in_the_pane, "make_filter": in_the_pane, "follow": in_the_pane,
}  # fmt: skip
