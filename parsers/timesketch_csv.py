"""Timelines for Timesketch, or exported from it, as CSV.

    message,timestamp,datetime,timestamp_desc,username
    dana logged in,1774910208000000,2026-03-30T22:36:48+00:00,Login,dana

Only `message`, `datetime` (or `timestamp`, microseconds) and `timestamp_desc` are fixed. In what Leakline writes for Timesketch,
cells that spreadsheets would run are read as they were. Reference: https://timesketch.org/guides/user/import-from-json-csv/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.csv_records import csv_fields, csv_header, decode_csv
from parsers.lib.json_reading import Record
from parsers.lib.own_cells import as_it_was
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.timeline_names import DATED, put_time, read_by_names, stated_time
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "timesketch.csv"
EMITTED: Final = "timesketch.event"
VERSION: Final = 1
TITLE: Final = "Timesketch timelines as CSV"
REFERENCE: Final = "https://timesketch.org/guides/user/import-from-json-csv/"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = (EMITTED,)

_ROWS: Final = b"""message,timestamp,datetime,timestamp_desc,username,source_ip
dana logged in,1774910208000000,2026-03-30T22:36:48+00:00,Login,dana,198.51.100.7
"said ""hello"", left",1774910209000000,2026-03-30T22:36:49+00:00,Logout,dana,
"""
SAMPLES: Final = (_ROWS,)
_HEAD: Final = 1 << 14
_OURS: Final = frozenset({"key", "native_message", "witnesses"})
_OF_PLASO: Final = frozenset({"source_long", "parser", "display_name"})


def sniff(sample: Sample) -> Sniff:
    """By the columns that Timesketch wants, where nothing says that they are those of another tool."""
    end = sample.data.find(b"\n", 0, _HEAD)
    if end < 0 or sample.data.find(b"timestamp_desc", 0, end) < 0 or sample.data[:1] in {b"{", b"["}:
        return NO
    names = frozenset(csv_header(sample.data[:end].rstrip(b"\r")).names)
    if not {"message", "timestamp_desc"} <= names or DATED.isdisjoint(names):
        return NO
    if "timestamp" not in names and not _OF_PLASO.isdisjoint(names):
        return NO
    return Sniff(93, ("the header names message, timestamp_desc and a time",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The fields of one row by the names of the header."""
    return csv_fields(record, header, _FORMAT)


def _as_written(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    return as_it_was(record) if record.keys() >= _OURS else record


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    return put_time(read_by_names(record), stated_time(record, times), record)


_FORMAT: Final = RecordFormat(EMITTED, _read, _as_written)
