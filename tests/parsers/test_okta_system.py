from typing import Any

import pytest

from parsers import okta_system
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import load, run

PARSER = load("okta.system")
BASE: dict[str, Any] = {
    "uuid": "u1",
    "published": "2026-03-30T22:36:48.424Z",
    "eventType": "user.session.start",
    "actor": {"id": "00u1", "alternateId": "dana@example.com", "displayName": "Dana"},
    "outcome": {"result": "SUCCESS"},
}


def test_a_login_fills_every_column_it_can() -> None:
    event = run(PARSER, okta_system.SAMPLES[0]).events[0]
    assert stated(event) == {
        "timestamp": 1_774_910_208_424_000,
        "timestamp_desc": "published",
        "timestamp_precision": 1_000,
        "timestamp_basis": "stated",
        "kind": "okta.system",
        "action": "user.session.start",
        "outcome": "success",
        "actor": "dana@example.com",
        "session": "idx7example",
        "src_ip": "198.51.100.9",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
        "resource": "Payroll",
        "uid": "9d3c6c1e-0f5b-11f1-8d7f-0242ac120002",
        "message": "User login to Okta",
    }


def test_the_credential_is_the_id_of_the_token() -> None:
    assert run(PARSER, okta_system.SAMPLES[0]).events[1]["credential"] == "00T1example"


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ("SUCCESS", "success"),
        ("ALLOW", "success"),
        ("FAILURE", "failure"),
        ("DENY", "denied"),
        ("UNKNOWN", "unknown"),
        ("CHALLENGE", "unknown"),
        ("", None),
    ],
)
def test_outcomes(result: str, outcome: str | None) -> None:
    assert event_of(PARSER, BASE | {"outcome": {"result": result}})["outcome"] == outcome


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"actor": {"alternateId": "unknown", "displayName": "unknown", "id": "unknown"}}, "actor", None),
        ({"actor": {"alternateId": "unknown", "displayName": "Okta System", "id": "x"}}, "actor", "Okta System"),
        ({"actor": {"id": "00u1"}}, "actor", "00u1"),
        ({"actor": None}, "actor", None),
        ({"authenticationContext": {"externalSessionId": "unknown"}}, "session", None),
        ({"authenticationContext": None}, "session", None),
        ({"client": {"ipAddress": None}, "request": {"ipChain": [{"ip": "192.0.2.5"}]}}, "src_ip", "192.0.2.5"),
        ({"request": {"ipChain": []}}, "src_ip", None),
        ({"target": [{"alternateId": "unknown", "displayName": "key", "id": "00T2"}]}, "resource", "key"),
        ({"target": [7, {}, {"id": "00T3"}]}, "resource", "00T3"),
        ({"target": "none"}, "resource", None),
        ({"published": "2026-03-30T22:36:48.4Z"}, "timestamp_precision", 100_000),
        ({"published": None}, "timestamp", None),
    ],
)
def test_values(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(PARSER, BASE | values)[field] == value


def test_envelopes_of_delivery() -> None:
    bridge = {"detail-type": "SystemLog", "source": "aws.partner/okta.com/x", "detail": BASE}
    assert stated(event_of(PARSER, bridge)) == stated(event_of(PARSER, BASE))
    hook = {"eventType": "com.okta.event_hook", "data": {"events": [BASE, BASE | {"uuid": "u2"}, 7]}}
    events = decode_record(PARSER, hook).events.to_pylist()
    assert [(event["uid"], event["record"]) for event in events] == [("u1", 1), ("u2", 1)]
    assert events[0]["content"] == event_of(PARSER, BASE)["content"]  # the same event, however it was delivered
    assert confidence(PARSER, bridge) == confidence(PARSER, hook) == 97


def test_what_names_no_event_type_is_rejected() -> None:
    assert reasons(decode_record(PARSER, {"published": "2026-03-30T22:36:48Z"})) == [okta_system.NO_EVENT_TYPE]


def test_look_alikes() -> None:
    trail = {"eventType": "AwsApiCall", "eventName": "GetObject", "eventTime": "2026-03-30T22:36:48Z"}
    assert confidence(PARSER, trail) == 0
    assert confidence(PARSER, {"eventType": "order.placed", "published": "2026-03-30T22:36:48Z"}) == 0
    assert confidence(PARSER, {"eventType": 5, "published": "x", "uuid": "u"}) == 0
