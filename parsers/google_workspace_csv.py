"""Google Workspace activities as CSV: `gam report`, one event a row, and downloads of the Admin console.

    name,actor.email,doc_id,doc_title,id.applicationName,id.customerId,id.time,id.uniqueQualifier,ipAddress,type
    download,dana@example.com,1AbCexample,weights.bin,drive,C01example,2026-03-30T22:36:48.424Z,-123,198.51.100.9,access

    Date,Event,Description,Actor,IP address,Document ID,Title,Visibility
    2026-03-31T00:36:48+02:00,Download,Dana downloaded weights.bin,dana@example.com,198.51.100.9,1AbCexample,weights.bin,Private

Columns that are no members of the activity are the event's parameters. The console names events and columns for people.
References: https://github.com/GAM-team/GAM/wiki/Reports, https://knowledge.workspace.google.com/admin/reports/drive-log-events.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.csv_records import csv_fields, decode_csv
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text
from parsers.lib.portal_rows import nested, sniff_header
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from parsers.lib.workspace_activity import read_activity, with_parameters
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "google.workspace.csv"
VERSION: Final = 1
TITLE: Final = "Google Workspace activities as CSV: GAM, Admin console"
REFERENCE: Final = "https://github.com/GAM-team/GAM/wiki/Reports"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = ("google.workspace",)

_GAM: Final = b"""\
name,actor.callerType,actor.email,actor.profileId,doc_id,doc_title,id.applicationName,id.customerId,id.time,id.uniqueQualifier,\
ipAddress,primary_event,type,visibility
download,USER,dana@example.com,1001,1AbCexample,weights.safetensors,drive,C01example,2026-03-30T22:36:48.424Z,-1234567890,\
198.51.100.9,True,access,private
login_failure,,eve@example.com,1002,,,login,C01example,2026-03-30T22:40:00.000Z,77,2001:db8::7,,login,
"""
_CONSOLE: Final = b"""\
"Date","Event","Description","Actor","IP address","Document ID","Title","Visibility","Document type"
"2026-03-31T00:36:48+02:00","Download","Dana downloaded an item","dana@example.com","198.51.100.9","1AbCexample",\
"weights.safetensors","Private","Unknown"
"""
SAMPLES: Final = (_GAM, _CONSOLE)

_NAMES: Final = {
    "name": "name", "event": "name", "eventname": "name", "date": "id.time", "time": "id.time", "actor": "actor.email",
    "user": "actor.email", "ipaddress": "ipAddress", "documentid": "doc_id", "title": "doc_title", "documenttitle": "doc_title",
    "visibility": "visibility", "documenttype": "doc_type", "description": "description", "eventdescription": "description",
    "logintype": "login_type", "customerid": "id.customerId",
}  # fmt: skip
_MEMBERS: Final = frozenset({"id", "actor", "ipAddress", "name", "type", "networkInfo", "events"})
_CONSOLE_MARKS: Final = (
    "documentid",
    "documenttype",
    "visibility",
    "priorvisibility",
    "logintype",
    "eventdescription",
    "settingname",
)
_GAM_MARKS: Final = ("id.applicationname", "id.uniquequalifier", "actor.email", "actor.profileid", "id.customerid")


def sniff(sample: Sample) -> Sniff:
    """By a header with the members of an activity, or with the columns of the Admin console."""
    found = sniff_header(
        sample, b"id.time", ("name",), ("id.time",), ("id.applicationname", "id.uniquequalifier"), also=_GAM_MARKS
    )
    if found.confidence:
        return found
    needed = (("date",), ("event", "eventname"), ("actor", "user"), ("ipaddress",), _CONSOLE_MARKS)
    return sniff_header(sample, b"IP address", *needed, also=_CONSOLE_MARKS)


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The row as an activity, its parameters also by name."""
    return with_parameters(dict(csv_fields(record, header, _FORMAT)))


def _unwrap(row: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    flat = nested(row, _NAMES)
    name, kind = flat.pop("name", None), flat.pop("type", None)
    record = {member: value for member, value in flat.items() if member in _MEMBERS}
    parameters = [{"name": member, "value": value} for member, value in flat.items() if member not in _MEMBERS]
    if name is not None:
        record["events"] = [{"name": name, "type": kind, "parameters": parameters}]
    return record


def _read(record: Record, times: Times, warn: Warn) -> list[EventValues] | str:
    values = read_activity(record, times, warn)
    if not isinstance(values, str):
        said = [item["value"] for item in record["events"][0]["parameters"] if item["name"] == "description"]
        values[0]["message"] = as_text(said[0]) if said else None
    return values


_FORMAT: Final = RecordFormat("google.workspace", _read, _unwrap)
