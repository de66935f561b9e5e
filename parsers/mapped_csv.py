"""CSV of any make, read by a mapping: `leakline ingest CASE FILE --map MAPPING.yaml`.

    timestamp,timestamp_desc,actor,action,status,src_ip,resource
    2026-03-30T22:36:48Z,request,dana,GET,200,198.51.100.7,/m/a.bin

Without a mapping fields are the columns that have the names of the event's fields, as above.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.csv_records import csv_fields, csv_header, decode_csv
from parsers.lib.mapping import mapped_format
from parsers.lib.own_names import MARK, sniff_names
from timeline.model.parser import ANY_KIND, NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "mapped.csv"
VERSION: Final = 1
TITLE: Final = "CSV of any make, by a mapping of yours"
REFERENCE: Final = "leakline help mappings"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = (ANY_KIND,)
_OWN_NAMES: Final = (
    b"timestamp,timestamp_desc,actor,action,status,src_ip,resource,ticket\n"
    b"2026-03-30T22:36:48Z,request,dana,GET,200,198.51.100.7,/m/a.bin,T-1\n"
    b'2026-03-30 22:36:49,request,,GET,403,203.0.113.9,"/m/b,c.bin",\n'
)
SAMPLES: Final = (_OWN_NAMES,)


def sniff(sample: Sample) -> Sniff:
    """By our own names of columns; whoever gives a mapping names the format with it."""
    end = sample.data.find(b"\n", 0, 4096)
    if end < 0 or sample.data.find(MARK, 0, end) < 0 or sample.data[:1] in {b"{", b"[", b"#"}:
        return NO
    return sniff_names(csv_header(sample.data[:end].rstrip(b"\r")).names)


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, mapped_format("csv", chunk.context))


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:
    """The fields of one row by the names of the header."""
    return csv_fields(record, header, mapped_format("csv", context))
