"""Artifactory's request.log, and those of the other services of the JFrog Platform, as written to their files.

    2026-03-30T22:36:48.424Z|7a938a8b8b518a60|198.51.100.9|dana|GET|/api/npm/npm-local/a.tgz|200|-1|734003200|912|npm/10.5.0
    20260330223648|912|DOWNLOAD|198.51.100.9|dana|GET|/npm-local/a.tgz|HTTP/1.1|200|734003200

The columns are time, trace id, client, user, method, URL, status, bytes received, bytes sent, milliseconds, user agent.
The second is of version 6 and before, whose times are those of the server's zone. request-out.log has the repository in
place of the client and no user agent. Reference:
https://jfrog.com/help/r/jfrog-platform-administration-documentation/request-log.
"""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import NO_TIME, outcomes, statuses
from parsers.lib.columns import Lines, chunk_lines, constant, event_batch, known, per_distinct, whole_numbers
from parsers.lib.iso_times import iso_times
from parsers.lib.jfrog_records import REQUEST, known_address, known_name
from parsers.lib.jfrog_request_line import CLEAN, NAMES, split_request_line
from parsers.lib.piped_columns import split_piped_lines
from parsers.lib.times import Times
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "jfrog.request.lines"
VERSION: Final = 1
TITLE: Final = "Artifactory request.log (lines)"
REFERENCE: Final = "https://jfrog.com/help/r/jfrog-platform-administration-documentation/request-log"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (REQUEST,)
NOT_THIS_FORMAT: Final = "the line is not a record of request.log"

_SEVEN: Final = b"""\
2026-03-30T22:36:48.424Z|7a938a8b8b518a60|198.51.100.9|dana|GET|/api/npm/npm-local/a.tgz|200|-1|734003200|912|npm/10.5.0
2026-03-30T22:36:49.001Z|7a938a8b8b518a61|2001:db8::7|anonymous|GET|/api/v1/users?q=a|b|403|0|88|3|curl/8.5.0
2026-03-30T22:36:50.002Z||npm-remote|dana|HEAD|https://registry.example.com/a/-/a-1.tgz|200|1219373|0|80
"""
_SIX: Final = b"""\
20260330223648|912|DOWNLOAD|198.51.100.9|dana|GET|/npm-local/a.tgz|HTTP/1.1|200|734003200
20260330223650|14|UPLOAD|203.0.113.77|non_authenticated_user|PUT|/npm-local/b.tgz|HTTP/1.1|401|5120
"""
SAMPLES: Final = (_SEVEN, _SIX)
_OLD_TIME: Final = "%Y%m%d%H%M%S"


def sniff(sample: Sample) -> Sniff:
    """By how many of the first lines have the columns of such a record, with a time that can be read."""
    lines = sample.lines
    if not any(line[:2] == "20" and line.count("|") >= 9 for line in lines[:3]):
        return NO
    found = [split_request_line(line) for line in lines]
    times = Times()
    good = sum(
        line is not None and (times.iso(line["time"]) or times.written(line["time"], _OLD_TIME)) is not None
        for line in found
    )
    if not good:
        return NO
    share = good / len(lines)
    confidence = 97 if share > 0.9 else 88 if share >= 0.5 else 40
    return Sniff(confidence, (f"{good} of the first {len(lines)} lines are records of request.log",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    lines = chunk_lines(chunk)
    split = split_piped_lines(lines, CLEAN, NAMES, split_request_line, NOT_THIS_FORMAT)
    batch = _events(lines, split.rows, split.columns, Times(chunk.context.zone))
    undated = batch.column("record").filter(pc.is_null(batch.column("timestamp"))).to_pylist()
    return Decoded(batch, len(lines), split.rejects, split.ignored, [(number, NO_TIME) for number in undated])


def _events(lines: Lines, rows: pa.Array, columns: Mapping[str, pa.Array], times: Times) -> pa.RecordBatch:
    count = len(rows)
    moments = iso_times(columns["time"], times, _OLD_TIME)
    status = statuses(columns["status"])
    return event_batch(
        count,
        {
            "timestamp": moments.us,
            "timestamp_desc": constant("request", count),
            "timestamp_precision": moments.precision_us,
            "timestamp_basis": moments.basis,
            "record": lines.record.take(rows),
            "offset": lines.offset.take(rows),
            "length": lines.length.take(rows),
            "kind": constant(REQUEST, count),
            "action": known(columns["method"]),
            "outcome": outcomes(status),
            "actor": per_distinct(known(columns["username"]), known_name, pa.utf8()),
            "src_ip": per_distinct(columns["remote_address"], known_address, pa.utf8()),
            "user_agent": known(columns["user_agent"]),
            "resource": known(columns["url"]),
            "bytes_out": whole_numbers(columns["response_bytes"]),
            "status": status,
        },
    )


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001  # the protocol's
    """The columns of one line by name; {} when it is no such line."""
    return split_request_line(record.decode("utf-8", "replace")) or {}
