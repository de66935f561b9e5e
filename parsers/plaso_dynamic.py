"""Super timelines of Plaso with columns of one's choice: `psort.py -o dynamic`, its usual output.

    datetime,timestamp_desc,source,source_long,message,parser,display_name,tag
    2026-03-30T22:36:48.000000+00:00,Content Modification Time,LOG,Log File,Accepted publickey for dana,text/syslog,OS:/var/log/a,-

Reference: https://plaso.readthedocs.io/en/latest/sources/user/Output-format-dynamic.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.csv_records import csv_header
from parsers.lib.json_reading import Record
from parsers.lib.plaso_rows import EMITTED, ROWS, read_row, row_loader
from parsers.lib.records import RecordFormat, Warn, decode_records, fields_of
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "plaso.dynamic"
VERSION: Final = 1
TITLE: Final = "Plaso super timelines with chosen columns (dynamic)"
REFERENCE: Final = "https://plaso.readthedocs.io/en/latest/sources/user/Output-format-dynamic.html"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = (EMITTED,)

_ROWS: Final = b"""datetime,timestamp_desc,source,source_long,message,parser,display_name,tag
2026-03-30T22:36:48.000000+00:00,Content Modification Time,LOG,Log File,[sshd] Accepted key for dana,text/syslog,OS:/var/log/a,-
0000-00-00T00:00:00.000000+00:00,Not a time,FILE,File stat,OS:/srv/m/a.bin Type: file,filestat,OS:/srv/m/a.bin,-
"""
_CHOSEN: Final = b"""\
date,time,timezone,macb,source,sourcetype,type,user,host,message_short,message,filename,inode,notes,format,extra
2026-03-30,22:36:48,UTC,..C.,FILE,Syslog,Metadata Modification Time,dana,bastion,closed,session closed,log/syslog.1,-,-,-,-
"""
SAMPLES: Final = (_ROWS, _CHOSEN)
_HEAD: Final = 1 << 14
_WHEN: Final = ({"datetime", "timestamp_desc"}, {"date", "time", "timezone"})
_OWN: Final = frozenset({"source_long", "sourcetype", "parser", "display_name", "macb", "MACB", "message_short"})


def sniff(sample: Sample) -> Sniff:
    """By the header: a time and columns that only Plaso calls so."""
    end = sample.data.find(b"\n", 0, _HEAD)
    if end < 0 or sample.data.find(b"message", 0, end) < 0 or sample.data[:1] in {b"{", b"["}:
        return NO
    names = set(csv_header(sample.data[:end].rstrip(b"\r")).names)
    if "timestamp" in names or "message" not in names or not any(names >= when for when in _WHEN):
        return NO
    own = _OWN & names
    return Sniff(97 if len(own) > 1 else 90, ("the header names a time, message and columns of Plaso",)) if own else NO


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each, also where a quote that Plaso did not mean as one joined several."""
    return decode_records(chunk, _FORMAT, row_loader(chunk.header))


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The fields of one row by the names of the header."""
    return fields_of(record, _FORMAT, row_loader(header))


def _read(record: Record, times: Times, warn: Warn) -> list[EventValues]:  # noqa: ARG001 - the signature of ReadRecord
    others = record.get(ROWS)
    return [read_row(row, times) for row in (record, *(others if isinstance(others, list) else ()))]


_FORMAT: Final = RecordFormat(EMITTED, _read)
