"""What the actions that change how events are looked at do, in the running app."""

from pathlib import Path

from textual.events import MouseDown, MouseMove, MouseUp

from tests.tui.conftest import Terminal
from tests.tui.fake_case import START_US
from timeline.model.time import HOUR_US
from timeline.tui.screens.columns import ColumnsScreen
from timeline.tui.screens.facets import FacetsScreen
from timeline.tui.screens.marks import MarkScreen
from timeline.tui.screens.rejects import RejectsScreen
from timeline.tui.screens.sources import SourcesScreen


async def brush(terminal: Terminal, _: Path) -> None:
    chart = terminal.screen.chart
    whole = chart.range_us
    await terminal.press("\\", "ctrl+d", "ctrl+d")
    brushed = chart.brush_us
    assert brushed is not None
    assert brushed[0] == START_US
    await terminal.press("escape")
    assert chart.brush_us is None
    assert chart.range_us == whole
    await terminal.press("g", "\\", "ctrl+d", "\\")
    zoomed = chart.range_us
    assert zoomed is not None
    assert whole is not None
    assert zoomed[0] == START_US
    assert zoomed[1] < whole[1]
    await terminal.press("(")
    assert chart.range_us == whole
    await terminal.press("(")
    assert terminal.notice == "no zoom before this one"
    await terminal.press(")", ")")
    assert chart.range_us == zoomed
    assert terminal.notice == "no zoom after this one"


async def brush_with_the_mouse(terminal: Terminal) -> None:
    chart = terminal.screen.chart
    whole = chart.range_us
    for kind, x in ((MouseDown, 20), (MouseMove, 30), (MouseUp, 40)):
        event = kind(chart, x, 1, 0, 0, 1, False, False, False, x, 1)
        getattr(chart, {MouseDown: "on_mouse_down", MouseMove: "on_mouse_move", MouseUp: "on_mouse_up"}[kind])(event)
        await terminal.app.idle()
    assert chart.range_us is not None
    assert whole is not None
    assert whole[0] < chart.range_us[0] < chart.range_us[1] < whole[1]


async def filter_time(terminal: Terminal, _: Path) -> None:
    await terminal.press("\\", *["j"] * 30, "\\")
    shown = terminal.screen.chart.range_us
    await terminal.press("T")
    assert terminal.screen.session.query.startswith("timestamp:")
    assert shown is not None
    assert shown[1] - shown[0] < 3 * HOUR_US


async def stack(terminal: Terminal, _: Path) -> None:
    assert "█ " in terminal.text
    await terminal.press("y")
    assert terminal.notice == "histogram by outcome"
    assert "success" in terminal.text.splitlines()[2]
    await terminal.press("y")
    assert terminal.notice == "histogram not stacked"
    await terminal.press("y")
    assert terminal.notice == "histogram by kind"


async def relative(terminal: Terminal, _: Path) -> None:
    await terminal.press("d")
    assert "since above" in terminal.text
    assert "+4 min" in terminal.text
    await terminal.press("j", "d")
    assert "since event" in terminal.text
    assert "-4 min" in terminal.text
    assert "+8 min" in terminal.text
    await terminal.press("d")
    assert "time (UTC)" in terminal.text


async def columns(terminal: Terminal, _: Path) -> None:
    await terminal.press("C")
    assert isinstance(terminal.app.screen, ColumnsScreen)
    await terminal.press("j", "space", "j", "K", "k", "J")
    await terminal.press("+", "+", "enter")
    shown = [column.id for column in terminal.screen.table.columns]
    assert "result" not in shown
    assert terminal.screen.choices
    await terminal.press("C", "0", *["j"] * 12, "space", "enter")
    assert len(terminal.screen.table.columns) == len(shown) + 1
    await terminal.press("C", "space", "escape")
    assert len(terminal.screen.table.columns) == len(shown) + 1
    await terminal.press("C", "u")
    assert "result" in [column.id for column in terminal.screen.table.columns]


async def marks(terminal: Terminal, _: Path) -> None:
    await terminal.press("'")
    assert terminal.notice.startswith("no mark is set")
    await terminal.press("j", "j", "M")
    assert isinstance(terminal.app.screen, MarkScreen)
    await terminal.press("a", "G", "'", "a")
    assert terminal.event().key == "k000002"
    await terminal.press("'", "z")
    assert terminal.notice == "! no mark z"
    await terminal.press("'", "escape")
    assert terminal.event().key == "k000002"


async def saved(terminal: Terminal, _: Path) -> None:
    await terminal.press("a", "Q")
    assert "none yet" in terminal.text
    await terminal.press("s")
    await terminal.type("alice")
    await terminal.press("enter")
    assert "actor:alice" in terminal.text
    await terminal.press("escape", "F", "Q", "enter")
    assert terminal.screen.session.query == "actor:alice"
    assert terminal.case.remembered["queries"] == [["alice", "actor:alice"]]
    await terminal.press("Q", "x", "escape")
    assert terminal.case.remembered["queries"] == []


