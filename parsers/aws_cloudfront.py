"""CloudFront standard log: tab-separated fields, named by `#Fields:` or the 33 of the reference where no header is left.

    2026-03-30  22:36:48  FRA56-P2  703  198.51.100.9  GET  d111.cloudfront.net  /model.bin  200  -  curl/8.5.0  shard=1 ...

The time is that of the end of the request, UTC. The user agent is percent-encoded in the log, in older ones twice.
Reference: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import outcome_of, outcomes, statuses
from parsers.lib.addresses import client_address
from parsers.lib.clean_first import decode_clean_first, printable
from parsers.lib.client_columns import client_addresses
from parsers.lib.columns import Lines, constant, event_batch, per_distinct, whole_numbers
from parsers.lib.identity import content_hash_bytes, content_hashes_bytes
from parsers.lib.json_reading import Record
from parsers.lib.line_records import SplitLine, decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.time_columns import TimeForm, read_time_column
from parsers.lib.times import Times
from parsers.lib.w3c_header import w3c_header
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "aws.cloudfront"
VERSION: Final = 2
TITLE: Final = "CloudFront standard log"
REFERENCE: Final = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html"
FRAMING: Final[Framing] = "w3c"
COLUMNAR: Final = True
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

_LINE_ITSELF: Final = ""  # no field has this name
_USED: Final = (
    "date", "time", "sc-bytes", "c-ip", "cs-method", "cs-uri-stem", "sc-status", "cs(User-Agent)", "cs-uri-query",
    "x-edge-request-id",
)  # fmt: skip
_TIME: Final = TimeForm()
_NOTHING: Final = pa.array(["-", ""], pa.utf8())


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


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each: of the clean ones as columns, of the others one by one."""
    names = _names(chunk.header)

    def read_clean(lines: Lines) -> tuple[pa.Array, pa.RecordBatch]:
        rows, columns = _split_clean(lines, names)
        return rows, _events(lines, rows, columns)

    return decode_clean_first(chunk, read_clean, decode_singly)


def decode_singly(chunk: Chunk) -> Decoded:
    """The same of every line by itself."""
    split = _splitter(chunk.header)

    def split_and_keep(line: str) -> Record | Ignored | str:
        found = split(line)
        return {**found, _LINE_ITSELF: line} if isinstance(found, dict) else found

    return decode_lines(chunk, _FORMAT, split_and_keep)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The fields of one line by name."""
    return line_fields(record, _FORMAT, _splitter(header))


def _names(header: bytes) -> Sequence[str]:
    return w3c_header(header).names or _NAMES


def _splitter(header: bytes) -> SplitLine:
    names = _names(header)

    def split(line: str) -> Record | Ignored | str:
        if line.startswith("#"):
            return Ignored("header")
        values = line.split("\t")
        return dict(zip(names, values, strict=True)) if len(values) == len(names) else OTHER_COUNT

    return split


def _split_clean(lines: Lines, names: Sequence[str]) -> tuple[pa.Array, Mapping[str, pa.Array]]:
    """The places of the lines that have all fields and need no second look, and their columns."""
    values = pc.split_pattern(lines.texts, "\t")
    fits = pc.equal(pc.list_value_length(values), len(names))
    fits = pc.and_(fits, pc.match_substring_regex(lines.texts, '^[!"$-~]'))  # no directive, nor a line of tabs alone
    clean = printable(lines, with_tabs=True)
    fits = fits if clean is None else pc.and_(fits, clean)
    rows = pc.indices_nonzero(fits).cast(pa.int64())
    values = values if len(rows) == len(lines) else values.filter(fits)
    missing = pa.nulls(len(rows), pa.utf8())
    return rows, {
        name: _said(pc.list_element(values, names.index(name))) if name in names else missing for name in _USED
    }


def _said(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_in(texts, _NOTHING), pa.scalar(None, pa.utf8()), texts)


def _events(lines: Lines, rows: pa.Array, columns: Mapping[str, pa.Array]) -> pa.RecordBatch:
    count = len(rows)
    written = pc.binary_join_element_wise(columns["date"], columns["time"], "T")
    time = read_time_column(pc.binary_join_element_wise(written, pa.scalar("Z"), ""), _TIME, Times().iso)
    status = statuses(columns["sc-status"])
    stem, query, uid = columns["cs-uri-stem"], columns["cs-uri-query"], columns["x-edge-request-id"]
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
            "action": columns["cs-method"],
            "outcome": outcomes(status),
            "src_ip": client_addresses(columns["c-ip"]),
            "user_agent": _agents(columns["cs(User-Agent)"]),
            "resource": pc.coalesce(pc.binary_join_element_wise(stem, query, "?"), stem),
            "status": status,
            "bytes_out": whole_numbers(columns["sc-bytes"]),
            "uid": uid,
            "content": pc.if_else(pc.is_valid(uid), _contents(lines, rows), pa.scalar(None, pa.int64())),
        },
    )


def _agents(texts: pa.Array) -> pa.Array:
    """`_agent` of each text, once for each; most have nothing encoded but blanks, once."""
    coded = texts.dictionary_encode()
    plain = pc.replace_substring(coded.dictionary, "%20", " ")
    more = pc.match_substring(plain, "%")
    if more.true_count:
        encoded = pc.if_else(more, coded.dictionary, pa.scalar(None, pa.utf8()))
        plain = pc.if_else(more, per_distinct(encoded, _agent, pa.utf8()), plain)
    return plain.take(coded.indices)


def _agent(text: str) -> str:
    """A user agent as it was sent: the log encodes it, older ones twice."""
    if "%" in text:
        text = unquote(text)
        text = unquote(text) if "%20" in text else text
    return text


def _contents(lines: Lines, rows: pa.Array) -> pa.Array:
    texts = lines.texts if len(rows) == len(lines) else lines.texts.take(rows)
    return pa.array(content_hashes_bytes(texts.view(pa.binary()).to_pylist()), pa.int64())


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    def said(name: str) -> str | None:
        value = record.get(name)
        return value if isinstance(value, str) and value not in {"", "-"} else None

    stem, query, agent = said("cs-uri-stem"), said("cs-uri-query"), said("cs(User-Agent)")
    status, sent = _number(said("sc-status")), _number(said("sc-bytes"))
    status = status if status and len(record["sc-status"]) == 3 else None
    uid = said("x-edge-request-id")
    values: EventValues = {
        "timestamp_desc": "request",
        "action": said("cs-method"),
        "outcome": outcome_of(status) if status else None,
        "src_ip": client_address(said("c-ip")),
        "user_agent": None if agent is None else _agent(agent),
        "resource": stem if stem is None or query is None else f"{stem}?{query}",
        "status": status,
        "bytes_out": sent,
        "uid": uid,
    }
    if uid is not None:
        values["content"] = content_hash_bytes(record[_LINE_ITSELF].encode())
    stamp = times.iso(f"{said('date')}T{said('time')}Z")
    if stamp is not None:
        values.update(stamp.values())
    return values


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) < 19 else None


_FORMAT: Final = RecordFormat(KIND, _read)
