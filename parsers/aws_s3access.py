"""Amazon S3 server access logs, of every generation from 18 to 26 fields and more.

    1b2c3d4e5f607182 example-models [30/Mar/2026:23:17:59 +0000] 192.0.2.7 arn:aws:iam::111122223333:user/alice
    3E57427F3EXAMPLE REST.GET.OBJECT v2/shard-00.safetensors "GET /v2/shard-00.safetensors HTTP/1.1" 200 - 734003200
    734003200 70 10 "-" "aws-cli/2.15.30" - s9lzHYrFp76ZVxRcpX9 SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader
    example-models.s3.us-west-2.amazonaws.com TLSv1.2 - -

(one line in the log). The request id is the uid, but one request may write several lines (BATCH.DELETE): the content
is the whole line. Delivery is best effort: a missing line proves nothing.
Reference: https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html.
"""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import NO_TIME, outcomes, statuses
from parsers.lib.clf_time import read_time, read_times
from parsers.lib.columns import Lines, chunk_lines, constant, event_batch, known, whole_numbers
from parsers.lib.identity import content_hashes_bytes
from parsers.lib.s3_line import CLEAN, split_s3_line
from parsers.lib.splitting import split_lines
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "aws.s3access"
VERSION: Final = 1
TITLE: Final = "Amazon S3 server access log"
REFERENCE: Final = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND,)
NOT_THIS_FORMAT: Final = "the line is not an S3 server access log record"
_OWNER: Final = b"1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a"
_OLD: Final = b"""
%s example-data [30/Mar/2026:23:17:59 +0000] 192.0.2.7 - 3E57427F3EXAMPLE REST.GET.OBJECT customers.csv \
"GET /example-data/customers.csv HTTP/1.1" 200 - 1048576 1048576 70 10 "-" "curl/8.5.0" -
%s example-data [30/Mar/2026:23:18:02 +0000] 198.51.100.23 %s 891CE47D2EXAMPLE REST.GET.LOGGING_STATUS - \
"GET /example-data?logging HTTP/1.1" 403 AccessDenied 243 - 11 - "-" "S3Console/0.4" -
""".replace(b"%s", _OWNER)
_NEW: Final = b"""
%s example-models [30/Mar/2026:23:17:59 +0000] 2001:db8::7 arn:aws:sts::111122223333:assumed-role/train/i-0abc \
7ERH6MMR32EXAMPL REST.GET.OBJECT v2/a.bin "GET /v2/a.bin HTTP/1.1" 206 - 524288 734003200 70 10 "-" \
"aws-cli/2.15.30 md/awscrt#0.19" - s9lzHYrFp76ZVxRcpX9 SigV4 TLS_AES_128_GCM_SHA256 AuthHeader \
example-models.s3.us-west-2.amazonaws.com TLSv1.3 - Yes
%s example-models [30/Mar/2026:23:18:10 +0000] - svc:s3.amazonaws.com 1C2D3E4F5EXAMPLE S3.EXPIRE.OBJECT tmp/a.bin \
- - - - 2048 - - - - - kfQp0EXAMPLE - - - - - - -
%s example-models [30/Mar/2026:23:18:11 +0000] 192.0.2.7 arn:aws:iam::111122223333:user/alice 9F8E7D6C5EXAMPLE \
BATCH.DELETE.OBJECT v1/shard-00.safetensors - 204 - - 734003200 - - - - - kfQp0EXAMPLE SigV4 TLS_AES_128_GCM_SHA256 \
AuthHeader example-models.s3.us-west-2.amazonaws.com TLSv1.3 - -
""".replace(b"%s", _OWNER)
SAMPLES: Final = (_OLD.lstrip(), _NEW.lstrip())
_NAMES: Final = (
    "bucket", "time", "remote_ip", "requester", "request_id", "operation", "key", "http_status", "bytes_sent",
    "user_agent",
)  # fmt: skip


def sniff(sample: Sample) -> Sniff:
    """By how many of the first lines are such records with a time that can be read."""
    lines = [line for line in sample.lines if len(line) < 65_536]
    found = [split_s3_line(line) for line in lines]
    good = sum(line is not None and read_time(line["time"]) is not None for line in found)
    if not good:
        return NO
    share = good / len(lines)
    confidence = 97 if share > 0.9 else 88 if share >= 0.5 else 60
    return Sniff(confidence, (f"{good} of the first {len(lines)} lines are S3 server access log records",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    lines = chunk_lines(chunk)
    split = split_lines(lines, CLEAN, _NAMES, split_s3_line, NOT_THIS_FORMAT)
    batch = _events(lines, split.rows, split.columns)
    undated = batch.column("record").filter(pc.is_null(batch.column("timestamp"))).to_pylist()
    return Decoded(batch, len(lines), split.rejects, split.ignored, [(number, NO_TIME) for number in undated])


def _events(lines: Lines, rows: pa.Array, columns: Mapping[str, pa.Array]) -> pa.RecordBatch:
    count = len(rows)
    times = read_times(columns["time"], read_time)
    status = statuses(columns["http_status"])
    uid = known(columns["request_id"])
    bucket, key = known(columns["bucket"]), known(columns["key"])
    return event_batch(
        count,
        {
            "timestamp": times.us,
            "timestamp_desc": constant("request", count),
            "timestamp_precision": times.precision_us,
            "timestamp_basis": times.basis,
            "record": lines.record.take(rows),
            "offset": lines.offset.take(rows),
            "length": lines.length.take(rows),
            "kind": constant(KIND, count),
            "action": columns["operation"],
            "outcome": outcomes(status),
            "actor": known(columns["requester"]),
            "src_ip": known(columns["remote_ip"]),
            "user_agent": known(columns["user_agent"]),
            "resource": pc.coalesce(pc.binary_join_element_wise(bucket, key, "/"), bucket, key),
            "bytes_out": whole_numbers(columns["bytes_sent"]),
            "status": status,
            "uid": uid,
            "content": pc.if_else(pc.is_valid(uid), _contents(lines, rows), pa.scalar(None, pa.int64())),
        },
    )


def _contents(lines: Lines, rows: pa.Array) -> pa.Array:
    return pa.array(content_hashes_bytes(lines.texts.view(pa.binary()).take(rows).to_pylist()), pa.int64())


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001  # the protocol's
    """The fields of one line by AWS's names, `-` kept; {} when it is no such line."""
    return split_s3_line(record.decode("utf-8", "replace")) or {}
