"""No record and no terminal size may break the screen."""

import unicodedata

import pytest
from rich.cells import cell_len

from tests.tui.conftest import Terminal, open_terminal
from tests.tui.fake_case import HOSTILE, FakeCase, hostile_events

SIZES = ((120, 40), (80, 24), (20, 5), (1, 1), (200, 3), (3, 60))


def assert_whole(terminal: Terminal) -> None:
    """Every line has the width of the terminal; nothing in it acts on the terminal."""
    size = terminal.app.size
    lines = [strip.text for strip in terminal.app.screen._compositor.render_strips()]
    assert len(lines) == size.height
    for line in lines:
        assert cell_len(line) == size.width
        assert not [char for char in line if unicodedata.category(char) in {"Cc", "Cf", "Cs"}]


def hostile_case() -> FakeCase:
    case = FakeCase(events=hostile_events(), name="\x1b[2J\u202ename [red]", analyst="kim\x07[b]")
    case.raws = {
        event.key: HOSTILE[number].encode("utf-8", "surrogatepass") for number, event in enumerate(case.events)
    }
    return case


async def test_hostile_records() -> None:
    async with open_terminal(hostile_case()) as terminal:
        for _ in HOSTILE:
            assert_whole(terminal)
            await terminal.press("j")
        for size in SIZES:
            await terminal.pilot.resize_terminal(*size)
            await terminal.app.idle()
            assert_whole(terminal)
        await terminal.press("enter", "G")
        assert_whole(terminal)


async def test_hostile_sources_and_overviews() -> None:
    case = hostile_case()
    case.events = [event for event in case.events if len(event.source) < 5000]  # no path is longer than that
    case.remembered = {"seen": {"at_us": 2**61, "events": 7, "last_source": 0, "last_annotation": 0, "findings": {}}}
    async with open_terminal(case) as terminal:
        for keys in (("W",), ("escape", "s", "j"), ("r", "tab", "end"), ("escape", "f", "g", "tab"), ("escape", "i", "tab", "tab")):
            await terminal.press(*keys)
            assert_whole(terminal)
            for other in ((1, 1), (20, 5), (120, 40)):
                await terminal.pilot.resize_terminal(*other)
                await terminal.app.idle()
                assert_whole(terminal)


async def test_hostile_pivots() -> None:
    async with open_terminal(hostile_case(), size=(80, 24)) as terminal:
        for key in ("f", "b", "x", "F", "a", "b", "i", "b", "t", "escape", "c", "escape", "e", "escape", "?", "escape"):
            await terminal.press("j", key)
            assert_whole(terminal)


@pytest.mark.parametrize("size", [(20, 5), (1, 1)])
async def test_any_size(size: tuple[int, int]) -> None:
    async with open_terminal(size=size) as terminal:
        for key in ("G", "k", "pageup", "enter", "j", "escape", "/", "escape", "?", "escape", "t", "escape", "g"):
            await terminal.press(key)
            assert_whole(terminal)


async def test_an_error_wider_than_the_screen() -> None:
    async with open_terminal(size=(40, 20)) as terminal:
        await terminal.press("/")
        await terminal.type("x" * 100 + "((")
        await terminal.press("enter")
        assert_whole(terminal)
        assert "^" in terminal.text
        assert "…" in terminal.text


async def test_mouse() -> None:
    async with open_terminal() as terminal:
        who = next(placed for placed in terminal.screen.table.placed if placed.column.id == "who")
        await terminal.pilot.click("#table", offset=(who.start + 1, 5))
        await terminal.app.idle()
        assert terminal.event().key == "k000003"
        assert terminal.screen.table.column.id == "who"
        await terminal.pilot.click("#table", offset=(5, 0))
        assert terminal.event().key == "k000003"
        await terminal.pilot.click("#histogram", offset=(60, 1))
        await terminal.app.idle()
        assert terminal.screen.table.cursor_row > 1000
        terminal.screen.table.scroll_relative(y=500, animate=False)
        await terminal.app.idle()
        assert "···" not in terminal.text
        await terminal.pilot.click("#table", offset=(40, 5), times=2)
        await terminal.app.idle()
        assert terminal.screen.pane.has_focus
