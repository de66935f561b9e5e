"""GitLab webhook and system hook deliveries: pushes, tags, projects, members, releases, pipelines, as a receiver kept them.

    {"object_kind": "push", "event_name": "push", "before": "95790bf8...", "after": "da156088...", "ref": "refs/heads/main",
     "user_username": "dana", "project": {"path_with_namespace": "example/cli", "visibility_level": 0}, "commits": [...]}
    {"event_name": "user_add_to_team", "created_at": "2026-03-30T22:36:48Z", "user_username": "mallory",
     "access_level": "Maintainer", "project_path_with_namespace": "example/cli"}

The body as delivered, or wrapped with its headers. A push does not say when it happened: its time is the receiver's
(`delivered`), else that of its newest `commit`. Changes of members name the member, not who changed them, so they have no
actor. Each commit of a push gives an event `push.commit` of its own. The hook's token is withheld.
References: https://docs.gitlab.com/user/project/integrations/webhook_events/,
https://docs.gitlab.com/administration/system_hooks/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.gitlab_hooks import (
    LOWER_BOUNDS,
    PUSHES,
    account_of,
    action_of,
    actor_of,
    event_of,
    message_of,
    resource_of,
    time_of,
)
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import as_text, first_text, inner, items, text
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from parsers.lib.webhooks import delivery_of, received_at, without_secrets
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "gitlab.webhook"
VERSION: Final = 1
TITLE: Final = "GitLab webhook and system hook deliveries"
REFERENCE: Final = "https://docs.gitlab.com/user/project/integrations/webhook_events/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_EVENT: Final = "names neither object_kind nor event_name"

_BODIES: Final = b"""{"object_kind":"push","event_name":"push","before":"95790bf891e76fee5e1747ab589903a6a1f80f22",\
"after":"da1560886d4f094c3e6c9ef40349f7d38b5d27d7","ref":"refs/heads/main","ref_protected":true,\
"checkout_sha":"da1560886d4f094c3e6c9ef40349f7d38b5d27d7","user_id":4,"user_name":"Dana Example","user_username":"dana",\
"user_email":"dana@example.com","project_id":15,"project":{"id":15,"name":"cli","visibility_level":0,\
"path_with_namespace":"example/cli"},"commits":[{"id":"b6568db1bc1dcd7f8b4d5a946b0b91f9dacd7327",\
"message":"Drop weights\\n\\nThey were too large.","title":"Drop weights","timestamp":"2026-03-31T00:30:00+02:00",\
"author":{"name":"Dana Example","email":"dana@example.com"},"added":[],"modified":[],"removed":["weights.bin"]}],\
"total_commits_count":1,"repository":{"name":"cli","visibility_level":0}}
{"created_at":"2026-03-30T22:36:48Z","updated_at":"2026-03-30T22:36:48Z","event_name":"user_add_to_team",\
"access_level":"Maintainer","project_id":15,"project_name":"cli","project_path":"cli",\
"project_path_with_namespace":"example/cli","user_email":"mallory@example.com","user_name":"Mallory","user_username":"mallory",\
"user_id":41,"project_visibility":"private"}
{"event_name":"repository_update","user_id":4,"user_name":"Dana Example","user_email":"dana@example.com","project_id":15,\
"project":{"name":"cli","path_with_namespace":"example/cli"},"changes":[{"before":"8205ea8d81ce0c6b90fbe8280d118cc9fdad6130",\
"after":"4045ea7a3df38697b3730a20fb73c8bed8a3e69e","ref":"refs/heads/main"}],"refs":["refs/heads/main"]}
"""
_WRAPPED: Final = b"""{"headers":{"X-Gitlab-Event":"Release Hook","X-Gitlab-Event-UUID":"13792a34-cac6-4fda-95a8-c58e00a3954e",\
"X-Gitlab-Token":"not-a-token"},"received_at":"2026-03-30T22:51:00Z","body":{"object_kind":"release","id":1,\
"created_at":"2026-03-30 22:50:00 UTC","released_at":"2026-03-30 22:50:00 UTC","name":"v2.0","tag":"v2.0","action":"create",\
"project":{"id":15,"path_with_namespace":"example/cli","visibility_level":0}}}
{"headers":{"X-Gitlab-Event":"System Hook"},"received_at":"2026-03-30T22:52:00Z","body":{"created_at":"2026-03-01T00:00:00Z",\
"updated_at":"2026-03-02T00:00:00Z","event_name":"project_destroy","name":"weights","owner_name":"Dana","path":"weights",\
"path_with_namespace":"example/weights","project_id":16,"project_visibility":"internal"}}
"""
SAMPLES: Final = (_BODIES, _WRAPPED)

_HEAD_BYTES: Final = 16_384
_HEADER_MARKS: Final = (b"X-Gitlab-Event", b"x-gitlab-event", b"HTTP_X_GITLAB_EVENT", b"x_gitlab_event")
_EVENT: Final = ("x-gitlab-event",)
_DELIVERY: Final = ("x-gitlab-event-uuid", "x-gitlab-webhook-uuid", "idempotency-key")
_OWN_MARKS: Final = (
    "project", "project_id", "path_with_namespace", "project_path_with_namespace", "user_username", "object_attributes",
    "group_path", "full_path", "user_id",
)  # fmt: skip
_JOBS: Final = frozenset({"pipeline", "build", "deployment"})
_OUTCOMES: Final = {"success": "success", "failed": "failure"}


def sniff(sample: Sample) -> Sniff:
    """By GitLab's headers, or by object_kind or event_name beside a project, a group or a user."""
    head = sample.data[:_HEAD_BYTES]
    if b"object_kind" not in head and b"event_name" not in head:
        return NO
    headed = any(mark in head for mark in _HEADER_MARKS)
    found = sample.objects
    good = sum(_is_own(record) for record in found)
    if not good or good * 2 < len(found):
        return NO
    return Sniff(97 if headed else 92, (f"{good} of the first {len(found)} records are deliveries of GitLab's",))


