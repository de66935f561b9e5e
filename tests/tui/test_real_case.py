"""The same screen on a real case: what the fake stands in for is really so."""

import shutil
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.tui.conftest import Terminal
from timeline.session.case import Case, open_case
from timeline.tui.app import LeaklineApp
from timeline.tui.case_like import CaseLike
from timeline.tui.screens import base

AGENTS = ("npm/10.9.0 node/v22.3.0 linux x64", "curl/8.5.0", "a \\x22quoted\\x22 agent: with (signs) *")
USERS = ("-", "alice", "ci-publisher")


def access_log(lines: int) -> str:
    return "".join(
        f"198.51.100.{number % 40} - {USERS[number % 3]} [{24 + number // 300:02}/Mar/2026:"
        f"{number // 60 % 5 + 10:02}:{number % 60:02}:00 +0200] "
        f'"GET /@corp/cli/-/cli-2.1.{number % 90}.tgz?a=b&c=(d)%20e HTTP/1.1" {(200, 403, 404, 500)[number % 4]} '
        f'{number * 1000} "-" "{AGENTS[number % 3]}"\n'
        for number in range(lines)
    )


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case")
    log = folder / "access.log"
    log.write_text(access_log(1500) + "not a log line\n", encoding="utf-8")
    with open_case(folder / "case.db", create=True, analyst="kim") as case:
        case.ingest([log], jobs=1)
    return folder / "case.db"


@pytest.fixture
def case(database: Path, tmp_path: Path) -> Iterator[Case]:
    copy = tmp_path / "case.db"
    copy.write_bytes(database.read_bytes())
    with open_case(copy, analyst="kim") as opened:
        yield opened


@asynccontextmanager
async def on_screen(case: CaseLike, query: str = "") -> Any:
    app = LeaklineApp(case, query=query)
    async with app.run_test(size=(130, 30)) as pilot:
        await app.idle()
        yield Terminal(app, pilot, case)  # type: ignore[arg-type]  # only tests on the fake look at its hooks


async def test_opening(case: Case) -> None:
    async with on_screen(case) as terminal:
        assert "1,500 of 1,500" in terminal.text
        assert "1 source" in terminal.text
        assert "1 reject" in terminal.text
        assert "peak" in terminal.text
        assert "▌   08:00:00" in terminal.text
        assert "access.log · record 1 · bytes 0+" in terminal.text
        assert "198.51.100.0 - - [24/Mar/2026:10:00:00" in terminal.text
        await terminal.press("G")
        assert "row 1,500 of 1,500" in terminal.text


async def test_a_case_that_grows_while_it_is_open(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "LOOK_S", 0.02)
    more = tmp_path / "earlier.log"
    more.write_text(access_log(300).replace("24/Mar/2026", "20/Mar/2026"), encoding="utf-8")
    async with on_screen(case, "status:404") as terminal:
        await terminal.press("j")
        await terminal.press("j")
        key, before = terminal.event().key, terminal.screen.table.cache.total
        case.ingest([more], jobs=1)
        for _ in range(200):
            await terminal.pilot.pause(0.02)
            if terminal.screen.table.cache.total != before and "1,800" in terminal.text:
                break
        await terminal.app.idle()
        assert f"{before + 75} of 1,800" in terminal.text
        assert terminal.event().key == key  # rows came before it
        assert "2 sources" in terminal.text


async def test_every_cell_can_be_kept_and_excluded(case: Case) -> None:
    async with on_screen(case) as terminal:
        for _ in range(5):
            await terminal.press("j")
        key = terminal.event().key
        for _ in range(9):
            await terminal.press("h")
        for column in ("time", "result", "kind", "who", "did", "what", "from", "out"):
            assert terminal.screen.table.column.id == column
            await terminal.press("f")
            assert terminal.screen.session.query, column
            assert terminal.event().key == key, column
            kept = terminal.screen.table.cache.total
            await terminal.press("b")
            assert terminal.event().key == key
            if column != "time":
                await terminal.press("x")
                assert terminal.screen.table.cache.total == 1500 - kept, column
                await terminal.press("b")
            await terminal.press("l")
        await terminal.press("i")
        await terminal.press("a")
        assert terminal.event().key == key
        assert not terminal.notice.startswith("!")


