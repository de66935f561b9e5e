"""HAProxy's HTTP log, with or without syslog's head.

    Mar 30 22:36:48 lb haproxy[32450]: 198.51.100.9:38862 [30/Mar/2026:22:36:48.424] www~ app/app1 0/0/1/0/2 200 168
    - - ---- 6/6/0/0/0 0/0 {www.example.com||} {|||} "GET /model.bin HTTP/1.1"

The time is that at which the connection was accepted, in the proxy's zone, which is not stated. Notices
of the proxy are events too.
Reference: https://docs.haproxy.org/2.8/configuration.html#8.2.3.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import outcome_of, outcomes
from parsers.lib.addresses import client_address
from parsers.lib.clean_first import decode_clean_first
from parsers.lib.client_columns import client_addresses
from parsers.lib.columns import Lines, constant, event_batch, known, per_distinct
from parsers.lib.haproxy_line import read_clean_times, split_clean_lines, split_haproxy_line
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.splitting import Pattern, first_match
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "haproxy.http"
VERSION: Final = 2
TITLE: Final = "HAProxy HTTP log"
REFERENCE: Final = "https://docs.haproxy.org/2.8/configuration.html#8.2.3"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND,)
NOT_THIS_FORMAT: Final = "the line is not an HAProxy log record"

_LINES: Final = b"""\
Mar 30 22:36:48 lb haproxy[3245]: 198.51.100.9:38862 [30/Mar/2026:22:36:48.424] www~ app/app1 0/0/1/0/2 200 168 - - ---- 6/6/0/0/0 \
0/0 {www.example.com||} {|||} "GET /model.bin HTTP/1.1"
Mar 30 22:36:49 lb haproxy[3245]: 2001:db8::7:38863 [30/Mar/2026:22:36:49.001] www app/<NOSRV> 0/-1/-1/-1/0 403 188 - - PR-- \
5/5/0/0/0 0/0 "POST /upload HTTP/1.1"
"""
_BARE: Final = b"""\
198.51.100.9:14853 [30/Mar/2026:22:36:48.127] https-in~ app/node 170/0/0/3/173 200 739 - - --NN 0/0/0/0/0 0/0 "GET /a?b=c HTTP/1.1"
198.51.100.9:14854 [30/Mar/2026:22:36:50.127] https-in~ app/node 170/0/0/3/173 503 213 - - SC-- 0/0/0/0/0 0/0 "<BADREQ>"
"""
SAMPLES: Final = (_LINES, _BARE)

_REQUEST: Final = re.compile(r"(?P<method>[A-Za-z-]{1,32}) (?P<target>\S.*?)(?: HTTP/[\d.]{1,4})?", re.DOTALL)


_REQUESTS: Final = (
    Pattern("^[A-Za-z-]{1,32} [^ ]+ HTTP/[0-9.]{1,4}$", words=("method", "target", "")),
    Pattern("^(?P<method>[A-Za-z-]{1,32}) (?P<target>[^ ].*?)(?: HTTP/[0-9.]{1,4})?$"),
)


def sniff(sample: Sample) -> Sniff:
    """By how many of the first lines are such records."""
    lines = [line for line in sample.lines if len(line) < 65_536]
    if not lines or not any("/" in line and "] " in line for line in lines):
        return NO
    found = [_split(line) for line in lines]
    good = sum(isinstance(line, dict) and "status" in line for line in found)
    known = sum(isinstance(line, dict) for line in found)
    if not good and not known:
        return NO
    share = known / len(lines)
    confidence = 97 if good and share > 0.9 else 88 if share >= 0.5 else 45
    return Sniff(confidence, (f"{known} of the first {len(lines)} lines are of HAProxy",))


def _split(line: str) -> Record | Ignored | str:
    return split_haproxy_line(line) or NOT_THIS_FORMAT


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    if "notice" in record:
        values: EventValues = {
            "timestamp_desc": "event",
            "action": "notice",
            "message": as_text(record["notice"].strip()),
        }
        stamp = times.yearless(record["syslog"][:15]) or times.iso(record["syslog"].partition(" ")[0])
        return {**values, **stamp.values()} if stamp is not None else values
    request = _REQUEST.fullmatch(record["request"])
    status = int(record["status"])
    values = {
        "timestamp_desc": "request",
        "action": None if request is None else as_text(request["method"]),
        "outcome": outcome_of(status) if status > 0 else None,
        "src_ip": client_address(record["client"]),
        "resource": as_text(record["request"] if request is None else request["target"]),
        "status": status if status > 0 else None,
        "bytes_out": int(record["bytes"].lstrip("+")),
    }
    stamp = times.written(record["time"], "%d/%b/%Y:%H:%M:%S.%f", "%d/%b/%Y:%H:%M:%S", "%d/%b/%Y:%H:%M:%S %z")
    if stamp is not None:
        values.update(stamp.values())
    return values


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each: of the clean ones as columns, of the others one by one."""
    times = Times.of(chunk.context)

    def read_clean(lines: Lines) -> tuple[pa.Array, pa.RecordBatch]:
        rows, columns = split_clean_lines(lines)
        return rows, _events(lines, rows, columns, times)

    return decode_clean_first(chunk, read_clean, decode_singly)


def decode_singly(chunk: Chunk) -> Decoded:
    """The same of every line by itself."""
    return decode_lines(chunk, _FORMAT, _split)


def _events(lines: Lines, rows: pa.Array, columns: Mapping[str, pa.Array], times: Times) -> pa.RecordBatch:
    count = len(rows)
    time = read_clean_times(columns["time"], times)
    matched, request = first_match(columns["request"], _REQUESTS)
    status = per_distinct(columns["status"], lambda text: max(int(text), 0) or None, pa.int32())
    return event_batch(
        count,
        {
            "timestamp": time.us,
            "timestamp_desc": constant("request", count),
            "timestamp_precision": time.precision_us,
            "timestamp_basis": time.basis,
            "record": lines.record.take(rows),
            "offset": lines.offset.take(rows),
            "length": lines.length.take(rows),
            "kind": constant(KIND, count),
            "action": known(request["method"]),
            "outcome": outcomes(status),
            "src_ip": client_addresses(columns["client"]),
            "resource": known(pc.if_else(matched, request["target"], columns["request"])),
            "status": status,
            "bytes_out": pc.utf8_ltrim(columns["bytes"], "+").cast(pa.int64()),
        },
    )


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat(KIND, _read)
