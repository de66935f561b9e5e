"""Nothing blocks the screen: rows before counts, cancelling, errors as one line, no case call on the UI thread."""

import threading
from pathlib import Path

import pytest
from textual.events import Key

from tests.tui.conftest import open_terminal
from tests.tui.fake_case import FakeCase, make_events
from timeline.model.errors import CaseBusyError, CaseError, StorageError


async def test_no_case_call_on_the_ui_thread(tmp_path: Path) -> None:
    async with open_terminal() as terminal:
        terminal.screen.session.folder = tmp_path
        await terminal.press("G", "space", "j", "a", "b", "n", "u", "ctrl+r", "+", "enter", "escape", "t", "escape")
        await terminal.press("e", "1", "enter", "e", "7", "enter", "r", "enter", "L", "escape", "|", "e", "/", "tab", "escape")
        called = set(terminal.case.calls)
    assert called >= {
        "find",
        "matches",
        "annotate",
        "undo",
        "redo",
        "export",
        "write_report",
        "bundle",
        "journal",
        "complete",
        "raw",
        "tags",
    }
    assert threading.get_ident() not in terminal.case.threads


async def test_rows_are_there_before_count_and_histogram() -> None:
    case = FakeCase(gates={"count": threading.Event(), "histogram": threading.Event()})
    async with open_terminal(case, settle=False) as terminal:
        while terminal.screen.table.cursor_event is None:
            await terminal.pilot.pause()
        await terminal.app.handled()
        assert "··· of ···" in terminal.text
        assert "counting over time" in terminal.text
        assert "00:04:00" in terminal.text
        for gate in case.gates.values():
            gate.set()
        await terminal.app.idle()
        assert "3,000 of 3,000" in terminal.text
        assert "peak" in terminal.text


async def test_keys_work_while_the_case_is_slow() -> None:
    case = FakeCase()
    async with open_terminal(case) as terminal:
        case.gates["page"] = threading.Event()
        await terminal.pilot.press("G")
        await terminal.pilot.pause()
        assert terminal.screen.table.cursor_event is None
        assert "···" in terminal.text
        await terminal.pilot.press("/", "x", "y")
        assert terminal.screen.bar.input.value == "xy"
        await terminal.pilot.press("escape")
        case.gates["page"].set()
        await terminal.app.idle()
        assert terminal.event().key == "k002999"


async def test_a_held_key_asks_for_one_detail_at_a_time() -> None:
    case = FakeCase()
    async with open_terminal(case) as terminal:
        case.gates["raw"] = threading.Event()
        case.calls.clear()
        for _ in range(10):
            await terminal.pilot.press("j")
        assert case.calls.count("raw") == 1
        case.gates["raw"].set()
        await terminal.app.idle()
        assert case.calls.count("raw") == 2
        assert '"key": "k000010"' in terminal.text


async def test_last_row_before_the_count_goes_on_when_it_is_there() -> None:
    case = FakeCase(gates={"count": threading.Event()})
    async with open_terminal(case, settle=False) as terminal:
        while terminal.screen.table.cursor_event is None:
            await terminal.pilot.pause()
        await terminal.pilot.press("G")
        assert terminal.screen.table.cursor_row == 200
        case.gates["count"].set()
        await terminal.app.idle()
        assert terminal.event().key == "k002999"


async def test_the_next_query_cancels_the_one_before() -> None:
    case = FakeCase()
    async with open_terminal(case) as terminal:
        case.gates["find"] = threading.Event()
        terminal.screen.run_query("alice")
        await terminal.pilot.pause()
        assert "searching" in terminal.text
        del case.gates["find"]
        terminal.screen.run_query("publish")
        await terminal.app.idle()
        assert terminal.screen.session.query == "publish"
        assert [view.query for view in terminal.screen.past] == [""]


async def test_escape_stops_a_search() -> None:
    case = FakeCase()
    async with open_terminal(case) as terminal:
        case.gates["find"] = threading.Event()
        terminal.screen.run_query("alice")
        await terminal.pilot.pause()
        await terminal.press("escape")
        assert terminal.notice == "search stopped"
        del case.gates["find"]
        await terminal.press("G")
        assert terminal.event().key == "k002999"


async def test_a_slow_query_is_stopped_and_can_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timeline.tui.screens.base.LIMIT_S", 0.05)
    case = FakeCase()
    async with open_terminal(case) as terminal:
        case.gates["find"] = threading.Event()
        terminal.screen.run_query("alice")
        while not terminal.screen.bar.input.has_focus:
            await terminal.app.handled()
        await terminal.app.idle()
        assert "narrow it, or press Enter to go on" in terminal.text
        assert terminal.screen.session.query == ""
        monkeypatch.setattr("timeline.tui.screens.base.LIMIT_S", 0.0)
        terminal.app.post_message(Key("enter", None))
        while not terminal.screen.session.jobs.busy:
            await terminal.app.handled()
        for _ in range(20):
            await terminal.app.handled()
        assert terminal.screen.session.jobs.busy  # this time there is no limit
        case.gates["find"].set()
        await terminal.app.idle()
        assert terminal.screen.session.query == "alice"
        assert "narrow it" not in terminal.text


