from typing import Any

import pytest

from parsers import slack_audit
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import load, run

PARSER = load("slack.audit")
USER = {"type": "user", "user": {"id": "W1", "name": "Dana", "email": "dana@example.com"}}
BASE: dict[str, Any] = {"action": "user_login", "date_create": 1774910208, "actor": USER, "entity": USER}


def test_a_download_fills_every_column_it_can() -> None:
    (event,) = run(PARSER, slack_audit.SAMPLES[0]).events
    assert stated(event) == {
        "timestamp": 1_774_910_208_000_000,
        "timestamp_desc": "event",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "kind": "slack.audit",
        "action": "file_downloaded",
        "outcome": "success",
        "actor": "dana@example.com",
        "session": "471100815",
        "src_ip": "198.51.100.9",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
        "resource": "payroll.xlsx",
        "account": "T01EXAMPLE",
        "uid": "7e1f0a52-0000-4000-8000-00000000a001",
    }


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"action": "user_login_failed"}, "outcome", "failure"),
        ({"action": "anomaly"}, "outcome", "unknown"),
        ({"actor": {"type": "user", "user": {"id": "W1"}}}, "actor", "W1"),
        ({"actor": {"type": "app", "app": {"id": "A1", "name": "bot"}}}, "actor", "bot"),
        ({"actor": {"type": "user"}}, "actor", None),
        ({"entity": {"type": "workspace", "workspace": {"id": "T1", "name": "Example"}}}, "resource", "Example"),
        ({"entity": {"type": "message", "message": {"team": "T1"}}}, "resource", None),
        ({"entity": None}, "resource", None),
        ({"context": {"location": {"domain": "example"}}}, "account", "example"),
        ({"context": {"ip_address": "", "ua": "-"}}, "src_ip", None),
        ({"date_create": "soon"}, "timestamp", None),
    ],
)
def test_values(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(PARSER, BASE | values)[field] == value


def test_what_names_no_action_is_rejected() -> None:
    assert reasons(decode_record(PARSER, BASE | {"action": ""})) == [slack_audit.NO_ACTION]


def test_look_alikes() -> None:
    assert confidence(PARSER, BASE) == 97
    assert confidence(PARSER, BASE | {"actor": "dana", "org": "example"}) == 0
    assert confidence(PARSER, {"action": "x.y", "actor": "dana", "created_at": 1774910208000}) == 0
    assert confidence(PARSER, {"action": {"type": "x"}, "actor": {}, "date_create": 1}) == 0
