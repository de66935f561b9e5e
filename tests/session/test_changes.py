"""Reparse, remove, clock offsets, statements."""

import json
from pathlib import Path

import pytest

from tests.evidence_files import access_log, ingested, put, rows_of, trail_file
from timeline.model.errors import UsageError
from timeline.session.case import Case

HOUR_US = 3_600_000_000


def assert_sound(case: Case) -> None:
    assert [problem for check in case.verify() for problem in check.problems] == []


def evidence(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {
        "access.log": access_log(range(60)),
        "a.json": trail_file(range(20)),
        "b.json": trail_file(range(10, 30)),
    }
    return put(tmp_path / "e", files)


def test_a_clock_offset_moves_one_source_and_can_be_taken_back(tmp_path: Path) -> None:
    with ingested(tmp_path / "c.db", evidence(tmp_path)) as case:
        before, digest = rows_of(case), case.digest()
        case.annotate_matches("source:access.log record:7", star=True)
        case.reparse("access.log", clock_offset_us=HOUR_US)
        with case.find("source:access.log") as matches:
            moved = list(matches.events())
        assert {event.timestamp_basis for event in moved} == {"offset_applied"}
        stated = {row[0]: row[1] for row in before}
        assert all(event.timestamp == int(str(stated[event.key])) + HOUR_US for event in moved)
        with case.find("is:starred") as starred:
            assert [event.record for event in starred.events()] == [7]
        assert case.source("access.log").clock_offset_us == HOUR_US
        assert_sound(case)
        case.reparse("access.log", clock_offset_us=0)
        assert rows_of(case) == before
        assert case.digest() == digest


def test_an_offset_given_at_ingest_is_the_same(tmp_path: Path) -> None:
    folder = evidence(tmp_path)
    with (
        ingested(tmp_path / "a.db", folder, clock_offset_us=-HOUR_US) as first,
        ingested(tmp_path / "b.db", folder) as second,
    ):
        for source in ("access.log", "a.json", "b.json"):
            second.reparse(source, clock_offset_us=-HOUR_US)
        assert rows_of(first) == rows_of(second)


def test_a_removed_source_leaves_what_others_saw(tmp_path: Path) -> None:
    with ingested(tmp_path / "c.db", evidence(tmp_path)) as case:
        case.remove("a.json")
        with case.find("kind:aws.cloudtrail") as matches:
            events = list(matches.events())
        assert len(events) == 20
        assert {event.source for event in events} == {"b.json"}
        assert all(not event.witnesses for event in events)
        assert [info.path for info in case.sources()] == ["access.log", "b.json"]
        assert "a.json" in case.custody()[-1].detail
        assert_sound(case)


def test_removal_leaves_no_byte_behind(tmp_path: Path) -> None:
    secret = "/very/private/path-0a1b2c3d4e5f"
    folder = put(
        tmp_path / "e", {"private.log": access_log(range(30), path=secret), "public.log": access_log(range(30))}
    )
    with ingested(tmp_path / "c.db", folder) as case:
        case.remove("private.log")
    assert secret.encode() not in (tmp_path / "c.db").read_bytes()
    wal = tmp_path / "c.db-wal"
    assert not wal.exists() or secret.encode() not in wal.read_bytes()


def test_a_copy_that_is_removed_takes_nothing_with_it(tmp_path: Path) -> None:
    log = access_log(range(40))
    with ingested(tmp_path / "c.db", put(tmp_path / "e", {"a.log": log, "b.log": log})) as case:
        case.remove("a.log")
        assert [row[2] for row in rows_of(case)] == ["b.log"] * 40
        assert_sound(case)


def test_reparse_as_another_kind_and_back(tmp_path: Path) -> None:
    with ingested(tmp_path / "c.db", evidence(tmp_path)) as case:
        digest = case.digest()
        case.reparse("a.json", kind="web.access")
        assert case.source("a.json").rejects > 0
        assert_sound(case)
        case.reparse("a.json", kind="aws.cloudtrail")
        assert case.digest() == digest
        assert_sound(case)


def test_what_was_not_recognised_can_be_named_later(tmp_path: Path) -> None:
    custom = "".join(f"{n}|203.0.113.9|GET|/x{n}|200|2026-03-30T22:00:{n:02d}+00:00\n" for n in range(20))
    with ingested(tmp_path / "c.db", put(tmp_path / "e", {"odd.txt": custom})) as case:
        assert case.source("odd.txt").state == "unreadable"
        form = "$connection|$remote_addr|$request_method|$request_uri|$status|$time_iso8601"
        summary = case.reparse("odd.txt", kind="web.access", log_format=form)
        assert summary.events == 20
        assert case.source("odd.txt").state == "complete"
        assert_sound(case)


def test_an_unknown_source_names_the_nearest(tmp_path: Path) -> None:
    with (
        ingested(tmp_path / "c.db", evidence(tmp_path)) as case,
        pytest.raises(UsageError, match=r"did you mean access\.log"),
    ):
        case.remove("acces.log")


def test_statements_are_on_the_timeline_and_marked(tmp_path: Path) -> None:
    exhibit = tmp_path / "shot.png"
    exhibit.write_bytes(b"png")
    with ingested(tmp_path / "c.db", evidence(tmp_path)) as case:
        first = case.add_event(
            when="2026-03-30 22:00:00+02:00", text="called the registry", actor="kim", exhibit=exhibit
        )
        second = case.add_event(when="2026-03-31", text="press")
        event = case.event(first)
        assert (event.kind, event.message, event.actor) == ("analyst.statement", "called the registry", "kim")
        assert event.timestamp == 1_774_900_800_000_000
        assert case.event(second).timestamp_precision == 86_400_000_000
        assert case.raw_fields(first)["exhibit"]["name"] == "shot.png"
        assert case.raw_fields(second)["stated_by"] == "kim"
        assert_sound(case)
        with pytest.raises(UsageError, match="--when"):
            case.add_event(when="someday", text="x")


def test_the_raw_record_comes_back_exactly(tmp_path: Path) -> None:
    with ingested(tmp_path / "c.db", evidence(tmp_path)) as case:
        lines = access_log(range(60)).splitlines()
        with case.find("source:access.log") as matches:
            for event in matches.events():
                assert case.raw(event.key).decode() == lines[(event.record or 0) - 1]
        with case.find("kind:aws.cloudtrail") as matches:
            for event in matches.page(0, 5):
                assert json.loads(case.raw(event.key))["eventID"] == event.uid
