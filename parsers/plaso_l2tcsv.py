"""Super timelines in the CSV of log2timeline, with its 17 fixed columns: `psort.py -o l2tcsv`.

    date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,version,filename,inode,notes,format,extra
    03/30/2026,22:36:48,UTC,....,LOG,Syslog,Content Modification Time,dana,bastion,Accepted,Accepted key,2,/var/log/a,17,-,syslog,-

A row is a line; values hold no separators, unless another program wrote them in quotes. `extra` holds further values as
`name: value; name: value`. Reference: https://plaso.readthedocs.io/en/latest/sources/user/Output-format-l2tcsv.html.
"""

import csv
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.plaso_rows import EMITTED, pairs, read_row
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "plaso.l2tcsv"
VERSION: Final = 1
TITLE: Final = "Plaso and log2timeline super timelines (l2tcsv)"
REFERENCE: Final = "https://plaso.readthedocs.io/en/latest/sources/user/Output-format-l2tcsv.html"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = False
EMITS: Final = (EMITTED,)

HEADER: Final = (
    "date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,version,filename,inode,notes,format,extra"
)
NAMES: Final = tuple(HEADER.split(","))
NOT_17: Final = "the line has not the 17 fields of l2tcsv"
_BEFORE_LAST: Final = NAMES.index("version")
_ROWS: Final = f"""{HEADER}
03/30/2026,22:36:48,UTC,M...,LOG,Syslog,Content Modification Time,dana,bastion,Accepted publickey,Accepted publickey for dana,2,\
OS:/var/log/auth.log,17,-,text/syslog,sha256_hash: 0a1b; pid: 4411
03/31/2026,00:36:49,Europe/Berlin,....,WEBHIST,Apache Access,Recorded Time,-,www,GET /m/a.bin,GET /m/a.bin,2,\
OS:/var/log/access.log,18,-,text/apache_access,http_response_code: 403; ip_address: 198.51.100.7
""".encode()
SAMPLES: Final = (_ROWS,)


def sniff(sample: Sample) -> Sniff:
    """By the header; without it, by rows with 17 fields that begin with day and time."""
    if sample.data.startswith(HEADER[:40].encode()):
        return Sniff(98, ("the header is that of l2tcsv",))
    head = sample.data[:32]
    if head[2:3] != b"/" or head[5:6] != b"/" or head[10:11] != b",":
        return NO
    good = sum(isinstance(_split(line), dict) for line in sample.lines if len(line) < 65_536)
    return (
        Sniff(90, (f"{good} of the first {len(sample.lines)} lines have 17 fields that begin with day and time",))
        if good
        else NO
    )


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The columns of a line by name; what `extra` holds as an object `extra_fields`."""
    found = dict(line_fields(record, _FORMAT, _split))
    inside = pairs(found.get("extra", ""))
    return {**found, "extra_fields": inside} if inside else found


def _split(text: str) -> Record | Ignored | str:
    if text.startswith(HEADER[:24]):
        return Ignored("header")
    values = text.split(",")
    if len(values) != len(NAMES) and '"' in text:
        values = _quoted(text)
    if len(values) > len(NAMES):  # separators in the description, which the old log2timeline left there
        rest = len(NAMES) - _BEFORE_LAST
        values = [*values[: _BEFORE_LAST - 1], ",".join(values[_BEFORE_LAST - 1 : -rest]), *values[-rest:]]
    return dict(zip(NAMES, values, strict=True)) if len(values) == len(NAMES) else NOT_17


def _quoted(text: str) -> list[str]:
    try:
        rows = list(csv.reader([text]))
    except csv.Error:
        return []
    return rows[0] if len(rows) == 1 else []


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    return read_row(record, times)


_FORMAT: Final = RecordFormat(EMITTED, _read)
