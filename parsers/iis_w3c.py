r"""Logs of IIS, and of whatever else logs requests in W3C's extended format, by the fields that their header names.

    #Software: Microsoft Internet Information Services 10.0
    #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status time-taken
    2026-03-30 23:17:59 10.0.0.4 GET /backup.zip a=b 443 EXAMPLE\dana 192.0.2.7 Mozilla/5.0+(Windows+NT+10.0) 200 46

The header may come again and change. Times are UTC; where there is no column for the day it is that of `#Date`. In user
agents `+` stands for a blank. Lines that have not the fields of their header are read by IIS's defaults if they look so.
References: https://www.w3.org/TR/WD-logfile.html,
https://learn.microsoft.com/windows/win32/http/w3c-logging.
"""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import NO_TIME, outcomes, statuses
from parsers.lib.addresses import client_address
from parsers.lib.columns import Lines, chunk_lines, constant, event_batch, known, per_distinct, whole_numbers
from parsers.lib.iis_lines import BY_DEFAULT, default_names, split_by_header, take_apart
from parsers.lib.time_columns import TimeForm, read_time_column
from parsers.lib.times import Times
from parsers.lib.w3c_header import split_w3c_line, w3c_header
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "iis.w3c"
VERSION: Final = 1
TITLE: Final = "IIS and other W3C extended logs of requests"
REFERENCE: Final = "https://www.w3.org/TR/WD-logfile.html"
FRAMING: Final[Framing] = "w3c"
COLUMNAR: Final = True
EMITS: Final = (KIND,)

_CHANGING: Final = rb"""#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2026-03-30 23:17:59
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status \
sc-substatus sc-win32-status time-taken
2026-03-30 23:17:59 10.0.0.4 GET /backup.zip part=1 443 EXAMPLE\dana 192.0.2.7 Mozilla/5.0+(Windows+NT+10.0) - 200 0 0 46
2026-03-30 23:18:02 10.0.0.4 POST /owa/auth.owa - 443 - 2001:db8::7%12 python-requests/2.31.0 - 401 0 64 7
#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2026-03-31 00:00:01
#Fields: date time cs-method cs-uri-stem c-ip sc-status sc-bytes cs(User-Agent)
2026-03-31 00:00:01 GET /weights/shard-00.bin 203.0.113.9 206 734003200 curl/8.5.0
""".replace(b"\\\n", b"")
_BY_DEFAULT: Final = b"""
2026-03-30 23:17:59 10.0.0.4 GET / - 80 - 198.51.100.4 curl/8.5.0 - 404 0 2 15
2026-03-30 23:18:00 10.0.0.4 GET /.env - 80 - 198.51.100.4 curl/8.5.0 - 404 0 2 15
"""
_PROXY: Final = b"""#Version: 1.0
#Fields: date time time-taken c-ip cs-username sc-status cs-method cs-uri-scheme cs-host cs-uri-path cs-uri-query \
cs(User-Agent) sc-bytes
2026-03-30 23:17:59 812 10.0.0.21 dana 200 GET https www.example.com /up ?a=b "Mozilla/5.0 (X11; Linux x86_64)" 5120
"""
SAMPLES: Final = (_CHANGING, _BY_DEFAULT.lstrip(), _PROXY)

_TIME: Final = TimeForm(between=" ", end="")
_OWN: Final = frozenset({"cs-uri-stem", "s-ip", "s-port", "sc-win32-status", "sc-substatus", "s-sitename"})
_OF_REQUESTS: Final = frozenset(
    {"cs-method", "c-ip", "cs-uri-stem", "cs-uri", "cs-uri-path", "sc-status", "cs(user-agent)"}
)
_FOREIGN: Final = frozenset({"x-edge-location", "x-edge-request-id", "x-edge-result-type"})


def sniff(sample: Sample) -> Sniff:
    """By the fields that the header names; without header, by lines that have the fields of a default of IIS."""
    place = sample.data.find(b"#Fields:", 0, 1 << 14)
    if place < 0:
        return _sniff_lines(sample) if sample.data[:2] == b"20" else NO
    names = w3c_header(sample.data[place:].partition(b"\n")[0]).places.keys()
    if not _FOREIGN.isdisjoint(names) or len(_OF_REQUESTS & names) < 2:
        return NO
    is_iis = len(_OWN & names) > 1 or b"Internet Information Serv" in sample.data[:4096]
    return Sniff(97 if is_iis else 88, ("the header names the fields of requests",))


def _sniff_lines(sample: Sample) -> Sniff:
    good = sum(default_names(split_w3c_line(line)) is not None for line in sample.lines if len(line) < 65_536)
    if not good:
        return NO
    confidence = 85 if good > len(sample.lines) * 0.9 else 60
    return Sniff(confidence, (f"{good} of the first {len(sample.lines)} lines have the fields of a default of IIS",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    lines = chunk_lines(chunk)
    header = w3c_header(chunk.header)
    taken = take_apart(lines, header)
    batch = _events(lines, taken.rows, taken.columns, header.date)
    warnings = [(lines.record[row].as_py(), BY_DEFAULT) for row in taken.defaulted]
    undated = batch.column("record").filter(pc.is_null(batch.column("timestamp"))).to_pylist()
    warnings += [(number, NO_TIME) for number in undated]
    return Decoded(batch, len(lines), taken.rejects, taken.ignored, warnings)


def _events(lines: Lines, rows: pa.Array, columns: Mapping[str, pa.Array], date: str | None) -> pa.RecordBatch:
    count = len(rows)
    days = pc.coalesce(known(columns["date"]), pa.scalar(date, pa.utf8()))
    written = pc.binary_join_element_wise(days, columns["time"], " ")
    times = Times()
    time = read_time_column(written, _TIME, lambda text: times.iso(f"{text}Z"))
    status = statuses(columns["status"])
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
            "action": known(columns["method"]),
            "outcome": outcomes(status),
            "actor": known(columns["user"]),
            "src_ip": per_distinct(known(columns["client"]), _client, pa.utf8()),
            "user_agent": per_distinct(known(columns["user_agent"]), _with_blanks, pa.utf8()),
            "resource": _targets(known(columns["stem"]), known(columns["query"])),
            "bytes_out": whole_numbers(columns["bytes"]),
            "status": status,
        },
    )


def _client(text: str) -> str | None:
    """The address without the zone of its link (`fe80::1%12`)."""
    return client_address(text.partition("%")[0])


def _with_blanks(text: str) -> str:
    return text.replace("+", " ")


def _targets(stems: pa.Array, queries: pa.Array) -> pa.Array:
    """Path and query of each request; proxies write the question mark themselves."""
    if queries.null_count == len(queries):
        return stems
    if pc.any(pc.starts_with(queries, "?")).as_py():
        queries = pc.replace_substring_regex(queries, "^[?]", "")
    return pc.coalesce(pc.binary_join_element_wise(stems, queries, "?"), stems)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The fields of one line by the names of its header, `-` kept; {} when it has others."""
    found = split_by_header(record.decode("utf-8", "replace"), w3c_header(header))
    return {} if found is None or record.startswith(b"#") else dict(zip(*found, strict=True))
