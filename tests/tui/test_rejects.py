"""Rejects by the million: only those near the screen are read."""

import threading
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.tui.conftest import open_terminal
from tests.tui.fake_case import FakeCase
from tests.tui.test_real_case import access_log, on_screen
from timeline.model.source import RefusedRecord
from timeline.session.case import open_case
from timeline.tui.screens.rejects import RejectsScreen, reason_lines, reject_line

REASONS = [(f"reason {number}", 10 - number) for number in range(10)]


@pytest.mark.parametrize("width", [20, 76, 300])
def test_lines_have_their_width(width: int) -> None:
    refused = RefusedRecord("a", 10**12, 10**15, 10**9, "\x1b[31m" + "x" * 500)
    assert cell_len(reject_line(refused, width)) == width
    assert {cell_len(line) for line in reason_lines([("\x1b" * 400, 10**12)], None, width, 4)} == {width}
    assert "\x1b" not in reject_line(refused, width)


def test_reasons_are_cut_around_the_one_that_is_shown() -> None:
    assert [line.split() for line in reason_lines(REASONS[:2], "reason 1", 30, 4)] == [
        ["10", "reason", "0"],
        ["▸", "9", "reason", "1"],
    ]
    for shown in (None, *(reason for reason, _ in REASONS)):
        lines = reason_lines(REASONS, shown, 60, 4)
        assert len(lines) == 4
        assert "7 more reasons" in lines[-1]
        assert shown is None or sum(line.startswith("▸") and shown in line for line in lines) == 1


async def test_a_million_rejects_open_at_once_and_only_pages_are_read() -> None:
    case = FakeCase(reject_count=1_000_000, gates={"reasons": threading.Event()})
    asked = []

    def noted(source: str, **values: object) -> list[RefusedRecord]:
        asked.append(values["offset"])
        return [RefusedRecord(source, int(str(values["offset"])) + n, n, 80, "no time") for n in range(200)]

    case.reject_page = noted  # type: ignore[method-assign]  # the test's own
    async with open_terminal(case, settle=False) as terminal:
        await terminal.app.idle()
        screen = RejectsScreen(case, "logs/a.log", 1_000_000)
        terminal.app.push_screen(screen)
        while "record         0" not in terminal.text:
            await terminal.pilot.pause(0.01)
        assert "1,000,000 rejects of logs/a.log" in terminal.text
        assert asked == [0]
        case.gates.pop("reasons").set()
        case.reject_count = 0
        await terminal.app.idle()


async def test_keys_move_in_the_list(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(access_log(10) + "no line\n" * 700 + access_log(5), encoding="utf-8")
    with open_case(tmp_path / "case.db", create=True, analyst="kim") as case:
        case.ingest([tmp_path / "access.log"], jobs=1)
        assert case.reject_reasons("access.log")[0][1] == 700
        assert case.reject_reasons("nothing") == []
        assert [one.record for one in case.reject_page("access.log", offset=698)] == [709, 710]
        assert case.reject_page("access.log", reason="another") == []
        assert list(case.reject_page("access.log", limit=1000)) == list(case.rejects("access.log"))
        async with on_screen(case) as terminal:
            await terminal.press("s", "r")
            assert "700 rejects of access.log" in terminal.text
            await terminal.press("end")
            assert "▌ record       710" in terminal.text
            assert terminal.text.rstrip().splitlines()[-3].strip() == "no line"
            await terminal.press("home", "j", "down", "k")
            assert "▌ record        12" in terminal.text
            await terminal.press("pagedown", "pageup", "tab")
            assert "▸" in terminal.text
            await terminal.press("tab", "escape", "escape")
