"""Each action of the registry does what its help says, in the running app."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest

from tests.tui import scenes_beside, scenes_evidence, scenes_export, scenes_looking, scenes_selecting
from tests.tui.conftest import Terminal, open_terminal
from tests.tui.fake_case import START_US
from timeline.model.finding_rows import FindingRow
from timeline.tui.actions import ACTIONS
from timeline.tui.screens.findings import FindingsScreen
from timeline.tui.screens.help import HelpScreen
from timeline.tui.screens.prompt import CommentScreen, ConfirmScreen, PromptScreen

Scene = Callable[[Terminal, Path], Awaitable[None]]
SCENES: Final[dict[str, Scene]] = {
    **scenes_looking.SCENES, **scenes_evidence.SCENES, **scenes_selecting.SCENES, **scenes_beside.SCENES,
    **scenes_export.SCENES,
}  # fmt: skip


def scene(*actions: str) -> Callable[[Scene], Scene]:
    def register(test: Scene) -> Scene:
        SCENES.update(dict.fromkeys(actions, test))
        return test

    return register


def test_every_action_has_a_scene() -> None:
    assert set(SCENES) == {action.id for action in ACTIONS}


# --- move


@scene("cursor_down", "cursor_up")
async def _rows(terminal: Terminal, _: Path) -> None:
    await terminal.press("j", "j", "down")
    assert terminal.event().key == "k000003"
    await terminal.press("k", "up")
    assert terminal.event().key == "k000001"
    assert "row 2 of 3,000" in terminal.text
    await terminal.press("k", "k", "k")
    assert terminal.event().key == "k000000"


@scene("column_left", "column_right")
async def _columns(terminal: Terminal, _: Path) -> None:
    await terminal.press("h", "left")
    assert terminal.screen.table.column.id == "who"
    await terminal.press("l")
    assert "‹did›" in terminal.text
    await terminal.press(*["right"] * 9)
    assert terminal.screen.table.column.id == "out"


@scene("page_down", "page_up", "half_down", "half_up")
async def _pages(terminal: Terminal, _: Path) -> None:
    page = terminal.screen.table.body_height - 1
    await terminal.press("pagedown", "ctrl+f")
    assert terminal.screen.table.cursor_row == 2 * page
    await terminal.press("pageup")
    assert terminal.screen.table.cursor_row == page
    await terminal.press("ctrl+d")
    assert terminal.screen.table.cursor_row == page + page // 2
    await terminal.press("ctrl+u", "ctrl+b")
    assert terminal.screen.table.cursor_row == 0


@scene("first", "last")
async def _ends(terminal: Terminal, _: Path) -> None:
    await terminal.press("G")
    assert terminal.event().key == "k002999"
    assert "▌   undated" in terminal.text
    await terminal.press("home")
    assert terminal.event().key == "k000000"
    await terminal.press("end", "g")
    assert terminal.screen.table.scroll_offset.y == 0


@scene("jump")
async def _jump(terminal: Terminal, _: Path) -> None:
    await terminal.press("J")
    assert isinstance(terminal.app.screen, PromptScreen)
    await terminal.type("2026-03-26 12:01")
    await terminal.press("enter")
    assert "12:04:00" in terminal.text
    assert terminal.screen.table.cursor_row == 901
    await terminal.press("J")
    await terminal.type("nonsense")
    await terminal.press("enter")
    assert terminal.notice.startswith("! ")
    await terminal.press("J")
    await terminal.type("2030-01-01")
    await terminal.press("enter")
    assert terminal.event().timestamp is None


@scene("next_starred", "previous_starred")
async def _stars(terminal: Terminal, _: Path) -> None:
    terminal.case.annotate(["k000005", "k000700", "k002999"], star=True)
    await terminal.press("n")
    assert terminal.event().key == "k000005"
    await terminal.press("*")
    assert terminal.event().key == "k000700"
    await terminal.press("n")
    assert terminal.event().key == "k002999"
    await terminal.press("n")
    assert terminal.notice == "no later starred event"
    await terminal.press("N", "N")
    assert terminal.event().key == "k000005"
    await terminal.press("N")
    assert terminal.notice == "no earlier starred event"


# --- find


@scene("filter", "leave_query")
async def _filter(terminal: Terminal, _: Path) -> None:
    await terminal.press("/")
    await terminal.type("actor:alice outcome:denied")
    await terminal.press("enter")
    assert terminal.screen.session.query == "actor:alice outcome:denied"
    assert terminal.screen.table.has_focus
    assert "107 of 3,000" in terminal.text
    await terminal.press("/")
    await terminal.type(" more")
    await terminal.press("escape")
    assert terminal.screen.bar.input.value == "actor:alice outcome:denied"
    assert terminal.screen.table.has_focus


@scene("older", "newer")
async def _history(terminal: Terminal, _: Path) -> None:
    for query in ("alice", "publish"):
        await terminal.press("/", "ctrl+a", "ctrl+k")
        await terminal.type(query)
        await terminal.press("enter")
    await terminal.press("/", "up", "up")
    assert terminal.screen.bar.input.value == "alice"
    await terminal.press("down")
    assert terminal.screen.bar.input.value == "publish"
    await terminal.press("down")
    assert terminal.screen.bar.input.value == ""


@scene("complete", "complete_back")
async def _complete(terminal: Terminal, _: Path) -> None:
    await terminal.press("/")
    await terminal.type("act")
    await terminal.press("tab")
    assert "actor:" in terminal.text
    await terminal.press("tab")
    assert terminal.screen.bar.input.value == "action:"
    await terminal.press("tab")
    assert terminal.screen.bar.input.value == "actor:"
    await terminal.press("shift+tab")
    assert terminal.screen.bar.input.value == "action:"
    await terminal.press("escape")
    assert terminal.screen.bar.input.has_focus
    await terminal.press("ctrl+u")
    await terminal.type("outc")
    await terminal.press("tab")
    assert terminal.screen.bar.input.value == "outcome:"


@scene("filter_cell", "exclude_cell")
async def _cell(terminal: Terminal, _: Path) -> None:
    await terminal.press("h", "h", "j", "f")
    assert terminal.screen.session.query == "actor:ci-publisher"
    assert terminal.event().key == "k000001"
    await terminal.press("l", "x")
    assert terminal.screen.session.query == "actor:ci-publisher -action:s3:GetObject"
    await terminal.press(*["h"] * 9, "f")
    assert "after:" in terminal.screen.session.query
    assert terminal.screen.table.cache.total < 100


@scene("filter_ip")
async def _ip(terminal: Terminal, _: Path) -> None:
    await terminal.press("i")
    assert terminal.notice == "! this event has no address"
    await terminal.press("j", "i")
    assert terminal.screen.session.query == "src_ip:198.51.100.1"
    assert terminal.event().key == "k000001"


@scene("filter_actor")
async def _actor(terminal: Terminal, _: Path) -> None:
    await terminal.press("j", "j", "a")
    assert terminal.screen.session.query == "actor:dana@corp.example"
    assert terminal.event().key == "k000002"


@scene("back")
async def _back(terminal: Terminal, _: Path) -> None:
    await terminal.press("b")
    assert terminal.notice == "no filter before this one"
    await terminal.press("G", "k", "k", "k", "a")
    await terminal.press("g", "b")
    assert terminal.screen.session.query == ""
    assert terminal.event().key == "k002996"
    assert not terminal.screen.past


@scene("show_all")
async def _show_all(terminal: Terminal, _: Path) -> None:
    await terminal.press("G", "a", "F")
    assert terminal.screen.session.query == ""
    assert terminal.event().key == "k002999"
    assert "3,000 of 3,000" in terminal.text


@scene("hide_noise")
async def _hide_noise(terminal: Terminal, _: Path) -> None:
    await terminal.press("H")
    assert terminal.screen.session.query == "-noise:yes"
    assert "2,920 of 3,000 · 80 noise hidden ! 40 canary" in terminal.text
    await terminal.press("a")
    assert "noise hidden" in terminal.text
    await terminal.press("H")
    assert terminal.screen.session.query == "actor:alice"
    assert "noise hidden" not in terminal.text


# --- annotate


@scene("star", "undo", "redo")
async def _star(terminal: Terminal, _: Path) -> None:
    await terminal.press("u")
    assert terminal.notice == "nothing to undo"
    await terminal.press("space")
    assert terminal.event().starred
    assert "▌★" in terminal.text
    await terminal.press("space")
    assert not terminal.event().starred
    await terminal.press("u")
    assert terminal.event().starred
    await terminal.press("u")
    assert not terminal.event().starred
    await terminal.press("ctrl+r")
    assert terminal.event().starred
    await terminal.press("ctrl+r", "ctrl+r")
    assert terminal.notice == "nothing to redo"


@scene("tag")
async def _tag(terminal: Terminal, _: Path) -> None:
    await terminal.press("t")
    await terminal.type("exfil,noise")
    await terminal.press("enter")
    assert terminal.event().tags == ("exfil", "noise")
    assert "▌ #" in terminal.text
    await terminal.press("t")
    assert "in use: exfil  noise" in terminal.text
    await terminal.type("-no")
    await terminal.press("tab", "enter")
    assert terminal.event().tags == ("exfil",)
    await terminal.press("t", "escape")
    assert terminal.event().tags == ("exfil",)


@scene("comment")
async def _comment(terminal: Terminal, _: Path) -> None:
    await terminal.press("c")
    assert isinstance(terminal.app.screen, CommentScreen)
    await terminal.type("first")
    await terminal.press("enter")
    await terminal.type("second")
    await terminal.press("escape")
    assert not terminal.event().comments
    assert terminal.notice.startswith("draft kept")
    await terminal.press("c", "ctrl+s")
    assert terminal.event().comments[0].text == "first\nsecond"
    assert "▌ c" in terminal.text
    assert not terminal.screen.drafts


@scene("annotate_all")
async def _annotate_all(terminal: Terminal, _: Path) -> None:
    await terminal.press("a", "S")
    await terminal.type("reviewed *")
    await terminal.press("enter")
    assert isinstance(terminal.app.screen, ConfirmScreen)
    assert "all 750 events that match actor:alice?" in terminal.text
    await terminal.press("n")
    assert not terminal.event().tags
    await terminal.press("S")
    await terminal.type("reviewed *")
    await terminal.press("enter", "y")
    assert terminal.notice == "star, tag reviewed: 750 events"
    assert terminal.event().starred
    await terminal.press("u")
    assert not terminal.event().starred


# --- see


@scene("open_detail", "leave")
async def _detail(terminal: Terminal, _: Path) -> None:
    assert "sha256 9f2c9f2c9f2c…9f2c" in terminal.text
    await terminal.pilot.resize_terminal(80, 24)
    await terminal.app.idle()
    assert "sha256" not in terminal.text
    await terminal.press("enter")
    assert "sha256 9f2c9f2c9f2c…9f2c" in terminal.text
    before = terminal.text
    await terminal.press("j", "pagedown")
    assert terminal.text != before
    assert terminal.screen.table.cursor_row == 0
    await terminal.press("g")
    assert terminal.text == before
    await terminal.press("G", "escape")
    assert "‹what›" in terminal.text
    assert terminal.screen.table.has_focus


@scene("spread")
async def _spread(terminal: Terminal, _: Path) -> None:
    assert '{"key":"k000000"' not in terminal.text
    await terminal.press("p")
    assert '{"key":"k000000"' in terminal.text


@scene("zone")
async def _zone(terminal: Terminal, _: Path) -> None:
    assert "time (UTC)" in terminal.text
    await terminal.press("z")
    assert "time (+01:00)" in terminal.text
    assert "▌   01:00:00" in terminal.text
    assert "Europe/Berlin" in terminal.text
    await terminal.press("z")
    assert "Mon 23 March 2026" in terminal.text
    await terminal.press("z")
    assert "time (UTC)" in terminal.text


@scene("zoom_in", "zoom_out", "earlier", "later")
async def _zoom(terminal: Terminal, _: Path) -> None:
    chart = terminal.screen.chart
    whole = chart.range_us
    await terminal.press("J")
    await terminal.type("2026-03-28")
    await terminal.press("enter", "+")
    near = chart.range_us
    assert whole is not None
    assert near is not None
    assert whole[0] < near[0] < near[1] < whole[1]
    await terminal.press(">")
    later = chart.range_us
    assert later is not None
    assert later[0] > near[0]
    await terminal.press("<")
    assert chart.range_us == near
    await terminal.press("-")
    assert chart.range_us == whole


# --- out


@scene("findings")
async def _findings(terminal: Terminal, _: Path) -> None:
    row = FindingRow(START_US, START_US + 60_000_000, "open", "s3.bucket mod[b]els\x1b", "everyone; 3 reads", "actor:alice")
    bound = FindingRow(START_US, START_US, "off", "trail", "switched off", "")
    terminal.case.findings = {"exposures": [row], "coverage": [bound]}
    await terminal.press("w")
    assert isinstance(terminal.app.screen, FindingsScreen)
    assert "s3.bucket mod[b]els\\x1b" in terminal.text
    assert "everyone; 3 reads" in terminal.text
    await terminal.press("tab")
    assert "switched off" in terminal.text
    await terminal.press("enter")
    assert isinstance(terminal.app.screen, FindingsScreen)  # no events belong to it
    await terminal.press("3")
    assert "No burst of reads" in terminal.text
    await terminal.press("shift+tab", "1", "j", "k", "enter")
    assert terminal.screen.session.query == "actor:alice"
    await terminal.press("w", "escape")
    assert len(terminal.app.screen_stack) == 2


# --- app


@scene("help")
async def _help(terminal: Terminal, _: Path) -> None:
    await terminal.press("?")
    assert isinstance(terminal.app.screen, HelpScreen)
    assert "Type a query; in the detail" in terminal.text
    await terminal.press("j", "k", "?")
    assert len(terminal.app.screen_stack) == 2


@scene("quit")
async def _quit(terminal: Terminal, _: Path) -> None:
    await terminal.pilot.press("q")
    await terminal.pilot.pause()
    assert not terminal.app.is_running


@pytest.mark.parametrize("scene", dict.fromkeys(SCENES.values()), ids=lambda scene: scene.__name__.strip("_"))
async def test_scene(scene: Scene, tmp_path: Path) -> None:
    async with open_terminal() as terminal:
        terminal.case.folder = tmp_path
        terminal.screen.session.folder = tmp_path
        await scene(terminal, tmp_path)
