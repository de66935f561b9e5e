"""Events that `leakline export --format csv` wrote, from another case.

    key,source,timestamp,timestamp_desc,timestamp_precision,timestamp_basis,record,offset,length,kind,action,outcome,actor,...
    be4d628aa3a2-0,a.log,1774910208000000,request,1000000,stated,1,0,139,web.access,GET,success,dana,...

The apostrophes that the export puts before what a spreadsheet would run are taken away again; control characters, which it
shows as escapes, stay so. Reference: `leakline help export`.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.csv_records import csv_fields, csv_header, decode_csv
from parsers.lib.json_reading import Record
from parsers.lib.own_cells import as_it_was
from parsers.lib.own_exports import EMITTED, MARKS, read_exported
from parsers.lib.records import RecordFormat, Warn
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "leakline.csv"
VERSION: Final = 1
TITLE: Final = "Leakline's own export of events as CSV"
REFERENCE: Final = "leakline help export"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = (EMITTED,)

_ROWS: Final = b"""\
key,source,timestamp,timestamp_desc,timestamp_precision,timestamp_basis,record,offset,length,kind,action,outcome,actor,credential,\
session,src_ip,user_agent,resource,account,region,bytes_out,status,uid,message,witnesses,starred,tags,comments
be4d628aa3a2-0,web/access.log,1774910208424000,request,1000,stated,1,0,139,web.access,GET,success,'=dana,,,198.51.100.7,curl/8,\
"/m/a,b.bin",,,5,200,,,,yes,key,kim: seen
be4d628aa3a2-140,web/access.log,,request,,,2,140,9,web.access,,,,,,,,'-x,,,,,,,,,,
"""
SAMPLES: Final = (_ROWS,)
_START: Final = b"key,source,"


def sniff(sample: Sample) -> Sniff:
    """By the header."""
    if not sample.data.startswith(_START):
        return NO
    names = csv_header(sample.data[: max(0, sample.data.find(b"\n", 0, 4096))].rstrip(b"\r")).names
    return Sniff(98, ("the header is that of our own exports",)) if set(names) >= MARKS else NO


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The fields of one row by the names of the header."""
    return csv_fields(record, header, _FORMAT)


def _as_written(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    return as_it_was(record)


_FORMAT: Final = RecordFormat(EMITTED, read_exported, _as_written)
