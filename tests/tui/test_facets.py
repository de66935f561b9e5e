"""The facets screen: values, bars, what is new, search; on a fake case and a real one."""

import threading
from pathlib import Path

import pytest

from tests.analysis.trails import call, made_case, user
from tests.tui.conftest import open_terminal
from tests.tui.fake_case import FakeCase
from tests.tui.test_real_case import on_screen
from tests.tui.test_screens import compare
from timeline.model.errors import LeaklineError
from timeline.tui.facets import Facet, condition_of, facet_line, values_of


def test_bars_are_as_long_as_counts_are_high() -> None:
    facet = values_of([("a", 100), ("b", 50), (None, 1)], 10, "")
    lines = [facet_line(value, count, facet, 80, is_new=False) for value, count in facet.rows]
    assert [line.count("█") for line in lines] == [20, 10, 1]
    assert all(len(line) == 80 for line in lines)
    assert "(none)" in lines[2]
    assert facet_line("x" * 500, 1, facet, 40, is_new=True).startswith("+ xxx")


def test_people_are_searched_here() -> None:
    assert values_of([("Ann Lee", 3), ("Ben", 2), (None, 1)], 1, "ANN") == Facet((("Ann Lee", 3),), 3, False)
    assert values_of([("a", 3), ("b", 2)], 1, "").more


def test_nobody_is_a_condition_too() -> None:
    assert condition_of("person", None, keep=True) == "-actor:* -credential:*"
    assert condition_of("person", None, keep=False) == "(actor:* OR credential:*)"
    assert condition_of("actor", None, keep=False) == "actor:*"


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
async def test_screen(size: tuple[int, int]) -> None:
    async with open_terminal(FakeCase(), size) as terminal:
        await terminal.press("h", "h", "v")
        compare("facets", size, terminal.text)


async def test_the_next_key_gives_up_what_is_being_counted() -> None:
    case = FakeCase(gates={"facet": threading.Event()})
    async with open_terminal(case) as terminal:
        terminal.app.screen.action_facets()  # type: ignore[attr-defined]  # the timeline
        await terminal.app.handled()
        assert "counting" in terminal.text
        await terminal.pilot.press("escape")
        case.gates["facet"].set()
        await terminal.app.idle()
        assert terminal.app.screen is terminal.screen


async def test_an_error_is_a_line() -> None:
    async with open_terminal(FakeCase(broken={"facet": LeaklineError("it cannot be counted")})) as terminal:
        await terminal.press("v")
        assert "it cannot be counted" in terminal.text
        await terminal.press("enter", "x", "escape")
        assert terminal.app.screen is terminal.screen


async def test_search_people_and_what_is_new(tmp_path: Path) -> None:
    ann, ben = user("ann", "AKIAEXAMPLEANN"), user("ben", "AKIAEXAMPLEBEN")
    trail = [call(n, f"2026-03-{n:02d}T10:00:00Z", "s3", "GetObject", ann if n < 20 else ben) for n in range(1, 29)]
    with made_case(tmp_path / "case", {"trail.json": trail}) as case:
        async with on_screen(case, "after:2026-03-15") as terminal:
            await terminal.press("v", *["h"] * 5)
            assert "+ arn:aws:iam::111122223333:user/ben" in terminal.text
            assert "  arn:aws:iam::111122223333:user/ann" in terminal.text
            await terminal.press("/")
            await terminal.type("BEN")
            assert "user/ann" not in terminal.text.partition("user/ben")[2]
            await terminal.press("enter", "enter")
            assert terminal.screen.session.query == "after:2026-03-15 actor:arn:aws:iam::111122223333:user/ben"
            assert "9 of 28" in terminal.text
            await terminal.press("F", "v", *["h"] * 6)
            assert "aws:arn:aws:iam::111122223333:user/ann" in terminal.text
            await terminal.press("enter")
            assert terminal.screen.session.query.startswith("person:")
            assert "19 of 28" in terminal.text
            key = terminal.event().key
            await terminal.press("o", "n")
            assert "1 of 28" in terminal.text
            assert terminal.event().key == key
