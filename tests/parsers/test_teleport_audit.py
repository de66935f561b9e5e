from typing import Any

import pytest

from parsers import teleport_audit
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import load, run

PARSER = load("teleport.audit")
BASE: dict[str, Any] = {
    "ei": 0,
    "event": "exec",
    "uid": "u1",
    "code": "T3002I",
    "time": "2026-03-30T22:36:48.424Z",
    "cluster_name": "c",
    "user": "dana",
}


def test_a_session_fills_every_column_it_can() -> None:
    assert stated(run(PARSER, teleport_audit.SAMPLES[0]).events[1]) == {
        "timestamp": 1_774_910_208_424_000,
        "timestamp_desc": "event",
        "timestamp_precision": 1_000,
        "timestamp_basis": "stated",
        "kind": "teleport.audit",
        "action": "session.start",
        "outcome": "success",
        "actor": "dana",
        "session": "6f1c1c1e-0000-4000-8000-0000000000aa",
        "src_ip": "2001:db8::7",
        "resource": "db-1",
        "account": "teleport.example.com",
        "uid": "6f1c1c1e-0000-4000-8000-000000000002",
    }


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"success": True, "code": "T1000W"}, "outcome", "success"),
        ({"success": False}, "outcome", "failure"),
        ({"success": False, "error": "access to node denied"}, "outcome", "denied"),
        ({"error": "no such file"}, "outcome", "failure"),
        ({"error": "no such file"}, "message", "no such file"),
        ({"code": "T3002E"}, "outcome", "failure"),
        ({"code": "T3007W"}, "outcome", "failure"),
        ({"code": None}, "outcome", "unknown"),
        ({"addr.remote": "198.51.100.9:34204"}, "src_ip", "198.51.100.9"),
        ({"addr": {"remote": "198.51.100.9:34204"}}, "src_ip", "198.51.100.9"),
        ({"kubernetes_cluster": "prod"}, "resource", "prod"),
        ({"response_code": 403}, "status", 403),
    ],
)
def test_values(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(PARSER, BASE | values)[field] == value


def test_what_names_no_event_is_rejected() -> None:
    assert reasons(decode_record(PARSER, {"code": "T1000I", "uid": "u"})) == [teleport_audit.NO_EVENT]


def test_codes() -> None:
    for code in ("T1000I", "TDP00W", "CIR001I", "CJ001I", "TAP03I"):
        assert confidence(PARSER, BASE | {"code": code}) == 97
    for other in ("OK", "ERROR", "t1000i", "T1000X", 1000):
        assert confidence(PARSER, BASE | {"code": other}) == 0
    assert confidence(PARSER, {"event": "login", "uid": "1", "ei": 3, "time": "x"}) == 0
