"""Decisions on findings: the last one counts, and each can be undone."""

from pathlib import Path

import pytest

from timeline.model.decisions import Decision
from timeline.session.case import Case, open_case
from timeline.store import decisions
from timeline.store.decisions import OPEN, decide


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return open_case(tmp_path / "case.db", create=True, analyst="kim", now_us=lambda: 5)


def decided(case: Case, prefix: str = "") -> dict[str, Decision]:
    with case.reading() as reader:
        return decisions.decisions(reader, prefix)


def test_the_last_decision_counts(case: Case) -> None:
    decide(case.path, ["measure/rotate"], "done", comment="new key", analyst="kim", at_us=5)
    decide(case.path, ["link/a", "measure/rotate"], "refused", analyst="lee", at_us=6)
    assert decided(case) == {
        "link/a": Decision("link/a", "refused", None, "lee", 6),
        "measure/rotate": Decision("measure/rotate", "refused", None, "lee", 6),
    }
    assert list(decided(case, "measure/")) == ["measure/rotate"]


def test_taken_back_nothing_is_decided(case: Case) -> None:
    decide(case.path, ["link/a"], "refused", analyst="kim", at_us=5)
    decide(case.path, ["link/a"], OPEN, analyst="kim", at_us=6)
    assert decided(case) == {}


def test_undo_and_redo_know_decisions(case: Case) -> None:
    decide(case.path, ["link/a"], "accepted", analyst="kim", at_us=5)
    assert case.undo() == "decide link/a"
    assert decided(case) == {}
    assert case.redo() == "decide link/a"
    assert decided(case)["link/a"].state == "accepted"
    assert [entry.action for entry in case.custody()][-3:] == ["annotate", "undo", "redo"]


def test_a_decision_marks_no_event(case: Case) -> None:
    decide(case.path, ["link/a"], "accepted", analyst="kim", at_us=5)
    with case.find("star:true OR tag:* OR comment:*") as matches:
        assert matches.count() == 0
    assert not [check for check in case.verify() if check.problems]


@pytest.mark.parametrize("value", ["", "[]", "[1,2]", '["done",3]', "[" * 5000, '{"a":1}'])
def test_what_is_no_decision_counts_as_none(case: Case, value: str) -> None:
    from timeline.store.annotations import Operation, record

    record(case.path, [Operation("link/a", None, "decide", value)], analyst="kim", at_us=5)
    assert decided(case) == {}
