"""AWS CloudTrail: who called which AWS API, from where, and with what outcome.

Files as delivered hold one object `{"Records": [...]}`; exports hold arrays, one record a line, or rows of LookupEvents
whose `CloudTrailEvent` is the record as text. A record, shortened:

    {"eventVersion": "1.09", "eventTime": "2026-03-30T22:35:02Z", "eventSource": "s3.amazonaws.com",
     "eventName": "GetObject", "awsRegion": "us-east-1", "sourceIPAddress": "198.51.100.7",
     "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/ci/run-7",
                      "accessKeyId": "ASIA..."},
     "requestParameters": {"bucketName": "corp-builds", "key": "cli.tgz"}, "eventID": "6b2f...",
     "recipientAccountId": "111122223333"}

Session is the role session's name; the credential is the access key's id. Times are stated in UTC, to the second.

Reference: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.identity import content_hash
from parsers.lib.json_records import JsonObject, decode_records, object_or_empty, read_object
from parsers.lib.json_values import at, first_text, integer, text
from parsers.lib.times import moment
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND = "aws.cloudtrail"
VERSION = 1
TITLE = "AWS CloudTrail: delivered files, arrays, JSON lines, LookupEvents"
REFERENCE = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
FRAMING: Framing = "json"
COLUMNAR = False
EMITS = ("aws.cloudtrail",)
_SAMPLE = (
    b'{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/dana",'
    b'"accountId":"111122223333","accessKeyId":"AKIAIOSFODNN7EXAMPLE"},"eventTime":"2026-03-30T22:35:02Z",'
    b'"eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1","sourceIPAddress":'
    b'"198.51.100.7","userAgent":"aws-cli/2.15","requestParameters":{"bucketName":"corp-builds","key":"cli.tgz"},'
    b'"additionalEventData":{"bytesTransferredOut":512.0},"eventID":"6b2f2f5e-0000-4000-8000-000000000001",'
    b'"recipientAccountId":"111122223333"}'
)
_DENIED = (
    b'{"eventTime":"2026-03-30T22:36:10Z","eventSource":"sts.amazonaws.com","eventName":"AssumeRole",'
    b'"awsRegion":"eu-west-1","sourceIPAddress":"2001:db8::7","errorCode":"AccessDenied","userIdentity":'
    b'{"type":"AWSService","invokedBy":"ecs.amazonaws.com"},"eventID":"6b2f2f5e-0000-4000-8000-000000000002"}'
)
_LOOKUP = (
    b'{"Events":[{"EventId":"6b2f2f5e-0000-4000-8000-000000000003","EventName":"ListBuckets","EventTime":1774910102,'
    b'"CloudTrailEvent":"{\\"eventTime\\":\\"2026-03-30T22:35:02Z\\",\\"eventSource\\":\\"s3.amazonaws.com\\",'
    b'\\"eventName\\":\\"ListBuckets\\",\\"eventID\\":\\"6b2f2f5e-0000-4000-8000-000000000003\\"}"}]}'
)
SAMPLES = (b'{"Records":[' + _SAMPLE + b"," + _DENIED + b"]}", _SAMPLE + b"\n\n" + _DENIED + b"\n", _LOOKUP)

# Request parameters that name what a call is about, the most telling first.
RESOURCE_PARAMETERS: Final = (
    "roleArn", "resourceArn", "secretId", "functionName", "keyId", "snapshotId", "imageId", "instanceId", "dBSnapshotIdentifier",
    "dBInstanceIdentifier", "repositoryName", "trailName", "name", "userName", "roleName", "groupName", "policyArn", "accessKeyId",
    "documentName", "logGroupName", "modelId", "stackName", "tableName", "queueUrl", "topicArn", "clusterName", "vpcId",
)  # fmt: skip
_DENIED_MARKS: Final = ("AccessDenied", "Unauthorized", "Forbidden")


def sniff(sample: Sample) -> Sniff:
    """Recognise `eventSource` and `eventName` together, or rows that carry `CloudTrailEvent`."""
    objects = sample.objects
    if not objects:
        return NO
    marked = sum(_is_record(item) or "CloudTrailEvent" in item for item in objects)
    if not marked:
        return NO
    reasons = [f"{marked} of the first {len(objects)} records have eventSource and eventName"]
    if "_CloudTrail_" in sample.name:
        reasons.append("named as CloudTrail delivers files")
    return Sniff(97 if marked == len(objects) else 80, tuple(reasons))


def _is_record(item: JsonObject) -> bool:
    return (
        "eventSource" in item
        and "eventName" in item
        and ("eventTime" in item or "@timestamp" in item or "userIdentity" in item)
    )


def decode(chunk: Chunk) -> Decoded:
    """One event a record."""
    zone = chunk.context.zone
    return decode_records(chunk, lambda record: _read(record, zone))


def _read(row: JsonObject, zone: str | None) -> list[EventValues] | str:
    record = _record_of(row)
    if record is None:
        return "CloudTrailEvent does not hold a record"
    source, name = text(record, "eventSource"), text(record, "eventName")
    if source is None or name is None:
        return "no eventSource and eventName"
    when = moment(record.get("eventTime"), zone) or moment(record.get("@timestamp"), zone)
    uid = text(record, "eventID")
    values: EventValues = {
        "timestamp": when.us if when else None,
        "timestamp_desc": "event",
        "timestamp_precision": when.precision_us if when else None,
        "timestamp_basis": when.basis if when else None,
        "kind": KIND,
        "action": f"{source.removesuffix('.amazonaws.com')}:{name}",
        "outcome": _outcome(record, name),
        "actor": _actor(record),
        "credential": text(record, "userIdentity", "accessKeyId"),
        "session": _session(record),
        "src_ip": text(record, "sourceIPAddress"),
        "user_agent": text(record, "userAgent"),
        "resource": _resource(record),
        "account": first_text(text(record, "recipientAccountId"), text(record, "userIdentity", "accountId")),
        "region": text(record, "awsRegion"),
        "bytes_out": integer(record, "additionalEventData", "bytesTransferredOut"),
        "uid": uid,
        "content": content_hash(record) if uid else None,
    }
    return [values]


def _record_of(row: JsonObject) -> JsonObject | None:
    """The record itself; LookupEvents carry it as text. None when that text is no record."""
    inner = row.get("CloudTrailEvent")
    if isinstance(inner, str):
        value, _ = read_object(inner.encode("utf-8", "replace"))
        return None if isinstance(value, str) else value
    return inner if isinstance(inner, dict) else row


def _actor(record: JsonObject) -> str | None:
    identity = record.get("userIdentity")
    return first_text(*(text(identity, key) for key in ("arn", "userName", "principalId", "invokedBy")))


def _session(record: JsonObject) -> str | None:
    """Name of the role session: the last part of an assumed role's ARN."""
    arn = text(record, "userIdentity", "arn")
    if arn is None or ":assumed-role/" not in arn:
        return None
    return arn.rpartition("/")[2] or None


def _outcome(record: JsonObject, name: str) -> str:
    code = text(record, "errorCode")
    if code is None:
        login = text(record, "responseElements", "ConsoleLogin") if name == "ConsoleLogin" else None
        return "failure" if login == "Failure" else "success"
    return "denied" if any(mark in code for mark in _DENIED_MARKS) else "failure"


def _resource(record: JsonObject) -> str | None:
    resources = record.get("resources")
    stated = first_text(text(resources, 0, "ARN"), text(resources, 0, "arn"), text(resources, 0, "ResourceName"))
    if stated is not None:
        return stated
    parameters = record.get("requestParameters")
    bucket, key = text(parameters, "bucketName"), text(parameters, "key")
    if bucket is not None:
        return f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"
    named = first_text(*(text(parameters, name) for name in RESOURCE_PARAMETERS))
    return named or first_text(
        text(parameters, "instancesSet", "items", 0, "instanceId"), text(at(parameters, "snapshotIds"), 0)
    )


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:
    """The record; of a LookupEvents row the record inside it."""
    del header, context
    row = object_or_empty(record)
    return _record_of(row) or row
