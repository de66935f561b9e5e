"""Sonatype Nexus Repository's audit.log: changes of its configuration, of users and roles, of components and assets.

    {"timestamp":"2026-03-30 22:36:48,424+0000","nodeId":"5DF0F434-EXAMPLE","initiator":"dana/198.51.100.9",
     "domain":"security.user","type":"created","context":"mallory","thread":"qtp1085283394-921",
     "attributes":{"id":"mallory","name":"Mallory","roles":"nx-admin","status":"active"}}

The action is `<domain>.<type>`. The initiator is a user and an address, or `*TASK`, `*SYSTEM` for what Nexus does by
itself. Reference: https://help.sonatype.com/en/auditing.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import as_text, first_text, inner, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "nexus.audit"
VERSION: Final = 1
TITLE: Final = "Sonatype Nexus Repository audit.log"
REFERENCE: Final = "https://help.sonatype.com/en/auditing.html"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_TYPE: Final = "names no domain and no type"

_LINES: Final = b"""{"timestamp":"2026-03-30 22:36:48,424+0000","nodeId":"5DF0F434-EXAMPLE","initiator":\
"dana/198.51.100.9","domain":"security.user","type":"created","context":"mallory","thread":"qtp1085283394-921",\
"attributes":{"id":"mallory","name":"Mallory","roles":"nx-admin","status":"active","source":"default"}}
{"timestamp":"2026-03-30 22:40:00,000+0000","nodeId":"5DF0F434-EXAMPLE","initiator":"*TASK","domain":\
"repository.asset","type":"deleted","context":"npm/models-1.0.0.tgz","attributes":{"repository.name":"npm-hosted",\
"name":"models/-/models-1.0.0.tgz"}}
"""
SAMPLES: Final = (_LINES,)

_MARKS: Final = (b'"initiator"',)


def sniff(sample: Sample) -> Sniff:
    """By an initiator beside a domain, a type and the id of a node."""
    return sniff_objects(sample, _MARKS, _is_own, "have nodeId, initiator, domain and type")


def _is_own(record: Record) -> bool:
    return {"initiator", "domain", "type", "timestamp"} <= record.keys() and ("nodeId" in record or "context" in record)


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    domain, done = text(record, "domain"), text(record, "type")
    if domain is None and done is None:
        return NO_TYPE
    user, slash, address = (text(record, "initiator") or "").rpartition("/")
    values: EventValues = {
        "timestamp_desc": "event",
        "action": f"{domain}.{done}" if domain and done else domain or done,
        "outcome": "success",
        "actor": as_text(user if slash else address),
        "src_ip": client_address(address) if slash else None,
        "resource": text(record, "context") or text(inner(record, "attributes"), "name"),
        "account": first_text(inner(record, "attributes"), "repository.name", "repositoryName"),
    }
    stamp = times.iso(record.get("timestamp"))
    if stamp is not None:
        values.update(stamp.values())
    return values


_FORMAT: Final = RecordFormat(KIND, _read)
