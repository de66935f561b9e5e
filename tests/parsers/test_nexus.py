"""Sonatype Nexus Repository's request.log and audit.log."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import nexus_audit, nexus_request, web_access
from parsers.lib.columns import chunk_lines
from parsers.lib.splitting import split_lines
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

REQUEST, AUDIT = load("nexus.request"), load("nexus.audit")
COMMON = '198.51.100.9 - dana [30/Mar/2026:22:36:48 +0000] "GET /a.tgz HTTP/1.1" 200'
LINE = f'{COMMON} - 5120 912 "npm/10.5.0" [qtp1085283394-921]'
ENTRY: dict[str, Any] = {
    "timestamp": "2026-03-30 22:36:48,424+0200",
    "nodeId": "n1",
    "initiator": "dana/198.51.100.9",
    "domain": "security.user",
    "type": "created",
    "context": "eve",
}


def event(line: str) -> Event:
    (found,) = REQUEST.decode(Chunk(line.encode())).events.to_pylist()
    return Event(found)


def test_a_request() -> None:
    assert stated(event(LINE)) == {
        "timestamp": 1_774_910_208_000_000,
        "timestamp_desc": "request",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "kind": "nexus.request",
        "action": "GET",
        "outcome": "success",
        "actor": "dana",
        "src_ip": "198.51.100.9",
        "user_agent": "npm/10.5.0",
        "resource": "/a.tgz",
        "bytes_out": 5120,
        "status": 200,
    }


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("dana", "-", "actor", None),
        ("dana", "anonymous", "actor", None),
        ("dana", "*UNKNOWN", "actor", None),
        ("dana", "dana smith", "actor", "dana smith"),
        ("200", "401", "outcome", "denied"),
        ("200", "-", "status", None),
        (" - 5120", " 77 5120", "bytes_out", 5120),
        ("5120", "-", "bytes_out", None),
        ("npm/10.5.0", "-", "user_agent", None),
        ("npm/10.5.0", 'a "b" c', "user_agent", 'a "b" c'),
        ("GET /a.tgz HTTP/1.1", "\\x16\\x03", "action", None),
        ("30/Mar", "31/Feb", "timestamp", None),
    ],
)
def test_values(old: str, new: str, field: str, value: object) -> None:
    assert event(LINE.replace(old, new, 1))[field] == value


def test_zones() -> None:
    line = LINE.replace(" +0000", "").encode()
    for zone, us in (("+02:00", 1_774_903_008_000_000), ("no zone", 1_774_910_208_000_000)):
        decoded = REQUEST.decode(Chunk(line, context=DecodeContext(zone=zone)))
        assert decoded.events.column("timestamp").to_pylist() == [us]


def test_fields() -> None:
    found = REQUEST.fields(LINE.encode(), b"", DecodeContext())
    assert (found["elapsed_ms"], found["thread"], found["request_bytes"]) == ("912", "qtp1085283394-921", "-")
    assert REQUEST.fields(b"x", b"", DecodeContext()) == {}


@pytest.mark.parametrize("line", ["x", COMMON, f'{COMMON} 5120 "-" "npm"', LINE.removesuffix("]")])
def test_other_lines_are_rejected(line: str) -> None:
    assert reasons(REQUEST.decode(Chunk(line.encode()))) == [nexus_request.NOT_THIS_FORMAT]


def test_only_the_thread_tells_it_from_other_access_logs() -> None:
    own, plain = Sample(LINE.encode()), Sample(LINE.partition(" [qtp")[0].encode())
    assert REQUEST.sniff(own).confidence == 100
    assert web_access.sniff(own).confidence <= 95
    assert REQUEST.sniff(plain).confidence == 0
    assert REQUEST.sniff(Sample(f'{COMMON} 5120 "-" "agent" [x]'.encode())).confidence == 0
    assert REQUEST.sniff(Sample(f"{COMMON} 5120\n{LINE}\n{LINE}".encode())).confidence == 90


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_columns_and_single_lines_agree(data: st.DataObject) -> None:
    words = LINE.split(" ")
    odd = st.sampled_from(["", "-", '"', '"-"', "[x]", "200", "a b", "\\", '\\"', "caf\u00e9", "[", "]"])
    for _ in range(data.draw(st.integers(0, 3))):
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(odd)
    lines = chunk_lines(Chunk(" ".join(words).encode()))
    names = nexus_request._NAMES
    ways = [
        split_lines(lines, shapes, names, nexus_request._split, nexus_request.NOT_THIS_FORMAT)
        for shapes in (nexus_request._CLEAN, ())
    ]
    columns = [{name: way.columns[name].to_pylist() for name in names} for way in ways]
    assert columns[0] == columns[1]
    assert ways[0].rejects == ways[1].rejects


def test_an_audit_entry() -> None:
    assert stated(run(AUDIT, nexus_audit.SAMPLES[0]).events[0]) == {
        "timestamp": 1_774_910_208_424_000,
        "timestamp_desc": "event",
        "timestamp_precision": 1_000,
        "timestamp_basis": "stated",
        "kind": "nexus.audit",
        "action": "security.user.created",
        "outcome": "success",
        "actor": "dana",
        "src_ip": "198.51.100.9",
        "resource": "mallory",
    }


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({}, "timestamp", 1_774_903_008_424_000),
        ({"initiator": "*TASK"}, "actor", "*TASK"),
        ({"initiator": "*TASK"}, "src_ip", None),
        ({"initiator": "a/b/2001:db8::7"}, "actor", "a/b"),
        ({"initiator": "-/2001:db8::7"}, "actor", None),
        ({"initiator": None}, "actor", None),
        ({"context": "", "attributes": {"name": "n"}}, "resource", "n"),
        ({"type": None}, "action", "security.user"),
        ({"attributes": {"repository.name": "npm-hosted"}}, "account", "npm-hosted"),
    ],
)
def test_values_of_audit_entries(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(AUDIT, ENTRY | values)[field] == value


def test_what_names_nothing_is_rejected() -> None:
    assert reasons(decode_record(AUDIT, {"initiator": "dana"})) == [nexus_audit.NO_TYPE]


def test_audit_look_alikes() -> None:
    assert confidence(AUDIT, ENTRY) == 97
    assert confidence(AUDIT, {"initiator": "dana", "type": "x", "timestamp": "y"}) == 0
