import json
from collections.abc import Mapping
from typing import Any

import pytest

from parsers import github_webhook
from parsers.lib.github_hooks import event_of
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

PARSER = load("github.webhook")
AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
WHEN = "2026-03-30T22:36:48Z"
BASE: dict[str, Any] = {"repository": {"full_name": "o/r", "owner": {"login": "o"}}, "sender": {"login": "dana"}}


def events_of(record: Mapping[str, object]) -> list[Event]:
    return list(PARSER.decode(Chunk(json.dumps(record).encode())).events.to_pylist())


def test_a_push_and_its_commits() -> None:
    push, commit = run(PARSER, github_webhook.SAMPLES[0]).events[:2]
    place = {name: push.pop(name) for name in ("record", "offset", "length", "content")}
    assert (place["record"], place["content"]) == (1, None)
    assert {name: value for name, value in push.items() if value is not None} == {
        "timestamp": AT,
        "timestamp_desc": "push",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "kind": "github.webhook",
        "action": "push",
        "outcome": "success",
        "actor": "dana-gh",
        "resource": "example-org/cli refs/heads/main",
        "account": "example-org",
        "message": (
            "forced, 6113728f27ae82c7b1a177c8d03f9e96e0adf246 to 0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c, 1 commit"
        ),
    }
    assert (commit["action"], commit["uid"]) == ("push.commit", "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c")
    assert (commit["timestamp"], commit["timestamp_desc"]) == (AT - 408_000_000, "commit")
    assert (commit["actor"], commit["message"]) == ("dana@example.com", "Drop weights")


def test_visibility_and_members() -> None:
    public, member = run(PARSER, github_webhook.SAMPLES[0]).events[2:]
    assert (public["action"], public["resource"], public["actor"]) == ("public", "example-org/weights", "eve-gh")
    assert (public["timestamp"], public["timestamp_desc"]) == (AT + 252_000_000, "event")
    assert (member["action"], member["message"], member["timestamp"]) == ("member.added", "mallory-gh", None)


def test_wrapped_deliveries_have_an_id_and_a_time() -> None:
    release, delete = run(PARSER, github_webhook.SAMPLES[1]).events
    assert (release["action"], release["uid"]) == ("release.published", "72d3162e-cc78-11e3-81ab-4c9367dc0958")
    assert (release["timestamp"], release["message"]) == (1_774_911_000_000_000, "v2.0")
    assert (delete["action"], delete["resource"]) == ("delete", "example-org/cli refs/heads/old")
    assert (delete["uid"], delete["timestamp_desc"]) == ("0b989ba4-242f-11e5-81e1-c7b6966d2516", "delivered")
    assert delete["timestamp"] == 1_774_911_060_000_000


@pytest.mark.parametrize(
    ("body", "event"),
    [
        ({"ref": "v1", "ref_type": "tag", "master_branch": "main"}, "create"),
        ({"ref": "v1", "ref_type": "tag"}, "delete"),
        ({"forkee": {}}, "fork"),
        ({"action": "created", "release": {}}, "release"),
        ({"action": "completed", "workflow_run": {}, "workflow": {}}, "workflow_run"),
        ({"action": "published", "package": {}}, "package"),
        ({"action": "added", "member": {}}, "member"),
        ({"action": "added", "member": {}, "team": {}, "scope": "team"}, "membership"),
        ({"action": "opened", "pull_request": {}}, "pull_request"),
        ({"action": "submitted", "pull_request": {}, "review": {}}, "pull_request_review"),
        ({"action": "created", "issue": {}, "comment": {}}, "issue_comment"),
        ({"action": "created", "key": {}}, "deploy_key"),
        ({"action": "created", "alert": {"secret_type": "t"}}, "secret_scanning_alert"),
        ({"action": "created", "alert": {"rule": {}}}, "code_scanning_alert"),
        ({"action": "created", "alert": {"dependency": {}}}, "dependabot_alert"),
        ({"action": "privatized"}, "repository"),
        ({"action": "started"}, "watch"),
        ({"action": "unheard_of"}, None),
        ({}, "public"),
    ],
)
def test_events_by_their_members(body: Mapping[str, Any], event: str | None) -> None:
    assert event_of({**BASE, **body}) == event


def test_installations_and_organizations() -> None:
    installed = {
        "action": "created",
        "installation": {"account": {"login": "o"}, "created_at": WHEN},
        "sender": {"login": "d"},
    }
    event = events_of(installed)[0]
    assert (event["action"], event["resource"], event["timestamp"]) == ("installation.created", "o", AT)
    member = {"action": "member_added", "membership": {}, "organization": {"login": "o"}, "sender": {"login": "d"}}
    assert events_of(member)[0]["action"] == "organization.member_added"
    assert PARSER.sniff(Sample(json.dumps(member).encode())).confidence >= 80


