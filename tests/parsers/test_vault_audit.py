from typing import Any

import pytest

from parsers import vault_audit
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import load, run

PARSER = load("vault.audit")
BASE: dict[str, Any] = {
    "time": "2026-03-30T22:36:48.424242424Z",
    "type": "response",
    "auth": {"display_name": "dana", "accessor": "hmac-sha256:1b", "client_token": "hmac-sha256:0a"},
    "request": {"id": "r1", "operation": "read", "path": "secret/data/db", "remote_address": "198.51.100.9"},
}


def test_a_request_and_its_response() -> None:
    request, response, _ = run(PARSER, vault_audit.SAMPLES[0]).events
    assert stated(response) == {
        "timestamp": 1_774_910_208_424_242,
        "timestamp_desc": "response",
        "timestamp_precision": 1,
        "timestamp_basis": "stated",
        "kind": "vault.audit",
        "action": "read",
        "outcome": "success",
        "actor": "oidc-dana@example.com",
        "credential": "hmac-sha256:1b1b1b1b",
        "src_ip": "198.51.100.9",
        "resource": "secret/data/db",
        "account": "root",
    }
    assert (request["timestamp_desc"], request["outcome"], request["uid"]) == ("request", "unknown", None)


def test_a_refused_one() -> None:
    event = run(PARSER, vault_audit.SAMPLES[0]).events[2]
    assert (event["outcome"], event["account"], event["user_agent"]) == ("denied", "team-a/", "curl/8.5.0")
    assert "permission denied" in event["message"]


def request_with(**values: object) -> dict[str, Any]:
    return {"auth": {}, "request": BASE["request"] | values}


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"error": "unsupported path"}, "outcome", "failure"),
        ({"type": "request", "error": "permission denied"}, "outcome", "denied"),
        ({"auth": {"accessor": "AbC1"}}, "credential", "AbC1"),
        ({"auth": {"accessor": "hvs.CAESIexample"}}, "credential", None),
        ({"auth": {"accessor": "s.example"}}, "credential", None),
        (request_with(client_token_accessor="hmac-sha256:3d"), "credential", "hmac-sha256:3d"),
        (request_with(client_token="hmac-sha256:0a"), "credential", None),
        ({"auth": None, "response": {"auth": {"accessor": "hmac-sha256:4e"}}}, "credential", "hmac-sha256:4e"),
        ({"auth": None, "response": {"auth": {"display_name": "eve"}}}, "actor", "eve"),
        (request_with(headers={"user-agent": ["hmac-sha256:5f"]}), "user_agent", None),
        ({"time": "yesterday"}, "timestamp", None),
    ],
)
def test_values(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(PARSER, BASE | values)[field] == value


def test_no_event_holds_a_token() -> None:
    raw = BASE | {
        "auth": {"client_token": "hvs.SECRET", "accessor": "acc"},
        "response": {"auth": {"client_token": "hvs.X"}},
    }
    assert not any("hvs." in str(value) for value in event_of(PARSER, raw).values())


def test_what_names_no_operation_is_rejected() -> None:
    assert reasons(decode_record(PARSER, {"type": "request", "request": {}})) == [vault_audit.NO_OPERATION]


def test_look_alikes() -> None:
    assert confidence(PARSER, BASE) == 97
    assert confidence(PARSER, BASE | {"type": "other"}) == 0
    assert confidence(PARSER, {"operation": "read", "type": "request", "time": "x", "request": "GET /"}) == 0
    assert confidence(PARSER, {"insertId": "1", "operation": {"id": "o"}, "protoPayload": {"request": {}}}) == 0
