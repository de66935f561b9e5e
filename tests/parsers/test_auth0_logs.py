from typing import Any

import pytest

from parsers import auth0_logs
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import load, run
from timeline.model.parser import Chunk, DecodeContext

PARSER = load("auth0.logs")
BASE: dict[str, Any] = {"log_id": "900", "type": "s", "date": "2026-03-30T22:36:48.424Z", "user_name": "dana"}


def test_a_login_fills_every_column_it_can() -> None:
    assert stated(run(PARSER, auth0_logs.SAMPLES[0]).events[0]) == {
        "timestamp": 1_774_910_208_424_000,
        "timestamp_desc": "event",
        "timestamp_precision": 1_000,
        "timestamp_basis": "stated",
        "kind": "auth0.logs",
        "action": "s",
        "outcome": "success",
        "actor": "dana@example.com",
        "session": "sess1example",
        "src_ip": "198.51.100.9",
        "user_agent": "Firefox 124.0.0 / Linux 0.0.0",
        "resource": "Portal",
        "account": "example.eu.auth0.com",
        "uid": "90020260330223648424000000000000000001223372037000000001",
        "message": "Successful login",
    }


def test_a_call_of_the_management_api() -> None:
    event = run(PARSER, auth0_logs.SAMPLES[0]).events[1]
    named = ("actor", "credential", "resource", "status", "outcome")
    assert [event[name] for name in named] == ["ops@example.com", "0a1b2c3d", "/api/v2/clients", 201, "success"]


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("s", "success"),
        ("seacft", "success"),
        ("sapi", "success"),
        ("f", "failure"),
        ("fp", "failure"),
        ("fsa", "failure"),
        ("limit_wc", "denied"),
        ("limit_mu", "denied"),
        ("pwd_leak", "denied"),
        ("signup_pwd_leak", "denied"),
        ("gd_auth_rejected", "denied"),
        ("gd_auth_failed", "failure"),
        ("gd_auth_succeed", "success"),
        ("gd_enrollment_complete", "success"),
        ("gd_start_auth", "unknown"),
        ("w", "unknown"),
    ],
)
def test_outcomes(code: str, outcome: str) -> None:
    assert event_of(PARSER, BASE | {"type": code})["outcome"] == outcome


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"user_name": "", "user_id": "auth0|1"}, "actor", "auth0|1"),
        ({"user_name": None, "client_name": "Job", "type": "seccft"}, "actor", "Job"),
        ({"user_name": None, "client_name": "Job"}, "actor", None),
        ({"log_id": None, "_id": "901"}, "uid", "901"),
        ({"details": {"response": {"statusCode": 403}}}, "outcome", "denied"),
        ({"details": "none"}, "status", None),
        ({"date": "2026-03-30 22:36:48.424000000"}, "timestamp", 1_774_910_208_424_000),
        ({"date": "2026-03-30 22:36:48.424000000"}, "timestamp_basis", "stated"),
        ({"date": 5}, "timestamp", None),
    ],
)
def test_values(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(PARSER, BASE | values)[field] == value


def test_a_zone_of_the_case_does_not_move_dates() -> None:
    context = DecodeContext(zone="Asia/Tokyo")
    chunk = Chunk(b'{"log_id":"1","type":"s","date":"2026-03-30 22:36:48"}', context=context)
    assert PARSER.decode(chunk).events.column("timestamp").to_pylist() == [1_774_910_208_000_000]


def test_envelopes() -> None:
    entry = {name: value for name, value in BASE.items() if name != "log_id"}
    for wrapped in ({"log_id": "900", "data": entry}, {"detail": {"log_id": "900", "data": entry}, "source": "aws.x"}):
        assert stated(event_of(PARSER, wrapped)) == stated(event_of(PARSER, BASE))
        assert confidence(PARSER, wrapped) == 97


def test_what_names_no_type_is_rejected() -> None:
    assert reasons(decode_record(PARSER, {"log_id": "1", "date": "x"})) == [auth0_logs.NO_TYPE]


def test_look_alikes() -> None:
    assert confidence(PARSER, {"log_id": "1", "level": "info", "date": "2026-03-30"}) == 0
    assert confidence(PARSER, {"type": "s", "date": "2026-03-30", "x": "log_id"}) == 0
