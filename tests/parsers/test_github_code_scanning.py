import json

import pytest

from parsers import github_code_scanning
from tests.parsers.registry import load, run
from timeline.model.parser import Chunk, Sample

PARSER = load("github.code_scanning")
AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z


def test_an_alert_gives_an_event_for_each_moment() -> None:
    created, dismissed, other, fixed = run(PARSER, github_code_scanning.SAMPLES[0]).events
    assert [event["action"].partition(".")[2] for event in (created, dismissed, other, fixed)] == [
        "created",
        "dismissed",
        "created",
        "fixed",
    ]
    assert (created["timestamp"], created["timestamp_desc"], created["actor"]) == (AT, "found", None)
    assert (dismissed["actor"], dismissed["timestamp"]) == ("kim-gh", AT + 1_992_000_000)
    assert created["uid"] == dismissed["uid"] == "https://api.github.com/repos/example-org/cli/code-scanning/alerts/4"
    assert (created["resource"], created["account"]) == ("example-org/cli", "example-org")
    assert created["message"] == "Arbitrary file write (js/zipslip), in lib/unpack.js, dismissed as false positive"
    assert fixed["message"] == "clear-text-logging (py/clear-text-logging)"


def test_a_webhook_gives_the_event_that_it_reports() -> None:
    (event,) = run(PARSER, github_code_scanning.SAMPLES[1]).events
    assert (event["action"], event["actor"]) == ("code_scanning_alert.dismissed", "kim-gh")
    assert event["timestamp"] == AT + 1_992_000_000


def test_a_webhook_of_another_moment_has_the_time_of_the_update() -> None:
    alert = {"rule": {}, "created_at": "2026-03-30T22:00:00Z", "updated_at": "2026-03-30T22:36:48Z"}
    record = {"action": "appeared_in_branch", "alert": alert, "sender": {"login": "bot"}}
    (event,) = PARSER.decode(Chunk(json.dumps(record).encode())).events.to_pylist()
    assert (event["action"], event["actor"], event["timestamp"]) == (
        "code_scanning_alert.appeared_in_branch",
        "bot",
        AT,
    )


def test_what_is_no_alert_is_a_reject() -> None:
    done = PARSER.decode(Chunk(b'{"number": 1}\n{"rule": "x"}'))
    assert [refusal.reason for refusal in done.rejects] == [github_code_scanning.NO_ALERT] * 2


@pytest.mark.parametrize(
    "record",
    [
        {"runs": [{"tool": {"driver": {"name": "CodeQL"}}, "rule": {}}], "version": "2.1.0"},
        {"rule": {"id": "x"}, "tool": {"name": "y"}, "level": "error"},
        {"number": 1, "created_at": "x", "dependency": {}, "security_advisory": {}, "rule": 1, "tool": 2},
    ],
)
def test_look_alikes_are_refused(record: object) -> None:
    assert PARSER.sniff(Sample(json.dumps(record).encode())).confidence == 0
