"""1Password sign-in attempts, from the Events API (`signinattempts`).

    {"uuid": "56YE2TYN2VFYRLNSHKPW5NVT5E", "session_uuid": "A5K6COGVRVEJXJW3XQZGS7VAMM",
     "timestamp": "2026-03-30T22:36:48.424Z", "category": "credentials_failed", "type": "password_secret_bad",
     "country": "DE", "target_user": {"uuid": "IR7VJHJ36JHINBFAD7V2T5MP3E", "name": "Dana", "email": "dana@example.com"},
     "client": {"app_name": "1Password for Mac", "app_version": "81000000", "ip_address": "198.51.100.9"}}

The firewall of the account is what denies; every other failure is a failed proof. Reference:
https://developer.1password.com/docs/events-api/reference/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import inner, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.onepassword_events import event_values, has_texts, person
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "onepassword.signin"
VERSION: Final = 1
TITLE: Final = "1Password sign-in attempts (Events API)"
REFERENCE: Final = "https://developer.1password.com/docs/events-api/reference/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_CATEGORY: Final = "names no category"

_LINES: Final = b"""{"uuid":"56YE2TYN2VFYRLNSHKPW5NVT5E","session_uuid":"A5K6COGVRVEJXJW3XQZGS7VAMM",\
"timestamp":"2026-03-30T22:36:48.424Z","country":"DE","category":"success","type":"credentials_ok",\
"target_user":{"uuid":"IR7VJHJ36JHINBFAD7V2T5MP3E","name":"Dana","email":"dana@example.com"},\
"client":{"app_name":"1Password for Mac","app_version":"81000000","platform_name":"dana's Mac","os_name":"MacOSX",\
"os_version":"14.4","ip_address":"198.51.100.9"}}
{"uuid":"66YE2TYN2VFYRLNSHKPW5NVT5E","session_uuid":"B5K6COGVRVEJXJW3XQZGS7VAMM",\
"timestamp":"2026-03-30T22:37:01Z","category":"credentials_failed","type":"password_secret_bad",\
"details":null,"target_user":{"uuid":"IR7VJHJ36JHINBFAD7V2T5MP3E","email":"dana@example.com"},\
"client":{"app_name":"1Password Browser","ip_address":"2001:db8::7"}}
"""
_ANSWER: Final = b"""{"cursor":"aGVsbG8hIGV4YW1wbGU","has_more":false,"items":[{"uuid":"76YE2TYN2VFYRLNSHKPW5NVT5E",\
"account_uuid":"M4E2SWNZAZFTRGQGDNS2E5A4MU","session_uuid":"C5K6COGVRVEJXJW3XQZGS7VAMM",\
"timestamp":"2026-03-30T22:38:00.5Z","category":"firewall_failed","type":"ip_blocked","details":{"value":"Europe"},\
"target_user":{"uuid":"IR7VJHJ36JHINBFAD7V2T5MP3E","name":"Dana","email":"dana@example.com","type":"user"},\
"client":{"app_name":"1Password for Web","app_version":"1800","ip_address":"203.0.113.77"}}]}
"""
SAMPLES: Final = (_LINES, _ANSWER)

_MARKS: Final = (b'"target_user"',)


def sniff(sample: Sample) -> Sniff:
    """By a category beside a target user, a session and a client."""
    return sniff_objects(sample, _MARKS, _is_own, "have uuid, timestamp, category and target_user")


def _is_own(record: Record) -> bool:
    return has_texts(record, "uuid", "timestamp", "category") and isinstance(record.get("target_user"), dict)


def decode(chunk: Chunk) -> Decoded:
    """Events of the attempts, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The attempt's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    category = text(record, "category")
    if category is None:
        return NO_CATEGORY
    values = event_values(record, times)
    values["timestamp_desc"] = "login"
    values["action"] = text(record, "type")
    values["outcome"] = _outcome(category)
    values["actor"] = person(inner(record, "target_user"))
    values["session"] = text(record, "session_uuid")
    return values


def _outcome(category: str) -> str:
    if category.endswith("success"):  # also of a rule of the firewall that only reports
        return "success"
    if category == "firewall_failed":
        return "denied"
    return "failure" if category.endswith("_failed") else "unknown"


_FORMAT: Final = RecordFormat(KIND, _read)
