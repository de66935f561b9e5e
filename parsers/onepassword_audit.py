"""1Password audit events, from the Events API (`auditevents`): what team members did to vaults, groups, people, tokens.

    {"uuid": "3UQOGUC7DVOCN4OZP2MDKHFLSG", "timestamp": "2026-03-30T22:36:48.424Z",
     "actor_uuid": "GLF6WUEKS5CSNDJ2OG6TCZD3M4", "actor_details": {"name": "Dana", "email": "dana@example.com"},
     "action": "grant", "object_type": "gva", "object_uuid": "pf8soyakgngrphytsyjed4ae3u", "aux_id": 9277034,
     "aux_uuid": "k8vdrlzkgeexzr2mgmhdcv4vrm", "session": {"uuid": "A5K6COGVRVEJXJW3XQZGS7VAMM",
     "login_time": "2026-03-30T20:00:00Z", "device_uuid": "lc5fqgbrcm4plajd8mwncv2b3u", "ip": "198.51.100.9"}}

The resource is `<object type>/<object>`. Reference: https://developer.1password.com/docs/events-api/reference/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import inner, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.onepassword_events import event_values, has_texts, person
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "onepassword.audit"
VERSION: Final = 1
TITLE: Final = "1Password audit events (Events API)"
REFERENCE: Final = "https://developer.1password.com/docs/events-api/reference/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_ACTION: Final = "names no action"

_LINES: Final = b"""{"uuid":"3UQOGUC7DVOCN4OZP2MDKHFLSG","timestamp":"2026-03-30T22:36:48.424Z",\
"actor_uuid":"GLF6WUEKS5CSNDJ2OG6TCZD3M4","actor_details":{"uuid":"GLF6WUEKS5CSNDJ2OG6TCZD3M4","name":"Dana",\
"email":"dana@example.com"},"action":"grant","object_type":"gva","object_uuid":"pf8soyakgngrphytsyjed4ae3u",\
"aux_id":9277034,"aux_uuid":"k8vdrlzkgeexzr2mgmhdcv4vrm","session":{"uuid":"A5K6COGVRVEJXJW3XQZGS7VAMM",\
"login_time":"2026-03-30T20:00:00Z","device_uuid":"lc5fqgbrcm4plajd8mwncv2b3u","ip":"198.51.100.9"},\
"location":{"country":"Germany"}}
"""
_ANSWER: Final = b"""{"cursor":"aGVsbG8hIGV4YW1wbGU","has_more":false,"items":[{"uuid":"4UQOGUC7DVOCN4OZP2MDKHFLSG",\
"timestamp":"2026-03-30T22:39:00Z","actor_uuid":"GLF6WUEKS5CSNDJ2OG6TCZD3M4","actor_type":"user",\
"account_uuid":"M4E2SWNZAZFTRGQGDNS2E5A4MU","action":"create","object_type":"satoken",\
"object_uuid":"qf8soyakgngrphytsyjed4ae3u","session":{"uuid":"A5K6COGVRVEJXJW3XQZGS7VAMM","ip":"2001:db8::7"}}]}
"""
SAMPLES: Final = (_LINES, _ANSWER)

_MARKS: Final = (b'"actor_uuid"',)


def sniff(sample: Sample) -> Sniff:
    """By an action beside the ids of its actor and its object."""
    return sniff_objects(sample, _MARKS, _is_own, "have uuid, timestamp, actor_uuid, action and object_type")


def _is_own(record: Record) -> bool:
    return has_texts(record, "uuid", "timestamp", "actor_uuid", "action", "object_type")


def decode(chunk: Chunk) -> Decoded:
    """Events of the records, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The record's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    action = text(record, "action")
    if action is None:
        return NO_ACTION
    session = inner(record, "session")
    thing = (text(record, "object_type"), text(record, "object_uuid"))
    values = event_values(record, times)
    values["action"] = action
    values["outcome"] = "success"
    values["actor"] = person(inner(record, "actor_details")) or text(record, "actor_uuid")
    values["session"] = text(session, "uuid")
    values["src_ip"] = client_address(text(session, "ip"))
    values["resource"] = "/".join(part for part in thing if part is not None) or None
    values["account"] = text(record, "account_uuid") or text(record, "actor_account_uuid")
    return values


_FORMAT: Final = RecordFormat(KIND, _read)
