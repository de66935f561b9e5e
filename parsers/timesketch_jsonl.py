"""Timelines for Timesketch, or exported from it, as JSON lines.

    {"message":"dana logged in","datetime":"2026-03-30T22:36:48+00:00","timestamp_desc":"Login","username":"dana"}

Only `message`, `datetime` (or `timestamp`, microseconds) and `timestamp_desc` are fixed. What Leakline writes for Timesketch
is read back with the event's own fields. Reference: https://timesketch.org/guides/user/import-from-json-csv/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.timeline_names import DATED, put_time, read_by_names, stated_time
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "timesketch.jsonl"
EMITTED: Final = "timesketch.event"
VERSION: Final = 1
TITLE: Final = "Timesketch timelines as JSON lines"
REFERENCE: Final = "https://timesketch.org/guides/user/import-from-json-csv/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (EMITTED,)

_LINES: Final = b"""\
{"message": "dana logged in from 198.51.100.7", "datetime": "2026-03-30T22:36:48.424000+00:00", "timestamp": 1774910208424000,\
 "timestamp_desc": "Login", "username": "dana", "source_ip": "198.51.100.7", "tag": ["key"]}
{"message": "GET /m/a.bin", "timestamp": "1774910209000000", "timestamp_desc": "Request", "http_response_code": 403}
"""
SAMPLES: Final = (_LINES,)


def sniff(sample: Sample) -> Sniff:
    """By the fields that Timesketch wants, where nothing says that it is of another tool."""
    return sniff_objects(sample, (b'"timestamp_desc"',), _is_own, "have message, timestamp_desc and a time", most=92)


def _is_own(record: Record) -> bool:
    names = record.keys()
    return {"message", "timestamp_desc"} <= names and not DATED.isdisjoint(names) and "__container_type__" not in names


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The line's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    return put_time(read_by_names(record), stated_time(record, times), record)


_FORMAT: Final = RecordFormat(EMITTED, _read)