@pytest.mark.parametrize(
    ("body", "received", "clock"),
    [
        (
            {"action": "published", "release": {"published_at": WHEN, "updated_at": "2026-01-01T00:00:00Z"}},
            None,
            "event",
        ),
        ({"action": "deleted", "release": {"created_at": WHEN}}, None, "last update"),
        ({"action": "deleted", "release": {"created_at": "2026-01-01T00:00:00Z"}}, WHEN, "delivered"),
        ({"action": "added", "member": {"login": "x", "created_at": "2020-01-01T00:00:00Z"}}, WHEN, "delivered"),
        ({"forkee": {"created_at": WHEN}}, 1, "event"),
        ({"action": "created", "starred_at": WHEN}, None, "event"),
        ({"action": "completed", "workflow_run": {"updated_at": WHEN}}, None, "event"),
        ({"action": "started"}, 1774910208, "delivered"),
        ({"action": "started"}, 1774910208000, "delivered"),
    ],
)
def test_times(body: Mapping[str, object], received: object, clock: str) -> None:
    record: dict[str, object] = {**BASE, **body}
    if received is not None:
        record = {"event": event_of(record), "payload": record, "received_at": received}
    event = events_of(record)[0]
    assert (event["timestamp"], event["timestamp_desc"]) == (AT, clock)


@pytest.mark.parametrize(
    ("values", "us", "clock"),
    [
        ({"repository": {"full_name": "o/r", "pushed_at": WHEN}}, AT, "push"),
        ({"head_commit": {"timestamp": WHEN}}, AT, "commit"),
        ({}, None, "event"),
    ],
)
def test_times_of_pushes(values: Mapping[str, object], us: int | None, clock: str) -> None:
    push = {**BASE, "ref": "refs/heads/x", "before": "1", "after": "2", "pusher": {"name": "p"}, **values}
    event = events_of(push)[0]
    assert (event["timestamp"], event["timestamp_desc"], event["message"]) == (us, clock, "1 to 2, 0 commits")


@pytest.mark.parametrize(
    ("conclusion", "outcome"),
    [("success", "success"), ("failure", "failure"), ("cancelled", "unknown"), (None, "success")],
)
def test_the_outcome_of_a_run(conclusion: str | None, outcome: str) -> None:
    run_ = {"name": "release", "conclusion": conclusion}
    assert events_of({**BASE, "action": "completed", "workflow_run": run_})[0]["outcome"] == outcome


def test_secrets_of_alerts_are_withheld() -> None:
    body = {**BASE, "action": "created", "alert": {"secret_type": "t", "secret": "not-a-token", "created_at": WHEN}}
    record = {
        "headers": {"X-GitHub-Event": "secret_scanning_alert", "X-GitHub-Delivery": "d"},
        "body": json.dumps(body),
    }
    event = events_of(record)[0]
    assert (event["action"], event["timestamp"], event["resource"]) == ("secret_scanning_alert.created", AT, "o/r")
    shown = json.dumps(PARSER.fields(json.dumps(record).encode(), b"", DecodeContext()))
    assert "not-a-token" not in shown + json.dumps(event)


def test_odd_bodies_do_not_cost_the_delivery() -> None:
    odd = {**BASE, "ref": 3, "before": None, "after": [], "pusher": 1, "commits": [1, {"id": "c"}], "head_commit": "x"}
    push, commit = events_of(odd)
    assert (push["message"], push["resource"], commit["uid"]) == ("2 commits", "o/r 3", "c")


def test_what_tells_no_event_is_a_reject() -> None:
    done = PARSER.decode(Chunk(b'{"a": 1}\n{"repository": {}, "action": "unheard_of"}'))
    assert [refusal.reason for refusal in done.rejects] == [github_webhook.NO_EVENT] * 2


@pytest.mark.parametrize(
    "record",
    [
        {"action": "git.clone", "actor": "a", "org": "b", "@timestamp": 1774910208000, "sender": "x"},
        {"id": "1", "type": "PushEvent", "actor": {"login": "a"}, "repo": {"name": "o/r"}, "payload": {"ref": "x"}},
        {
            "object_kind": "push",
            "ref": "refs/heads/x",
            "project": {"path_with_namespace": "o/r"},
            "sender": {"login": 3},
        },
        {"actor": {"display_name": "a"}, "repository": {"full_name": "o/r"}, "push": {"changes": []}, "sender": {}},
        {"sender": {"login": "a"}, "message": "hello"},
    ],
)
def test_look_alikes_are_refused(record: object) -> None:
    assert PARSER.sniff(Sample(json.dumps(record).encode())).confidence == 0
