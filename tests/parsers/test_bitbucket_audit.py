"""Bitbucket's audit log: JSON since version 7, lines before."""

from typing import Any

import pytest

from parsers import bitbucket_audit, bitbucket_audit_lines
from parsers.lib import bitbucket_audit_json
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

JSON, LINES = load("bitbucket.audit"), load("bitbucket.audit.lines")
BASE: dict[str, Any] = {
    "auditType": {"action": "Repository deleted"},
    "author": {"name": "dana"},
    "timestamp": {"epochSecond": 1774910208, "nano": 424242424},
}
LINE = '198.51.100.9 | UserCreatedEvent | dana | 1774910208424 | eve | {"a":1} | @8K | 6yw'
WHEN = {"timestamp": 1_774_910_208_424_000, "timestamp_desc": "event", "timestamp_basis": "stated"}


def test_a_deleted_repository() -> None:
    assert stated(run(JSON, bitbucket_audit.SAMPLES[0]).events[0]) == {
        **WHEN,
        "timestamp_precision": 1,
        "kind": "bitbucket.audit",
        "action": "Repository deleted",
        "outcome": "success",
        "actor": "dana",
        "src_ip": "198.51.100.9",
        "resource": "models",
        "account": "https://bitbucket.example.com",
    }


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"timestamp": {"epochSecond": 1774910208}}, "timestamp_precision", 1_000_000),
        ({"timestamp": 1774910208424}, "timestamp", 1_774_910_208_424_000),
        ({"timestamp": "2026-03-30T22:36:48.424Z"}, "timestamp", 1_774_910_208_424_000),
        ({"timestamp": {"nano": 1}}, "timestamp", None),
        ({"auditType": {"action": "User login failed"}}, "outcome", "failure"),
        ({"auditType": {"action": "Access denied"}}, "outcome", "denied"),
        ({"author": {"id": "2"}}, "actor", "2"),
        ({"affectedObjects": [{"type": "PROJECT", "name": "AI"}]}, "resource", "AI"),
        ({"affectedObjects": [{"type": "PROJECT", "name": "AI"}, {"type": "REPOSITORY", "id": "7"}]}, "resource", "7"),
        ({"affectedObjects": [7, None]}, "resource", None),
        ({"source": "198.51.100.9,10.0.0.1"}, "src_ip", "198.51.100.9"),
    ],
)
def test_values(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(JSON, BASE | values)[field] == value


def test_an_answer_of_the_api() -> None:
    answer = {"entities": [BASE, BASE | {"auditType": {}}, "x"]}
    decoded = decode_record(JSON, answer)
    assert (len(decoded.events), len(decoded.warnings)) == (1, 1)
    assert reasons(decode_record(JSON, {"auditType": {}})) == [bitbucket_audit_json.NO_ACTION]


def line_event(line: str) -> Event:
    (event,) = LINES.decode(Chunk(line.encode())).events.to_pylist()
    return Event(event)


def test_a_line() -> None:
    assert stated(run(LINES, bitbucket_audit_lines.SAMPLES[0]).events[0]) == {
        **WHEN,
        "timestamp_precision": 1_000,
        "kind": "bitbucket.audit",
        "action": "RepositoryCreatedEvent",
        "outcome": "success",
        "actor": "dana",
        "session": "6ywzi6",
        "src_ip": "198.51.100.9",
        "resource": "AI/models",
    }


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("dana", "-", "actor", None),
        ("eve", "-", "resource", None),
        ("6yw", "-", "session", None),
        ("UserCreatedEvent", "AuthenticationFailureEvent", "outcome", "failure"),
        ('{"a":1}', '{"a":"x | y | z"}', "session", "6yw"),
        ('{"a":1}', '{"a":"x | y | z"}', "resource", "eve"),
    ],
)
def test_values_of_lines(old: str, new: str, field: str, value: object) -> None:
    assert line_event(LINE.replace(old, new))[field] == value


def test_fields_of_a_line() -> None:
    found = LINES.fields(LINE.replace('{"a":1}', '{"a":"x | y"}').encode(), b"", DecodeContext())
    assert (found["details"], found["request_id"]) == ('{"a":"x | y"}', "@8K")
    assert LINES.fields(b"x", b"", DecodeContext()) == {}


@pytest.mark.parametrize(
    "line",
    ["x", LINE.replace("1774910208424", "soon"), LINE.replace(" | 6yw", ""), LINE.replace("UserCreatedEvent", "a b")],
)
def test_other_lines_are_rejected(line: str) -> None:
    assert reasons(LINES.decode(Chunk(line.encode()))) == [bitbucket_audit_lines.NOT_THIS_FORMAT]


def test_sniffing() -> None:
    assert LINES.sniff(Sample(LINE.encode())).confidence == 97
    assert LINES.sniff(Sample(f"damaged\n{LINE}\n{LINE}".encode())).confidence == 88
    access = "198.51.100.9 | https | o@1x2 | dana | 2026-03-30 22:36:48,424 | GET /a HTTP/1.1 | - | - | 200 | 0 | 9 | - | 3 | - |"
    assert LINES.sniff(Sample(access.encode())).confidence == 0
    assert confidence(JSON, BASE) == confidence(JSON, {"entities": [BASE]}) == 97
    assert confidence(JSON, {"auditType": "x", "timestamp": 1}) == 0
