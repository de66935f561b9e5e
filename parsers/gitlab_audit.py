"""GitLab audit events: audit_json.log, the API's answers, and audit event streaming.

    {"severity": "INFO", "time": "2026-03-30T22:36:48.424Z", "author_id": 7, "author_name": "Dana", "entity_id": 9,
     "entity_type": "Project", "change": "visibility", "from": "Private", "to": "Public", "ip_address": "198.51.100.9",
     "target_id": 9, "target_type": "Project", "target_details": "example/models", "entity_path": "example/models"}

The action is the type of the event; older entries have none and say what they did by a message of their own or by the
names `change`, `add` and `remove`. A stream gives each event an id; numbers of the file and of the API are not unique
to the event. References: https://docs.gitlab.com/administration/logs/#audit_jsonlog,
https://docs.gitlab.com/user/compliance/audit_event_schema/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import as_text, first_text, inner
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "gitlab.audit"
VERSION: Final = 1
TITLE: Final = "GitLab audit events: audit_json.log, API, stream"
REFERENCE: Final = "https://docs.gitlab.com/user/compliance/audit_event_schema/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NOBODY: Final = "names neither an author nor what was done"

_LINES: Final = b"""{"severity":"INFO","time":"2026-03-30T22:36:48.424Z","author_id":7,"entity_id":9,\
"entity_type":"Project","change":"visibility","from":"Private","to":"Public","author_name":"Dana","target_id":9,\
"target_type":"Project","target_details":"example/models","ip_address":"198.51.100.9","entity_path":"example/models"}
{"severity":"INFO","time":"2026-03-30T22:37:00.000Z","author_id":-1,"author_name":"eve","entity_id":-1,\
"entity_type":"User","failed_login":"STANDARD","target_details":"eve","ip_address":"2001:db8::7"}
"""
_STREAM: Final = b"""{"id":"6f1c1c1e-0000-4000-8000-000000000001","author_id":7,"author_name":"Dana","entity_id":9,\
"entity_type":"Project","details":{"author_name":"Dana","target_id":12,"target_type":"DeployKey",\
"target_details":"ci key","custom_message":"Added deploy key","ip_address":"198.51.100.9",\
"entity_path":"example/models"},"ip_address":"198.51.100.9","entity_path":"example/models","target_details":"ci key",\
"created_at":"2026-03-30T22:38:00.001Z","target_type":"DeployKey","target_id":12,"event_type":"deploy_key_added"}
"""
SAMPLES: Final = (_LINES, _STREAM)

_MARKS: Final = (b'"entity_type"',)
_EVENTS: Final = ("event_type", "event_name", "event")
_VERBS: Final = ("change", "add", "remove", "with", "failed_login")


def sniff(sample: Sample) -> Sniff:
    """By an author and an entity, beside a target or a place."""
    return sniff_objects(sample, _MARKS, _is_own, "have author, entity and what was done to it")


def _is_own(record: Record) -> bool:
    if "entity_type" not in record or "entity_id" not in record or not ({"author_id", "author_name"} & record.keys()):
        return False
    return "time" in record or "created_at" in record


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    details = inner(record, "details")
    action, actor = _action(record, details), _either(record, details, "author_name")
    if action is None and actor is None and "author_id" not in record:
        return NOBODY
    uid = record.get("id")
    values: EventValues = {
        "timestamp_desc": "event",
        "action": action,
        "outcome": _outcome(record, details, action),
        "actor": actor,
        "src_ip": client_address(_either(record, details, "ip_address")),
        "resource": _either(record, details, "target_details") or _either(record, details, "entity_path"),
        "account": _either(record, details, "entity_path"),
        "uid": as_text(uid) if isinstance(uid, str) else None,
        "message": _either(record, details, "custom_message"),
    }
    stamp = times.iso(record.get("time")) or times.iso(record.get("created_at"))
    if stamp is not None:
        values.update(stamp.values())
    return values


def _either(record: Record, details: Record, name: str) -> str | None:
    return as_text(record.get(name)) or as_text(details.get(name))


def _action(record: Record, details: Record) -> str | None:
    found = first_text(record, *_EVENTS) or first_text(details, *_EVENTS) or _either(record, details, "custom_message")
    if found is not None:
        return found
    for verb in _VERBS:
        what = _either(record, details, verb)
        if what is not None:
            return verb if verb == "failed_login" else f"{verb} {what}"
    return None


def _outcome(record: Record, details: Record, action: str | None) -> str:
    if "failed_login" in record or "failed_login" in details:
        return "failure"
    return "failure" if action is not None and "fail" in action.lower() else "success"


_FORMAT: Final = RecordFormat(KIND, _read)
