"""Okta System Log: the API's and the console's export, streams to a bucket or EventBridge, event hooks.

    {"uuid": "9d3c6c1e-0f5b-11f1-8d7f-0242ac120002", "published": "2026-03-30T22:36:48.424Z",
     "eventType": "user.session.start", "displayMessage": "User login to Okta", "severity": "INFO",
     "actor": {"id": "00u1", "type": "User", "alternateId": "dana@example.com", "displayName": "Dana"},
     "client": {"ipAddress": "198.51.100.9", "userAgent": {"rawUserAgent": "Mozilla/5.0"}},
     "outcome": {"result": "SUCCESS"}, "authenticationContext": {"externalSessionId": "idx7"}, "target": []}

The credential is the id of the API token (`transaction.detail.requestApiTokenId`). Okta writes `unknown` where it knows
no name, session or target. An event hook's delivery holds several events.
Reference: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.identity import content_hash
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import inner, items, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.okta_event import event_of
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "okta.system"
VERSION: Final = 1
TITLE: Final = "Okta System Log"
REFERENCE: Final = "https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_EVENT_TYPE: Final = "names no event type"

_LINES: Final = b"""{"uuid":"9d3c6c1e-0f5b-11f1-8d7f-0242ac120002","published":"2026-03-30T22:36:48.424Z",\
"eventType":"user.session.start","version":"0","severity":"INFO","legacyEventType":"core.user_auth.login_success",\
"displayMessage":"User login to Okta","actor":{"id":"00u1example","type":"User","alternateId":"dana@example.com",\
"displayName":"Dana Example"},"client":{"userAgent":{"rawUserAgent":"Mozilla/5.0 (X11; Linux x86_64)","os":"Linux",\
"browser":"FIREFOX"},"zone":"null","device":"Computer","ipAddress":"198.51.100.9"},"outcome":{"result":"SUCCESS"},\
"target":[{"id":"0oa1example","type":"AppInstance","alternateId":"Payroll","displayName":"Payroll"}],\
"transaction":{"type":"WEB","id":"aXample1","detail":{}},"authenticationContext":{"authenticationStep":0,\
"externalSessionId":"idx7example"},"request":{"ipChain":[{"ip":"198.51.100.9","version":"V4"}]}}
{"uuid":"9d3c6f52-0f5b-11f1-8d7f-0242ac120002","published":"2026-03-30T22:37:02.001Z",\
"eventType":"user.lifecycle.create","version":"0","severity":"INFO","displayMessage":"Create okta user",\
"actor":{"id":"00u2example","type":"User","alternateId":"ops@example.com","displayName":"Ops"},\
"client":{"userAgent":{"rawUserAgent":"python-requests/2.31.0"},"ipAddress":"203.0.113.77"},\
"outcome":{"result":"FAILURE","reason":"ACCESS"},"target":[{"id":"00u3example","type":"User",\
"alternateId":"mallory@example.com","displayName":"Mallory"}],"transaction":{"type":"WEB","id":"aXample2",\
"detail":{"requestApiTokenId":"00T1example"}},"authenticationContext":{"externalSessionId":"trs1example"}}
"""
_EXPORT: Final = b"""[
  {"uuid": "9d3c70a6-0f5b-11f1-8d7f-0242ac120002", "published": "2026-03-30T22:40:00Z", "version": "0",
   "eventType": "policy.evaluate_sign_on", "severity": "WARN", "displayMessage": "Evaluation of sign-on policy",
   "actor": {"id": "unknown", "type": "User", "alternateId": "unknown", "displayName": "unknown"},
   "client": null, "outcome": {"result": "DENY", "reason": "Sign-on policy evaluation resulted in DENY"},
   "target": null, "request": {"ipChain": [{"ip": "2001:db8::7", "version": "V6"}]}}
]
"""
SAMPLES: Final = (_LINES, _EXPORT)

_MARKS: Final = (b'"eventType"',)


def sniff(sample: Sample) -> Sniff:
    """By an event type beside the time of publication and an actor."""
    return sniff_objects(sample, _MARKS, _is_own, "have eventType, published and an actor or a uuid")


def _is_own(record: Record) -> bool:
    event = _unwrap(record, lambda _: None)
    if not event.keys() >= {"eventType", "published"}:
        return _delivered(record) != []
    return isinstance(event["eventType"], str) and (isinstance(event.get("actor"), dict) or "uuid" in event)


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries, one each; of an event hook's delivery, one for each of its events."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


def _unwrap(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    """EventBridge puts the entry into `detail`."""
    detail = record.get("detail")
    return detail if isinstance(detail, dict) and "eventType" in detail else record


def _delivered(record: Record) -> list[Record]:
    """The events of one delivery of an event hook."""
    found = items(inner(record, "data"), "events") if "data" in record else []
    return [event for event in found if isinstance(event, dict) and "published" in event]


def _read(record: Record, times: Times, warn: Warn) -> EventValues | list[EventValues] | str:  # noqa: ARG001 - ReadRecord
    if delivered := _delivered(record):
        return [_delivered_event(event, times) for event in delivered]
    if text(record, "eventType") is None:
        return NO_EVENT_TYPE
    return event_of(record, times)


def _delivered_event(record: Record, times: Times) -> EventValues:
    values = event_of(record, times)
    if values.get("uid") is not None:
        values["content"] = content_hash(record)
    return values


_FORMAT: Final = RecordFormat(KIND, _read, _unwrap)
