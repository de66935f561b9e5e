"""How much events weigh and why they matter: by query, undone after a restart, refused when it is no severity."""

from pathlib import Path

import pytest

from tests.evidence_files import access_log, ingested, put
from timeline.model.errors import UsageError
from timeline.model.event import Event
from timeline.session.case import Case, open_case


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return ingested(tmp_path / "c.db", put(tmp_path / "e", {"access.log": access_log(range(40))}))


def found(case: Case, query: str) -> list[Event]:
    with case.find(query) as matches:
        return list(matches.events())


def test_severity_and_reason_are_found_by_query(case: Case) -> None:
    assert case.annotate_matches("record:3 OR record:9", severity="high") == 2
    assert case.annotate_matches("record:9", severity="low", why=" first read\nof the object ") == 1
    assert [event.record for event in found(case, "severity:high")] == [3]
    assert [event.record for event in found(case, "severity:*")] == [3, 9]
    [event] = found(case, "is:key")
    assert (event.record, event.severity, event.why) == (9, "low", "first read\nof the object")
    assert case.annotate_matches("record:9", severity="low", why="first read\nof the object") == 0


def test_they_are_taken_back(case: Case) -> None:
    case.annotate_matches("record:9", severity="critical", why="first read")
    assert case.annotate_matches("record:9", severity="none", why="") == 1
    assert found(case, "is:key OR severity:*") == []


def test_undo_reaches_behind_a_restart(case: Case, tmp_path: Path) -> None:
    case.annotate_matches("record:9", severity="low")
    case.annotate_matches("record:9", severity="high", why="first read")
    with open_case(tmp_path / "c.db", analyst="kim") as again:
        assert again.undo() == 'severity "high" on 1 event, why 1 event'
        assert [event.severity for event in found(again, "severity:*")] == ["low"]
    with open_case(tmp_path / "c.db", analyst="kim") as again:
        again.redo()
        assert [(event.severity, event.why) for event in found(again, "is:key")] == [("high", "first read")]


def test_another_severity_is_refused(case: Case) -> None:
    with pytest.raises(UsageError, match="no such severity"):
        case.annotate_matches("record:9", severity="terrible")
    assert found(case, "severity:*") == []
