"""Doppler activity log: what the dashboard's integrations forward, and the API's answers (`logs`).

    {"createdAt": "2026-03-30T22:36:48.424Z", "type": "enclave.project.config.secrets.update",
     "text": "Modified secrets in <a>prd</a>", "slug": "wExample1",
     "user": {"name": "Dana", "email": "dana@example.com", "username": "dana"},
     "metadata": {"projectName": "payments", "configName": "prd", "diff": {"added": ["STRIPE_KEY"]}},
     "workplace": {"name": "Example Co", "id": "30bdexample"}}

The log names secrets and never holds their values. Markup is taken out of the text for people; the record keeps it.
Reference: https://docs.doppler.com/reference/activity_logs-list.
"""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import as_text, first_text, inner, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "doppler.activity"
VERSION: Final = 1
TITLE: Final = "Doppler activity log"
REFERENCE: Final = "https://docs.doppler.com/reference/activity_logs-list"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NOTHING_DONE: Final = "names neither a type nor a text"

_LINES: Final = b"""{"ddsource":"doppler","createdAt":"2026-03-30T22:36:48.424Z","slug":"wExample1",\
"type":"enclave.project.config.secrets.update","title":"Activity Log: wExample1",\
"text":"Modified secrets in <a href=\\"https://dashboard.example.com/c\\">prd</a> &amp; synced",\
"metadata":{"projectName":"payments","projectId":"payments","configName":"prd","diff":{"added":["STRIPE_KEY"]}},\
"user":{"name":"Dana","email":"dana@example.com","username":"dana"},\
"workplace":{"name":"Example Co","id":"30bdexample"}}
{"createdAt":"2026-03-30T22:37:00Z","slug":"wExample2","type":"team.seat.update","text":"Changed a role",\
"user":{"name":"Kim","email":"kim@example.com"},"workplace":{"name":"Example Co","id":"30bdexample"}}
"""
_ANSWER: Final = b"""{"page":1,"logs":[{"id":"E4kExample","text":"Created project payments",\
"html":"Created project <b>payments</b>","created_at":"2026-03-30T22:38:00.000Z","enclave_project":"payments",\
"enclave_config":null,"enclave_environment":null,"user":{"email":"dana@example.com","name":"Dana",\
"username":"dana"}}],"success":true}
"""
SAMPLES: Final = (_LINES, _ANSWER)

_MARKS: Final = (b'"workplace"', b'"enclave_project"')
_TAG: Final = re.compile(r"<[^<>]{1,4000}>")
_BREAK: Final = re.compile(r"<br ?/?>")


def sniff(sample: Sample) -> Sniff:
    """By a slug and a workplace, or the names that the API gives to projects."""
    return sniff_objects(sample, _MARKS, _is_own, "have a slug and a workplace, or an enclave_project")


def _is_own(record: Record) -> bool:
    if "createdAt" in record:
        return isinstance(record.get("slug"), str) and isinstance(record.get("workplace"), dict)
    return {"created_at", "enclave_project", "text", "user"} <= record.keys()


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    action, message = text(record, "type"), text(record, "text")
    if action is None and message is None:
        return NOTHING_DONE
    values: EventValues = {
        "timestamp_desc": "event",
        "action": action,
        "outcome": "success",
        "actor": first_text(inner(record, "user"), "email", "username", "name"),
        "resource": _resource(record),
        "account": first_text(inner(record, "workplace"), "id", "name"),
        "uid": first_text(record, "slug", "id"),
        "message": None if message is None else _plain(message),
    }
    stamp = times.iso(record.get("createdAt")) or times.iso(record.get("created_at"))
    if stamp is not None:
        values.update(stamp.values())
    return values


def _resource(record: Record) -> str | None:
    """`project/config`, or what of it the entry names."""
    metadata = inner(record, "metadata")
    project = first_text(metadata, "projectName", "projectId") or text(record, "enclave_project")
    config = text(metadata, "configName") or text(record, "enclave_config")
    return f"{project}/{config}" if project and config else project or config


def _plain(message: str) -> str | None:
    if "<" in message:
        message = _TAG.sub("", _BREAK.sub(" ", message))
    return as_text(unescape(message))


_FORMAT: Final = RecordFormat(KIND, _read)
