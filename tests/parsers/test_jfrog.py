"""The JFrog Platform's request logs, access logs and audit trails: JSON by fluentd, and lines."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import jfrog_access, jfrog_access_lines, jfrog_request, jfrog_request_lines
from parsers.lib.jfrog_records import ANOTHER_LOG
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Parser, Sample

REQUEST, ACCESS = load("jfrog.request"), load("jfrog.access")
REQUEST_LINES, ACCESS_LINES = load("jfrog.request.lines"), load("jfrog.access.lines")
ASKED: dict[str, Any] = {
    "log_timestamp": "2026-03-30T22:36:48.424Z",
    "username": "dana",
    "request_method": "GET",
    "request_url": "/a",
    "return_status": "200",
    "log_source": "jfrog.rt.artifactory.request",
}
LINE = "2026-03-30T22:36:48.424Z|7a93|198.51.100.9|dana|GET|/a.tgz|200|-1|5120|912|npm/10.5.0"
OPENED = "2026-03-30T22:36:48.424Z [7a93] [ACCEPTED DOWNLOAD] npm-local:a.tgz  for client : dana / 198.51.100.9."
TRAIL = "2026-03-30T22:36:50.001Z|7a94|198.51.100.9|dana|root|ci|C|TKN|{}"
REQUESTED = {
    "timestamp": 1_774_910_208_424_000,
    "timestamp_desc": "request",
    "timestamp_precision": 1_000,
    "timestamp_basis": "stated",
    "kind": "jfrog.request",
    "action": "GET",
    "outcome": "success",
    "actor": "dana",
    "src_ip": "198.51.100.9",
    "user_agent": "npm/10.5.0",
    "bytes_out": 734_003_200,
    "status": 200,
}


def line_event(parser: Parser, line: str) -> Event:
    (event,) = parser.decode(Chunk(line.encode())).events.to_pylist()
    return Event(event)


def test_a_request_in_json_and_as_a_line() -> None:
    in_json = run(REQUEST, jfrog_request.SAMPLES[0]).events[0]
    assert stated(in_json) == {**REQUESTED, "resource": "/api/npm/npm-local/models-1.0.0.tgz"}
    assert stated(run(REQUEST_LINES, jfrog_request_lines.SAMPLES[0]).events[0]) == {
        **REQUESTED,
        "resource": "/api/npm/npm-local/a.tgz",
    }


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"return_status": 403}, "outcome", "denied"),
        ({"return_status": "500"}, "status", 500),
        ({"return_status": ""}, "outcome", None),
        ({"response_content_length": -1}, "bytes_out", None),
        ({"response_content_length": "-1"}, "bytes_out", None),
        ({"response_content_length": 5.0}, "bytes_out", 5),
        ({"remote_address ": "198.51.100.9"}, "src_ip", "198.51.100.9"),
        ({"remote_address": "198.51.100.9, 10.0.0.1"}, "src_ip", "198.51.100.9"),
        ({"remote_address": "UNKNOWN"}, "src_ip", None),
        ({"username": "anonymous"}, "actor", None),
        ({"log_timestamp": "soon"}, "timestamp", None),
        ({"log_source": "", "service": "jfrog.xray.xray.request"}, "kind", "jfrog.request"),
    ],
)
def test_values_of_requests(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(REQUEST, ASKED | values)[field] == value


def test_one_stream_of_several_logs() -> None:
    kinds = [event["kind"] for event in run(REQUEST, jfrog_request.SAMPLES[0]).events]
    assert kinds == ["jfrog.request", "jfrog.request", "jfrog.access"]
    other = decode_record(REQUEST, ASKED | {"log_source": "jfrog.rt.artifactory.service"})
    assert [refusal.reason for refusal in other.ignored] == [ANOTHER_LOG]


def test_access_and_audit_trail_in_json() -> None:
    opened, changed = run(ACCESS, jfrog_access.SAMPLES[0]).events
    assert stated(opened) == {
        "timestamp": 1_774_910_208_424_000,
        "timestamp_desc": "event",
        "timestamp_precision": 1_000,
        "timestamp_basis": "stated",
        "kind": "jfrog.access",
        "action": "DOWNLOAD",
        "outcome": "success",
        "actor": "dana",
        "src_ip": "198.51.100.9",
        "resource": "npm-local:models/-/models-1.0.0.tgz",
    }
    named = ("action", "outcome", "actor", "src_ip", "resource", "credential")
    assert [changed[name] for name in named] == ["TKN C", "success", "jfrt@01example", None, "ci", None]


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("200", "401", "outcome", "denied"),
        ("200", "", "status", None),
        ("5120", "-1", "bytes_out", None),
        ("198.51.100.9", "2001:db8::7", "src_ip", "2001:db8::7"),
        ("198.51.100.9", "npm-remote", "src_ip", None),
        ("dana", "anonymous", "actor", None),
        ("dana", "", "actor", None),
        ("/a.tgz", "/a|b|c", "resource", "/a|b|c"),
        ("/a.tgz", "/caf\u00e9", "resource", "/caf\u00e9"),
        ("npm/10.5.0", "a|b", "user_agent", "a|b"),
        ("|npm/10.5.0", "", "user_agent", None),
        ("npm/10.5.0", 'an "agent" \\"', "user_agent", 'an "agent" \\"'),
        ("912", "0.125", "status", 200),
        ("03-30", "02-30", "timestamp", None),
        ("48.424Z", "48.424+0200", "timestamp", 1_774_903_008_424_000),
    ],
)
def test_values_of_request_lines(old: str, new: str, field: str, value: object) -> None:
    assert line_event(REQUEST_LINES, LINE.replace(old, new))[field] == value


def test_lines_before_version_7() -> None:
    down, up = run(REQUEST_LINES, jfrog_request_lines.SAMPLES[1]).events
    assert (down["timestamp"], down["timestamp_basis"]) == (1_774_910_208_000_000, "zone_assumed")
    assert (down["bytes_out"], down["resource"], down["status"]) == (734_003_200, "/npm-local/a.tgz", 200)
    assert (up["bytes_out"], up["actor"], up["outcome"]) == (None, None, "denied")
    fields = REQUEST_LINES.fields(
        b"20260330223648|912|UPLOAD|198.51.100.9|dana|PUT|/b|HTTP/1.1|201|7", b"", DecodeContext()
    )
    assert (fields["request_bytes"], fields["protocol"]) == ("7", "HTTP/1.1")


@pytest.mark.parametrize(
    "line", ["x", LINE.replace("200", "ok"), LINE.replace("2026-03-30T22:36:48.424Z", "now"), "|" * 10]
)
def test_other_request_lines_are_rejected(line: str) -> None:
    assert reasons(REQUEST_LINES.decode(Chunk(line.encode()))) == [jfrog_request_lines.NOT_THIS_FORMAT]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (OPENED, ("DOWNLOAD", "success", "dana", "198.51.100.9", "npm-local:a.tgz")),
        (OPENED.replace("npm-local:a.tgz  for", "for"), ("DOWNLOAD", "success", "dana", "198.51.100.9", None)),
        (OPENED.replace("ACCEPTED", "DENIED"), ("DOWNLOAD", "denied", "dana", "198.51.100.9", "npm-local:a.tgz")),
        (OPENED.replace("a.tgz", "a for b"), ("DOWNLOAD", "success", "dana", "198.51.100.9", "npm-local:a for b")),
        (OPENED.replace("198.51.100.9.", "2001:db8::7 [token]"),
         ("DOWNLOAD", "success", "dana", "2001:db8::7", "npm-local:a.tgz")),
        (OPENED.replace("client : dana / ", "x/y/"), ("DOWNLOAD", "success", "x/y", "198.51.100.9", "npm-local:a.tgz")),
        (OPENED.replace("dana", "NA"), ("DOWNLOAD", "success", None, "198.51.100.9", "npm-local:a.tgz")),
        (OPENED.partition("  for")[0], ("DOWNLOAD", "success", None, None, "npm-local:a.tgz")),
        (TRAIL, ("TKN C", "success", "dana", "198.51.100.9", "ci")),
        (TRAIL.replace("198.51.100.9|dana", "UNKNOWN|UNKNOWN"), ("TKN C", "success", "root", None, "ci")),
        (TRAIL.replace("{}", '{"a":"|"}'), ("TKN C", "success", "dana", "198.51.100.9", "ci")),
    ],
)  # fmt: skip
def test_lines_of_access(line: str, values: tuple[str | None, ...]) -> None:
    event = line_event(ACCESS_LINES, line)
    assert tuple(event[name] for name in ("action", "outcome", "actor", "src_ip", "resource")) == values


@pytest.mark.parametrize("line", ["x", OPENED.replace("ACCEPTED", "MAYBE"), TRAIL.replace("TKN", "t1"), LINE])
def test_other_access_lines_are_rejected(line: str) -> None:
    assert reasons(ACCESS_LINES.decode(Chunk(line.encode()))) == [jfrog_access_lines.NOT_THIS_FORMAT]


def test_sniffing() -> None:
    assert REQUEST_LINES.sniff(Sample(LINE.encode())).confidence == 97
    assert REQUEST_LINES.sniff(Sample(f"damaged\n{LINE}\n{LINE}".encode())).confidence == 88
    assert REQUEST_LINES.sniff(Sample(b"2026|" + b"|" * 10)).confidence == 0
    assert REQUEST_LINES.sniff(Sample(TRAIL.encode())).confidence == 0
    assert ACCESS_LINES.sniff(Sample(f"{OPENED}\n{TRAIL}".encode())).confidence == 97
    assert ACCESS_LINES.sniff(Sample(LINE.encode())).confidence == 0
    service = "2026-03-30T22:36:48.424Z [jfrt ] [INFO ] [7a93] [o.a.s.Main:42] [main] - started"
    assert ACCESS_LINES.sniff(Sample(service.encode())).confidence == 0
    trail = {"log_timestamp": "x", "log_source": "jfrog.rt.access.audit"}
    assert (confidence(REQUEST, ASKED), confidence(ACCESS, ASKED)) == (97, 0)
    assert (confidence(REQUEST, trail), confidence(ACCESS, trail)) == (0, 97)
    assert (confidence(REQUEST, trail, ASKED), confidence(ACCESS, trail, ASKED)) == (97, 0)
    assert confidence(REQUEST, {"log_source": "app", "return_status": 1}) == 0


ODD = st.sampled_from(["", "-", "|", "||", '"', "\\", '\\"', "200", "-1", "a b", " for ", "[x]", "caf\u00e9", "/", "."])


@settings(deadline=None, max_examples=60)
@given(
    base=st.sampled_from([(REQUEST_LINES, LINE, "|"), (ACCESS_LINES, OPENED, " ")]),
    changes=st.lists(st.tuples(st.integers(0, 10), ODD), max_size=3),
)
def test_columns_and_single_lines_agree(base: tuple[Parser, str, str], changes: list[tuple[int, str]]) -> None:
    parser, line, separator = base
    parts = line.split(separator)
    for place, part in changes:
        parts[place % len(parts)] = part
    changed = separator.join(parts).encode()
    # a line that is not ASCII, or has an escaped quote, in the chunk does not disturb the others
    alone = parser.decode(Chunk(changed))
    among = parser.decode(Chunk(line.encode() + b"\n" + changed + b'\n\xff\\"\n'))
    ours = [event for event in among.events.to_pylist() if event["record"] == 2]
    expected = alone.events.to_pylist()
    assert [stated(event) for event in ours] == [stated(event) for event in expected]
    if parser is ACCESS_LINES and expected:
        (event,) = expected
        exact = event_of(ACCESS, {**parser.fields(changed, b"", DecodeContext()), "log_source": "a.access"})
        assert stated(exact) == stated(event)
    if parser is REQUEST_LINES and expected:
        (event,) = expected
        fields = parser.fields(changed, b"", DecodeContext())
        assert event["resource"] == (fields["url"] if fields["url"] not in {"", "-", '""'} else None)
        assert event["status"] == (int(fields["status"]) if len(fields["status"]) == 3 else None)
