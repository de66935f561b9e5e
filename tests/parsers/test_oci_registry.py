"""Container registries: notifications, and the log as JSON and as text."""

import json
from typing import Any

import pytest

from parsers import oci_registry, oci_registry_lines
from parsers.lib.registry_log import NO_REQUEST
from tests.parsers.one_record import confidence, event_of, stated
from tests.parsers.registry import load, run
from timeline.model.parser import Sample

JSON, LINES = load("oci.registry"), load("oci.registry.lines")


def notification(**more: Any) -> dict[str, Any]:
    return {
        "id": "e1", "timestamp": "2026-03-30T22:36:48Z", "action": "pull",
        "target": {"repository": "models/cli", "digest": "sha256:aa", "size": 7},
        "request": {"addr": "198.51.100.9:5", "method": "GET"}, **more,
    }  # fmt: skip


def test_notifications() -> None:
    push, pull = run(JSON, oci_registry.SAMPLES[0]).events
    assert stated(push) == {
        "timestamp": 1_774_910_208_424_113,
        "timestamp_desc": "event",
        "timestamp_precision": 1,
        "timestamp_basis": "stated",
        "kind": "oci.registry",
        "action": "push",
        "outcome": "success",
        "actor": "dana",
        "src_ip": "198.51.100.9",
        "user_agent": "docker/27.0.1",
        "resource": "models/cli:latest",
        "uid": "5f2f7c1e-0000-4000-8000-000000000001",
    }
    assert (pull["record"], pull["resource"], pull["bytes_out"], pull["actor"], pull["src_ip"]) == (
        2, "models/cli@sha256:60303ae22b998861", 734_003_200, None, "2001:db8::7",
    )  # fmt: skip


def test_a_look_at_the_head_sends_nothing() -> None:
    assert event_of(JSON, notification(request={"method": "HEAD"}))["bytes_out"] is None
    assert event_of(JSON, notification(action="delete"))["bytes_out"] is None


def test_deliveries_one_a_line_agree_with_what_they_hold() -> None:
    lines = "".join(json.dumps({"events": [notification(id=f"e{place}")]}) + "\n" for place in range(3))
    assert JSON.sniff(Sample(lines.encode())).confidence >= 95
    found = run(JSON, lines.encode()).events
    assert [event["uid"] for event in found] == ["e0", "e1", "e2"]
    assert found[1]["content"] == event_of(JSON, notification())["content"]


@pytest.mark.parametrize("kind", ["oci.registry", "oci.registry.lines"])
def test_requests_are_counted_when_they_are_answered(kind: str) -> None:
    sample = oci_registry.SAMPLES[1] if kind == "oci.registry" else oci_registry_lines.SAMPLES[0]
    done = run(load(kind), sample)
    authorized, answered = done.events[:2]
    assert (authorized["action"], authorized["actor"], authorized["outcome"]) == (
        "authorized request",
        "dana",
        "unknown",
    )
    assert (answered["action"], answered["status"], answered["bytes_out"], answered["outcome"]) == (
        "GET",
        200,
        708,
        "success",
    )
    assert (answered["resource"], answered["src_ip"]) == ("/v2/models/cli/manifests/latest", "198.51.100.9")
    assert (1, NO_REQUEST) in [(record, reason) for record, _, _, reason in done.refused]


def test_text_lines() -> None:
    done = run(LINES, oci_registry_lines.SAMPLES[0])
    assert [event["kind"] for event in done.events] == ["oci.registry"] * 3
    assert done.events[1]["user_agent"] == 'docker/27.0.1 "build"'
    assert done.events[2]["src_ip"] == "2001:db8::7"
    assert (4, oci_registry_lines.ACCESS_LINE) in [(record, reason) for record, _, _, reason in done.refused]


@pytest.mark.parametrize(
    "line",
    [b'time="2026" level=info msg="open', b"level=info msg=x", b'time="x" a=b', b'time="x" msg="a"b', b"x" * 70_000],
)
def test_lines_that_are_none(line: bytes) -> None:
    assert [reason for *_, reason in run(LINES, line).refused] == [oci_registry_lines.NOT_AN_ENTRY]


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"http.response.status": 401}, "denied"), ({"http.response.status": "500"}, "failure"),
        ({"err.code": "unauthorized"}, "denied"), ({"err.code": "manifest unknown"}, "failure"), ({}, "unknown"),
    ],
)  # fmt: skip
def test_outcomes(more: dict[str, Any], outcome: str) -> None:
    record = {"level": "info", "msg": "m", "http.request.method": "GET", "http.request.uri": "/v2/", **more}
    assert event_of(JSON, record)["outcome"] == outcome


def test_look_alikes() -> None:
    assert confidence(JSON, {"action": "opened", "repository": {"full_name": "a/b"}, "sender": {}}) == 0
    assert confidence(JSON, {"level": "info", "msg": "x", "repository": "a"}) == 0
    other = b'time="2026-03-30T22:00:00Z" level=info msg="starting" component=dockerd\n'
    assert LINES.sniff(Sample(other)).confidence == 0
