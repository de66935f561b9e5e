"""Storage Analytics logs of Azure ($logs): requests to blobs, queues, tables and files, versions 1.0 and 2.0.

    1.0;2026-03-30T23:17:59.2504419Z;GetBlob;AnonymousSuccess;200;17;16;anonymous;;exampledata;blob;
    "https://exampledata.blob.core.windows.net/models/a.bin?x=1&amp;y=2";"/exampledata/models/a.bin";
    1a2b3c4d-0000-1111-2222-333344445555;0;192.0.2.7:50100;2021-08-06;283;0;354;23;0;"";"";"&quot;0x8DEXAMPLE&quot;";
    Monday, 30-Mar-26 20:00:00 GMT;;"curl/8.5.0";"";"5e6f7a8b-0000-1111-2222-333344445555"

(one line in the log). The actor is the user of the token, else the account whose key was used. One request may write
several lines (CopyBlob) under one request id; a line may be written twice. Azure itself puts `XXXXX` for signatures.
Reference: https://learn.microsoft.com/rest/api/storageservices/storage-analytics-log-format.
"""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import NO_TIME, outcomes, statuses
from parsers.lib.addresses import client_address
from parsers.lib.azure_storage_line import FIELDS_1, FIELDS_2, VERSION_NUMBER, split_storage_line, without_html
from parsers.lib.columns import Lines, chunk_lines, constant, event_batch, known, per_distinct, whole_numbers
from parsers.lib.identity import content_hashes_bytes
from parsers.lib.separated_columns import split_separated
from parsers.lib.time_columns import TimeForm, read_time_column
from parsers.lib.times import Times
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "azure.storage"
VERSION: Final = 1
TITLE: Final = "Azure Storage Analytics log ($logs)"
REFERENCE: Final = "https://learn.microsoft.com/rest/api/storageservices/storage-analytics-log-format"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND,)
NOT_THIS_FORMAT: Final = "the line is not a Storage Analytics log record"

_VERSION_1: Final = rb"""
1.0;2026-03-30T23:17:59.2504419Z;GetBlob;AnonymousSuccess;200;17;16;anonymous;;exampledata;blob;\
"https://exampledata.blob.core.windows.net/models/a.bin?x=1&amp;y=2";"/exampledata/models/a.bin";\
1a2b3c4d-0000-1111-2222-333344445555;0;192.0.2.7:50100;2021-08-06;283;0;354;734003200;0;"";"";"&quot;0x8DEXAMPLE&quot;";\
Monday, 30-Mar-26 20:00:00 GMT;;"curl/8.5.0";"";"5e6f7a8b-0000-1111-2222-333344445555"
1.0;2026-03-30T23:18:01.0060731Z;PutBlob;AuthorizationError;403;2;2;authenticated;exampledata;exampledata;blob;\
"https://exampledata.blob.core.windows.net/models/b.bin";"/exampledata/models/b.bin";\
0b4f2f83-001e-0047-1b2c-5bd1d3000000;0;[2001:db8::7]:50119;2021-08-06;431;;;;4096;"";"";"";;;\
"Azure-Storage/1.0 (&quot;x&quot;; Linux)";"";"c0ffee"
"""
_VERSION_2: Final = rb"""
2.0;2026-03-30T23:18:05.7741220Z;DeleteBlob;OAuthSuccess;202;9;8;bearer;exampledata;exampledata;blob;\
"https://exampledata.blob.core.windows.net/models/a.bin";"/exampledata/models/a.bin";\
7a1f6d0e-501e-0012-33aa-5bd1d3000000;0;198.51.100.23:41200;2021-08-06;1012;0;280;0;0;"";"";"";;;\
"azsdk-python-storage-blob/12.19";"";"aa11";"0f0f0f0f-1111-2222-3333-444455556666";\
"99998888-7777-6666-5555-444433332222";"12121212-aaaa-bbbb-cccc-343434343434";"https://storage.azure.com";\
"https://sts.windows.net/99998888-7777-6666-5555-444433332222/";"dana@example.com";;"[{&quot;action&quot;:&quot;x&quot;}]"
"""
SAMPLES: Final = tuple(sample.replace(b"\\\n", b"").lstrip() for sample in (_VERSION_1, _VERSION_2))

_NAMES: Final = (
    "request_start_time", "operation_type", "http_status_code", "authentication_type", "requester_account_name",
    "owner_account_name", "request_url", "request_id_header", "requester_ip_address", "response_packet_size",
    "user_agent_header", "user_object_id", "application_id", "user_principal_name",
)  # fmt: skip
_TIME: Final = TimeForm(digits=7)


def sniff(sample: Sample) -> Sniff:
    """By how many of the first lines are such records, of a version and with a time."""
    data = sample.data
    if data.find(b";20", 0, 4096) < 0 or data.count(b";", 0, 4096) < len(FIELDS_1) - 1:
        return NO
    found = [split_storage_line(line) for line in sample.lines if len(line) < 65_536]
    times = Times()
    good = sum(line is not None and times.iso(line["request_start_time"]) is not None for line in found)
    if not good:
        return NO
    share = good / len(found)
    confidence = 97 if share > 0.9 else 88 if share >= 0.5 else 60
    return Sniff(confidence, (f"{good} of the first {len(found)} lines are Storage Analytics log records",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    lines = chunk_lines(chunk)
    widths = FIELDS_1, FIELDS_2
    split = split_separated(lines, ";", widths, _NAMES, split_storage_line, NOT_THIS_FORMAT, VERSION_NUMBER)
    batch = _events(lines, split.rows, split.columns, Times(chunk.context.zone))
    undated = batch.column("record").filter(pc.is_null(batch.column("timestamp"))).to_pylist()
    return Decoded(batch, len(lines), split.rejects, split.ignored, [(number, NO_TIME) for number in undated])


def _events(lines: Lines, rows: pa.Array, columns: Mapping[str, pa.Array], times: Times) -> pa.RecordBatch:
    count = len(rows)
    time = read_time_column(columns["request_start_time"], _TIME, times.iso)
    status = statuses(columns["http_status_code"])
    uid = known(columns["request_id_header"])
    contents = content_hashes_bytes(lines.texts.view(pa.binary()).take(rows).to_pylist())
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
            "action": known(columns["operation_type"]),
            "outcome": outcomes(status),
            "actor": pc.coalesce(
                known(columns["user_principal_name"]),
                known(columns["user_object_id"]),
                known(columns["application_id"]),
                known(columns["requester_account_name"]),
            ),
            "src_ip": per_distinct(known(columns["requester_ip_address"]), client_address, pa.utf8()),
            "user_agent": _plain(columns["user_agent_header"]),
            "resource": _plain(columns["request_url"]),
            "account": known(columns["owner_account_name"]),
            "bytes_out": whole_numbers(columns["response_packet_size"]),
            "status": status,
            "uid": uid,
            "content": pc.if_else(pc.is_valid(uid), pa.array(contents, pa.int64()), pa.scalar(None, pa.int64())),
        },
    )


def _plain(texts: pa.Array) -> pa.Array:
    """The texts without HTML escapes; null where there is none."""
    texts = known(texts)
    if not pc.any(pc.match_substring(texts, "&")).as_py():
        return texts
    return per_distinct(texts, without_html, pa.utf8())


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The fields of one line by the names of the documentation, without HTML escapes; {} when it is no such line."""
    found = split_storage_line(record.decode("utf-8", "replace")) or {}
    return {name: without_html(value) for name, value in found.items()}
