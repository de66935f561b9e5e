"""Traefik's common log: the combined format, then the count of requests, the router, the server and the duration.

    192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /a HTTP/1.1" 200 414 "-" "curl/8.5.0" 500 "web@docker" "http://10.0.0.3:80" 4ms

A clean line has a request of three words; clean lines are read as columns, the others one by one.
Reference: https://doc.traefik.io/traefik/observability/access-logs/.
"""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import outcome_of, outcomes, statuses
from parsers.lib.access_line import split_access_line
from parsers.lib.addresses import client_address
from parsers.lib.clean_first import decode_clean_first, printable
from parsers.lib.clf_time import read_time, read_times
from parsers.lib.client_columns import client_addresses
from parsers.lib.columns import Lines, constant, event_batch, known, whole_numbers
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "web.traefik"
VERSION: Final = 1
TITLE: Final = "Traefik common access log"
REFERENCE: Final = "https://doc.traefik.io/traefik/observability/access-logs/"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND,)
NOT_THIS_FORMAT: Final = "the line is not of Traefik's common log"
_LINES: Final = b"""\
192.0.2.7 - alice [30/Mar/2026:22:36:48 +0000] "GET /a?b=c HTTP/1.1" 200 414 "-" "curl/8.5.0" 500 "web@docker" "http://h:80" 4ms
192.0.2.8 - - [30/Mar/2026:22:36:49 +0000] "POST /upload HTTP/2.0" 403 19 "-" "-" 501 "-" "-" 0ms
"""
SAMPLES: Final = (_LINES,)

# A clean line at its quotes: client and time, request, status and size, referer, agent, count, router, server, duration.
_HEAD: Final = (
    r"[^ ,\[\]\"]+ - [^ \[\]\"]+ \[[0-3][0-9]/[A-Z][a-z]{2}/(?:19|20)[0-9]{2}:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r" [+-](?:0[0-9]|1[0-2])(?:00|30|45)\] "
)
_CLEAN: Final = (
    f'^{_HEAD}"[^ "]+ [^ "]+ HTTP/[^ "]*" [0-9]{{3}} (?:[0-9]+|-) "[^"]*" "[^"]*" [0-9]+ "[^"]*" "[^"]*" [0-9]+ms$'
)
_AGENT: Final = 5  # among the pieces between quotes


def sniff(sample: Sample) -> Sniff:
    """By lines that end in a count, two quoted texts and milliseconds."""
    if b'" ' not in sample.data[:4096] or b"ms" not in sample.data[:8192]:
        return NO
    lines = [line for line in sample.lines[:20] if len(line) < 65_536]
    good = sum(line.endswith("ms") and isinstance(_split(line), dict) for line in lines)
    return Sniff(96, (f"{good} of the first {len(lines)} lines are of Traefik",)) if good > len(lines) / 2 else NO


def _split(line: str) -> Record | Ignored | str:
    if not line.endswith("ms"):
        return NOT_THIS_FORMAT
    found = split_access_line(line)
    extra = [] if found is None else found.get("extra", [])
    if found is None or len(extra) != 4 or not extra[0].isdecimal() or not extra[3][:-2].isdecimal():
        return NOT_THIS_FORMAT
    names = ("request_count", "router", "server", "duration")
    return {**{name: value for name, value in found.items() if name != "extra"}, **dict(zip(names, extra, strict=True))}


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    method, _, rest = record["request"].partition(" ")
    target, _, protocol = rest.rpartition(" ")
    status = int(record["status"]) if record["status"].isdecimal() else 0
    sent = record["bytes"]
    values: EventValues = {
        "timestamp_desc": "request",
        "action": as_text(method) if protocol.startswith("HTTP/") else None,
        "outcome": outcome_of(status) if status else None,
        "actor": as_text(record.get("user")),
        "src_ip": client_address(record.get("remote_host")),
        "user_agent": as_text(record.get("user_agent")),
        "resource": as_text(target if protocol.startswith("HTTP/") else record["request"]),
        "status": status or None,
        "bytes_out": int(sent) if sent.isdecimal() and len(sent) < 19 else None,
    }
    stamp = times.written(record["time"], "%d/%b/%Y:%H:%M:%S %z")
    if stamp is not None:
        values.update(stamp.values())
    return values


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each: of the clean ones as columns, of the others one by one."""
    return decode_clean_first(chunk, _read_clean, decode_singly)


def decode_singly(chunk: Chunk) -> Decoded:
    """The same of every line by itself."""
    return decode_lines(chunk, _FORMAT, _split)


def _read_clean(lines: Lines) -> tuple[pa.Array, pa.RecordBatch]:
    good, clean = pc.match_substring_regex(lines.texts, _CLEAN), printable(lines)
    good = pc.and_not(good, pc.match_substring(lines.texts, "\\"))
    good = good if clean is None else pc.and_(good, clean)
    rows = pc.indices_nonzero(good).cast(pa.int64())
    count = len(rows)
    texts = lines.texts if count == len(lines) else lines.texts.filter(good)
    pieces = pc.split_pattern(texts, '"', max_splits=_AGENT + 1)
    head = pc.split_pattern(pc.list_element(pieces, 0), " ")
    request = pc.split_pattern(pc.list_element(pieces, 1), " ")
    answer = pc.split_pattern(pc.list_element(pieces, 2), " ")
    written = pc.binary_join_element_wise(pc.list_element(head, 3), pc.list_element(head, 4), " ")
    time = read_times(pc.binary_slice(written.view(pa.binary()), 1, -1).view(pa.utf8()), read_time)
    status = statuses(pc.list_element(answer, 1))
    batch = event_batch(
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
            "action": known(pc.list_element(request, 0)),
            "outcome": outcomes(status),
            "actor": known(pc.list_element(head, 2)),
            "src_ip": client_addresses(pc.list_element(head, 0)),
            "user_agent": known(pc.list_element(pieces, _AGENT)),
            "resource": known(pc.list_element(request, 1)),
            "status": status,
            "bytes_out": whole_numbers(pc.list_element(answer, 2)),
        },
    )
    return rows, batch


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat(KIND, _read)
