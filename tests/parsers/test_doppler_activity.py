from typing import Any

import pytest

from parsers import doppler_activity
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import load, run

PARSER = load("doppler.activity")
BASE: dict[str, Any] = {
    "createdAt": "2026-03-30T22:36:48.424Z",
    "slug": "s1",
    "type": "a.b",
    "workplace": {"name": "Ex"},
}


def test_a_change_of_secrets_fills_every_column_it_can() -> None:
    assert stated(run(PARSER, doppler_activity.SAMPLES[0]).events[0]) == {
        "timestamp": 1_774_910_208_424_000,
        "timestamp_desc": "event",
        "timestamp_precision": 1_000,
        "timestamp_basis": "stated",
        "kind": "doppler.activity",
        "action": "enclave.project.config.secrets.update",
        "outcome": "success",
        "actor": "dana@example.com",
        "resource": "payments/prd",
        "account": "30bdexample",
        "uid": "wExample1",
        "message": "Modified secrets in prd & synced",
    }


def test_an_answer_of_the_api() -> None:
    event = run(PARSER, doppler_activity.SAMPLES[1]).events[0]
    assert (event["uid"], event["resource"], event["message"]) == ("E4kExample", "payments", "Created project payments")


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({}, "account", "Ex"),
        ({"text": "<b>-</b>"}, "message", None),
        ({"text": "a<br>b &lt;c&gt;"}, "message", "a b <c>"),
        ({"text": "1 < 2"}, "message", "1 < 2"),
        ({"user": {"username": "dana"}}, "actor", "dana"),
        ({"metadata": {"configName": "prd"}}, "resource", "prd"),
    ],
)
def test_values(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(PARSER, BASE | values)[field] == value


def test_what_says_nothing_is_rejected() -> None:
    assert reasons(decode_record(PARSER, {"createdAt": "x", "slug": "s"})) == [doppler_activity.NOTHING_DONE]


def test_look_alikes() -> None:
    assert confidence(PARSER, BASE) == 97
    assert confidence(PARSER, {"workplace": "home", "createdAt": "x", "slug": "post-1"}) == 0
    assert confidence(PARSER, {"workplace": {}, "created_at": "x", "user": {}}) == 0