async def test_an_empty_cell_is_a_condition_too(case: Case) -> None:
    async with on_screen(case) as terminal:
        for key in ("h", "h", "f"):
            await terminal.press(key)
        assert terminal.screen.session.query == "-actor:*"
        assert "500 of 1,500" in terminal.text


async def test_annotations(case: Case) -> None:
    async with on_screen(case) as terminal:
        await terminal.press("space")
        await terminal.press("t")
        await terminal.type("exfil")
        await terminal.press("enter")
        await terminal.press("c")
        await terminal.type("asked HR")
        await terminal.press("ctrl+s")
        event = terminal.event()
        assert (event.starred, event.tags, event.comments[0].text) == (True, ("exfil",), "asked HR")
        await terminal.press("G")
        await terminal.press("N")
        assert terminal.event().key == event.key
        for _ in range(3):
            await terminal.press("u")
        assert not terminal.event().starred
        await terminal.press("u")
        assert terminal.notice == "nothing to undo"
        await terminal.press("ctrl+r")
        assert terminal.event().starred
        await terminal.press("a" if terminal.event().actor else "j", "S")
        await terminal.type("seen")
        await terminal.press("enter", "y")
        assert terminal.notice.startswith("tag seen: ")


async def test_files(case: Case, tmp_path: Path) -> None:
    async with on_screen(case, "status:403") as terminal:
        terminal.screen.session.folder = tmp_path
        await terminal.press("e", "enter", "enter")
        assert "view.jsonl: 375 events; " in terminal.notice
        assert len((tmp_path / "view.jsonl").read_text(encoding="utf-8").splitlines()) == 375
        await terminal.press("r", "enter")
        assert (tmp_path / "report.md").exists()
        await terminal.press("e", "7", "enter")
        assert (tmp_path / "bundle.tar.gz").exists() or "no event matches" in terminal.notice


async def test_completion_and_errors(case: Case) -> None:
    async with on_screen(case) as terminal:
        await terminal.press("/")
        await terminal.type("actor:al")
        await terminal.press("tab")
        assert "alice" in terminal.screen.bar.input.value or "alice" in terminal.text
        await terminal.press("ctrl+u")
        await terminal.type("status:4xx (actor:alice")
        await terminal.press("enter")
        assert "^" in terminal.text
        assert "1,500 of 1,500" in terminal.text


async def test_jump_and_zones(case: Case) -> None:
    async with on_screen(case) as terminal:
        await terminal.press("J")
        await terminal.type("2026-03-26")
        await terminal.press("enter")
        assert "Thu 26 March 2026" in terminal.text
        await terminal.press("z")
        assert "04:00:00" in terminal.text
        assert "New_York" in terminal.text


@pytest.mark.parametrize("replaced", [False, True])
async def test_the_case_is_deleted_or_replaced_under_the_app(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replaced: bool
) -> None:
    monkeypatch.setattr("timeline.tui.screens.base.LOOK_S", 0.05)
    other = tmp_path / "other.db"
    shutil.copy(case.path, other)
    before = other.read_bytes()
    async with on_screen(case) as terminal:
        case.path.rename(tmp_path / "moved.db")
        if replaced:
            other.rename(case.path)
        while "while it was open" not in terminal.notice:
            await terminal.app.handled()
        assert ("replaced" in terminal.notice) == replaced
        await terminal.press("j", "space")
        assert "while it was open" in terminal.notice
        assert terminal.event().key
        await terminal.press("q")
    if replaced:
        assert case.path.read_bytes() == before
    else:
        assert not case.path.exists()
