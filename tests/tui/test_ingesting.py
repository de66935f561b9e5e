"""Evidence is read from the screen: it goes on beside everything else, is stopped when asked, and the timeline grows."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.widgets import Input

from tests.tui.conftest import Terminal, open_terminal
from tests.tui.fake_case import FakeCase
from tests.tui.test_real_case import access_log, on_screen
from tests.tui.test_screens import compare
from timeline.ingest.progress import Progress
from timeline.model.errors import CaseBusyError
from timeline.model.source import IngestSummary
from timeline.session.case import open_case
from timeline.tui.evidence_run import RunState
from timeline.tui.path_completion import Names, listed, read_names
from timeline.tui.run_line import bar_text, left_text, run_line, summary_line
from timeline.tui.screens import base
from timeline.tui.screens.path_prompt import PathPrompt
from timeline.tui.screens.prompt import ConfirmScreen
from timeline.tui.screens.sources import SourcesScreen

SIZES = [(120, 40), (80, 24)]
TOLD = Progress("logs/\x1b[31m/access.log", "web.access", 3, 12, 50_000_000, 0, 200_000_000, 18_611, 9000)


async def until(terminal: Terminal, is_so: Callable[[], bool]) -> None:
    """Let the app work until something is so."""
    for _ in range(1000):
        if is_so():
            break
        await terminal.pilot.pause(0.01)
    assert is_so()
    await terminal.app.idle()


# --- pure


@pytest.mark.parametrize("width", [5, 20, 40, 80, 120, 300])
def test_the_line_has_its_width(width: int) -> None:
    for state in (
        RunState("reading", 0.0, 0.0),
        RunState("reading", 0.0, 10.0, "", TOLD),
        RunState("reading", 0.0, 10.0, "", replace(TOLD, total_bytes=0, bytes_done=0, path="é" * 500)),
        RunState("reading", 0.0, 10.0, "", replace(TOLD, segments_to_list=3)),
        RunState("reading", 0.0, 10.0, "", TOLD, is_stopping=True),
    ):
        assert cell_len(run_line(state, width)) == width
        assert "\x1b" not in run_line(state, width)


def test_what_is_needed_least_is_left_out() -> None:
    state = RunState("reading", 0.0, 10.0, "", TOLD)
    wide = run_line(state, 140)
    assert all(
        text in wide for text in ("25%", "18,611 events", "3/12 sources", "50.0M of 200M", "5.0M/s", "0:30 left", "██")
    )
    narrow = run_line(state, 60)
    assert "25%" in narrow
    assert "0:30 left" in narrow
    assert "sources" not in narrow
    assert "left" not in run_line(replace(state, now_s=0.5), 140)  # too early to say
    assert "listing rows" in run_line(replace(state, progress=replace(TOLD, segments_to_list=2)), 120)
    assert run_line(replace(state, is_stopping=True), 60).startswith(" stopping access.log")


def test_bars_and_times() -> None:
    assert [bar_text(share, 4) for share in (-1.0, 0.0, 0.5, 1 / 32, 2.0)] == ["    ", "    ", "██  ", "▏   ", "████"]
    assert [left_text(seconds) for seconds in (7.4, 65, 7509)] == ["0:07 left", "1:05 left", "2:05:09 left"]


def test_what_came_of_it() -> None:
    assert summary_line(IngestSummary(sources=1, events=5)) == "1 source · 5 events"
    failed = IngestSummary(sources=3, already_held=1, rejects=2, failures=(("a", "no"), ("b", "no")), cancelled=True)
    assert summary_line(failed) == (
        "3 sources · 0 events · 1 held already · 2 rejects · not read: a: no, and 1 more"
        " · stopped: reading it again goes on from here"
    )


def test_names_are_completed_as_in_a_shell(tmp_path: Path) -> None:
    for name in ("access-1.log", "access-2.log", ".hidden", "bad\x1bname"):
        (tmp_path / name).touch()
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "trail.json").touch()
    found = read_names(f"{tmp_path}/")
    assert found.names == ("access-1.log", "access-2.log", "audit/")
    assert found.common == f"{tmp_path}/a"
    assert read_names(f"{tmp_path}/ac").common == f"{tmp_path}/access-"
    assert read_names(f"{tmp_path}/au").common == f"{tmp_path}/audit/"
    assert read_names(f"{tmp_path}/.h").names == (".hidden",)
    assert read_names(f"{tmp_path}/audit/t").common == f"{tmp_path}/audit/trail.json"
    assert read_names(f"{tmp_path}/none/x") == Names(f"{tmp_path}/none/x", ())
    assert read_names("~nobody-of-that-name/x").names == ()
    cut = read_names(f"{tmp_path}/", most=2)
    assert (cut.is_cut, cut.common) == (True, f"{tmp_path}/")
    assert listed(["a", "b", "c"], 3) == ["a", "b", "c"]
    assert listed(["a", "b", "c"], 2) == ["a", "… 2 more"]
    assert listed(["a", "b"], 8, is_cut=True) == ["a", "b", "… 0+ more"]


# --- on the screen


@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
async def test_screens(size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(12):
        (tmp_path / f"access-{number:02}.log").touch()
    case = FakeCase(gates={"ingest": threading.Event()})
    async with open_terminal(case, size) as terminal:
        terminal.screen.evidence.clock = lambda: 0.0
        await terminal.press("s", "i")
        compare("path-prompt", size, terminal.text)
        await terminal.press("enter")
        assert case.calls.count("ingest") == 1
        await until(terminal, lambda: "18,611 events" in terminal.text)
        compare("reading-evidence", size, terminal.text)
        await terminal.press("escape")
        assert "18,611 events" in terminal.text


async def test_tab_goes_on_from_name_to_name(tmp_path: Path) -> None:
    for name in ("one.log", "one.txt", "two.log"):
        (tmp_path / name).touch()
    async with open_terminal(FakeCase(folder=tmp_path)) as terminal:
        await terminal.press("I")
        prompt = terminal.app.screen
        assert isinstance(prompt, PathPrompt)
        seen = []
        for key in ("o", "tab", "tab", "tab", "tab"):
            await terminal.press(key)
            seen.append(prompt.query_one(Input).value.removeprefix(f"{tmp_path}/"))
        assert seen == ["o", "one.", "one.log", "one.txt", "one.log"]
        assert "▌one.log" in terminal.text
        await terminal.press("escape")
        assert "ingest" not in terminal.case.calls


async def test_the_timeline_grows_and_the_cursor_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    case = FakeCase(gates={"ingest": threading.Event()})
    async with open_terminal(case) as terminal:
        await terminal.press("J")
        await terminal.type("2026-03-25")
        await terminal.press("enter", "I")
        await terminal.type("evidence")
        await terminal.press("enter")
        assert case.remembered["ingested"] == ["evidence"]
        await terminal.press("j", "space")  # reading and saying go on
        key = terminal.event().key
        line = next(at for at, text in enumerate(terminal.text.splitlines()) if text.startswith("▌"))
        case.gates["ingest"].set()
        await terminal.evidence_read()
        await until(terminal, lambda: "of 3,100" in terminal.text)
        assert terminal.event().key == key
        assert terminal.event().starred
        assert terminal.text.splitlines()[line].startswith("▌★")
        assert terminal.notice == "3 sources · 100 events · 2 rejects · not read: a.bin: its format is not known"


async def test_the_cursor_may_move_while_the_new_rows_are_counted() -> None:
    case = FakeCase()
    async with open_terminal(case) as terminal:
        await terminal.press("ctrl+d", "ctrl+d")
        row = terminal.screen.table.cursor_row
        case.gates["count"] = threading.Event()
        case.ingest(["more"])
        terminal.screen.look_for_more()
        await until_counting(terminal)
        await terminal.pilot.press("j", "j")
        case.gates.pop("count").set()
        await terminal.app.idle()
        assert terminal.screen.table.cursor_row == row + 2 + 100
        assert terminal.event().key == f"k{row + 2:06d}"


async def test_a_case_begins_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "LOOK_S", 0.02)
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "case.yaml").write_text("name: new\n", encoding="utf-8")
    (tmp_path / "case" / "access.log").write_text(access_log(40), encoding="utf-8")
    with open_case(tmp_path / "case", create=True, analyst="kim") as case:
        async with on_screen(case) as terminal:
            await terminal.press("W")
            assert "no events yet" in terminal.text
            await terminal.press("1")
            await terminal.type("access.log")
            await terminal.press("enter")
            await terminal.evidence_read()
            await until(terminal, lambda: "40 of 40" in terminal.text)
            assert terminal.screen.table.cursor_row == 0
            assert "peak" in terminal.text


async def test_sources_come_while_they_are_looked_at() -> None:
    case = FakeCase()
    async with open_terminal(case) as terminal:
        await terminal.press("s", "j")
        assert "logs/new.log" not in terminal.text
        case.ingest(["by another process"])
        screen = terminal.app.screen
        assert isinstance(screen, SourcesScreen)
        screen.look_for_more()
        await terminal.app.idle()
        assert "logs/new.log" in terminal.text
        assert screen.source is not None
        assert screen.source.path == "logs/git.commit.log"


async def test_no_case_call_on_the_ui_thread(tmp_path: Path) -> None:
    case = FakeCase(folder=tmp_path)
    async with open_terminal(case) as terminal:
        await terminal.press("I", "x", "tab", "enter")
        await terminal.evidence_read()
        await terminal.press("W", "escape", "s", "r", "tab", "end", "escape", "f", "g", "tab", "enter", "y")
        await terminal.evidence_read()
        await terminal.press("escape")
        assert set(case.calls) >= {
            "ingest", "outline", "volumes", "mark_seen", "sources", "source_gaps", "rejects", "kinds", "reparse", "generation",
        }  # fmt: skip
    assert threading.get_ident() not in case.threads


async def until_counting(terminal: Terminal) -> None:
    before = terminal.case.calls.count("find")
    while terminal.case.calls.count("find") == before:
        await terminal.pilot.pause(0.01)


async def test_escape_asks_and_stops() -> None:
    case = FakeCase(gates={"ingest": threading.Event()})
    async with open_terminal(case) as terminal:
        await terminal.press("I")
        await terminal.type("x")
        await terminal.press("enter", "escape")
        assert isinstance(terminal.app.screen, ConfirmScreen)
        await terminal.press("n")
        assert terminal.screen.evidence.is_running
        await terminal.press("I")
        assert "read already" in terminal.notice
        await terminal.press("s", "X", "y")
        await terminal.evidence_read()
        await terminal.press("X")
        assert "nothing is being read" in terminal.text
        await terminal.press("escape")
        assert "stopped: reading it again" in terminal.notice


async def test_leaving_asks_first() -> None:
    case = FakeCase(gates={"ingest": threading.Event()})
    async with open_terminal(case) as terminal:
        await terminal.press("I")
        await terminal.type("x")
        await terminal.press("enter", "q")
        assert "Stop it and leave?" in terminal.text
        await terminal.press("n")
        assert terminal.app.is_running
        await terminal.press("q", "y")
        assert not terminal.app.is_running


async def test_errors_are_one_line() -> None:
    case = FakeCase(broken={"ingest": CaseBusyError("process 7 is writing", where="case.db", hint="wait")})
    async with open_terminal(case) as terminal:
        await terminal.press("I", "enter")
        assert "ingest" in case.calls
        await terminal.evidence_read()
        assert terminal.notice.startswith("! case.db: process 7 is writing")
        case.broken["ingest"] = MemoryError()
        await terminal.press("s", "i", "enter")
        await terminal.evidence_read()
        assert "unexpected MemoryError" in terminal.text


async def test_a_real_case_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "LOOK_S", 0.02)
    (tmp_path / "first.log").write_text(access_log(50), encoding="utf-8")
    (tmp_path / "earlier.log").write_text(access_log(300).replace("24/Mar/2026", "20/Mar/2026"), encoding="utf-8")
    with open_case(tmp_path / "case.db", create=True, analyst="kim") as case:
        case.ingest([tmp_path / "first.log"], jobs=1)
        async with on_screen(case) as terminal:
            await terminal.press("j", "j")
            key = terminal.event().key
            await terminal.press("s", "i")
            await terminal.type("earl")
            await terminal.press("tab", "enter")
            await terminal.evidence_read()
            assert "earlier.log" in terminal.text
            await terminal.press("escape")
            await until(terminal, lambda: "350 of 350" in terminal.text)
            assert terminal.event().key == key
            await terminal.press("I")
            await terminal.type("none.log")
            await terminal.press("enter")
            await terminal.evidence_read()
            assert "there is no such file or folder" in terminal.notice
