"""Cloudflare account audit logs, versions 1 and 2, from the API (`result`) and from Logpush.

    {"id": "6f1c1c1e-0000-4000-8000-000000000001", "when": "2026-03-30T22:36:48Z", "interface": "UI",
     "action": {"type": "change_setting", "result": true}, "actor": {"id": "f6b5", "email": "dana@example.com",
     "ip": "198.51.100.9", "type": "user"}, "owner": {"id": "023e"}, "resource": {"id": "r1", "type": "zone"}}
    {"ActionType": "token_create", "ActionResult": true, "ActorEmail": "dana@example.com", "ActorID": "f6b5",
     "ActorIP": "198.51.100.9", "ID": "6f1c1c1e-0000-4000-8000-000000000002", "OwnerID": "023e",
     "ResourceID": "t1", "ResourceType": "token", "When": 1774910208000000000}

The resource is `<type>/<id>`. Logpush writes times as the job was told: RFC 3339, or seconds to nanoseconds since 1970.
References: https://developers.cloudflare.com/logs/reference/log-fields/account/audit_logs/,
https://developers.cloudflare.com/fundamentals/account/account-security/audit-logs/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.identity import content_hash
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import as_count, first_text, http_status, inner, items, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import MILLISECOND_US, Stamp, Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import SECOND_US

KIND: Final = "cloudflare.audit"
VERSION: Final = 2
TITLE: Final = "Cloudflare audit logs: API and Logpush, versions 1 and 2"
REFERENCE: Final = "https://developers.cloudflare.com/logs/reference/log-fields/account/audit_logs/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_ACTION: Final = "names no action"

_ANSWER: Final = b"""{"success":true,"errors":[],"messages":[],"result":[
{"id":"6f1c1c1e-0000-4000-8000-000000000001","when":"2026-03-30T22:36:48Z","interface":"UI","metadata":{"zone_name":\
"example.com"},"action":{"type":"change_setting","result":true},"actor":{"id":"f6b5example","email":\
"dana@example.com","ip":"198.51.100.9","type":"user"},"owner":{"id":"023eexample"},"oldValue":"off","newValue":"on",\
"resource":{"id":"r1example","type":"zone"}},
{"id":"6f1c1c1e-0000-4000-8000-000000000002","when":"2026-03-30T22:37:48Z","interface":"API",\
"action":{"type":"login","result":false},"actor":{"id":"f6b5example","email":"dana@example.com",\
"ip":"2001:db8::7","type":"user"},"owner":{"id":"023eexample"},"resource":{"type":"user"}}]}
"""
_PUSHED: Final = b"""{"ActionResult":true,"ActionType":"token_create","ActorEmail":"dana@example.com",\
"ActorID":"f6b5example","ActorIP":"198.51.100.9","ActorType":"user","ID":"6f1c1c1e-0000-4000-8000-000000000003",\
"Interface":"API","Metadata":{},"NewValue":{},"OldValue":{},"OwnerID":"023eexample","ResourceID":"t1example",\
"ResourceType":"token","When":1774910208000000000}
{"ActionResult":false,"ActionType":"delete","ActorEmail":"eve@example.com","ActorIP":"203.0.113.77",\
"ID":"6f1c1c1e-0000-4000-8000-000000000004","OwnerID":"023eexample","ResourceType":"dns_record",\
"When":"2026-03-30T22:37:48Z"}
"""
_SECOND: Final = b"""{"id":"6f1c1c1e-0000-4000-8000-000000000005","account":{"id":"023eexample","name":"Example"},\
"action":{"type":"create","result":"success","description":"Create DNS Record","time":"2026-03-30T22:38:48.5Z"},\
"actor":{"type":"user","id":"f6b5example","email":"dana@example.com","ip_address":"198.51.100.9","context":"api_token",\
"token_id":"tok1example","token_name":"ci"},"raw":{"cf_ray_id":"8e9b1","method":"POST","status_code":200,\
"uri":"/client/v4/zones/z1/dns_records","user_agent":"curl/8.5.0"},"resource":{"product":"dns_records","type":\
"dns_records","id":"d1example","scope":"zones"},"zone":{"id":"z1example","name":"example.com"}}
"""
SAMPLES: Final = (_ANSWER, _PUSHED, _SECOND)

_MARKS: Final = (b'"ActionType"', b'"when"', b'"cf_ray_id"')
# names of the API and of Logpush for the same, in the order in which they count
_PUSHED_TIMES: Final = ("When", "ActionTimestamp")
_PUSHED_ACTORS: Final = ("ActorEmail", "ActorID", "ActorIP", "ActorIPAddress")
_DONE: Final = {"true": "success", "success": "success", "false": "failure", "failure": "failure"}
_UNITS: Final = ((10**11, SECOND_US), (10**14, MILLISECOND_US), (10**17, 1))  # counts below the first are of the second


def sniff(sample: Sample) -> Sniff:
    """By an action and an actor beside the time, named as in the API or as in Logpush."""
    return sniff_objects(sample, _MARKS, _is_own, "have action, actor and time as Cloudflare names them")


def _is_own(record: Record) -> bool:
    entries = _entries(record)
    return _is_entry(entries[0]) if entries else _is_entry(record)


def _is_entry(record: Record) -> bool:
    if "ActionType" in record:
        return any(name in record for name in _PUSHED_ACTORS) and any(name in record for name in _PUSHED_TIMES)
    action, actor = record.get("action"), record.get("actor")
    if not isinstance(action, dict) or not isinstance(actor, dict) or "type" not in action:
        return False
    return ("when" in record or "time" in action) and ("result" in action or "resource" in record)


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries, one each; of an answer of the API, one for each of its entries."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


def _entries(record: Record) -> list[Record]:
    """The entries of an answer of the API."""
    if "action" in record or "result" not in record:
        return []
    return [entry for entry in items(record, "result") if isinstance(entry, dict)]


def _read(record: Record, times: Times, warn: Warn) -> EventValues | list[EventValues] | str:
    if entries := _entries(record):
        read = [_read_entry(entry, times) for entry in entries]
        found = [values for values in read if not isinstance(values, str)]
        for entry, values in zip(entries, read, strict=True):
            if not isinstance(values, str) and values.get("uid") is not None:
                values["content"] = content_hash(entry)
        if len(found) < len(read):
            warn(f"an entry of the answer {NO_ACTION}")
        return found or NO_ACTION
    return _read_entry(record, times)


def _read_entry(record: Record, times: Times) -> EventValues | str:
    values = _pushed(record) if "ActionType" in record else _answered(record)
    if values.get("action") is None:
        return NO_ACTION
    values["timestamp_desc"] = "event"
    stamp = _time(record, times)
    if stamp is not None:
        values.update(stamp.values())
    return values


def _answered(record: Record) -> EventValues:
    action, actor, raw = inner(record, "action"), inner(record, "actor"), inner(record, "raw")
    thing = record.get("resource")
    return {
        "action": text(action, "type"),
        "outcome": _outcome(action.get("result")),
        "actor": first_text(actor, "email", "id"),
        "credential": text(actor, "token_id"),
        "src_ip": client_address(first_text(actor, "ip", "ip_address")),
        "user_agent": text(raw, "user_agent"),
        "resource": _resource(text(thing, "type"), text(thing, "id")),
        "account": text(record, "account", "id") or text(record, "owner", "id"),
        "status": http_status(raw, "status_code"),
        "uid": text(record, "id"),
        "message": text(action, "description"),
    }


def _pushed(record: Record) -> EventValues:
    raw = inner(record, "Raw")
    return {
        "action": text(record, "ActionType"),
        "outcome": _outcome(record.get("ActionResult")),
        "actor": first_text(record, "ActorEmail", "ActorID"),
        "credential": first_text(inner(record, "ActorTokenDetails"), "ID", "id", "TokenID", "token_id"),
        "src_ip": client_address(first_text(record, "ActorIP", "ActorIPAddress")),
        "user_agent": first_text(raw, "UserAgent", "user_agent"),
        "resource": _resource(text(record, "ResourceType"), text(record, "ResourceID")),
        "account": first_text(record, "AccountID", "OwnerID"),
        "status": http_status(raw, "status_code") or http_status(raw, "StatusCode"),
        "uid": first_text(record, "ID", "AuditLogID"),
        "message": text(record, "ActionDescription"),
    }


def _resource(kind: str | None, name: str | None) -> str | None:
    return f"{kind}/{name}" if kind and name else kind or name


def _outcome(result: object) -> str:
    return _DONE.get(str(result).lower(), "unknown") if isinstance(result, bool | str) else "unknown"


def _time(record: Record, times: Times) -> Stamp | None:
    usual = times.iso(record.get("when"))
    if usual is not None:
        return usual
    candidates = [record.get("when"), inner(record, "action").get("time"), *map(record.get, _PUSHED_TIMES)]
    for value in candidates:
        if value is None:
            continue
        stamp = times.iso(value) or _counted(value, times)
        if stamp is not None:
            return stamp
    return None


def _counted(value: object, times: Times) -> Stamp | None:
    """The time of a count of seconds, milliseconds, microseconds or nanoseconds since 1970, told by its size."""
    count = as_count(value)
    if count is None:
        return None
    unit = next((unit_us for limit, unit_us in _UNITS if count < limit), None)
    return times.epoch(count // 1000, 1) if unit is None else times.epoch(value, unit)


_FORMAT: Final = RecordFormat(KIND, _read)
