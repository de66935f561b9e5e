"""The overview of a case: what it says, when it comes by itself, where its questions lead."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.tui.conftest import Terminal, open_terminal
from tests.tui.fake_case import START_US, FakeCase
from tests.tui.test_screens import compare
from timeline.model.errors import CaseError
from timeline.model.finding_rows import FINDINGS
from timeline.model.outline import KindOutline, News, Outline, Seen, read_seen
from timeline.query.parsing import parse
from timeline.tui.app import LeaklineApp
from timeline.tui.clock import DISPLAY_UTC
from timeline.tui.first_questions import MOST, first_questions
from timeline.tui.overview_lines import bar_cells, head_lines, kind_lines, news_lines, spark
from timeline.tui.screens.findings import FindingsScreen
from timeline.tui.screens.overview import OverviewScreen, read_when
from timeline.tui.screens.sources import SourcesScreen

SIZES = [(120, 40), (80, 24)]
SEEN = Seen(START_US, 2_900, 1, 0)


def outline(*kinds: str | None, **values: object) -> Outline:
    counted = tuple(KindOutline(kind, 2, 100, 0) for kind in kinds)
    made = Outline((0, 10**12), 100 * len(kinds), 0, 2 * len(kinds), 0, 0, 0, 0, counted, None, SEEN)
    return replace(made, **values)  # type: ignore[arg-type]  # names and types are Outline's


# --- pure


@pytest.mark.parametrize(
    ("kinds", "first"),
    [
        (("git", "aws.cloudtrail"), "What was open to outsiders, since when, and who read it?"),
        (("git",), "Which secrets were committed, and were they used?"),
        (("web.access",), "What was downloaded, and was it whole?"),
        (("okta.system",), "Was logging cut, or history rewritten?"),
        (("shell.history",), "What do these logs not show?"),
    ],
)
def test_questions_fit_what_the_case_holds(kinds: tuple[str, ...], first: str) -> None:
    found = first_questions(outline(*kinds))
    assert found[0].text == first
    assert 5 <= len(found) <= MOST
    assert len({question.text for question in found}) == len(found)
    for question in found:
        assert question.findings is None or question.findings in FINDINGS
        assert question.query is None or parse(question.query, now_us=0)


def test_what_is_wrong_is_asked_first_and_stars_last() -> None:
    found = first_questions(
        outline("git", "web.access", "okta.system", "aws.cloudtrail", rejects=2, unread=1, starred=3)
    )
    assert found[0].text == "What could not be read, and why? (1 source not read, 2 records rejected)"
    assert (found[0].query, found[0].findings) == (None, None)
    assert found[-1].query == "is:starred"
    assert len(found) == MOST
    assert [question.wants_evidence for question in first_questions(outline())] == [True]
    assert len(first_questions(outline("shell.history"))) >= 5


@pytest.mark.parametrize("width", [20, 76, 116, 300])
def test_lines_have_their_width(width: int) -> None:
    news = News(START_US, -5, 9, ("a" * 300, "\x1b[31m"), (("mallory\u202e", 3),), ("exposures",))
    big = outline(*(f"kind.{n}" for n in range(30)), None, undated=1, rejects=2, unread=3, copies=4, news=news)
    lines = [
        *head_lines(big, DISPLAY_UTC, width), *kind_lines(big, {"kind.0": [1] * bar_cells(width)}, width, 8),
        *news_lines(news, "kim\x1b", DISPLAY_UTC, width), *news_lines(None, "kim", DISPLAY_UTC, width),
    ]  # fmt: skip
    assert {cell_len(line) for line in lines} == {width}
    assert not any("\x1b" in line or "\u202e" in line for line in lines)


def test_many_kinds_are_cut_with_their_number() -> None:
    many = outline(*(f"kind.{n}" for n in range(10)))
    assert len(kind_lines(many, {}, 100, 20)) == 11
    cut = kind_lines(many, {}, 100, 6)
    assert len(cut) == 6
    assert cut[-1].rstrip() == "… 6 more kinds with 600 events"
    assert "···" in cut[1]
    assert spark((0, 1, 1000)) == " ▁█"


def test_news_in_words() -> None:
    news = News(START_US, 1, 5, ("a", "b"), (("sam", 2),), ("coverage",))
    assert [line.rstrip() for line in news_lines(news, "kim", DISPLAY_UTC, 100)] == [
        "new since kim left it, 2026-03-24 00:00:00 UTC:",
        "  1 more event",
        "  5 sources: a, b and 3 more",
        "  annotations: 2 by sam",
        "  findings that are others now: coverage",
    ]
    assert (
        "nothing new"
        in news_lines(replace(news, events=0, sources=0, said=(), findings=()), "kim", DISPLAY_UTC, 100)[0]
    )
    assert "2 fewer events" in news_lines(replace(news, events=-2), "kim", DISPLAY_UTC, 100)[1]


@pytest.mark.parametrize(
    "kept", [None, 5, [], {"at_us": 1}, {**SEEN.as_json(), "events": "x"}, {**SEEN.as_json(), "findings": 1}]
)
def test_what_was_seen_is_not_trusted(kept: object) -> None:
    assert read_seen(kept) is None
    assert read_seen(SEEN.as_json()) == SEEN
    assert read_when(kept) == "new"


# --- on the screen


@pytest.fixture
def beginning(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The app begins as `leakline open` has it: with the overview, as the analyst wants it."""
    plain = LeaklineApp.__init__

    def with_overview(app: LeaklineApp, case: FakeCase, *, query: str = "") -> None:
        plain(app, case, query=query, overview=None)

    monkeypatch.setattr(LeaklineApp, "__init__", with_overview)
    return iter(())


