"""Teleport audit events: the log file of an auth server, and what the event handler forwards.

    {"ei": 0, "event": "session.start", "uid": "6f1c1c1e-0000-4000-8000-000000000001", "code": "T2000I",
     "time": "2026-03-30T22:36:48.424Z", "cluster_name": "teleport.example.com", "user": "dana", "login": "root",
     "sid": "6f1c1c1e-0000-4000-8000-0000000000aa", "server_hostname": "db-1", "addr.remote": "198.51.100.9:50124"}

The last letter of the code is Teleport's own judgement (information, warning, error); it decides where the event does
not say `success` itself. Reference: https://goteleport.com/docs/reference/audit-events/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import first_text, http_status, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "teleport.audit"
VERSION: Final = 1
TITLE: Final = "Teleport audit events"
REFERENCE: Final = "https://goteleport.com/docs/reference/audit-events/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_EVENT: Final = "names no event"

_LINES: Final = b"""{"ei":0,"event":"user.login","uid":"6f1c1c1e-0000-4000-8000-000000000001","code":"T1000I",\
"time":"2026-03-30T22:36:40.001Z","cluster_name":"teleport.example.com","user":"dana","success":true,"method":"oidc",\
"user_agent":"Mozilla/5.0 (X11; Linux x86_64)","addr.remote":"198.51.100.9:50124"}
{"ei":0,"event":"session.start","uid":"6f1c1c1e-0000-4000-8000-000000000002","code":"T2000I",\
"time":"2026-03-30T22:36:48.424Z","cluster_name":"teleport.example.com","user":"dana","login":"root","namespace":\
"default","sid":"6f1c1c1e-0000-4000-8000-0000000000aa","server_id":"6f1c1c1e-0000-4000-8000-0000000000bb",\
"server_hostname":"db-1","addr.remote":"[2001:db8::7]:50130","proto":"ssh"}
{"ei":0,"event":"auth","uid":"6f1c1c1e-0000-4000-8000-000000000003","code":"T3007W","time":"2026-03-30T22:37:00Z",\
"cluster_name":"teleport.example.com","user":"eve","success":false,"error":"access to node denied","login":"root"}
"""
SAMPLES: Final = (_LINES,)

_MARKS: Final = (b'"cluster_name"', b'"ei"')
_JUDGED: Final = {"I": "success", "W": "failure", "E": "failure"}
_THINGS: Final = (
    "server_hostname", "db_service", "kubernetes_cluster", "app_name", "desktop_name", "name", "path", "server_id"
)  # fmt: skip


def sniff(sample: Sample) -> Sniff:
    """By an event and its code, such as T1000I, beside an id and a time."""
    return sniff_objects(sample, _MARKS, _is_own, "have event, uid, time and a code such as T1000I")


def _is_own(record: Record) -> bool:
    event, code = record.get("event"), record.get("code")
    if not isinstance(event, str) or not isinstance(code, str) or "time" not in record:
        return False
    if "uid" not in record and "cluster_name" not in record:
        return False
    return 5 <= len(code) <= 8 and code.isalnum() and code.isupper() and code[-1] in _JUDGED and not code.isalpha()


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    action = text(record, "event")
    if action is None:
        return NO_EVENT
    error = text(record, "error")
    values: EventValues = {
        "timestamp_desc": "event",
        "action": action,
        "outcome": _outcome(record, error),
        "actor": text(record, "user"),
        "session": text(record, "sid"),
        "src_ip": client_address(text(record, "addr.remote") or text(record, "addr", "remote")),
        "user_agent": text(record, "user_agent"),
        "resource": first_text(record, *_THINGS),
        "account": text(record, "cluster_name"),
        "status": http_status(record, "response_code") or http_status(record, "status_code"),
        "uid": text(record, "uid"),
        "message": error or text(record, "message"),
    }
    stamp = times.iso(record.get("time"))
    if stamp is not None:
        values.update(stamp.values())
    return values


def _outcome(record: Record, error: str | None) -> str:
    success = record.get("success")
    if success is True or success == "true":
        return "success"
    if error is not None and "denied" in error:
        return "denied"
    if success is False or success == "false" or error is not None:
        return "failure"
    return _JUDGED.get((text(record, "code") or " ")[-1], "unknown")


_FORMAT: Final = RecordFormat(KIND, _read)
