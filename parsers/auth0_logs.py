"""Auth0 tenant logs: log streams (the entry in `data`), EventBridge (in `detail`), and the Management API's plain entries.

    {"log_id": "90020260330223648424000000000000000001223372037000000001", "data": {"type": "s",
     "date": "2026-03-30T22:36:48.424Z", "description": "Successful login", "connection": "Example-DB",
     "client_id": "aBcD1example", "client_name": "Portal", "ip": "198.51.100.9", "user_agent": "Firefox 124 / Linux",
     "hostname": "example.eu.auth0.com", "user_id": "auth0|66", "user_name": "dana@example.com",
     "log_id": "90020260330223648424000000000000000001223372037000000001"}}

The action is Auth0's code. Codes that begin with `f` are failures, with `s` successes; the few others are named here.
The credential is the id (`jti`) of the token that called the Management API.
Reference: https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import first_text, http_status, inner, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "auth0.logs"
VERSION: Final = 1
TITLE: Final = "Auth0 tenant logs: stream, EventBridge, Management API"
REFERENCE: Final = "https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_TYPE: Final = "names no type"

_STREAM: Final = b"""{"log_id":"90020260330223648424000000000000000001223372037000000001","data":{\
"date":"2026-03-30T22:36:48.424Z","type":"s","description":"Successful login","connection":"Example-DB",\
"client_id":"aBcD1example","client_name":"Portal","ip":"198.51.100.9","user_agent":"Firefox 124.0.0 / Linux 0.0.0",\
"details":{"prompts":[],"session_id":"sess1example"},"hostname":"example.eu.auth0.com","user_id":"auth0|66example",\
"user_name":"dana@example.com","log_id":"90020260330223648424000000000000000001223372037000000001"}}
{"log_id":"90020260330223701000000000000000000001223372037000000002","data":{\
"date":"2026-03-30 22:37:01.000000000","type":"sapi","description":"Create a client","client_id":"aBcD2example",\
"ip":"2001:db8::7","details":{"request":{"auth":{"credentials":{"jti":"0a1b2c3d"},"strategy":"jwt",\
"user":{"email":"ops@example.com","user_id":"google-oauth2|1"}},"method":"post","path":"/api/v2/clients"},\
"response":{"statusCode":201}},"log_id":"90020260330223701000000000000000000001223372037000000002"}}
"""
_ANSWER: Final = b"""[{"_id":"90020260330223800000000000000000000001223372037000000003",\
"log_id":"90020260330223800000000000000000000001223372037000000003","date":"2026-03-30T22:38:00.000Z","type":"limit_wc",\
"description":"User blocked","connection":"Example-DB","client_id":"aBcD1example","ip":"203.0.113.77",\
"user_agent":"curl 8.5.0","user_name":"dana@example.com","tenant_name":"example","isMobile":false}]
"""
SAMPLES: Final = (_STREAM, _ANSWER)

_MARKS: Final = (b'"log_id"',)
_UTC: Final = Times()  # Auth0's dates are UTC, also where a forwarder left out the Z
_DENIED: Final = ("limit_", "gd_auth_rejected", "pwd_leak", "signup_pwd_leak", "reset_pwd_leak", "mfar")
_FAILED: Final = ("_failed", "_error", "_failure")
_DONE: Final = ("_succeed", "_success", "_completed", "_complete")
_CLIENT_CREDENTIALS: Final = frozenset({"seccft", "feccft"})  # a program asks in its own name: there is no user


def sniff(sample: Sample) -> Sniff:
    """By a log id beside a type and a date."""
    return sniff_objects(sample, _MARKS, _is_own, "have log_id, type and date")


def _is_own(record: Record) -> bool:
    entry = _unwrap(record, lambda _: None)
    return isinstance(entry.get("type"), str) and "date" in entry and ("log_id" in entry or "log_id" in record)


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


def _unwrap(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    """The entry itself, with the id that a stream puts beside it."""
    holder = record.get("detail")
    outer = holder if isinstance(holder, dict) and "data" in holder else record
    entry = outer.get("data")
    if not isinstance(entry, dict) or "type" not in entry:
        return record
    return entry if "log_id" in entry or "log_id" not in outer else {**entry, "log_id": outer["log_id"]}


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    action = text(record, "type")
    if action is None:
        return NO_TYPE
    details = inner(record, "details")
    request = inner(details, "request")
    auth = inner(request, "auth")
    status = http_status(inner(details, "response"), "statusCode")
    values: EventValues = {
        "timestamp_desc": "event",
        "action": action,
        "outcome": _outcome(action) if status is None else outcome_of(status),
        "actor": _actor(record, auth, action),
        "credential": text(auth, "credentials", "jti"),
        "session": text(record, "session_id") or text(details, "session_id"),
        "src_ip": client_address(text(record, "ip")),
        "user_agent": text(record, "user_agent"),
        "resource": text(request, "path") or first_text(record, "client_name", "client_id"),
        "account": first_text(record, "tenant_name", "hostname"),
        "status": status,
        "uid": first_text(record, "log_id", "_id"),
        "message": text(record, "description"),
    }
    stamp = _UTC.iso(record.get("date"))
    if stamp is not None:
        values.update(stamp._replace(basis="stated").values())
    return values


def _actor(record: Record, auth: Record, action: str) -> str | None:
    found = text(record, "user_name") or text(auth, "user", "email") or text(record, "user_id")
    if found is None and action in _CLIENT_CREDENTIALS:
        return first_text(record, "client_name", "client_id")
    return found


def _outcome(action: str) -> str:
    if action.startswith(_DENIED):
        return "denied"
    if action.endswith(_FAILED):
        return "failure"
    if action.endswith(_DONE):
        return "success"
    if "_" in action and not action.startswith(("f", "s")):
        return "unknown"
    return {"f": "failure", "s": "success"}.get(action[0], "unknown")


_FORMAT: Final = RecordFormat(KIND, _read, _unwrap)
