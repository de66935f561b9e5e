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

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "haproxy.http"
VERSION: Final = 1
TITLE: Final = "HAProxy HTTP log"
REFERENCE: Final = "https://docs.haproxy.org/2.8/configuration.html#8.2.3"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = False
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

_HEAD: Final = re.compile(r"(?P<syslog>.{0,300}?haproxy(?:\[\d{1,10}\])?: )?(?P<rest>.*)", re.DOTALL)
_LINE: Final = re.compile(
    r"(?P<client>\S{1,64}):(?P<port>\d{1,5}) \[(?P<time>[^\]]{1,40})\] (?P<frontend>\S{1,256})"
    r" (?P<backend>[^ /]{1,256})/(?P<server>\S{1,256})"
    r" (?P<timers>[-+\d/]{1,80}) (?P<status>-?\d{1,3}) (?P<bytes>\+?\d{1,18})"
    r" (?P<request_cookie>\S{1,2000}) (?P<response_cookie>\S{1,2000})"
    r" (?P<termination>\S{2,4}) (?P<connections>[+\d/]{1,60}) (?P<queues>[\d/]{1,30})(?P<captured>(?: \{[^}]*\}){0,2})"
    r' "(?P<request>[^"]*)"?(?P<more>.*)',
    re.DOTALL,
)
_REQUEST: Final = re.compile(r"(?P<method>[A-Za-z-]{1,32}) (?P<target>\S.*?)(?: HTTP/[\d.]{1,4})?", re.DOTALL)


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
    head = _HEAD.fullmatch(line)
    rest = line if head is None else head["rest"]
    match = _LINE.fullmatch(rest)
    if match is not None:
        return {"syslog": "" if head is None else head["syslog"] or "", **match.groupdict()}
    if head is not None and head["syslog"]:
        return {"syslog": head["syslog"], "notice": rest}
    return NOT_THIS_FORMAT


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
        "action": None if request is None else request["method"],
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
    """Events of the lines."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat(KIND, _read)
