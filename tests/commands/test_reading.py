"""search, export, status, verify, report, formats, help."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Leakline
from timeline.commands.registry import VERBS
from timeline.session.formats import GROUPS


def test_count_prints_the_number_alone(leakline: Leakline, shared: Path) -> None:
    ran = leakline("search", shared, "status:404", "--count")
    assert (ran.code, ran.out, ran.err) == (0, "10\n", "")


@pytest.mark.parametrize(
    ("query", "count"), [("-status:404", 51), ("-outcome:denied", 51), ("-kind:aws*", 41), ("-otter*", 61)]
)
def test_a_query_may_begin_with_a_minus(leakline: Leakline, shared: Path, query: str, count: int) -> None:
    assert leakline("search", shared, query, "--count").out == f"{count}\n"


def test_words_of_a_query_need_no_quotes(leakline: Leakline, shared: Path) -> None:
    assert leakline("search", shared, "status:404", "src_ip:198.51.100.2", "--count").out == "1\n"


def test_nothing_found_is_an_error_only_if_asked(leakline: Leakline, shared: Path) -> None:
    assert leakline("search", shared, "status:999", "--count").code == 0
    assert leakline("search", shared, "status:999", "--count", "--fail-empty").code == 1
    assert leakline("search", shared, "status:999", "--fail-empty").code == 1
    assert leakline("search", shared, "status:404", "--fail-empty").code == 0


def test_jsonl_gives_every_event_with_its_place(leakline: Leakline, shared: Path) -> None:
    events = [json.loads(line) for line in leakline("search", shared, "--format", "jsonl").out.splitlines()]
    assert len(events) == 61
    assert {event["source"] for event in events} == {"access.log", "trail.json"}
    assert all(isinstance(event["record"], int) and event["key"] for event in events)


def test_csv_has_the_fields_that_were_asked_for(leakline: Leakline, shared: Path) -> None:
    out = leakline("search", shared, "status:404", "--format", "csv", "--fields", "record,status,actor").out
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0] == ["record", "status", "actor"]
    assert len(rows) == 11
    assert {row[1] for row in rows[1:]} == {"404"}


def test_the_table_says_when_it_is_cut(leakline: Leakline, shared: Path) -> None:
    ran = leakline("search", shared, "--limit", 5)
    assert len(ran.out.splitlines()) == 6
    assert "5 of 61 events" in ran.err
    assert len(leakline("search", shared, "--limit", 0).out.splitlines()) == 62


def test_secrets_are_taken_out_unless_told_otherwise(leakline: Leakline, shared: Path, tmp_path: Path) -> None:
    secret = "ghp_" + "Ab3" * 12
    for arguments in (["search", shared, "--format", "csv", "--fields", "resource"], ["export", shared]):
        assert secret not in leakline(*arguments).out
        assert secret in leakline(*arguments, "--unredacted").out
    for name in ("out.jsonl", "out.csv"):
        leakline("export", shared, "-o", tmp_path / name)
        assert secret not in (tmp_path / name).read_text()
    leakline("report", shared, "-o", tmp_path / "report.md")
    assert secret not in (tmp_path / "report.md").read_text()


@pytest.mark.parametrize(
    ("form", "name"), [("jsonl", "e.jsonl"), ("csv", "e.csv"), ("timesketch", "e.csv"), ("timesketch", "e.jsonl")]
)
def test_exports_say_how_many_rows_they_have(
    leakline: Leakline, shared: Path, tmp_path: Path, form: str, name: str
) -> None:
    ran = leakline("export", shared, "--format", form, "--query", "kind:web.access", "-o", tmp_path / name)
    assert ran.code == 0
    assert "41 events" in ran.err
    assert "custody head " in ran.err
    lines = (tmp_path / name).read_text().splitlines()
    assert len(lines) == 41 + name.endswith(".csv")


def test_rejects_are_exported_with_their_reasons(leakline: Leakline, shared: Path) -> None:
    (line,) = leakline("export", shared, "--rejects").out.splitlines()
    reject = json.loads(line)
    assert (reject["source"], reject["record"]) == ("access.log", 42)
    assert reject["reason"]


def test_status_and_digest(leakline: Leakline, shared: Path) -> None:
    status = json.loads(leakline("status", shared, "--json").out)
    assert status["events"] == 61
    assert [source["path"] for source in status["sources"]] == ["access.log", "trail.json"]
    assert "61 events" in leakline("status", shared).out
    digest = leakline("status", shared, "--digest").out.strip()
    assert len(digest) == 64
    assert leakline("status", shared, "--digest").out.strip() == digest


def test_verify_says_what_it_checked(leakline: Leakline, shared: Path) -> None:
    ran = leakline("verify", shared, "--originals", shared.parent / "evidence")
    assert ran.code == 0
    assert "originals match" in ran.out
    checks = json.loads(leakline("verify", shared, "--json").out)
    assert checks["ok"] is True
    assert leakline("verify", shared, "--expect-head", checks["custody_head"]).code == 0
    wrong = leakline("verify", shared, "--expect-head", "0" * 64)
    assert wrong.code == 1
    assert "FAILED custody chain" in wrong.out


def test_the_report_is_the_same_each_time(leakline: Leakline, shared: Path, tmp_path: Path) -> None:
    first = leakline("report", shared, "-o", "-").out
    assert first == leakline("report", shared, "-o", "-").out
    written = leakline("report", shared, "-o", tmp_path / "r.md")
    assert written.out.splitlines() == [str(tmp_path / "r.md"), str(tmp_path / "r.svg")]


def test_formats_and_the_manual(leakline: Leakline) -> None:
    kinds = [json.loads(line)["kind"] for line in leakline("formats", "--json").out.splitlines()]
    assert {"aws.cloudtrail", "aws.s3access", "git", "github.audit", "npm.registry", "web.access"} <= set(kinds)
    assert "web.access" in leakline("formats").out
    assert "query" in leakline("help").out
    for topic in ("query", "formats", "keys"):
        assert leakline("help", topic).out.startswith("# ")
    assert "| fastly | Fastly real-time logs in JSON | web.fastly |" in leakline("help", "formats").out
    assert "did you mean query?" in leakline("help", "qeury").fault


def test_formats_are_grouped_and_say_how_they_are_recognised(leakline: Leakline) -> None:
    found = [json.loads(line) for line in leakline("formats", "--json").out.splitlines()]
    assert [one["kind"] for one in found if one["group"] not in GROUPS] == []  # else: timeline/session/formats.py, GROUPS
    order = [list(GROUPS).index(one["group"]) for one in found]
    assert order == sorted(order)
    assert all(one["detected"] and one["reference"] for one in found)
    out = leakline("formats").out
    assert "Access logs\n" in out
    assert "recognised: lines are access log records" in out
    assert "--map fastly" in out


def test_one_format_with_its_samples(leakline: Leakline) -> None:
    out = leakline("formats", "aws.s3access").out
    assert out.startswith("aws.s3access: ")
    assert "\n    " in out
    assert json.loads(leakline("formats", "git", "--json").out)["samples"]
    assert "did you mean aws.s3access" in leakline("formats", "aws.s3acces").fault
    assert "to `suggest` alone" in leakline("formats", "git", "x").fault


def test_a_suggested_mapping_is_used_as_it_stands(leakline: Leakline, tmp_path: Path) -> None:
    log = tmp_path / "gate.ndjson"
    log.write_text('{"when":"2026-03-30T22:36:48Z","client_ip":"198.51.100.7","who":"dana","verb":"GET","url":"/a"}\n')
    ran = leakline("formats", "suggest", log)
    assert (ran.code, ran.err) == (0, "")
    (tmp_path / "m.yaml").write_text(ran.out)
    assert leakline("ingest", tmp_path / "c.db", log, "--map", tmp_path / "m.yaml").code == 0
    out = leakline(
        "search", tmp_path / "c.db", "kind:gate.log actor:dana action:GET resource:/a src_ip:198.51.100.7", "--count"
    )
    assert out.out == "1\n"


def test_what_cannot_be_suggested_is_told(leakline: Leakline, tmp_path: Path) -> None:
    assert "no file is named" in leakline("formats", "suggest").fault
    assert "there is no such file" in leakline("formats", "suggest", tmp_path / "x").fault
    (tmp_path / "a.txt").write_text("just text\n")
    assert "holds no records of JSON" in leakline("formats", "suggest", tmp_path / "a.txt").fault
    (tmp_path / "e").mkdir()
    assert "holds no file" in leakline("formats", "suggest", tmp_path / "e").fault
    (tmp_path / "k.json").write_text(
        '{"timestamp":"2026-03-30T22:36:48Z","timestamp_desc":"a","actor":"a","action":"b"}\n'
    )
    assert leakline("formats", "suggest", tmp_path / "k.json").err == (
        "note: it is recognised as mapped.json and needs no mapping\n"
    )


def test_without_arguments_it_says_what_to_do_next(leakline: Leakline) -> None:
    ran = leakline()
    assert (ran.code, ran.err) == (0, "")
    assert "leakline demo" in ran.out
    for verb in VERBS:
        assert verb.name in leakline("--help").out
        assert leakline(verb.name, "--help").code == 0


def test_the_command_is_installed_and_a_closed_pipe_is_no_fault(shared: Path) -> None:
    program = str(Path(sys.executable).with_name("leakline"))
    command = f"{program} search {shared} --limit 0 --format jsonl | head -c 10"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr, len(done.stdout)) == (0, "", 10)
