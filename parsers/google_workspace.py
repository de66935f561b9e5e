"""Google Workspace activity reports: the Reports API, exports of it, and what collectors write line by line.

    {"kind": "admin#reports#activity", "id": {"time": "2026-03-30T22:36:48.424Z", "uniqueQualifier": "-123", "customerId": "C01",
     "applicationName": "drive"}, "actor": {"email": "dana@example.com"}, "ipAddress": "198.51.100.9",
     "events": [{"type": "access", "name": "download", "parameters": [{"name": "doc_id", "value": "1AbC"}]}]}

One record may hold several events, each of which is one here. Parameters stand under `raw.parameters.<name>` too.
Reference: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record, load_object
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import inner
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat
from parsers.lib.workspace_activity import read_activity, with_parameters
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "google.workspace"
VERSION: Final = 1
TITLE: Final = "Google Workspace activity reports"
REFERENCE: Final = "https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)

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
    return with_parameters(dict(json_fields(record, _FORMAT)))


_FORMAT: Final = RecordFormat(KIND, read_activity)
