from pathlib import Path

import pytest

from tests.evidence_files import access_log, ingested, put
from timeline.model.errors import UsageError
from timeline.session.case import Case, open_case


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return ingested(tmp_path / "c.db", put(tmp_path / "e", {"access.log": access_log(range(40))}))


def records(case: Case, query: str) -> list[int | None]:
    with case.find(query) as matches:
        return [event.record for event in matches.events()]


def test_marks_are_found_by_query(case: Case) -> None:
    assert case.annotate_matches("record:3 OR record:9", star=True, tags=["key", "exfil"], comment="look at this") == 2
    assert records(case, "is:starred") == [3, 9]
    assert records(case, "tag:key -record:9") == [3]
    assert records(case, "comment:*look*") == [3, 9]
    assert case.tags() == [("exfil", 2), ("key", 2)]
    event = case.event(next(iter(case.find("record:3").keys())))
    assert (event.starred, event.tags, [note.text for note in event.comments]) == (
        True,
        ("exfil", "key"),
        ["look at this"],
    )
    assert event.comments[0].analyst == "kim"


def test_a_step_is_undone_and_redone_whole(case: Case) -> None:
    case.annotate_matches("record:3 OR record:9", star=True, tags=["key"])
    case.annotate_matches("record:5", star=True)
    assert case.undo() == "star 1 event"
    assert records(case, "is:starred") == [3, 9]
    assert "star 2 events" in (case.undo() or "")
    assert records(case, "is:starred OR tag:*") == []
    assert case.undo() is None
    assert "star 2 events" in (case.redo() or "")
    assert records(case, "is:starred tag:key") == [3, 9]
    case.annotate_matches("record:1", star=True)
    assert case.redo() is None


def test_undo_survives_a_restart_and_leaves_others_alone(case: Case, tmp_path: Path) -> None:
    case.annotate_matches("record:3", star=True)
    with open_case(tmp_path / "c.db", analyst="dana") as other:
        assert other.undo() is None
        other.annotate_matches("record:4", star=True)
    with open_case(tmp_path / "c.db", analyst="kim") as again:
        assert again.undo() == "star 1 event"
        assert records(again, "is:starred") == [4]


def test_what_is_so_already_is_no_step(case: Case) -> None:
    assert case.annotate_matches("record:3", star=True, tags=["a"]) == 1
    assert case.annotate_matches("record:3", star=True, tags=["a"]) == 0
    assert case.annotate_matches("record:3", untag=["b"]) == 0
    assert case.annotate_matches("record:3", star=False, untag=["a"]) == 1
    assert records(case, "is:starred OR tag:*") == []


def test_an_unknown_key_changes_nothing(case: Case) -> None:
    known = next(iter(case.find("record:1").keys()))
    with pytest.raises(UsageError, match="no such event"):
        case.annotate([known, "0123456789ab-5"], star=True)
    assert records(case, "is:starred") == []


def test_every_step_is_in_the_custody_log(case: Case) -> None:
    case.annotate_matches("record:3", star=True)
    case.undo()
    assert [entry.action for entry in case.custody()] == ["create", "ingest", "annotate", "undo"]
    assert case.custody_head() == case.custody()[-1].hash
