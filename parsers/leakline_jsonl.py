"""Events that `leakline export --format jsonl` wrote, from another case.

    {"key":"be4d628aa3a2-0","source":"a.log","timestamp":1774910208000000,"timestamp_desc":"request","kind":"web.access",...}

Reference: `leakline help export`.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.object_marks import sniff_objects
from parsers.lib.own_exports import EMITTED, MARKS, read_exported
from parsers.lib.records import RecordFormat
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "leakline.jsonl"
VERSION: Final = 1
TITLE: Final = "Leakline's own export of events as JSON lines"
REFERENCE: Final = "leakline help export"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (EMITTED,)

_LINES: Final = b"""\
{"key":"be4d628aa3a2-0","source":"web/access.log","timestamp":1774910208424000,"timestamp_desc":"request",\
"timestamp_precision":1000,"timestamp_basis":"stated","record":1,"offset":0,"length":139,"kind":"web.access","action":"GET",\
"outcome":"success","actor":"dana","src_ip":"198.51.100.7","resource":"/m/a.bin?token=\xe2\x9f\xa6generic:0123456789\xe2\x9f\xa7",\
"bytes_out":5,"status":200,"starred":true,"tags":["key"]}
{"key":"be4d628aa3a2-140","source":"web/access.log","timestamp_desc":"request","record":2,"offset":140,"length":9,"kind":"web.access"}
"""
SAMPLES: Final = (_LINES,)


def sniff(sample: Sample) -> Sniff:
    """By the names that only such an export has together."""
    return sniff_objects(
        sample, (b'"timestamp_desc"',), _is_own, "have key, source, kind and pointers as our exports", most=98
    )


def _is_own(record: Record) -> bool:
    return record.keys() >= MARKS and "datetime" not in record


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The line's own fields."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(EMITTED, read_exported)
