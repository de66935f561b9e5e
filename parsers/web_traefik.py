"""Traefik's common log: the combined format, then the count of requests, the router, the server and the duration.

    192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /a HTTP/1.1" 200 414 "-" "curl/8.5.0" 500 "web@docker" "http://10.0.0.3:80" 4ms

Reference: https://doc.traefik.io/traefik/observability/access-logs/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.access_events import outcome_of
from parsers.lib.access_line import split_access_line
from parsers.lib.addresses import client_address
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
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NOT_THIS_FORMAT: Final = "the line is not of Traefik's common log"
_LINES: Final = b"""\
192.0.2.7 - alice [30/Mar/2026:22:36:48 +0000] "GET /a?b=c HTTP/1.1" 200 414 "-" "curl/8.5.0" 500 "web@docker" "http://h:80" 4ms
192.0.2.8 - - [30/Mar/2026:22:36:49 +0000] "POST /upload HTTP/2.0" 403 19 "-" "-" 501 "-" "-" 0ms
"""
SAMPLES: Final = (_LINES,)


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
    """Events of the lines."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat(KIND, _read)
