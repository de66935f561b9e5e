"""Audit log of Bitbucket Server before version 7 (and of Stash): atlassian-bitbucket-audit.log.

    198.51.100.9,10.0.0.1 | RepositoryCreatedEvent | dana | 1774910208424 | AI/models | {"id":7} | @8KJQAGx969x5x0 | 6ywzi6

The columns are the client and the proxies, the event, the user, milliseconds since 1970, the entity, details as JSON,
the request id and the session id; `-` where there is none. Details may hold the separator.
Reference: https://confluence.atlassian.com/display/BITBUCKETSERVER067/Audit+events+in+Bitbucket+Server.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.bitbucket_audit_json import outcome
from parsers.lib.json_reading import Record
from parsers.lib.json_values import text
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import MILLISECOND_US, Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "bitbucket.audit.lines"
VERSION: Final = 1
TITLE: Final = "Bitbucket Server audit log (lines, before version 7)"
REFERENCE: Final = "https://confluence.atlassian.com/display/BITBUCKETSERVER067/Audit+events+in+Bitbucket+Server"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = False
EMITS: Final = ("bitbucket.audit",)
NOT_THIS_FORMAT: Final = "the line is not a Bitbucket audit log record"

_LINES: Final = b"""\
198.51.100.9,10.0.0.1 | RepositoryCreatedEvent | dana | 1774910208424 | AI/models | {"id":7,"name":"models"} | \
@8KJQAGx969x543x0 | 6ywzi6
0:0:0:0:0:0:0:1 | RestrictedRefAddedEvent | admin | 1774910209000 | AI/models | {"value":"a | b"} | @8KJQAGx969x544x0 | -
203.0.113.77 | AuthenticationFailureEvent | - | 1774910210001 | eve | - | - | -
"""
SAMPLES: Final = (_LINES,)

_SEPARATOR: Final = " | "
_NAMES: Final = ("source", "event", "user", "timestamp", "entity")
_LAST_NAMES: Final = ("request_id", "session_id")
_NEAR: Final = 1024  # characters within which a line has its first separator
_COLUMNS: Final = len(_NAMES) + 1 + len(_LAST_NAMES)


def sniff(sample: Sample) -> Sniff:
    """By how many of the first lines have the columns of such a record."""
    lines = sample.lines
    if not any(_SEPARATOR in line[:_NEAR] for line in lines[:3]):
        return NO
    good = sum(not isinstance(_split(line), str) for line in lines)
    if not good:
        return NO
    share = good / len(lines)
    confidence = 97 if share > 0.9 else 88 if share >= 0.5 else 40
    return Sniff(confidence, (f"{good} of the first {len(lines)} lines are Bitbucket audit records",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The columns by name."""
    return line_fields(record, _FORMAT, _split)


def _split(line: str) -> Record | str:
    columns = line.split(_SEPARATOR)
    if len(columns) < _COLUMNS:
        return NOT_THIS_FORMAT
    first, last = columns[: len(_NAMES)], columns[-len(_LAST_NAMES) :]
    event, time = first[1], first[3]
    if not (event.isidentifier() and event.isascii()) or not (
        time.isascii() and time.isdigit() and 11 <= len(time) <= 14
    ):
        return NOT_THIS_FORMAT
    found: Record = dict(zip(_NAMES, first, strict=True))
    found["details"] = _SEPARATOR.join(columns[len(_NAMES) : -len(_LAST_NAMES)])
    found.update(zip(_LAST_NAMES, last, strict=True))
    return found


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    action = text(record, "event")
    values: EventValues = {
        "kind": "bitbucket.audit",
        "timestamp_desc": "event",
        "action": action,
        "outcome": None if action is None else outcome(action),
        "actor": text(record, "user"),
        "session": text(record, "session_id"),
        "src_ip": client_address(text(record, "source")),
        "resource": text(record, "entity"),
    }
    stamp = times.epoch(record["timestamp"], MILLISECOND_US)
    if stamp is not None:
        values.update(stamp.values())
    return values


_FORMAT: Final = RecordFormat(KIND, _read)
