from typing import Any

import pytest

from parsers import cloudflare_audit
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import load, run

PARSER = load("cloudflare.audit")
AT = 1_774_910_208_000_000
BASE: dict[str, Any] = {
    "id": "e1",
    "when": "2026-03-30T22:36:48Z",
    "action": {"type": "login", "result": True},
    "actor": {"email": "dana@example.com", "ip": "198.51.100.9"},
}
PUSHED: dict[str, Any] = {"ActionType": "login", "ActorEmail": "dana@example.com", "When": "2026-03-30T22:36:48Z"}


def test_all_entries_of_an_answer_are_events() -> None:
    events = run(PARSER, cloudflare_audit.SAMPLES[0]).events
    assert [(event["record"], event["action"], event["outcome"]) for event in events] == [
        (1, "change_setting", "success"),
        (2, "login", "failure"),
    ]
    alone = event_of(PARSER, {"result": [BASE]})
    assert alone["content"] == event_of(PARSER, BASE)["content"] != events[0]["content"]
    assert stated(events[0]) == {
        "timestamp": AT,
        "timestamp_desc": "event",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "kind": "cloudflare.audit",
        "action": "change_setting",
        "outcome": "success",
        "actor": "dana@example.com",
        "src_ip": "198.51.100.9",
        "resource": "zone/r1example",
        "account": "023eexample",
        "uid": "6f1c1c1e-0000-4000-8000-000000000001",
    }


def test_the_second_version() -> None:
    (event,) = run(PARSER, cloudflare_audit.SAMPLES[2]).events
    named = ("credential", "src_ip", "user_agent", "resource", "account", "status", "message")
    assert [event[name] for name in named] == [
        "tok1example", "198.51.100.9", "curl/8.5.0", "dns_records/d1example", "023eexample", 200, "Create DNS Record"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "us", "precision_us"),
    [
        ("2026-03-30T22:36:48Z", AT, 1_000_000),
        (1774910208, AT, 1_000_000),
        (1774910208000, AT, 1_000),
        (1774910208000000, AT, 1),
        (1774910208000000000, AT, 1),
        ("1774910208", AT, 1_000_000),
        (None, None, None),
        ("soon", None, None),
        (-1, None, None),
    ],
)
def test_times(when: object, us: int | None, precision_us: int | None) -> None:
    event = event_of(PARSER, PUSHED | {"When": when})
    assert (event["timestamp"], event["timestamp_precision"]) == (us, precision_us)


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"ActionResult": True}, "outcome", "success"),
        ({"ActionResult": "failure"}, "outcome", "failure"),
        ({}, "outcome", "unknown"),
        ({"ActorIPAddress": "2001:db8::7"}, "src_ip", "2001:db8::7"),
        ({"AuditLogID": "e2"}, "uid", "e2"),
        ({"ActorEmail": "", "ActorID": "f6"}, "actor", "f6"),
    ],
)
def test_values_of_logpush(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(PARSER, PUSHED | values)[field] == value


def test_what_names_no_action_is_rejected() -> None:
    assert reasons(decode_record(PARSER, BASE | {"action": {}})) == [cloudflare_audit.NO_ACTION]
    assert reasons(decode_record(PARSER, {"result": [{"id": "e1"}]})) == [cloudflare_audit.NO_ACTION]
    decoded = decode_record(PARSER, {"result": [{"id": "e1"}, BASE]})
    assert (len(decoded.events), len(decoded.warnings)) == (1, 1)


def test_look_alikes() -> None:
    assert confidence(PARSER, BASE) == confidence(PARSER, PUSHED) == confidence(PARSER, {"result": [BASE]}) == 97
    assert confidence(PARSER, BASE | {"action": "login"}) == 0
    assert confidence(PARSER, {"when": "now", "result": [1, 2]}) == 0
    assert confidence(PARSER, {"ActionType": "LogonSuccess", "Timestamp": "x", "AccountName": "dana"}) == 0
