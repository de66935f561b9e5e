"""What screens remember: per analyst, bounded, never in the way."""

import sqlite3
from pathlib import Path

import pytest

from tests.analysis.trails import made_case
from timeline.session.case import Case, open_case


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return made_case(tmp_path / "case", {})


def test_each_analyst_has_settings_of_their_own(case: Case) -> None:
    assert case.settings() == {}
    assert case.keep_settings({"columns": ["time", "who"], "zoom": None})
    assert case.keep_settings({"query": 'actor:"é\ud800"'})
    assert case.settings() == {"columns": ["time", "who"], "query": 'actor:"é\ud800"'}
    folder = case.path.parent
    case.close()
    assert open_case(folder, analyst="somebody else").settings() == {}


def test_none_forgets(case: Case) -> None:
    case.keep_settings({"zoom": [1, 2]})
    case.keep_settings({"zoom": None})
    assert case.settings() == {}


@pytest.mark.parametrize("text", ["{", "[" * 100_000, f'"{"x" * (1 << 20)}"'], ids=["broken", "deep", "huge"])
def test_what_cannot_be_read_is_left_out(case: Case, text: str) -> None:
    case.keep_settings({"zoom": 1, "query": "a"})
    with sqlite3.connect(case.path) as connection:
        connection.execute("UPDATE setting SET value = ? WHERE name = 'zoom'", (text,))
    assert case.settings() == {"query": "a"}


def test_a_case_that_cannot_be_written_remembers_nothing(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert not case.keep_settings({"zoom": 1})
    assert case.settings() == {}


def test_they_are_no_evidence(case: Case) -> None:
    before = case.digest(), case.custody()
    case.keep_settings({"zoom": 1})
    assert (case.digest(), case.custody()) == before
    assert not [check for check in case.verify() if check.problems]
