import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report.events import HOSTILE, event, hostile_event
from tests.report.secret_samples import SECRETS, Planted
from timeline.model.errors import LeaklineError
from timeline.model.event import FIELDS, Event, Note, Witness
from timeline.model.source import RefusedRecord
from timeline.report.atomic import write_text
from timeline.report.export_csv import write_csv
from timeline.report.export_jsonl import write_jsonl, write_rejects
from timeline.report.export_timesketch import (
    FEW_LINES,
    OUT_OF_RANGE,
    UNDATED,
    write_timesketch_csv,
    write_timesketch_jsonl,
)
from timeline.report.redact import Redactor
from timeline.report.written_check import WrittenForm, no_secret_in

ANNOTATED = event(
    1,
    witnesses=(Witness("b.log", 7), Witness("repo.git", None)),
    starred=True,
    tags=("key", "egress"),
    comments=(Note("kim", 5, "first read"),),
)


def _jsonl(*events: Event, redact: Redactor | None = None) -> str:
    out = io.StringIO()
    assert write_jsonl(events, out, redact) == len(events)
    return out.getvalue()


def _csv(*events: Event, redact: Redactor | None = None) -> list[dict[str, str]]:
    out = io.StringIO()
    assert write_csv(events, out, redact) == len(events)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_jsonl_has_the_schema_names_and_leaves_null_out() -> None:
    (line,) = _jsonl(event(actor=None)).splitlines()
    values = json.loads(line)
    assert list(values)[:2] == ["key", "source"]
    assert set(values) - {"key", "source"} <= {field.name for field in FIELDS}
    assert values["record"] == 1
    assert values["bytes_out"] == 62705664
    assert None not in values.values()


def test_jsonl_says_what_analysts_said_and_where_else_it_was_seen() -> None:
    values = json.loads(_jsonl(ANNOTATED))
    assert values["witnesses"] == [{"source": "b.log", "record": 7}, {"source": "repo.git", "record": None}]
    assert (values["starred"], values["tags"]) == (True, ["key", "egress"])
    assert values["comments"] == [{"analyst": "kim", "at": 5, "text": "first read"}]


def test_zero_is_a_value() -> None:
    assert json.loads(_jsonl(event(timestamp=0, bytes_out=0)))["bytes_out"] == 0
    assert json.loads(_jsonl(event(timestamp=0)))["timestamp"] == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_jsonl_is_exact_and_one_line_to_every_reader(text: str) -> None:
    output = _jsonl(hostile_event(text), event(2))
    assert len(output.splitlines()) == 2
    assert json.loads(output.splitlines()[0])["resource"] == text
    assert not set(output) & {"\x1b", "\x9b", "\x7f", "\u202e", "\u200b", "\x00"}


@settings(deadline=None)
@given(st.text())
def test_any_text_survives_jsonl(text: str) -> None:
    assert json.loads(_jsonl(event(resource=text)))["resource"] == text


def test_lone_surrogates_do_not_stop_an_export() -> None:
    assert json.loads(_jsonl(event(resource="a\udc80b")))["resource"] == "a\ufffdb"


def test_csv_has_a_header_and_exact_values() -> None:
    (row,) = _csv(ANNOTATED)
    assert row["resource"] == "/@corp/cli/-/cli-2.1.88.tgz"
    assert (row["bytes_out"], row["actor"], row["starred"]) == ("62705664", "", "yes")
    assert row["witnesses"] == "b.log#7; repo.git"
    assert (row["tags"], row["comments"]) == ("key; egress", "kim: first read")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_csv_cell_is_a_formula_or_holds_a_control_character(text: str) -> None:
    (row,) = _csv(hostile_event(text))
    for cell in row.values():
        assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"}
        assert cell.isprintable()


@pytest.mark.parametrize("text", HOSTILE)
def test_timesketch_rules_hold_for_hostile_text(text: str) -> None:
    out = io.StringIO()
    summary = write_timesketch_csv([hostile_event(text * 20), event(2), event(3)], out, None)
    assert (summary.written, summary.left_out) == (3, {})
    _check_timesketch(list(csv.DictReader(io.StringIO(out.getvalue()))))
    out = io.StringIO()
    write_timesketch_jsonl([hostile_event(text * 20)], out, None)
    _check_timesketch([json.loads(line) for line in out.getvalue().splitlines()])


