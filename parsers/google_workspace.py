"""Google Workspace activity reports: the Reports API, exports of it, and what collectors write line by line.

    {"kind": "admin#reports#activity", "id": {"time": "2026-03-30T22:36:48.424Z", "uniqueQualifier": "-123", "customerId": "C01",
     "applicationName": "drive"}, "actor": {"email": "dana@example.com"}, "ipAddress": "198.51.100.9",
     "events": [{"type": "access", "name": "download", "parameters": [{"name": "doc_id", "value": "1AbC"}]}]}

One record may hold several events, each of which is one here. Parameters stand under `raw.parameters.<name>` too.
Reference: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record, load_object
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import inner, items, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "google.workspace"
VERSION: Final = 1
TITLE: Final = "Google Workspace activity reports"
REFERENCE: Final = "https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_EVENTS: Final = "names no event"

_LINES: Final = b"""{"kind":"admin#reports#activity","id":{"time":"2026-03-30T22:36:48.424Z","uniqueQualifier":"-1234567890",\
"applicationName":"drive","customerId":"C01example"},"actor":{"email":"dana@example.com","profileId":"1001"},"ipAddress":\
"198.51.100.9","events":[{"type":"access","name":"download","parameters":[{"name":"doc_id","value":"1AbCexample"},\
{"name":"doc_title","value":"weights.safetensors"},{"name":"visibility","value":"private"}]}]}
{"kind":"admin#reports#activity","id":{"time":"2026-03-30T22:40:00.000Z","uniqueQualifier":"-1234567891","applicationName":\
"drive","customerId":"C01example"},"actor":{"email":"dana@example.com"},"events":[{"type":"acl_change","name":\
"change_document_visibility","parameters":[{"name":"doc_id","value":"1AbCexample"},{"name":"visibility","value":\
"people_with_link"}]},{"type":"access","name":"edit","parameters":[{"name":"doc_id","value":"1AbCexample"}]}]}
"""
_ANSWER: Final = b"""{"kind": "admin#reports#activities", "items": [
  {"kind": "admin#reports#activity", "id": {"time": "2026-03-30T22:50:00.000Z", "uniqueQualifier": "77", "customerId": "C01example",
   "applicationName": "login"}, "actor": {"email": "eve@example.com"}, "ipAddress": "2001:db8::7",
   "events": [{"type": "login", "name": "login_failure", "parameters": [{"name": "login_type", "value": "google_password"}]}]}]}
"""
SAMPLES: Final = (_LINES, _ANSWER)

_MARKS: Final = (b"reports#activity", b'"uniqueQualifier"')
_OBJECTS: Final = (
    "doc_id", "doc_title", "target_user", "USER_EMAIL", "GROUP_EMAIL", "group_email", "app_name", "client_id",
    "SETTING_NAME",
)  # fmt: skip
_VALUES: Final = ("value", "multiValue", "intValue", "boolValue", "messageValue")


def sniff(sample: Sample) -> Sniff:
    """By the kind of the record, or its id with a qualifier beside a list of events."""
    found = sniff_objects(sample, _MARKS, _is_own, "are activities with a list of events")
    if found.confidence or not any(mark in sample.data[:16_384] for mark in _MARKS):
        return found
    # a record's own list of events looks like the list of an envelope
    records = [load_object(line.encode()).value for line in sample.lines[:20] if line.startswith("{")]
    whole = [] if sample.document is None else [sample.document]
    good = [record for record in [*whole, *records] if record is not None and _is_own(record)]
    return Sniff(97, ("the first records are activities with a list of events",)) if good else found


def _is_own(record: Record) -> bool:
    known = record.get("kind") == "admin#reports#activity" or "uniqueQualifier" in inner(record, "id")
    return known and isinstance(record.get("events"), list)


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields, its parameters also by name."""
    return _with_parameters(dict(json_fields(record, _FORMAT)))


def _read(record: Record, times: Times, warn: Warn) -> list[EventValues] | str:  # noqa: ARG001 - the signature of ReadRecord
    found = [event for event in items(record, "events") if isinstance(event, dict) and text(event, "name")]
    if not found:
        return NO_EVENTS
    identity, actor = inner(record, "id"), inner(record, "actor")
    stamp = times.iso(identity.get("time"))
    shared: EventValues = {
        "timestamp_desc": "event",
        "actor": text(actor, "email") or text(actor, "key"),
        "src_ip": client_address(text(record, "ipAddress")),
        "account": text(identity, "customerId"),
        "uid": text(identity, "uniqueQualifier"),
    }
    if stamp is not None:
        shared.update(stamp.values())
    return [{**shared, **_of_event(event)} for event in found]


def _of_event(event: Record) -> EventValues:
    name = text(event, "name") or ""
    parameters = _parameters(event)
    return {
        "action": name,
        "outcome": "failure" if "fail" in name.lower() or "suspicious" in name.lower() else "success",
        "resource": next((value for key in _OBJECTS if (value := text(parameters, key))), None),
    }


def _parameters(event: Record) -> dict[str, Any]:
    """Name -> value of an event's parameters, whatever type the value has."""
    found: dict[str, Any] = {}
    for parameter in items(event, "parameters"):
        name = text(parameter, "name")
        if name is not None:
            found[name] = next((parameter[key] for key in _VALUES if key in parameter), None)
    return found


def _with_parameters(record: Record) -> Record:
    """The record with the parameters of its first events by name beside it, for queries."""
    merged: dict[str, Any] = {}
    for event in items(record, "events"):
        for name, value in _parameters(event).items() if isinstance(event, dict) else ():
            merged.setdefault(name, value)
    return {**record, "parameters": merged} if merged and "parameters" not in record else record


_FORMAT: Final = RecordFormat(KIND, _read)
