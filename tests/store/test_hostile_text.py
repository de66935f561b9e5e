"""Texts that are no UTF-8, or hold NUL, as they come from a command line or an environment."""

from pathlib import Path

import pytest

from tests.evidence_files import access_log, ingested, put, rows_of
from timeline.session.case import Case, open_case

BAD = "sta\udcffr"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return ingested(tmp_path / "c.db", put(tmp_path / "e", {"access.log": access_log(range(20))}))


def assert_sound(case: Case) -> None:
    assert [problem for check in case.verify() for problem in check.problems] == []


def test_marks_with_lone_surrogates_are_kept_with_replacements(case: Case) -> None:
    assert case.annotate_matches("record:3", tags=[BAD], comment=BAD) == 1
    assert case.tags() == [("sta?r", 1)]
    with case.find("comment:*") as matches:
        assert [note.text for note in matches.page(0, 1)[0].comments] == ["sta?r"]
    assert_sound(case)


def test_an_analyst_whose_name_is_no_text_can_work_and_undo(case: Case) -> None:
    with open_case(case.path, analyst=BAD) as other:
        other.annotate_matches("record:3", star=True)
        assert other.undo() == "star 1 event"
        assert other.redo() == "star 1 event"
        assert other.custody()[-1].analyst == "sta?r"
        assert_sound(other)


def test_a_statement_with_lone_surrogates_is_kept_with_replacements(case: Case) -> None:
    key = case.add_event(when="2026-03-30", text=BAD, actor=BAD)
    assert (case.event(key).message, case.event(key).actor) == ("sta?r", "sta?r")
    assert_sound(case)


def test_rejects_of_a_source_that_no_case_can_have(case: Case) -> None:
    assert list(case.rejects(BAD)) == []


def test_a_tag_with_a_nul_is_found_again(case: Case) -> None:
    case.annotate_matches("record:3", tags=["a\0b"])
    assert rows_of(case, 'tag:"a\0b"') == rows_of(case, "record:3") != []
    assert rows_of(case, "tag:a") == []