async def facets(terminal: Terminal, _: Path) -> None:
    await terminal.press("v")
    assert isinstance(terminal.app.screen, FacetsScreen)
    assert "/@corp/cli/-/cli-2.1.0.tgz" in terminal.text  # the values of the focused column
    await terminal.press("h", "h")
    assert "F failure" not in terminal.text
    await terminal.press("shift+tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab")
    assert "web.access" in terminal.text
    await terminal.press("j", "j", "k", "l")
    assert "alice" in terminal.text
    await terminal.press("right", "left", "tab", "j", "enter")
    assert terminal.screen.session.query.startswith("actor:")
    await terminal.press("v", "/", "escape", "?", "escape", "x")
    assert " -resource:" in terminal.screen.session.query
    await terminal.press("v", "q")
    assert not isinstance(terminal.app.screen, FacetsScreen)


async def same(terminal: Terminal, _: Path) -> None:
    await terminal.press("h", "h")
    assert terminal.screen.table.column.id == "who"
    await terminal.press("]")
    assert terminal.event().key == "k000004"
    await terminal.press("]", "[")
    assert terminal.event().key == "k000004"
    await terminal.press("[", "[")
    assert terminal.notice == "no earlier event with this who"


def shown(terminal: Terminal) -> type:
    return type(terminal.app.screen)


async def sources(terminal: Terminal, _: Path) -> None:
    await terminal.press("s")
    assert shown(terminal) is SourcesScreen
    await terminal.press("S", "j", "k", "o")
    await terminal.type("1h")
    await terminal.press("enter", "y")
    await terminal.evidence_read()
    assert terminal.case.remembered["reparsed"][1] == {"clock_offset_us": 3_600_000_000}
    await terminal.press("z")
    await terminal.type("Europe/Berlin")
    await terminal.press("enter", "y")
    await terminal.evidence_read()
    assert terminal.case.remembered["reparsed"][1] == {"tz": "Europe/Berlin"}
    await terminal.press("o")
    await terminal.type("long")
    await terminal.press("enter")
    assert "for example 90s" in terminal.text
    await terminal.press("r")
    assert shown(terminal) is RejectsScreen
    assert "30 rejects" in terminal.text
    assert "\\x1b[31m record 1" in terminal.text
    await terminal.press("tab", "j", "k")
    assert "20 of them: no time" in terminal.text
    await terminal.press("tab", "tab", "?", "escape", "escape")
    assert shown(terminal) is SourcesScreen
    await terminal.press("enter")
    assert terminal.screen.session.query.startswith("source:")


async def pivot(terminal: Terminal, _: Path) -> None:
    query = terminal.screen.session
    await terminal.press("h", "h", "j", "o")
    assert "who: ci-publisher" in terminal.text
    await terminal.press("escape", "o", "f")
    assert query.query == "actor:ci-publisher"
    await terminal.press("o", "9")
    assert (query.query, terminal.event().key) == ("actor:ci-publisher", "k002997")
    await terminal.press("o", "1")
    assert terminal.event().key == "k000001"
    await terminal.press("l", "o", "x")
    assert query.query == "actor:ci-publisher -action:s3:GetObject"
    await terminal.press("b", "o", "i")
    assert query.query.startswith("src_ip:")
    await terminal.press("F", "g", "j", "o", "n")
    assert query.query.startswith("timestamp:")
    await terminal.press("b", "o", "enter")
    assert query.query.startswith("action:")


async def crumbs(terminal: Terminal, _: Path) -> None:
    query = terminal.screen.session
    await terminal.press("B")
    assert "no condition" in terminal.text
    await terminal.press("space", "x", "J", "j", "escape", "a", "h", "f")
    assert query.query == "actor:alice action:GET"
    await terminal.press("B", "space")
    assert "[ ] actor:alice" in terminal.text
    await terminal.press("enter")
    assert query.query == "action:GET"
    await terminal.press("B", "j", "space", "K", "enter")
    assert query.query == "actor:alice AND action:GET"
    await terminal.press("B", "j", "k", "x", "enter")
    assert query.query == "action:GET"
    await terminal.press("B", "x", "enter")
    assert query.query == ""


async def severity(terminal: Terminal, _: Path) -> None:
    await terminal.press("j", "!")
    await terminal.type("hi")
    await terminal.press("enter")
    assert terminal.event().severity == "high"
    assert "▌ H " in terminal.text
    await terminal.press("!")
    await terminal.type("huge")
    await terminal.press("enter")
    assert terminal.notice.startswith("! no severity huge")
    await terminal.press("K")
    await terminal.type("first read\nof the weights")
    await terminal.press("escape", "K", "ctrl+s")
    assert terminal.event().why == "first read\nof the weights"
    await terminal.press("u")
    assert terminal.event().why is None
    await terminal.press("!")
    await terminal.type("none")
    await terminal.press("enter")
    assert terminal.event().severity is None


SCENES = {
    **dict.fromkeys(("severity", "why"), severity),
    "crumbs": crumbs,
    "pivot": pivot,
    **dict.fromkeys(("sources", "show_events", "rejects", "offset", "sort", "next_reason"), sources),
    **dict.fromkeys(("next_same", "previous_same"), same),
    **dict.fromkeys(("facets", "keep", "drop", "next_field", "previous_field", "search", "down", "up", "close"), facets),
    "saved": saved,
    **dict.fromkeys(("brush", "zoom_back", "zoom_forward"), brush),
    "filter_time": filter_time,
    "stack_by": stack,
    "relative_time": relative,
    "choose_columns": columns,
    **dict.fromkeys(("set_mark", "go_to_mark"), marks),
}