async def test_a_wrong_query_leaves_the_view_alive() -> None:
    case = FakeCase(gates={"count": threading.Event()})
    async with open_terminal(case, settle=False) as terminal:
        while terminal.screen.table.cursor_event is None:
            await terminal.pilot.pause()
        terminal.screen.run_query("alice ((")
        await terminal.pilot.pause()
        case.gates["count"].set()
        await terminal.app.idle()
        assert "^ a condition is missing (a field or a word)" in terminal.text
        assert "3,000 of 3,000" in terminal.text
        await terminal.press("G")
        assert terminal.event().key == "k002999"


async def test_the_caret_stands_under_the_column() -> None:
    async with open_terminal() as terminal:
        await terminal.press("/")
        await terminal.type("漢字 ((")
        await terminal.press("enter")
        lines = terminal.text.splitlines()
        below = next(number for number, line in enumerate(lines) if "((" in line) + 1
        wide_characters = 2
        assert lines[below].index("^") == lines[below - 1].index("((") + wide_characters + 1


@pytest.mark.parametrize(
    ("call", "error", "shown"),
    [
        ("annotate", CaseBusyError("another process is writing", where="case.db", hint="try again"), "(try again)"),
        ("annotate", StorageError("the disk is full"), "! the disk is full"),
        ("annotate", ZeroDivisionError("what"), "! unexpected ZeroDivisionError: what"),
        ("undo", CaseError("damaged"), "! damaged"),
    ],
)
async def test_errors_are_one_line(call: str, error: Exception, shown: str) -> None:
    async with open_terminal(FakeCase(broken={call: error})) as terminal:
        await terminal.press("space" if call == "annotate" else "u")
        assert shown in terminal.notice
        assert terminal.screen.status.has_class("-bad")
        await terminal.press("j")
        assert terminal.event().key == "k000001"


@pytest.mark.parametrize("call", ["find", "matches", "histogram", "sources", "raw", "source", "complete", "tags"])
async def test_every_call_may_fail(call: str) -> None:
    case = FakeCase(broken={call: CaseError("the case file is gone", where="case.db")})
    async with open_terminal(case) as terminal:
        said = []
        for key in ("j", "G", "/", "tab", "escape", "escape", "t"):
            await terminal.press(key)
            said.append(terminal.text + terminal.notice)
        assert any("case file is gone" in text for text in said)
        case.broken.clear()


async def test_a_failed_comment_is_kept_as_draft() -> None:
    case = FakeCase(broken={"annotate": StorageError("the disk is full")})
    async with open_terminal(case) as terminal:
        await terminal.press("c")
        await terminal.type("important")
        await terminal.press("ctrl+s")
        assert "disk is full" in terminal.notice
        case.broken.clear()
        await terminal.press("c", "ctrl+s")
        assert terminal.event().comments[0].text == "important"


async def test_a_view_without_matches() -> None:
    async with open_terminal(query="actor:nobody") as terminal:
        assert "no event matches" in terminal.text
        assert "0 of 3,000" in terminal.text
        for key in ("j", "G", "enter", "f", "space", "t", "c", "S", "n", "a", "i", "+", "-", "p", "z"):
            await terminal.press(key)
        assert terminal.app.screen is terminal.screen


async def test_an_empty_case() -> None:
    async with open_terminal(FakeCase(events=[])) as terminal:
        assert "0 events" in terminal.text
        await terminal.press("G", "j", "enter", "space")


async def test_a_filter_on_stars_follows_the_stars() -> None:
    case = FakeCase()
    case.annotate(["k000001", "k000002"], star=True)
    async with open_terminal(case, query="is:starred") as terminal:
        assert "2 of 3,000" in terminal.text
        await terminal.press("space")
        assert "1 of 3,000" in terminal.text
        assert terminal.event().key == "k000002"


async def test_writes_keep_their_order() -> None:
    async with open_terminal() as terminal:
        for _ in range(4):
            await terminal.pilot.press("space")
        await terminal.app.idle()
        names = [step[0] for step in terminal.case.done]
        assert len(names) == 4


async def test_the_end_of_a_view_of_whole_pages() -> None:
    async with open_terminal(FakeCase(events=make_events(400))) as terminal:
        await terminal.press("G")
        assert terminal.event().key == "k000399"
        assert "row 400 of 400" in terminal.text
