"""AWS CloudTrail: who called which API of an AWS account, from where, on what, and whether it worked.

    {"eventVersion": "1.09", "userIdentity": {"type": "AssumedRole", "principalId": "AROAEXAMPLE:deploy-17",
     "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/deploy-17", "accountId": "111122223333",
     "accessKeyId": "ASIAIOSFODNN7EXAMPLE"}, "eventTime": "2026-03-30T22:36:48Z", "eventSource": "s3.amazonaws.com",
     "eventName": "GetObject", "awsRegion": "us-west-2", "sourceIPAddress": "192.0.2.7", "userAgent": "aws-cli/2.15.30",
     "requestParameters": {"bucketName": "example-models", "key": "v2/shard-00.safetensors"},
     "additionalEventData": {"bytesTransferredOut": 734003200.0}, "eventID": "0d2c7c1e-5a51-4f0b-8a52-1f6f2a0c7d11",
     "recipientAccountId": "111122223333"}

in `{"Records": [...]}` as delivered; also as an array, one record per line, one pretty-printed record, rows of
`aws cloudtrail lookup-events` or `get-query-results`, EventBridge events, CloudWatch Logs (`aws logs filter-log-events`),
Athena exports, Logstash exports. The session of an assumed role is
its role-session name (`deploy-17` above). Insights events (unusual rates of calls) and network activity events (calls
through a VPC endpoint) come in the same files. Digest files are of `aws.cloudtrail.digest`, CSV of `aws.cloudtrail.csv`.
Reference: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.cloudtrail_calls import NO_CALL, call_values
from parsers.lib.cloudtrail_rows import query_rows, record_of, row_values
from parsers.lib.cloudtrail_samples import (
    DELIVERED,
    INSIGHTS,
    LAKE,
    LOG_EVENTS,
    LOOKUP_ROWS,
    PRETTY,
    ROWS_OF_OTHER_TOOLS,
)
from parsers.lib.cloudtrail_shapes import ROW_ONLY, is_insight, unwrapped
from parsers.lib.cloudtrail_typed import TypedRecords
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "aws.cloudtrail"
VERSION: Final = 2
TITLE: Final = "AWS CloudTrail events: delivered files, lookup-events, exports"
REFERENCE: Final = (
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
)
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
SAMPLES: Final = (DELIVERED, LOOKUP_ROWS, PRETTY, ROWS_OF_OTHER_TOOLS, INSIGHTS, LAKE, LOG_EVENTS)
ROW_WITHOUT_CALL: Final = "a row of the answer names neither eventSource nor eventName"

_OWN_MARKS: Final = ("userIdentity", "awsRegion", "eventVersion", "eventID", "recipientAccountId")
_BYTE_MARKS: Final = (b'"eventSource"', b'"eventName"', b'"awsRegion"', b'"userIdentity"')


def sniff(sample: Sample) -> Sniff:
    """By eventSource and eventName, with other names that only CloudTrail has."""
    objects = sample.objects
    found = [unwrapped(item)[0] for item in objects]
    if len(found) == 1 and (rows := query_rows(found[0])):
        objects = rows[:20]
        found = [record_of(row) for row in objects]
    good = sum(_is_own(record) for record in found)
    if good:
        share = good / len(objects)
        confidence = 98 if share > 0.9 else 90 if share >= 0.5 else 60
        return Sniff(confidence, (f"{good} of the first {len(objects)} records name eventSource and eventName",))
    if b'"QueryResultRows"' in sample.data[:8192] and not sample.whole:
        return Sniff(85, ("an answer of CloudTrail Lake that is too long to read",))
    cut = not objects or not sample.whole
    if cut and sample.data.lstrip()[:1] in {b"{", b"["} and all(mark in sample.data for mark in _BYTE_MARKS):
        return Sniff(80, ("eventSource, eventName, awsRegion and userIdentity are named in a record too long to read",))
    return NO


def _is_own(record: Record) -> bool:
    if is_insight(record):
        return True
    if not (isinstance(record.get("eventSource"), str) and isinstance(record.get("eventName"), str)):
        return False
    return "." in record["eventSource"] and any(mark in record for mark in _OWN_MARKS)


def decode(chunk: Chunk) -> Decoded:
    """Events of the records, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The record's own fields, also where a lookup row or an EventBridge event holds it."""
    return json_fields(record, _FORMAT)


def _unwrap(record: Record, warn: Warn) -> Record:
    found, complete = unwrapped(record)
    if not complete:
        warn(ROW_ONLY)
    return found


def _read(record: Record, times: Times, warn: Warn) -> EventValues | list[EventValues] | str:
    if "QueryResultRows" not in record:
        return call_values(record, times)
    found = [row_values(record_of(row), times) for row in query_rows(record)]
    events = [values for values in found if not isinstance(values, str)]
    if len(events) < len(found):
        warn(ROW_WITHOUT_CALL)
    return events or NO_CALL


_FORMAT: Final = RecordFormat(KIND, _read, _unwrap, TypedRecords)
