"""Hiding noise: the query says that it is hidden, the count how much, in a small terminal too."""

import pytest

from tests.tui.conftest import open_terminal
from tests.tui.fake_case import START_US, FakeCase
from timeline.model.errors import LeaklineError
from timeline.model.finding_rows import FindingRow
from timeline.tui.pivot import hides_noise, with_noise, without_noise


@pytest.mark.parametrize(
    ("query", "hidden"),
    [
        ("", "-noise:yes"),
        ("actor:alice", "actor:alice -noise:yes"),
        ("actor:alice OR actor:bob", "(actor:alice OR actor:bob) -noise:yes"),
        ('"a OR b"', '("a OR b") -noise:yes'),
        ("(a OR b) (c OR d)", "((a OR b) (c OR d)) -noise:yes"),
    ],
)
def test_what_hides_and_what_shows_again(query: str, hidden: str) -> None:
    assert not hides_noise(query)
    assert without_noise(query) == hidden
    assert hides_noise(hidden)
    assert with_noise(hidden) == query


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("-noise:yes actor:alice", "actor:alice"),
        ("a noise:no b", "a b"),
        ("-noise:yes -noise:yes", ""),
        ("(a OR b) (c) -noise:yes", "(a OR b) (c)"),
    ],
)
def test_a_condition_that_was_typed_goes_as_well(query: str, shown: str) -> None:
    assert hides_noise(query)
    assert with_noise(query) == shown


@pytest.mark.parametrize(
    "query", ["noise:yes", "-noise:crawler", "a OR -noise:yes", '"-noise:yes"', "(a -noise:yes)", "x-noise:yes"]
)
def test_what_hides_no_noise(query: str) -> None:
    assert not hides_noise(query)
    assert with_noise(query) == query


async def test_a_small_terminal_says_what_is_hidden() -> None:
    async with open_terminal(size=(80, 24)) as terminal:
        await terminal.press("H")
        assert "-noise:yes" in terminal.text
        assert "2,920 of 3,000 · 80 noise hidden" in terminal.text
        await terminal.press("b")
        assert terminal.screen.session.query == ""
        assert "3,000 of 3,000" in terminal.text


async def test_the_labels_are_a_list_of_findings() -> None:
    case = FakeCase()
    row = FindingRow(START_US, START_US + 60_000_000, "defender-scanner", "posture-tools", "says it is", "actor:alice")
    case.findings = {"noise": [row]}
    async with open_terminal(case, (80, 24)) as terminal:
        await terminal.press("w", "shift+tab", "shift+tab")
        assert "Noise" in terminal.text
        assert "defender-scanner 2026-03-24 00:00:00 .. 2026-03-24 00:01:00" in terminal.text
        assert "posture-tools" in terminal.text
        await terminal.press("enter")
        assert terminal.screen.session.query == "actor:alice"


async def test_before_it_is_counted_it_is_said() -> None:
    async with open_terminal() as terminal:
        terminal.screen.session.count_noise = lambda: None  # type: ignore[method-assign]  # it never ends
        await terminal.press("H")
        assert " · noise hidden" in terminal.text


async def test_the_detail_tells_the_label() -> None:
    async with open_terminal(query="src_ip:198.51.100.7") as terminal:
        assert "crawler: says it is" in terminal.text
        terminal.case.broken["noise_of"] = LeaklineError("a rule is wrong", where="noise.yaml:3")
        await terminal.press("j")
        assert "not known: noise.yaml:3" in terminal.text