def _is_own(record: Record) -> bool:
    delivery = delivery_of(record)
    if delivery.header(*_EVENT):
        return True
    body = delivery.body
    kind = body.get("object_kind", body.get("event_name"))
    return isinstance(kind, str) and kind.islower() and sum(mark in body for mark in _OWN_MARKS) > 1


def decode(chunk: Chunk) -> Decoded:
    """One event of each delivery, and one of each commit of a push."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The delivery as it was kept, with its headers where it has them; the token is withheld."""
    return json_fields(record, _FORMAT)


def _unwrap(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    return without_secrets(record)


def _read(record: Record, times: Times, warn: Warn) -> list[EventValues] | str:  # noqa: ARG001 - the signature of ReadRecord
    delivery = delivery_of(record)
    body = delivery.body
    event = event_of(body)
    if event is None:
        return NO_EVENT
    values: EventValues = {
        "timestamp_desc": "event",
        "action": action_of(event, body),
        "outcome": _outcome(event, body),
        "actor": actor_of(event, body),
        "resource": resource_of(event, body),
        "account": account_of(body),
        "uid": delivery.header(*_DELIVERY),
        "message": message_of(event, body),
    }
    when, received = time_of(event, body, times), received_at(delivery, times)
    if received is not None and (when is None or when.clock in LOWER_BOUNDS):
        values.update(received.values())
        values["timestamp_desc"] = "delivered"
    elif when is not None:
        values.update(when.stamp.values())
        values["timestamp_desc"] = when.clock
    if event not in PUSHES:
        return [values]
    return [values, *(_commit(item, values, times) for item in items(body, "commits") if isinstance(item, dict))]


def _outcome(event: str, body: Record) -> str:
    if event == "user_failed_login":
        return "failure"
    status = text(body, "object_attributes", "status") or first_text(body, "build_status", "status")
    return "success" if status is None or event not in _JOBS else _OUTCOMES.get(status, "unknown")


def _commit(commit: Record, push: EventValues, times: Times) -> EventValues:
    values: EventValues = {
        "timestamp_desc": "commit",
        "action": "push.commit",
        "outcome": "success",
        "actor": first_text(inner(commit, "author"), "email", "name"),
        "resource": push.get("resource"),
        "account": push.get("account"),
        "uid": text(commit, "id"),
        "message": as_text((text(commit, "message") or text(commit, "title") or "").partition("\n")[0]),
    }
    stamp = times.iso(commit.get("timestamp"))
    if stamp is not None:
        values.update(stamp.values())
    return values


_FORMAT: Final = RecordFormat(KIND, _read, _unwrap)
