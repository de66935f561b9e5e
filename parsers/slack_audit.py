"""Slack audit logs of an Enterprise organisation: the API's answers (`entries`) and exports as JSON lines.

    {"id": "0123a45b-6c7d-8900-e12f-3456789gh0i1", "date_create": 1774910208, "action": "file_downloaded",
     "actor": {"type": "user", "user": {"id": "W1", "name": "Dana", "email": "dana@example.com", "team": "T1"}},
     "entity": {"type": "file", "file": {"id": "F1", "name": "payroll.xlsx", "filetype": "xlsx", "title": "Payroll"}},
     "context": {"location": {"type": "workspace", "id": "T1", "name": "Example", "domain": "example"},
     "ua": "Mozilla/5.0", "ip_address": "198.51.100.9", "session_id": 4711}}

An entry is written when the thing was done, so its outcome is success, except where its action says otherwise. An
`anomaly` is a finding of Slack's about a session, which may have been right or wrong: unknown.
Reference: https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import first_text, inner, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import SECOND_US

KIND: Final = "slack.audit"
VERSION: Final = 1
TITLE: Final = "Slack audit logs"
REFERENCE: Final = "https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_ACTION: Final = "names no action"

_ANSWER: Final = b"""{"entries":[{"id":"7e1f0a52-0000-4000-8000-00000000a001","date_create":1774910208,\
"action":"file_downloaded","actor":{"type":"user","user":{"id":"W01EXAMPLE","name":"Dana","email":"dana@example.com",\
"team":"T01EXAMPLE"}},"entity":{"type":"file","file":{"id":"F01EXAMPLE","name":"payroll.xlsx","filetype":"xlsx",\
"title":"Payroll"}},"context":{"location":{"type":"workspace","id":"T01EXAMPLE","name":"Example","domain":"example"},\
"ua":"Mozilla/5.0 (X11; Linux x86_64)","ip_address":"198.51.100.9","session_id":471100815}}],\
"response_metadata":{"next_cursor":""}}
"""
_LINES: Final = b"""{"id":"7e1f0a52-0000-4000-8000-00000000a002","date_create":1774910215,\
"action":"user_login_failed","actor":{"type":"user","user":{"id":"W02EXAMPLE","name":"Kim","email":"kim@example.com"}},\
"entity":{"type":"user","user":{"id":"W02EXAMPLE","name":"Kim","email":"kim@example.com"}},\
"context":{"ua":"","ip_address":"203.0.113.77"}}
{"date_create":1774910221,"action":"public_channel_created","actor":{"type":"user","user":{"id":"W01EXAMPLE",\
"name":"Dana","email":"dana@example.com"}},"entity":{"type":"channel","channel":{"id":"C01EXAMPLE","name":"ops",\
"privacy":"public"}},"context":{"location":{"type":"workspace","id":"T01EXAMPLE"},"ip_address":"2001:db8::7"}}
"""
SAMPLES: Final = (_ANSWER, _LINES)

_MARKS: Final = (b'"date_create"',)
_NAMES: Final = ("email", "name", "title", "id")


def sniff(sample: Sample) -> Sniff:
    """By an action beside an actor, an entity and the time of creation."""
    return sniff_objects(sample, _MARKS, _is_own, "have action, actor, entity and date_create")


def _is_own(record: Record) -> bool:
    if not isinstance(record.get("action"), str) or "date_create" not in record:
        return False
    return isinstance(record.get("actor"), dict) and (isinstance(record.get("entity"), dict) or "context" in record)


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    action = text(record, "action")
    if action is None:
        return NO_ACTION
    context = inner(record, "context")
    values: EventValues = {
        "timestamp_desc": "event",
        "action": action,
        "outcome": _outcome(action),
        "actor": _name(inner(record, "actor")),
        "session": text(context, "session_id"),
        "src_ip": client_address(text(context, "ip_address")),
        "user_agent": text(context, "ua"),
        "resource": _name(inner(record, "entity")),
        "account": first_text(inner(context, "location"), "id", "domain", "name"),
        "uid": text(record, "id"),
    }
    stamp = times.epoch(record.get("date_create"), SECOND_US)
    if stamp is not None:
        values.update(stamp.values())
    return values


def _outcome(action: str) -> str:
    if action.endswith("_failed"):
        return "failure"
    return "unknown" if action == "anomaly" else "success"


def _name(thing: Record) -> str | None:
    """The name of an actor or an entity, whose own fields are under the name of its type."""
    kind = text(thing, "type")
    if kind is not None and (own := inner(thing, kind)):
        return first_text(own, *_NAMES)
    return first_text(thing, *_NAMES)


_FORMAT: Final = RecordFormat(KIND, _read)
