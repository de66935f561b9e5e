"""GitHub webhook deliveries: pushes, branches, visibility, members, releases, workflow runs, as a receiver kept them.

    {"headers": {"X-GitHub-Event": "push", "X-GitHub-Delivery": "72d3162e-cc78-11e3"}, "payload": {"ref": "refs/heads/main",
     "before": "6113728f...", "after": "0d1a26e6...", "forced": true, "repository": {"full_name": "example-org/cli",
     "pushed_at": 1774910208}, "pusher": {"name": "dana-gh"}, "sender": {"login": "dana-gh"}, "commits": [...]}}

The body as delivered, wrapped with its headers, or an answer of the deliveries API. Bodies seldom say when a thing
happened: the time is that of what was acted on (`event`; `last update` of what was deleted), of the push (`push`, else of
its head `commit`), or the receiver's (`delivered`). Each commit of a push gives an event `push.commit` of its own. Bodies
of scanning alerts alone are of `github.secret_scanning` and `github.code_scanning`; secrets are withheld here as well.
Reference: https://docs.github.com/en/webhooks/webhook-events-and-payloads.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.github_hooks import LOWER_BOUNDS, account_of, event_of, message_of, resource_of, thing_of, time_of
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import as_text, first_text, inner, items, text
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from parsers.lib.webhooks import delivery_of, received_at, without_secrets
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "github.webhook"
VERSION: Final = 1
TITLE: Final = "GitHub webhook deliveries"
REFERENCE: Final = "https://docs.github.com/en/webhooks/webhook-events-and-payloads"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_EVENT: Final = "tells no event of GitHub's"

_BODIES: Final = b"""{"ref":"refs/heads/main","before":"6113728f27ae82c7b1a177c8d03f9e96e0adf246",\
"after":"0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c","created":false,"deleted":false,"forced":true,\
"commits":[{"id":"0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c","message":"Drop weights\\n\\nThey were too large.",\
"timestamp":"2026-03-31T00:30:00+02:00","author":{"name":"Dana","email":"dana@example.com","username":"dana-gh"},\
"committer":{"name":"Dana","email":"dana@example.com"},"added":[],"removed":["weights.bin"],"modified":[]}],\
"head_commit":{"id":"0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c","timestamp":"2026-03-31T00:30:00+02:00"},\
"repository":{"id":9,"full_name":"example-org/cli","private":true,"pushed_at":1774910208,\
"updated_at":"2026-03-01T00:00:00Z"},"pusher":{"name":"dana-gh","email":"dana@example.com"},\
"organization":{"login":"example-org"},"sender":{"login":"dana-gh","id":5}}
{"repository":{"full_name":"example-org/weights","private":false,"updated_at":"2026-03-30T22:41:00Z"},\
"organization":{"login":"example-org"},"sender":{"login":"eve-gh"}}
{"action":"added","member":{"login":"mallory-gh"},"repository":{"full_name":"example-org/cli","updated_at":"2026-01-01T00:00:00Z"},\
"organization":{"login":"example-org"},"sender":{"login":"eve-gh"}}
"""
_WRAPPED: Final = b"""{"headers":{"X-GitHub-Event":"release","X-GitHub-Delivery":"72d3162e-cc78-11e3-81ab-4c9367dc0958",\
"User-Agent":"GitHub-Hookshot/044aadd"},"received_at":"2026-03-30T22:50:01Z","body":{"action":"published","release":\
{"tag_name":"v2.0","name":null,"created_at":"2026-03-30T22:00:00Z","published_at":"2026-03-30T22:50:00Z"},\
"repository":{"full_name":"example-org/cli"},"sender":{"login":"kim-gh"}}}
{"id":12,"guid":"0b989ba4-242f-11e5-81e1-c7b6966d2516","delivered_at":"2026-03-30T22:51:00Z","event":"delete","action":null,\
"status":"OK","status_code":200,"request":{"headers":{"X-GitHub-Event":"delete"},"payload":{"ref":"old","ref_type":"branch",\
"repository":{"full_name":"example-org/cli"},"sender":{"login":"kim-gh"}}}}
"""
SAMPLES: Final = (_BODIES, _WRAPPED)

_HEADER_MARKS: Final = (
    b"X-GitHub-Event",
    b"x-github-event",
    b"X-Github-Event",
    b"HTTP_X_GITHUB_EVENT",
    b"x_github_event",
)
_EVENT: Final = ("x-github-event",)
_DELIVERY: Final = ("x-github-delivery",)
_CONCLUSIONS: Final = {
    "success": "success", "failure": "failure", "timed_out": "failure", "startup_failure": "failure", "cancelled": "unknown"
}  # fmt: skip


def sniff(sample: Sample) -> Sniff:
    """By GitHub's headers, or by bodies that name a sender beside a repository, an organization or an installation."""
    if b"sender" not in sample.data:
        return NO
    headed = any(mark in sample.data for mark in _HEADER_MARKS)
    found = sample.objects
    good = sum(_is_own(record) for record in found)
    if not good or good * 2 < len(found):
        return NO
    return Sniff(97 if headed else 92, (f"{good} of the first {len(found)} records are deliveries of GitHub's",))


