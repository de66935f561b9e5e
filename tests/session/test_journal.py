"""The journal: notes beside the evidence, of whom and when; some of them for the report."""

import json
from itertools import count
from pathlib import Path

import pytest

from tests.analysis.trails import call, made_case, user
from timeline.model.errors import UsageError
from timeline.session.case import Case, open_case
from timeline.session.exchanging import export_annotations, import_annotations

ANN = user("ann", "AKIAEXAMPLE000000001")
CLOCK = count(1_000_000)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    made_case(tmp_path / "case", {"trail.json": [call(1, "2026-03-30T11:00:00Z", "s3", "GetObject", ANN)]}).close()
    return open_case(tmp_path / "case", analyst="kim", now_us=lambda: next(CLOCK))


def key_of(case: Case) -> str:
    with case.find("") as found:
        return next(iter(found.keys()))


def test_notes_stay_in_order_with_who_and_when(case: Case) -> None:
    first = case.add_note("asked the vendor\nfor logs")
    second = case.add_note("this one", event=key_of(case), in_report=True)
    assert case.journal() == [first, second]
    assert (first.analyst, first.event, second.event) == ("kim", None, key_of(case))
    with case.find("comment:*") as found:
        assert found.count() == 0  # a note is no comment on an event
    case.undo()
    assert case.journal() == [first]
    case.redo()
    assert case.journal() == [first, second]
    assert all(not check.problems for check in case.verify())


def test_the_report_shows_those_that_are_for_it(case: Case) -> None:
    case.add_note("not this")
    assert "Notes of the analysts" not in case.report()
    case.add_note("# two readers\n- only ghp_0123456789abcdefghijABCDEFGHIJ012345", in_report=True)
    report = case.report()
    assert "## Notes of the analysts" in report
    assert "kim: \\# two readers\\\n  \\- only " in report
    assert "not this" not in report
    assert "ghp_0123456789" not in report


def test_they_travel_with_annotations(case: Case, tmp_path: Path) -> None:
    case.add_note("one, with ghp_0123456789abcdefghijABCDEFGHIJ012345")
    export_annotations(case, tmp_path / "a.jsonl")
    assert "ghp_0123456789" not in (tmp_path / "a.jsonl").read_text()
    other = made_case(tmp_path / "other", {"trail.json": [call(1, "2026-03-30T11:00:00Z", "s3", "GetObject", ANN)]})
    import_annotations(other, tmp_path / "a.jsonl")
    (note,) = other.journal()
    assert (note.analyst, note.text.startswith("one, with ")) == ("kim", True)


@pytest.mark.parametrize(("text", "event"), [("  ", None), ("x", "nothing"), ("x", "u0000000000000000")])
def test_what_is_no_note(case: Case, text: str, event: str | None) -> None:
    with pytest.raises(UsageError):
        case.add_note(text, event=event)
    assert case.journal() == []


def test_the_command(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    from timeline.commands.main import main

    folder, key = str(case.path.parent), key_of(case)
    case.close()

    def run(*arguments: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["journal", folder, *arguments])
        return int(str(ended.value.code))

    assert run("--add", "first\nline", "--event", key, "--in-report", "--analyst", "lee") == 0
    assert run() == 0
    out = capsys.readouterr().out
    assert out.count(f"lee  key:{key}  in the report\n    first\n    line\n") == 2
    assert run("--json") == 0
    assert json.loads(capsys.readouterr().out)["text"] == "first\nline"
    assert run("--in-report") == 2
