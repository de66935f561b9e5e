"""Usage logs and storage logs of Google Cloud Storage buckets: CSV that the service itself delivers.

    "time_micros","c_ip","c_ip_type","c_ip_region","cs_method","cs_uri","sc_status","cs_bytes","sc_bytes",
    "time_taken_micros","cs_host","cs_referer","cs_user_agent","s_request_id","cs_operation","cs_bucket","cs_object"
    "1774912679123456","192.0.2.7","1","","GET","/example-models/a.bin","200","0","734003200","420000",
    "storage.googleapis.com","","curl/8.5.0","AAANsUmlhEXAMPLE","GET_Object","example-models","a.bin"

(two lines in the log). The time is when the request was completed. Delivery may repeat requests: the request id is the uid.
Storage logs (`"bucket","storage_byte_hours"`) say how much a bucket held the day before; their time is that in the name of
the file. They do not say who asked: that is in the audit log only.
Reference: https://cloud.google.com/storage/docs/access-logs.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import NO_TIME, outcomes, statuses
from parsers.lib.columns import Lines, chunk_lines, constant, event_batch, known, whole_numbers
from parsers.lib.csv_records import NOT_A_ROW, csv_fields, csv_header, decode_csv
from parsers.lib.identity import content_hashes_bytes
from parsers.lib.json_reading import Record
from parsers.lib.json_values import text
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.separated_columns import split_separated
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import MAX_US

KIND: Final = "gcs.usage"
VERSION: Final = 1
TITLE: Final = "Google Cloud Storage usage and storage logs"
REFERENCE: Final = "https://cloud.google.com/storage/docs/access-logs"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = True
EMITS: Final = (KIND,)
NO_BUCKET: Final = "names no bucket"

_USAGE: Final = b""""time_micros","c_ip","c_ip_type","c_ip_region","cs_method","cs_uri","sc_status","cs_bytes","sc_bytes",\
"time_taken_micros","cs_host","cs_referer","cs_user_agent","s_request_id","cs_operation","cs_bucket","cs_object"
"1774912679123456","192.0.2.7","1","","GET","/example-models/a.bin","200","0","734003200","420000",\
"storage.googleapis.com","","curl/8.5.0","AAANsUmlhEXAMPLE","GET_Object","example-models","a.bin"
"1774912680000001","2001:db8::7","2","","GET","/storage/v1/b/example-models/o?prefix=v2","403","0","311","9000",\
"storage.googleapis.com","","python ""x"", gcloud","AAANsUmliEXAMPLE","storage.objects.list","example-models",""
"""
_STORAGE: Final = b""""bucket","storage_byte_hours"
"example-models","53687091200"
"""
SAMPLES: Final = (_USAGE, _STORAGE)

_NAMES: Final = (
    "time_micros", "c_ip", "cs_method", "cs_uri", "sc_status", "sc_bytes", "cs_user_agent", "s_request_id", "cs_operation",
    "cs_bucket", "cs_object",
)  # fmt: skip
_WARNING: Final = "#warning"  # no header has such a name beside the ones that stand for a place
_TIME: Final = '"?[0-9]+"?'
_NO_NUMBER: Final = pa.scalar(None, pa.int64())
_DAY = re.compile(r"_storage_(\d{4})_(\d\d)_(\d\d)_(\d\d)_(\d\d)_(\d\d)(?:_|\.|$)")


def sniff(sample: Sample) -> Sniff:
    """By the header."""
    head = sample.data[:512]
    if b"time_micros" in head and b"sc_status" in head and b"c_ip" in head:
        return Sniff(97, ("the header is that of usage logs",))
    if re.match(rb'"?bucket"?\s*,\s*"?storage_byte_hours"?\s*(?:\r?\n|$)', head):
        return Sniff(96, ("the header is that of storage logs",))
    return NO


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    header = csv_header(chunk.header)
    if "time_micros" not in header.names or header.separator not in ",;":
        return decode_csv(chunk, _format(chunk.context))
    lines = chunk_lines(chunk)
    widths = (header.names,) if header.names[0] == "time_micros" else ()
    names = (*_NAMES, _WARNING)
    split = split_separated(lines, header.separator, widths, names, partial(_split, chunk.header), NOT_A_ROW, _TIME)
    batch = _events(lines, split.rows, split.columns)
    undated = batch.column("record").filter(pc.is_null(batch.column("timestamp"))).to_pylist()
    warnings = [(number, NO_TIME) for number in undated]
    said = split.columns[_WARNING]
    if said.null_count < len(said):
        numbers = lines.record.take(split.rows).filter(pc.is_valid(said)).to_pylist()
        warnings += zip(numbers, said.drop_null().to_pylist(), strict=True)
    return Decoded(batch, len(lines), split.rejects, split.ignored, warnings)


def _split(header: bytes, row: str) -> Mapping[str, object] | Ignored | None:
    loaded = csv_header(header).load(row.encode("utf-8"))
    if loaded.value is None:
        return Ignored(loaded.problem or "") if loaded.is_ignored else None
    return loaded.value if loaded.warning is None else {**loaded.value, _WARNING: loaded.warning}


def _events(lines: Lines, rows: pa.Array, columns: Mapping[str, pa.Array]) -> pa.RecordBatch:
    count = len(rows)
    us = whole_numbers(columns["time_micros"])
    us = pc.if_else(pc.less_equal(us, MAX_US), us, _NO_NUMBER)
    dated = pc.is_valid(us)
    status = statuses(columns["sc_status"])
    uid = known(columns["s_request_id"])
    contents = content_hashes_bytes(lines.texts.view(pa.binary()).take(rows).to_pylist())
    bucket, name = known(columns["cs_bucket"]), known(columns["cs_object"])
    return event_batch(
        count,
        {
            "timestamp": us,
            "timestamp_desc": constant("request", count),
            "timestamp_precision": pc.if_else(dated, pa.scalar(1, pa.int64()), _NO_NUMBER),
            "timestamp_basis": pc.if_else(dated, pa.scalar("stated"), pa.scalar(None, pa.utf8())),
            "record": lines.record.take(rows),
            "offset": lines.offset.take(rows),
            "length": lines.length.take(rows),
            "kind": constant(KIND, count),
            "action": pc.coalesce(known(columns["cs_operation"]), known(columns["cs_method"])),
            "outcome": outcomes(status),
            "src_ip": known(columns["c_ip"]),
            "user_agent": known(columns["cs_user_agent"]),
            "resource": pc.coalesce(pc.binary_join_element_wise(bucket, name, "/"), known(columns["cs_uri"]), bucket),
            "bytes_out": whole_numbers(columns["sc_bytes"]),
            "status": status,
            "uid": uid,
            "content": pc.if_else(pc.is_valid(uid), pa.array(contents, pa.int64()), _NO_NUMBER),
        },
    )


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:
    """The fields of one row by the names of the header."""
    return csv_fields(record, header, _format(context))


def _format(context: DecodeContext) -> RecordFormat:
    return RecordFormat(KIND, partial(_read_storage, context.source))


def _read_storage(source: str, record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - of ReadRecord
    """How much a bucket held; the time is in the name of the source."""
    bucket = text(record, "bucket")
    if bucket is None:
        return NO_BUCKET
    values: EventValues = {"timestamp_desc": "delivered", "action": "storage", "resource": bucket}
    found = _DAY.search(source)
    stamp = None if found is None else times.iso("{}-{}-{}T{}:{}:{}Z".format(*found.groups()))
    if stamp is not None:
        values.update(stamp.values())
    return values
