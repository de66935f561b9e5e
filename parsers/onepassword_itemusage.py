"""1Password item usage, from the Events API (`itemusages`): which item of a shared vault was used by whom.

    {"uuid": "56YE2TYN2VFYRLNSHKPW5NVT5E", "timestamp": "2026-03-30T22:36:48.424Z", "used_version": 3,
     "vault_uuid": "VZSYVT2LGHTBWBQGUJAIZVRABM", "item_uuid": "SDGD3I4AJYO6RMHRK8DYVNFIDZ", "action": "reveal",
     "user": {"uuid": "4HCGRGYCTRQFBMGVEGTABYDU2V", "name": "Dana", "email": "dana@example.com"},
     "client": {"app_name": "1Password for Windows", "app_version": "81000000", "ip_address": "198.51.100.9"}}

Reference: https://developer.1password.com/docs/events-api/reference/.
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

KIND: Final = "onepassword.itemusage"
VERSION: Final = 1
TITLE: Final = "1Password item usage (Events API)"
REFERENCE: Final = "https://developer.1password.com/docs/events-api/reference/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_ITEM: Final = "names no item and no vault"

_LINES: Final = b"""{"uuid":"56YE2TYN2VFYRLNSHKPW5NVT5F","timestamp":"2026-03-30T22:36:48.424Z","used_version":3,\
"vault_uuid":"VZSYVT2LGHTBWBQGUJAIZVRABM","item_uuid":"SDGD3I4AJYO6RMHRK8DYVNFIDZ","action":"secure-copy",\
"user":{"uuid":"4HCGRGYCTRQFBMGVEGTABYDU2V","name":"Dana","email":"dana@example.com"},\
"client":{"app_name":"1Password for Windows","app_version":"81000000","platform_name":"EXAMPLE-PC","os_name":"Windows",\
"ip_address":"198.51.100.9"},"location":{"country":"Germany","region":"Hesse","latitude":50.1,"longitude":8.6}}
"""
_ANSWER: Final = b"""{"cursor":"aGVsbG8hIGV4YW1wbGU","has_more":true,"items":[{"uuid":"66YE2TYN2VFYRLNSHKPW5NVT5F",\
"account_uuid":"M4E2SWNZAZFTRGQGDNS2E5A4MU","timestamp":"2026-03-30T22:36:50Z","used_version":0,\
"vault_uuid":"VZSYVT2LGHTBWBQGUJAIZVRABM","item_uuid":"TDGD3I4AJYO6RMHRK8DYVNFIDZ","action":"export",\
"user":{"uuid":"4HCGRGYCTRQFBMGVEGTABYDU2V","name":"Dana","email":"dana@example.com","type":"user"},\
"client":{"app_name":"1Password CLI","app_version":"2270001","ip_address":"2001:db8::7"}}]}
"""
SAMPLES: Final = (_LINES, _ANSWER)

_MARKS: Final = (b'"item_uuid"',)


def sniff(sample: Sample) -> Sniff:
    """By an item and its vault beside an id and a time."""
    return sniff_objects(sample, _MARKS, _is_own, "have uuid, timestamp, vault_uuid and item_uuid")


def _is_own(record: Record) -> bool:
    return has_texts(record, "uuid", "timestamp", "item_uuid") and ("vault_uuid" in record or "user" in record)


def decode(chunk: Chunk) -> Decoded:
    """Events of the uses, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The use's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    vault, item = text(record, "vault_uuid"), text(record, "item_uuid")
    if vault is None and item is None:
        return NO_ITEM
    values = event_values(record, times)
    values["action"] = text(record, "action")
    values["outcome"] = "success"
    values["actor"] = person(inner(record, "user"))
    values["resource"] = f"{vault}/{item}" if vault and item else vault or item
    return values


_FORMAT: Final = RecordFormat(KIND, _read)
