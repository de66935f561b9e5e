"""CloudFront standard log: tab-separated fields, named by `#Fields:` or the 33 of the reference where no header is left.

    2026-03-30  22:36:48  FRA56-P2  703  198.51.100.9  GET  d111.cloudfront.net  /model.bin  200  -  curl/8.5.0  shard=1 ...

The time is that of the end of the request, UTC. The user agent is percent-encoded in the log, in older ones twice.
Reference: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.line_records import SplitLine, decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.times import Times
from parsers.lib.w3c_header import w3c_header
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "aws.cloudfront"
VERSION: Final = 1
TITLE: Final = "CloudFront standard log"
REFERENCE: Final = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html"
FRAMING: Final[Framing] = "w3c"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
OTHER_COUNT: Final = "the line has not the fields of a CloudFront log"

_FIELDS: Final = (
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query"
    " cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol"
    " ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte"
    " x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end"
)
_NAMES: Final = tuple(_FIELDS.split())
_LINE: Final = (
    "2026-03-30\t22:36:48\tFRA56-P2\t703\t198.51.100.9\tGET\td111111abcdef8.cloudfront.net\t/model.bin\t200\t-\tagent%20one/1.0"
    "\tshard=1\t-\tHit\tEXAMPLErequest-1==\tcdn.example.com\thttps\t62\t0.113\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tHit\tHTTP/2.0"
    "\t-\t-\t51754\t0.113\tHit\ttext/plain\t20\t-\t-\n"
)
SAMPLES: Final = (f"#Version: 1.0\n#Fields: {_FIELDS}\n{_LINE}".encode(), _LINE.encode())


def sniff(sample: Sample) -> Sniff:
    """By the header's names, or by lines of 33 fields with an edge's name in the third."""
    data = sample.data[:8192]
    if b"x-edge-location" in data and b"#Fields:" in data:
        return Sniff(98, ("the header names the edge location",))
    if data.count(b"\t") < len(_NAMES) - 1:
        return NO
    lines = sample.lines[:20]
    good = sum(line.count("\t") == len(_NAMES) - 1 and line[4:5] == "-" and line[10:11] == "\t" for line in lines)
    return Sniff(95, (f"{good} of the first {len(lines)} lines have CloudFront's 33 fields",)) if good else NO


def _splitter(header: bytes) -> SplitLine:
    names = w3c_header(header).names or _NAMES

    def split(line: str) -> Record | Ignored | str:
        if line.startswith("#"):
            return Ignored("header")
        values = line.split("\t")
        return dict(zip(names, values, strict=True)) if len(values) == len(names) else OTHER_COUNT

    return split


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    def known(name: str) -> str | None:
        value = record.get(name)
        return value if isinstance(value, str) and value not in {"", "-"} else None

    stem, query, agent = known("cs-uri-stem"), known("cs-uri-query"), known("cs(User-Agent)")
    if agent is not None and "%" in agent:
        agent = unquote(agent)
        agent = unquote(agent) if "%20" in agent else agent
    status, sent = _number(known("sc-status")), _number(known("sc-bytes"))
    values: EventValues = {
        "timestamp_desc": "request",
        "action": known("cs-method"),
        "outcome": outcome_of(status) if status else None,
        "src_ip": client_address(known("c-ip")),
        "user_agent": agent,
        "resource": stem if stem is None or query is None else f"{stem}?{query}",
        "status": status or None,
        "bytes_out": sent,
        "uid": known("x-edge-request-id"),
    }
    stamp = times.iso(f"{known('date')}T{known('time')}Z")
    if stamp is not None:
        values.update(stamp.values())
    return values


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 19 else None


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines."""
    return decode_lines(chunk, _FORMAT, _splitter(chunk.header))


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The fields of one line by name."""
    return line_fields(record, _FORMAT, _splitter(header))


_FORMAT: Final = RecordFormat(KIND, _read)
