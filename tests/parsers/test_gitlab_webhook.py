import json
from collections.abc import Mapping

import pytest

from parsers import gitlab_webhook
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

PARSER = load("gitlab.webhook")
AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
WHEN = "2026-03-30T22:36:48Z"


def events_of(record: Mapping[str, object]) -> list[Event]:
    return list(PARSER.decode(Chunk(json.dumps(record).encode())).events.to_pylist())


def test_a_push_and_its_commits() -> None:
    push, commit = run(PARSER, gitlab_webhook.SAMPLES[0]).events[:2]
    place = {name: push.pop(name) for name in ("record", "offset", "length", "content")}
    assert place["record"] == 1
    assert {name: value for name, value in push.items() if value is not None} == {
        "timestamp": AT - 408_000_000,
        "timestamp_desc": "commit",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "kind": "gitlab.webhook",
        "action": "push",
        "outcome": "success",
        "actor": "dana",
        "resource": "example/cli refs/heads/main",
        "account": "example",
        "message": "95790bf891e76fee5e1747ab589903a6a1f80f22 to da1560886d4f094c3e6c9ef40349f7d38b5d27d7, 1 commit",
    }
    assert (commit["action"], commit["uid"]) == ("push.commit", "b6568db1bc1dcd7f8b4d5a946b0b91f9dacd7327")
    assert (commit["actor"], commit["message"]) == ("dana@example.com", "Drop weights")


def test_members_and_updates_of_repositories() -> None:
    member, update = run(PARSER, gitlab_webhook.SAMPLES[0]).events[2:]
    assert (member["action"], member["actor"], member["message"]) == ("user_add_to_team", None, "mallory as Maintainer")
    assert (member["resource"], member["timestamp"]) == ("example/cli", AT)
    assert (update["actor"], update["timestamp"]) == ("dana@example.com", None)
    assert update["message"] == (
        "refs/heads/main 8205ea8d81ce0c6b90fbe8280d118cc9fdad6130 to 4045ea7a3df38697b3730a20fb73c8bed8a3e69e"
    )


def test_wrapped_deliveries() -> None:
    release, destroyed = run(PARSER, gitlab_webhook.SAMPLES[1]).events
    assert (release["action"], release["message"], release["timestamp"]) == ("release.create", "v2.0", AT + 792_000_000)
    assert release["uid"] == "13792a34-cac6-4fda-95a8-c58e00a3954e"
    assert (destroyed["action"], destroyed["resource"]) == ("project_destroy", "example/weights")
    assert (destroyed["timestamp"], destroyed["timestamp_desc"]) == (AT + 912_000_000, "delivered")
    assert destroyed["message"] == "visibility internal"


def test_the_token_of_the_hook_is_withheld() -> None:
    line = gitlab_webhook.SAMPLES[1].splitlines()[0]
    assert b"not-a-token" in line
    found = PARSER.fields(line, b"", DecodeContext())
    assert found["headers"]["X-Gitlab-Token"] == "[withheld]"
    assert found["body"]["tag"] == "v2.0"


@pytest.mark.parametrize(
    ("body", "action", "actor", "resource", "message"),
    [
        ({"event_name": "key_create", "username": "root", "key": "ssh-ed25519 x", "id": 4}, "key_create", "root", None, None),
        ({"event_name": "user_create", "username": "js", "email": "j@example.com"}, "user_create", None, "js", None),
        ({"event_name": "user_failed_login", "username": "js", "state": "blocked"}, "user_failed_login", "js", "js", None),
        ({"event_name": "group_create", "full_path": "a/b", "name": "b"}, "group_create", None, "a/b", None),
        (
            {"event_name": "user_remove_from_group", "group_path": "a", "user_username": "js", "group_access": "Guest"},
            "user_remove_from_group",
            None,
            "a",
            "js as Guest",
        ),
        (
            {"event_name": "project_rename", "path_with_namespace": "a/new", "old_path_with_namespace": "a/old"},
            "project_rename",
            None,
            "a/new",
            "was a/old",
        ),
        (
            {
                "object_kind": "merge_request",
                "user": {"username": "kim"},
                "project": {"path_with_namespace": "a/b"},
                "object_attributes": {"action": "merge", "title": "Fix it"},
            },
            "merge_request.merge",
            "kim",
            "a/b",
            "Fix it",
        ),
        ({"object_kind": "tag_push", "ref": "refs/tags/v1", "project": {"path_with_namespace": "a/b"}, "before": "0",
          "after": "1", "total_commits_count": 0}, "tag_push", None, "a/b refs/tags/v1", "0 to 1, 0 commits"),
    ],
)  # fmt: skip
def test_events(
    body: Mapping[str, object], action: str, actor: str | None, resource: str | None, message: str | None
) -> None:
    event = events_of(body)[0]
    assert (event["action"], event["actor"], event["resource"], event["message"]) == (action, actor, resource, message)


@pytest.mark.parametrize(
    ("body", "clock"),
    [
        ({"event_name": "project_create", "created_at": WHEN, "updated_at": "2026-04-01T00:00:00Z"}, "event"),
        ({"event_name": "project_update", "created_at": "2026-01-01T00:00:00Z", "updated_at": WHEN}, "event"),
        ({"event_name": "project_destroy", "updated_at": WHEN}, "last update"),
        ({"object_kind": "issue", "object_attributes": {"action": "open", "created_at": WHEN}}, "event"),
        ({"object_kind": "pipeline", "object_attributes": {"finished_at": "2026-03-30 22:36:48 UTC"}}, "event"),
        ({"object_kind": "build", "build_started_at": WHEN, "build_status": "running"}, "event"),
        ({"object_kind": "push", "commits": [{"timestamp": "2026-01-01T00:00:00Z"}, {"timestamp": WHEN}, 3]}, "commit"),
    ],
)
def test_times(body: Mapping[str, object], clock: str) -> None:
    event = events_of(body)[0]
    assert (event["timestamp"], event["timestamp_desc"]) == (AT, clock)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"object_kind": "pipeline", "object_attributes": {"status": "failed"}}, "failure"),
        ({"object_kind": "build", "build_status": "running"}, "unknown"),
        ({"event_name": "user_failed_login"}, "failure"),
        ({"object_kind": "deployment", "status": "failed"}, "failure"),
        ({"object_kind": "feature_flag", "status": "failed"}, "success"),
    ],
)
def test_the_outcome(body: Mapping[str, object], outcome: str) -> None:
    assert events_of(body)[0]["outcome"] == outcome


def test_what_names_no_event_is_a_reject() -> None:
    done = PARSER.decode(Chunk(b'{"a": 1}\n{"object_kind": {}}'))
    assert [refusal.reason for refusal in done.rejects] == [gitlab_webhook.NO_EVENT] * 2


@pytest.mark.parametrize(
    "record",
    [
        {"event_name": "login", "user_id": 3},
        {"event_name": "PutObject", "project": "x", "project_id": 4},
        {"ref": "refs/heads/x", "repository": {"full_name": "o/r"}, "sender": {"login": "a"}, "commits": []},
        {"event_type": "user_create", "author_name": "a", "entity_path": "b/c"},
    ],
)
def test_look_alikes_are_refused(record: object) -> None:
    assert PARSER.sniff(Sample(json.dumps(record).encode())).confidence == 0
