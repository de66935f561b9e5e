import json
from collections.abc import Mapping
from typing import Any

import pytest

from parsers import github_audit
from parsers.lib.github_entry import NO_ACTION
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, Sample

PARSER = load("github.audit")
AT = 1_774_910_088_123_000
BASE: dict[str, Any] = {"action": "repo.access", "actor": "kim-gh", "@timestamp": 1774910088123, "org": "example-org"}


def event_of(**values: object) -> Event:
    record = {name: value for name, value in {**BASE, **values}.items() if value is not ...}
    (event,) = PARSER.decode(Chunk(json.dumps(record).encode())).events.to_pylist()
    return Event(event)


def test_a_clone_fills_every_column_it_can() -> None:
    event = run(PARSER, github_audit.SAMPLES[0]).events[0]
    place = {name: event.pop(name) for name in ("record", "offset", "length", "content")}
    assert (place["record"], place["offset"]) == (1, 1)
    assert {name: value for name, value in event.items() if value is not None} == {
        "timestamp": AT,
        "timestamp_desc": "event",
        "timestamp_precision": 1_000,
        "timestamp_basis": "stated",
        "kind": "github.audit",
        "action": "git.clone",
        "outcome": "success",
        "actor": "dana-gh",
        "credential": "9f8b7c6d5e4f",
        "src_ip": "198.51.100.9",
        "user_agent": "git/2.43.0",
        "resource": "example-org/cli",
        "account": "example-org",
        "uid": "Zm9vYmFyMQ",
    }


def test_exports_without_ids_have_no_uid_and_no_content() -> None:
    event = run(PARSER, github_audit.SAMPLES[1]).events[0]
    assert (event["uid"], event["content"]) == (None, None)
    assert (event["timestamp"], event["resource"]) == (1_774_910_100_456_000, "example-org")


@pytest.mark.parametrize(
    ("values", "us", "precision_us"),
    [
        ({}, AT, 1_000),
        ({"@timestamp": ..., "created_at": 1774910088123}, AT, 1_000),
        ({"created_at": 1}, AT, 1_000),
        ({"@timestamp": 1774910088123.0}, AT, 1_000),
        ({"@timestamp": "1774910088123"}, AT, 1_000),
        ({"@timestamp": "2026-03-30T22:34:48.123Z"}, AT, 1_000),
        ({"@timestamp": 1774910088}, AT - 123_000, 1_000_000),
        ({"@timestamp": "", "created_at": 1774910088123}, AT, 1_000),
        ({"@timestamp": ...}, None, None),
        ({"@timestamp": "soon"}, None, None),
        ({"@timestamp": {"$date": 1}}, None, None),
    ],
)
def test_times(values: Mapping[str, object], us: int | None, precision_us: int | None) -> None:
    event = event_of(**values)
    assert (event["timestamp"], event["timestamp_precision"]) == (us, precision_us)


@pytest.mark.parametrize(
    ("values", "resource", "account"),
    [
        ({"repo": "o/r", "repository": "o/s"}, "o/r", "example-org"),
        ({"repository": "o/s"}, "o/s", "example-org"),
        ({"repo": ""}, "example-org", "example-org"),
        ({"org": ["a", "b"]}, "a", "a"),
        ({"org": ..., "business": "example"}, None, "example"),
        ({"org": "", "business": "", "repo": None}, None, None),
    ],
)
def test_resource_and_account(values: Mapping[str, object], resource: str | None, account: str | None) -> None:
    event = event_of(**values)
    assert (event["resource"], event["account"]) == (resource, account)


@pytest.mark.parametrize(
    ("values", "outcome", "status"),
    [
        ({}, "success", None),
        ({"status_code": 200}, "success", 200),
        ({"status_code": "304"}, "success", 304),
        ({"status_code": 403}, "denied", 403),
        ({"status_code": 404}, "failure", 404),
        ({"status_code": 0}, "success", None),
        ({"conclusion": "failure"}, "failure", None),
        ({"conclusion": "success"}, "success", None),
        ({"conclusion": "skipped"}, "unknown", None),
        ({"action": "protected_branch.rejected_ref_update"}, "denied", None),
        ({"action": "user.failed_login"}, "failure", None),
    ],
)
def test_the_outcome(values: Mapping[str, object], outcome: str, status: int | None) -> None:
    event = event_of(**values)
    assert (event["outcome"], event["status"]) == (outcome, status)


def test_empty_texts_are_no_values() -> None:
    event = event_of(actor="", user_agent="", actor_ip="", hashed_token="", _document_id="")
    assert [event[name] for name in ("actor", "user_agent", "src_ip", "credential", "uid", "content")] == [None] * 6


def test_a_record_without_action_is_a_reject() -> None:
    done = PARSER.decode(Chunk(b'{"actor": "a", "@timestamp": 1774910088123}\n{"action": null}'))
    assert [refusal.reason for refusal in done.rejects] == [NO_ACTION] * 2


FOREIGN: tuple[object, ...] = (
    {"action": "user_login", "actor": {"user": {"email": "a@example.com"}}, "entity": {}, "date_create": 1774910208},
    {"action": "file.download", "actor": {"user": {}}, "entity": {}, "date_create": 1, "org": "x", "created_at": 1},
    {"auditType": {"action": "Repository deleted"}, "author": {"name": "x"}, "timestamp": 1},
    {"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "awsRegion": "x", "@timestamp": "2026-03-30T22:00:00Z"},
    {"action": {"type": "login"}, "actor": {"email": "x"}, "when": "2026-03-30T22:00:00Z"},
    {"RequestMethod": "GET", "time": "2026-03-30T22:00:00Z", "ClientHost": "192.0.2.1"},
    {"action": "login", "actor": "x", "created_at": 1774910088123, "org": "x"},
    {"action": "A sentence. With dots", "actor": "x", "created_at": 1774910088123, "org": "x"},
    {"action": "x.y", "actor": "x"},
)


@pytest.mark.parametrize("record", FOREIGN)
def test_foreign_records_are_refused(record: object) -> None:
    written = json.dumps(record).encode()
    for data in (written, b"[" + written + b"]", written + b"\n" + written):
        assert PARSER.sniff(Sample(data)).confidence == 0


def test_plain_exports_are_surer_with_names_that_only_github_has() -> None:
    plain = json.dumps(BASE).encode()
    marked = json.dumps({**BASE, "_document_id": "x"}).encode()
    assert 80 <= PARSER.sniff(Sample(plain)).confidence < PARSER.sniff(Sample(marked)).confidence
    assert PARSER.sniff(Sample(b"\n".join([plain] + [b'{"other": 1}'] * 4))).confidence < 50
