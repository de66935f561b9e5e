"""The text of the screen in a few states. `LEAKLINE_WRITE_SNAPSHOTS=1 pytest tests/tui/test_screens.py` writes them anew."""

import os
from pathlib import Path

import pytest

from tests.tui.conftest import open_terminal
from tests.tui.fake_case import FakeCase
from timeline.tui.app import screenshot

SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
async def test_screen(size: tuple[int, int]) -> None:
    case = FakeCase()
    case.annotate(["k000004"], star=True, tags=["exfil"], comment="asked HR\nno answer yet")
    case.annotate(["k000360"], star=True)
    async with open_terminal(case, size) as terminal:
        compare("opened", size, terminal.text)
        for key in ("n", "i", "z", "enter"):
            await terminal.press(key)
        compare("detail", size, terminal.text)
        await terminal.press("escape", "/")
        await terminal.type(" after:((")
        await terminal.press("enter")
        compare("wrong-query", size, terminal.text)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
async def test_selected_rows(size: tuple[int, int]) -> None:
    async with open_terminal(FakeCase(), size) as terminal:
        await terminal.press(".", "j", "V", "j", "j", "space")
        compare("selected", size, terminal.text)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
async def test_second_pane(size: tuple[int, int]) -> None:
    async with open_terminal(FakeCase(), size) as terminal:
        await terminal.press("j", "|", "a")
        await terminal.app.idle()
        await terminal.press("tab", "j")
        compare("beside", size, terminal.text)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
async def test_exports(size: tuple[int, int]) -> None:
    async with open_terminal(FakeCase(), size, "actor:alice") as terminal:
        await terminal.press("e")
        for line in (
            "│ filter actor:alice: 750 events  ", "│ secrets are redacted; reports and bundles always redact  ",
            "│  1  JSON lines           of the filter: every field, values exact  ",
            "│  7  Bundle to hand over  of the case: report, key events, their record…",
        ):  # fmt: skip
            assert line in terminal.text
        await terminal.press("R")
        assert "│ NOT REDACTED: every secret of the evidence is in it; reports and bundl" in terminal.text


def compare(name: str, size: tuple[int, int], text: str) -> None:
    path = SNAPSHOTS / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("LEAKLINE_WRITE_SNAPSHOTS"):
        path.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == path.read_text(encoding="utf-8")


def test_screenshot(tmp_path: Path) -> None:
    path = tmp_path / "screen.svg"
    screenshot(FakeCase(), path, (120, 32), "actor:alice", ("j", "space"))
    drawn = path.read_text(encoding="utf-8")
    assert "src:" not in drawn
    assert "actor:alice" in drawn
    assert "★" in drawn
