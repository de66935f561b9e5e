import json
from typing import Any

import pytest

from parsers import k8s_audit
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import load, run
from timeline.model.parser import DecodeContext

PARSER = load("k8s.audit")
BASE: dict[str, Any] = {
    "auditID": "a1",
    "verb": "create",
    "user": {"username": "dana"},
    "requestURI": "/api/v1/namespaces/prod/pods/web-0/exec?command=sh",
    "objectRef": {"resource": "pods", "namespace": "prod", "name": "web-0", "subresource": "exec"},
    "responseStatus": {"code": 101},
    "requestReceivedTimestamp": "2026-03-30T22:36:48.424242Z",
    "stageTimestamp": "2026-03-30T22:36:50Z",
}


def test_a_read_secret_fills_every_column_it_can() -> None:
    assert stated(run(PARSER, k8s_audit.SAMPLES[0]).events[0]) == {
        "timestamp": 1_774_910_208_424_242,
        "timestamp_desc": "request",
        "timestamp_precision": 1,
        "timestamp_basis": "stated",
        "kind": "k8s.audit",
        "action": "get secrets",
        "outcome": "success",
        "actor": "dana@example.com",
        "credential": "X509SHA256=0a1b2c3d",
        "src_ip": "198.51.100.9",
        "user_agent": "kubectl/v1.29.0 (linux/amd64) kubernetes/abcdef0",
        "resource": "prod/db",
        "status": 200,
        "uid": "6f1c1c1e-0000-4000-8000-000000000001",
    }


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({}, "action", "create pods/exec"),
        ({}, "outcome", "success"),
        ({"objectRef": {"resource": "nodes"}}, "action", "create nodes"),
        ({"objectRef": {"resource": "nodes"}}, "resource", None),
        ({"objectRef": {"resource": "pods", "namespace": "prod"}}, "resource", "prod"),
        ({"objectRef": {"resource": "clusterroles", "name": "admin"}}, "resource", "admin"),
        ({"objectRef": None}, "action", "create"),
        ({"objectRef": None}, "resource", "/api/v1/namespaces/prod/pods/web-0/exec"),
        ({"objectRef": None, "requestURI": "-?x"}, "resource", None),
        ({"responseStatus": {"code": 403, "message": "forbidden"}}, "outcome", "denied"),
        ({"responseStatus": {"code": 403, "message": "forbidden"}}, "message", "forbidden"),
        ({"responseStatus": {"code": 500}}, "outcome", "failure"),
        ({"responseStatus": None}, "outcome", "unknown"),
        (
            {"responseStatus": None, "annotations": {"authorization.k8s.io/decision": "forbid"}},
            "outcome",
            "denied",
        ),
        ({"requestReceivedTimestamp": None}, "timestamp", 1_774_910_210_000_000),
        ({"sourceIPs": []}, "src_ip", None),
        ({"sourceIPs": ["192.0.2.1", "10.0.0.1"]}, "src_ip", "192.0.2.1"),
        ({"user": {"username": "u", "extra": {"accessKeyId": ["ASIAEXAMPLE"]}}}, "credential", "ASIAEXAMPLE"),
        ({"user": {"username": "u", "extra": "none"}}, "credential", None),
    ],
)
def test_values(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(PARSER, BASE | values)[field] == value


def test_stages_of_one_request_are_events_of_their_own() -> None:
    events = [event_of(PARSER, BASE | {"stage": stage}) for stage in ("RequestReceived", "ResponseComplete")]
    assert events[0]["uid"] == events[1]["uid"]
    assert events[0]["content"] != events[1]["content"]


@pytest.mark.parametrize(
    "wrapped",
    [
        {"category": "kube-audit", "properties": {"log": json.dumps(BASE)}},
        {"timestamp": 1774910208424, "message": json.dumps(BASE)},
        {"@timestamp": "2026-03-30 22:36:48.424", "@message": json.dumps(BASE)},
    ],
)
def test_entries_that_services_wrap(wrapped: dict[str, Any]) -> None:
    assert stated(event_of(PARSER, wrapped)) == stated(event_of(PARSER, BASE))
    assert confidence(PARSER, wrapped) == 99
    assert PARSER.fields(json.dumps(wrapped).encode(), b"", DecodeContext())["auditID"] == "a1"


def test_what_names_no_verb_is_rejected() -> None:
    assert reasons(decode_record(PARSER, {"auditID": "a1"})) == [k8s_audit.NO_VERB]


def test_look_alikes() -> None:
    assert confidence(PARSER, {"kind": "Event", "apiVersion": "v1", "reason": "Killing", "note": "auditID"}) == 0
    assert confidence(PARSER, {"auditID": 7, "verb": "get"}) == 0
    assert confidence(PARSER, {"category": "kube-apiserver", "properties": {"log": "no auditID"}}) == 0
