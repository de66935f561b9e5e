import json
from collections.abc import Mapping
from typing import Any

import pytest

from parsers import github_secret_scanning
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

PARSER = load("github.secret_scanning")
AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
URL = "https://api.github.com/repos/example-org/cli/secret-scanning/alerts/2"
BASE: dict[str, Any] = {
    "number": 2,
    "created_at": "2026-03-30T22:36:48Z",
    "url": URL,
    "secret_type": "t",
    "state": "open",
}
SECRETS = (b"not-a-token", b"not-a-key")


def events_of(record: Mapping[str, object]) -> list[Event]:
    return list(PARSER.decode(Chunk(json.dumps(record).encode())).events.to_pylist())


def test_an_alert_gives_an_event_for_each_moment() -> None:
    bypassed, created, revoked, other = run(PARSER, github_secret_scanning.SAMPLES[0]).events
    assert [event["action"].partition(".")[2] for event in (bypassed, created, revoked, other)] == [
        "push_protection_bypassed",
        "created",
        "revoked",
        "created",
    ]
    assert (bypassed["actor"], created["actor"], revoked["actor"]) == ("dana-gh", None, "kim-gh")
    assert (created["timestamp"], created["timestamp_desc"]) == (AT, "found")
    assert (revoked["timestamp"], revoked["timestamp_desc"]) == (AT + 1_992_000_000, "event")
    assert {event["uid"] for event in (bypassed, created, revoked)} == {URL}
    assert (created["resource"], created["account"]) == ("example-org/cli", "example-org")
    assert created["message"] == (
        "npm Access Token (npm_access_token), resolved as revoked, validity inactive, publicly leaked"
    )
    assert other["message"] == "aws_secret_access_key"


def test_the_secret_is_nowhere() -> None:
    done = run(PARSER, github_secret_scanning.SAMPLES[0])
    for chunk, decoded in done.chunks:
        written = json.dumps(decoded.events.to_pylist()).encode()
        shown = b"".join(json.dumps(PARSER.fields(raw, b"", DecodeContext())).encode() for *_, raw in chunk.records())
        assert not any(secret in written + shown for secret in SECRETS)
        assert b"[withheld]" in shown


def test_the_secret_does_not_even_count_for_the_identity() -> None:
    first, second = (events_of({**BASE, "secret": secret})[0] for secret in ("not-a-token", "another"))
    assert first["content"] == second["content"]


def test_a_webhook_gives_the_event_that_it_reports() -> None:
    (event,) = run(PARSER, github_secret_scanning.SAMPLES[1]).events
    assert (event["action"], event["actor"]) == ("secret_scanning_alert.publicly_leaked", "github")
    assert event["timestamp"] == AT + 192_000_000  # updated_at


@pytest.mark.parametrize(
    ("alert", "hook", "action", "actor"),
    [
        ({}, "created", "created", "bot"),
        ({"resolution": "revoked", "resolved_at": "2026-03-30T22:36:48Z"}, "resolved", "revoked", "bot"),
        ({"resolution": "wont_fix", "resolved_by": {"login": "kim"}}, "resolved", "resolved", "kim"),
        ({}, "reopened", "reopened", "bot"),
    ],
)
def test_webhooks(alert: Mapping[str, object], hook: str, action: str, actor: str) -> None:
    (event,) = events_of({"action": hook, "alert": {**BASE, **alert}, "sender": {"login": "bot"}})
    assert (event["action"], event["actor"], event["timestamp"]) == (f"secret_scanning_alert.{action}", actor, AT)


def test_where_the_secret_was_is_said() -> None:
    record = {"action": "created", "alert": BASE, "location": {"type": "commit", "details": {"path": "src/config.py"}}}
    assert events_of(record)[0]["message"] == "t, in src/config.py"


def test_an_undated_alert_is_still_an_event() -> None:
    (event,) = events_of({"secret_type": "t", "number": 1, "state": "open", "html_url": "https://example.com/o/r/x"})
    assert (event["action"], event["timestamp"], event["resource"]) == ("secret_scanning_alert.open", None, "o/r")


def test_what_is_no_alert_is_a_reject() -> None:
    done = PARSER.decode(Chunk(b'{"number": 1}\n{"alert": {"secret_type": 1.5}}\n{"secret_type": ""}'))
    assert [refusal.reason for refusal in done.rejects] == [github_secret_scanning.NO_ALERT] * 3


@pytest.mark.parametrize(
    "record",
    [
        {"name": "secret_type", "secret_type": 3, "number": 1},
        {"RuleID": "generic-api-key", "Secret": "x", "secret_type": "x"},
        {"number": 1, "created_at": "2026-03-30T22:36:48Z", "rule": {}, "tool": {}, "most_recent_instance": {}},
    ],
)
def test_look_alikes_are_refused(record: object) -> None:
    assert PARSER.sniff(Sample(json.dumps(record).encode())).confidence == 0