@pytest.mark.usefixtures("beginning")
@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
async def test_first_opening(size: tuple[int, int]) -> None:
    async with open_terminal(FakeCase(), size) as terminal:
        compare("overview-first", size, terminal.text)
        await terminal.press("enter")
        assert terminal.app.screen is terminal.screen
        assert terminal.screen.table.has_focus
        assert terminal.case.remembered["seen"]["events"] == 3000


@pytest.mark.usefixtures("beginning")
@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
async def test_something_is_new(size: tuple[int, int]) -> None:
    async with open_terminal(FakeCase(remembered={"seen": SEEN.as_json()}), size) as terminal:
        compare("overview-news", size, terminal.text)
        await terminal.press("escape", "W")
        assert "100 more events" in terminal.text  # since the session before, as long as this one lasts


@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
async def test_loading_empty_and_error(size: tuple[int, int]) -> None:
    case = FakeCase(gates={"outline": threading.Event()})
    async with open_terminal(case, size) as terminal:
        await terminal.pilot.press("W")
        await terminal.app.handled()
        compare("overview-loading", size, terminal.text)
        case.gates.pop("outline").set()
        await terminal.app.idle()
        await terminal.press("escape")
        case.events = []
        await terminal.press("W")
        compare("overview-empty", size, terminal.text)
        await terminal.press("q")
        case.broken["outline"] = CaseError("is damaged", where="case.db")
        await terminal.press("W")
        compare("overview-error", size, terminal.text)
        case.broken.clear()
        await terminal.press("enter")
        assert terminal.app.screen is terminal.screen


@pytest.mark.usefixtures("beginning")
async def test_it_comes_only_when_it_is_wanted() -> None:
    quiet = {"seen": replace(SEEN, events=3000).as_json()}
    for remembered, query, comes in (
        (quiet, "", False),
        ({**quiet, "overview": "always"}, "", True),
        ({"overview": "never"}, "", False),
        ({}, "actor:alice", False),
    ):
        async with open_terminal(FakeCase(remembered=dict(remembered)), query=query) as terminal:
            assert isinstance(terminal.app.screen, OverviewScreen) == comes, (remembered, query)


@pytest.mark.usefixtures("beginning")
async def test_nobody_is_interrupted() -> None:
    case = FakeCase(gates={"outline": threading.Event()})
    async with open_terminal(case, settle=False) as terminal:
        while terminal.screen.table.cursor_event is None:
            await terminal.pilot.pause()
        await terminal.pilot.press("/", "x")
        case.gates.pop("outline").set()
        await terminal.app.idle()
        assert terminal.app.screen is terminal.screen
        assert terminal.screen.bar.input.value == "x"
        assert "W shows the overview" in terminal.notice


async def test_leaving_keeps_what_was_seen(tmp_path: Path) -> None:
    case = FakeCase(folder=tmp_path)
    async with open_terminal(case) as terminal:
        await terminal.press("q")
    assert case.remembered["seen"]["events"] == 3000


def shows(terminal: Terminal, screen: type) -> bool:
    return isinstance(terminal.app.screen, screen)


async def test_questions_open_what_they_say() -> None:
    case = FakeCase()
    case.annotate(["k000004"], star=True)
    async with open_terminal(case) as terminal:
        await terminal.press("W", "1")
        assert shows(terminal, SourcesScreen)
        await terminal.press("escape", "W", "j", "j", "enter")
        assert shows(terminal, FindingsScreen)
        assert "Nothing opens anything" in terminal.text
        await terminal.press("escape", "W", "8")
        assert terminal.screen.session.query == "is:starred"
        assert terminal.event().key == "k000004"
        await terminal.press("W", "9")
        assert shows(terminal, OverviewScreen)