def _is_own(record: Record) -> bool:
    delivery = delivery_of(record)
    if delivery.header(*_EVENT):
        return True
    body = delivery.body
    if not isinstance(inner(body, "sender").get("login"), str) or event_of(body) is None:
        return False
    owners = (
        inner(body, "repository").get("full_name"),
        inner(body, "organization").get("login"),
        body.get("installation"),
    )
    return any(owners)


def decode(chunk: Chunk) -> Decoded:
    """One event of each delivery, and one of each commit of a push."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The delivery as it was kept, with its headers where it has them; secrets are withheld."""
    return json_fields(record, _FORMAT)


def _unwrap(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    return without_secrets(record)


def _read(record: Record, times: Times, warn: Warn) -> list[EventValues] | str:  # noqa: ARG001 - the signature of ReadRecord
    delivery = delivery_of(record)
    body = delivery.body
    event = delivery.header(*_EVENT) or first_text(delivery.wrapper, "event") or event_of(body)
    if event is None:
        return NO_EVENT
    action = first_text(body, "action")
    values: EventValues = {
        "timestamp_desc": "event",
        "action": event if action is None else f"{event}.{action}",
        "outcome": _outcome(thing_of(event, body)),
        "actor": text(body, "sender", "login") or first_text(inner(body, "pusher"), "name", "email"),
        "resource": resource_of(event, body),
        "account": account_of(body),
        "uid": delivery.header(*_DELIVERY) or first_text(delivery.wrapper, "guid", "delivery", "delivery_id"),
        "message": message_of(event, body),
    }
    when = time_of(event, body, times)
    received = received_at(delivery, times)
    if received is not None and (when is None or when.clock in LOWER_BOUNDS):
        values.update(received.values())
        values["timestamp_desc"] = "delivered"
    elif when is not None:
        values.update(when.stamp.values())
        values["timestamp_desc"] = when.clock
    if event != "push":
        return [values]
    return [values, *(_commit(item, values, times) for item in items(body, "commits") if isinstance(item, dict))]


def _outcome(thing: Record) -> str:
    conclusion = text(thing, "conclusion")
    return "success" if conclusion is None else _CONCLUSIONS.get(conclusion, "unknown")


def _commit(commit: Record, push: EventValues, times: Times) -> EventValues:
    values: EventValues = {
        "timestamp_desc": "commit",
        "action": "push.commit",
        "outcome": "success",
        "actor": _person(inner(commit, "committer")) or _person(inner(commit, "author")),
        "resource": push.get("resource"),
        "account": push.get("account"),
        "uid": text(commit, "id"),
        "message": as_text((text(commit, "message") or "").partition("\n")[0]),
    }
    stamp = times.iso(commit.get("timestamp"))
    if stamp is not None:
        values.update(stamp.values())
    return values


def _person(holder: Record) -> str | None:
    return first_text(holder, "email", "username", "name")


_FORMAT: Final = RecordFormat(KIND, _read, _unwrap)
