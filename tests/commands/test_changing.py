"""new, ingest, annotate, event, reparse, remove, demo."""

import io
import json
from pathlib import Path

import pytest

from tests.commands.conftest import Leakline
from tests.evidence_files import access_log, put, trail_file


def test_ingest_ends_with_one_json_object(leakline: Leakline, tmp_path: Path) -> None:
    put(tmp_path / "e", {"access.log": access_log(range(30)) + "\nbroken\n"})
    ran = leakline("ingest", tmp_path / "c.db", tmp_path / "e", "--json")
    assert (ran.code, ran.err) == (0, "")
    result = json.loads(ran.out)
    assert (result["sources"], result["records"], result["events"], result["rejects"], result["ignored"]) == (
        1,
        32,
        30,
        1,
        1,
    )
    assert result["seconds"] > 0
    again = json.loads(leakline("ingest", tmp_path / "c.db", tmp_path / "e", "--json").out)
    assert (again["events"], again["already_held"]) == (0, 1)


def test_a_case_folder_reads_its_own_evidence(leakline: Leakline, tmp_path: Path) -> None:
    folder = tmp_path / "leak"
    assert leakline("new", folder).code == 0
    assert leakline("new", folder).code == 2
    put(folder / "evidence", {"access.log": access_log(range(10))})
    assert "10 events" in leakline("ingest", folder).out
    assert leakline("search", folder, "--count").out == "10\n"
    report = leakline("report", folder)
    assert report.out.splitlines()[0] == str(folder / "report.md")


def test_standard_input_is_a_source(leakline: Leakline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for numbers, events in ((range(100), 100), (range(150), 50)):
        stream = io.TextIOWrapper(io.BytesIO(access_log(numbers).encode()))
        monkeypatch.setattr("sys.stdin", stream)
        assert f"{events} events" in leakline("ingest", tmp_path / "c.db", "-").out
    assert "stdin" in leakline("status", tmp_path / "c.db").out


def test_explain_adds_nothing(leakline: Leakline, tmp_path: Path) -> None:
    put(tmp_path / "e", {"access.log": access_log(range(9)), "trail.json": trail_file(range(3)), "odd.txt": "hello\n"})
    ran = leakline("ingest", tmp_path / "c.db", tmp_path / "e", "--explain")
    assert ran.code == 3
    assert "access.log: web.access\n" in ran.out
    assert "trail.json: aws.cloudtrail\n" in ran.out
    assert "odd.txt: not recognised\n" in ran.out
    assert not (tmp_path / "c.db").exists()
    said = [
        json.loads(line)
        for line in leakline("ingest", tmp_path / "c.db", tmp_path / "e", "--explain", "--json").out.splitlines()
    ]
    assert [(line["source"], line["kind"]) for line in said] == [
        ("access.log", "web.access"),
        ("odd.txt", None),
        ("trail.json", "aws.cloudtrail"),
    ]


def test_explain_takes_what_ingest_takes(leakline: Leakline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(access_log(range(9)).encode())))
    assert "stdin: web.access\n" in leakline("ingest", tmp_path / "c.db", "-", "--explain").out
    leakline("new", tmp_path / "leak")
    put(tmp_path / "leak" / "evidence", {"access.log": access_log(range(9))})
    assert "access.log: web.access\n" in leakline("ingest", tmp_path / "leak", "--explain").out


def test_annotate_undo_redo(leakline: Leakline, tmp_path: Path) -> None:
    put(tmp_path / "e", {"access.log": access_log(range(20))})
    case = tmp_path / "c.db"
    leakline("ingest", case, tmp_path / "e")
    assert leakline("annotate", case, "--query", "status:404", "--star", "--tag", "key").out == "5 events annotated\n"
    assert leakline("search", case, "is:starred", "tag:key", "--count").out == "5\n"
    assert leakline("annotate", case, "--undo").code == 0
    assert leakline("search", case, "is:starred", "--count").out == "0\n"
    assert leakline("annotate", case, "--redo").code == 0
    assert leakline("annotate", case, "--query", "status:404", "--unstar").out == "5 events annotated\n"
    assert leakline("annotate", case, "--query", "status:404", "--severity", "high", "--why", "odd").code == 0
    assert leakline("search", case, "severity:high", "is:key", "--count").out == "5\n"
    assert "no such severity" in leakline("annotate", case, "--query", "status:404", "--severity", "worst").fault
    assert "either --query or --key" in leakline("annotate", case, "--star").fault
    assert "nothing to say" in leakline("annotate", case, "--query", "x").fault


def test_a_statement_is_on_the_timeline(leakline: Leakline, tmp_path: Path) -> None:
    ran = leakline("event", tmp_path / "c.db", "--when", "2026-03-30 22:00Z", "--text", "called the registry")
    assert ran.code == 0
    assert leakline("search", tmp_path / "c.db", f"key:{ran.out.strip()}", "--count").out == "1\n"
    assert "--when" in leakline("event", tmp_path / "c.db", "--when", "later", "--text", "x").fault


def test_reparse_and_remove(leakline: Leakline, tmp_path: Path) -> None:
    put(tmp_path / "e", {"access.log": access_log(range(20)), "b.log": access_log(range(50, 60))})
    case = tmp_path / "c.db"
    leakline("ingest", case, tmp_path / "e")
    assert "20 events" in leakline("reparse", case, "access.log", "--clock-offset", "1h").out
    assert leakline("search", case, "timestamp_basis:offset_applied", "--count").out == "20\n"
    assert leakline("remove", case, "b.log", "--yes").code == 0
    assert leakline("search", case, "--count").out == "20\n"
    assert "no such source" in leakline("remove", case, "b.log", "--yes").fault
    assert leakline("verify", case).code == 0


def test_the_demo_can_be_asked_for_twice(leakline: Leakline, tmp_path: Path) -> None:
    first = leakline("demo", tmp_path / "demo", "--headless")
    assert first.code == 0
    starred = leakline("search", tmp_path / "demo", "is:starred", "--count").out
    report = (tmp_path / "demo" / "report.md").read_bytes()
    assert leakline("demo", tmp_path / "demo", "--headless").out == first.out
    assert leakline("search", tmp_path / "demo", "is:starred", "--count").out == starred
    assert (tmp_path / "demo" / "report.md").read_bytes() == report
    assert leakline("demo", tmp_path / "demo").out == first.out  # without a terminal it is not opened
    put(tmp_path / "other", {"file": "x"})
    assert "not empty and no case" in leakline("demo", tmp_path / "other", "--headless").fault