def _check_timesketch(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert row["message"]
        assert row["timestamp_desc"]
        assert row["datetime"].endswith("+00:00")
        assert int(row["timestamp"]) > 10**15
        assert not {"_id", "_type", "_index", "_source"} & set(row)
        assert all(len(str(value).encode()) < 32_766 for value in row.values())


def test_timesketch_leaves_out_what_it_cannot_hold_and_says_so() -> None:
    events = [event(1), event(2, timestamp=None), event(3, timestamp=-(10**17)), event(4, timestamp=2**62)]
    out = io.StringIO()
    summary = write_timesketch_jsonl(events, out, None)
    assert summary.written == 1
    assert summary.left_out == {UNDATED: 1, OUT_OF_RANGE: 2}
    assert summary.notes == (FEW_LINES,)


def test_timesketch_cuts_long_values_and_counts_them() -> None:
    out = io.StringIO()
    summary = write_timesketch_jsonl([event(resource="ä" * 40_000)], out, None)
    assert summary.shortened == 2  # the resource, and the message that holds it
    assert json.loads(out.getvalue())["resource"].endswith("… [cut]")


def test_timesketch_rows_carry_tags_comments_and_a_sentence() -> None:
    out = io.StringIO()
    write_timesketch_jsonl([ANNOTATED], out, None)
    row = json.loads(out.getvalue())
    assert (row["tag"], row["comment"], row["starred"]) == (["key", "egress"], "kim: first read", "yes")
    assert row["datetime"] == "2026-03-30T23:18:00.000000+00:00"
    assert row["message"] == (
        "web.access: GET /@corp/cli/-/cli-2.1.88.tgz from 198.51.100.23 (62,705,664 bytes, success, status 200)"
    )


def test_rejects_are_lines_of_source_record_reason() -> None:
    out = io.StringIO()
    rejects = [RefusedRecord("a.log", 3, 10, 5, "not a request line"), RefusedRecord("a\n.log", 9, 0, 0, "cut")]
    assert write_rejects(rejects, out, None) == 2
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert first == {"source": "a.log", "record": 3, "reason": "not a request line"}
    assert second["source"] == "a\n.log"


def _planted_event(planted: Planted) -> Event:
    return replace(hostile_event(planted.text), kind="web.access", timestamp_desc="request", outcome="success")


@pytest.mark.parametrize("planted", SECRETS, ids=lambda planted: planted.type)
def test_no_planted_secret_survives_any_export(planted: Planted, tmp_path: Path) -> None:
    redactor = Redactor(b"k")
    planted_event = _planted_event(planted)
    forms: list[tuple[WrittenForm, str]] = []
    out = io.StringIO()
    write_csv([planted_event], out, redactor)
    forms.append(("csv", out.getvalue()))
    forms.append(("jsonl", _jsonl(planted_event, redact=redactor)))
    for write, form in ((write_timesketch_csv, "csv"), (write_timesketch_jsonl, "jsonl")):
        out = io.StringIO()
        write([planted_event], out, redactor)
        forms.append(("csv" if form == "csv" else "jsonl", out.getvalue()))
    for name, text in forms:
        for part in [part for part in planted.secret.split("\n") if len(part) > 4]:
            assert part not in text
            assert json.dumps(part)[1:-1] not in text
        write_text(tmp_path / "out", text, check=no_secret_in("out", name, redactor))


@pytest.mark.parametrize("form", ["jsonl", "csv", "text"])
def test_a_secret_in_a_finished_file_stops_it_with_the_place_not_the_secret(form: WrittenForm, tmp_path: Path) -> None:
    secret = "gh" + "p_" + "A1b2" * 9
    text = {"jsonl": f'{{"a":"x"}}\n{{"b":["{secret}"]}}\n', "csv": f"a\n{secret}\n", "text": f"a\n{secret}\n"}[form]
    target = tmp_path / "out"
    with pytest.raises(LeaklineError, match="github-token") as caught:
        write_text(target, text, check=no_secret_in(target.name, form, Redactor(b"k")))
    assert caught.value.where == "out:2"
    assert secret not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


FRAGMENTS = st.sampled_from(
    ["password=", "token:", '"', "GET", " ", "https://a:", "@b", "sig=", "\x1b", "\u200b", "=", "[", "x1" * 12]
)


@settings(deadline=None)
@given(st.lists(st.lists(FRAGMENTS, max_size=4).map("".join), min_size=5, max_size=5))
def test_evidence_cannot_stop_an_export_by_looking_like_a_secret_across_fields(texts: list[str]) -> None:
    redactor = Redactor(b"k")
    actor, action, resource, src_ip, note = texts
    fields = {"actor": actor, "action": action, "resource": resource, "src_ip": src_ip}
    hostile = event(1, **fields, comments=(Note(note, 0, actor),), tags=(note, action))
    for write in (write_csv, write_timesketch_csv):
        out = io.StringIO()
        write([hostile], out, redactor)
        cells = [cell for row in csv.reader(io.StringIO(out.getvalue())) for cell in row]
        assert [redactor.first_type(cell) for cell in cells] == [None] * len(cells)
