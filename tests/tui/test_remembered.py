"""What a session leaves to the next: filter, place, columns, zoom, marks; and nothing bad from a case of somebody else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tui.conftest import open_terminal
from tests.tui.fake_case import FakeCase
from tests.tui.scenes_looking import brush_with_the_mouse
from timeline.tui.columns import ALL_COLUMNS, Choice, chosen_columns, place, read_choices
from timeline.tui.messages import Place
from timeline.tui.remembered import Remembered, read_drafts, read_remembered

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
names = st.sampled_from(["query", "place", "columns", "stack_by", "times", "zone", "zoom_us", "marks"])


@given(st.dictionaries(names, anything, max_size=8) | anything)
@settings(max_examples=100, deadline=None)
def test_whatever_was_kept_can_be_read(value: Any) -> None:
    found = read_remembered(value)
    assert read_remembered(found.as_json()) == found
    assert place(80, chosen_columns(found.columns))


def test_all_of_it_comes_back() -> None:
    kept = Remembered(
        "actor:alice", Place("k000004", 5), (Choice("who"), Choice("time", 20)), "outcome", "row above", "UTC", (1, 9),
        {"a": Place("k000001", None)},
    )  # fmt: skip
    assert read_remembered(kept.as_json()) == kept


@pytest.mark.parametrize("value", [[["who", 3]], [["who", 201]], [["nothing", None]], [["who"]], ["who"], "who", [["who", "9"]]])
def test_columns_that_are_none_are_not_shown(value: object) -> None:
    assert read_choices(value) == ()


def test_any_field_can_be_a_column() -> None:
    for name in ALL_COLUMNS:
        (placed,) = place(60, chosen_columns((Choice(name, 12),)))
        assert (placed.column.id, placed.width) == (name, 12)


async def test_the_next_session_goes_on() -> None:
    case = FakeCase()
    async with open_terminal(case) as terminal:
        await terminal.press("j", "j", "a", "y", "z", "M", "q", "+")
        zoom, key = terminal.screen.zoom_us, terminal.event().key
        await terminal.press("q")
    assert case.remembered["view"]["query"] == "actor:dana@corp.example"
    async with open_terminal(case) as terminal:
        screen = terminal.screen
        assert screen.session.query == "actor:dana@corp.example"
        assert terminal.event().key == key == screen.marks["q"].key
        assert (screen.zoom_us, screen.stack_by, screen.display_zone.name) == (zoom, "outcome", "Europe/Berlin")


async def test_a_query_of_the_command_comes_first() -> None:
    case = FakeCase(remembered={"view": Remembered("actor:alice", zoom_us=(1, 2)).as_json()})
    async with open_terminal(case, query="status:403") as terminal:
        assert (terminal.screen.session.query, terminal.screen.zoom_us) == ("status:403", None)


async def test_a_filter_that_cannot_be_asked_any_more_is_dropped() -> None:
    case = FakeCase(remembered={"view": Remembered("after:((").as_json()})
    async with open_terminal(case) as terminal:
        assert terminal.screen.session.query == ""
        assert terminal.event().key == "k000000"


async def test_what_has_not_changed_is_not_written_again() -> None:
    case = FakeCase()
    async with open_terminal(case) as terminal:
        terminal.screen.keep()
        await terminal.app.idle()
        terminal.screen.keep()
        await terminal.app.idle()
        assert case.calls.count("keep_settings") == 1


async def test_the_theme_is_remembered() -> None:
    case = FakeCase(remembered={"theme": "textual-light"})
    async with open_terminal(case) as terminal:
        assert terminal.app.theme == "textual-light"
    async with open_terminal(FakeCase(remembered={"theme": "no such theme"})) as terminal:
        assert terminal.app.theme == "textual-dark"


async def test_gaps_are_said() -> None:
    case = FakeCase()
    case.events = [case.events[0], case.events[30], case.events[31]]
    async with open_terminal(case) as terminal:
        assert "      · 2 h ·" in terminal.text
        await terminal.press("j")
        assert terminal.event().key == "k000030"
        assert terminal.text.count("·  ·") == 0


async def test_a_time_is_brushed_with_the_mouse() -> None:
    async with open_terminal() as terminal:
        await brush_with_the_mouse(terminal)


async def test_a_comment_that_was_not_sent_is_there_after_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timeline.tui.screens.prompt.REST_S", 0.01)
    case = FakeCase()
    async with open_terminal(case) as terminal:
        await terminal.press("j", "c")
        await terminal.type("she read it before")
        await terminal.app.idle()
        await terminal.pilot.pause(0.1)
        await terminal.app.idle()
        key = terminal.event().key
        assert case.remembered["drafts"] == {key: "she read it before"}  # and then the connection is lost
    async with open_terminal(case) as terminal:
        await terminal.press("c")
        assert "she read it before" in terminal.text
        await terminal.press("ctrl+s")
        assert terminal.event().comments[0].text == "she read it before"
        await terminal.app.idle()
    assert "drafts" not in case.remembered


@given(anything)
@settings(max_examples=50, deadline=None)
def test_drafts_of_a_strange_case(value: Any) -> None:
    found = read_drafts(value)
    assert all(isinstance(text, str) for pair in found.items() for text in pair)
