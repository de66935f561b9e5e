"""The data that is measured with is what it says: seeded, accepted by our own parsers, of that many distinct values."""

import gzip
import json
from pathlib import Path

import pytest

from tests.benchmarks import make_access
from tests.benchmarks.make_access import (
    AccessShape,
    address,
    narrow,
    resource,
    unique,
    wide,
    write_access_log,
)
from tests.benchmarks.make_cloudtrail import MOST_IN_TINY, Trail, write_large_files, write_tiny_files
from tests.benchmarks.make_git import fast_import
from tests.parsers.registry import Event, load, run

LINES = 3_000


def log_of(path: Path, shape: AccessShape) -> bytes:
    write_access_log(path, shape)
    return path.read_bytes()


def events_of(kind: str, data: bytes) -> list[Event]:
    decoded = run(load(kind), data)
    assert not decoded.refused
    return decoded.events


@pytest.mark.parametrize("shape", [narrow(LINES), wide(LINES), unique(LINES)])
def test_every_line_is_an_event_of_four_a_second(tmp_path: Path, shape: AccessShape) -> None:
    data = log_of(tmp_path / "log", shape)
    events = events_of("web.access", data)
    assert len(events) == data.count(b"\n") == LINES
    times = [event["timestamp"] for event in events]
    assert max(times) - min(times) == (LINES // 4 - 1) * 1_000_000
    assert times != sorted(times)
    assert {event["action"] for event in events} == {"GET", "HEAD", "POST"}
    assert sum(event["status"] == 200 for event in events) > LINES * 0.8


def test_a_narrow_log_has_few_values_and_a_wide_one_many(tmp_path: Path) -> None:
    few = {event["resource"] for event in events_of("web.access", log_of(tmp_path / "narrow", narrow(LINES)))}
    many = {event["resource"] for event in events_of("web.access", log_of(tmp_path / "wide", wide(LINES)))}
    assert 300 < len(few) < LINES * 0.6
    assert LINES * 0.9 < len(many) < LINES * 0.99


def test_a_narrow_log_stays_below_its_bounds(tmp_path: Path) -> None:
    events = events_of("web.access", log_of(tmp_path / "log", AccessShape(LINES, addresses=40, resources=25)))
    assert {event["src_ip"] for event in events} == {address(number) for number in range(40)}
    assert {event["resource"] for event in events} == {resource(number) for number in range(25)}


def test_each_resource_of_a_unique_log_is_another(tmp_path: Path) -> None:
    events = events_of("web.access", log_of(tmp_path / "log", unique(LINES)))
    assert {event["resource"] for event in events} == {resource(number) for number in range(LINES)}


def test_a_log_is_seeded_and_a_longer_one_begins_like_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_access, "BATCH_LINES", LINES)
    short = log_of(tmp_path / "short", AccessShape(LINES))
    assert log_of(tmp_path / "again", AccessShape(LINES)) == short
    assert log_of(tmp_path / "long", AccessShape(LINES + 10)).startswith(short)
    assert log_of(tmp_path / "other", AccessShape(LINES, seed=2)) != short


def test_the_history_is_seeded_and_has_its_commits() -> None:
    stream = b"".join(fast_import(20))
    assert stream == b"".join(fast_import(20))
    assert stream.count(b"commit refs/heads/main\n") == 20


def test_large_trail_files_hold_events_of_many_sorts(tmp_path: Path) -> None:
    write_large_files(tmp_path / "trail", 2, records=400)
    files = sorted((tmp_path / "trail").iterdir())
    events = [event for file in files for event in events_of("aws.cloudtrail", file.read_bytes())]
    assert len(events) == 800
    assert len({event["uid"] for event in events}) == 800
    assert {"s3:GetObject", "sts:AssumeRole", "kms:Decrypt"} <= {event["action"] for event in events}
    assert {"success", "denied"} <= {event["outcome"] for event in events}
    assert 1_100 < sum(file.stat().st_size for file in files) / 800 < 1_400


def test_a_trail_is_seeded() -> None:
    assert Trail().file(30) == Trail().file(30)
    assert Trail(seed=9).file(30) != Trail().file(30)


def test_tiny_files_lie_as_delivered_and_hold_one_to_five_records(tmp_path: Path) -> None:
    write_tiny_files(tmp_path / "tiny", 60)
    files = sorted((tmp_path / "tiny").glob("AWSLogs/*/CloudTrail/*/2026/*/*/*.json.gz"))
    counts = [len(json.loads(gzip.decompress(file.read_bytes()))["Records"]) for file in files]
    assert len(files) == 60
    assert set(counts) == set(range(1, MOST_IN_TINY + 1))
