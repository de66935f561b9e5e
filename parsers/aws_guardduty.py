"""AWS GuardDuty findings: what AWS thought suspicious, from CloudTrail, flow and DNS logs that nobody may have kept.

    {"schemaVersion": "2.0", "accountId": "111122223333", "region": "us-west-2", "id": "16b2f1d1",
     "type": "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", "severity": 8,
     "resource": {"resourceType": "AccessKey", "accessKeyDetails": {"accessKeyId": "ASIAIOSFODNN7EXAMPLE", "userName": "Deploy"}},
     "service": {"action": {"awsApiCallAction": {"api": "GetObject", "remoteIpDetails": {"ipAddressV4": "198.51.100.23"}}},
      "eventFirstSeen": "2026-03-30T22:36:48Z", "eventLastSeen": "2026-03-30T22:59:10Z", "count": 17},
     "createdAt": "2026-03-30T22:50:00Z", "updatedAt": "2026-03-30T23:05:00Z", "title": "Credentials used from outside AWS"}

one per line as exported to S3, as `detail` of an EventBridge event, or in `{"Findings": [...]}` of GetFindings (names in
capitals). A finding is about a span of time, so it gives an event `first seen` and, where that is another time, one `last
seen`; without either, one at createdAt (`found`). Further sightings update a finding under its id.
Reference: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.guardduty_finding import action_details, actor_of, affected, in_camel_case, remote_address, session_of
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import inner, text
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import SECOND_US

KIND: Final = "aws.guardduty"
VERSION: Final = 2
TITLE: Final = "AWS GuardDuty findings: exported, EventBridge, GetFindings"
REFERENCE: Final = "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_FINDING: Final = "is no finding: it names no type"

_LINES: Final = b"""{"schemaVersion":"2.0","accountId":"111122223333","region":"us-west-2","partition":"aws","id":"16b2f1d1",\
"arn":"arn:aws:guardduty:us-west-2:111122223333:detector/12ab/finding/16b2f1d1",\
"type":"UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS","resource":{"resourceType":"AccessKey",\
"accessKeyDetails":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","principalId":"AROAEXAMPLEROLE:i-0123456789abcdef0","userType":"AssumedRole",\
"userName":"Deploy"}},"service":{"serviceName":"guardduty","detectorId":"12ab","action":{"actionType":"AWS_API_CALL",\
"awsApiCallAction":{"api":"GetObject","serviceName":"s3.amazonaws.com","callerType":"Remote IP","userAgent":"aws-cli/2.15.30",\
"remoteIpDetails":{"ipAddressV4":"198.51.100.23"},"affectedResources":{"AWS::S3::Bucket":"example-models"}}},\
"resourceRole":"TARGET","eventFirstSeen":"2026-03-30T22:36:48.000Z","eventLastSeen":"2026-03-30T22:59:10.000Z","archived":false,\
"count":17},"severity":8,"createdAt":"2026-03-30T22:50:00.123Z","updatedAt":"2026-03-30T23:05:00.000Z",\
"title":"Credentials of an instance role were used from outside AWS.","description":"They were used from 198.51.100.23."}
{"version":"0","id":"77aa","detail-type":"GuardDuty Finding","source":"aws.guardduty","account":"111122223333",\
"time":"2026-03-30T23:10:00Z","region":"us-west-2","resources":[],"detail":{"schemaVersion":"2.0","accountId":"111122223333",\
"region":"us-west-2","id":"26c3","type":"CryptoCurrency:EC2/BitcoinTool.B!DNS","resource":{"resourceType":"Instance",\
"instanceDetails":{"instanceId":"i-0123456789abcdef0"}},"service":{"action":{"actionType":"DNS_REQUEST","dnsRequestAction":\
{"domain":"pool.example.com","protocol":"UDP","blocked":true}},"eventFirstSeen":"2026-03-30T23:00:00Z",\
"eventLastSeen":"2026-03-30T23:00:00Z","count":1},"severity":8,"createdAt":"2026-03-30T23:09:00Z",\
"updatedAt":"2026-03-30T23:09:00Z","title":"A domain name of a mining pool was queried by i-0123456789abcdef0."}}
"""
_API: Final = b"""{
    "Findings": [
        {
            "AccountId": "111122223333", "Region": "eu-west-1", "Id": "36d4", "SchemaVersion": "2.0", "Severity": 5,
            "Type": "Exfiltration:S3/AnomalousBehavior", "Title": "Objects were read in an unusual way.",
            "CreatedAt": "2026-03-30T22:50:00.000Z", "UpdatedAt": "2026-03-30T22:55:00.000Z",
            "Resource": {"ResourceType": "S3Bucket", "S3BucketDetails": [{"Arn": "arn:aws:s3:::example-models", "Name": "m"}],
                "AccessKeyDetails": {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "PrincipalId": "AIDAEXAMPLEUSER", "UserName": "dana"}},
            "Service": {"EventFirstSeen": "2026-03-30T22:36:48.000Z", "EventLastSeen": "2026-03-30T22:37:48.000Z",
                "Action": {"ActionType": "AWS_API_CALL", "AwsApiCallAction": {"Api": "GetObject", "ErrorCode": "AccessDenied",
                    "RemoteIpDetails": {"IpAddressV4": "203.0.113.9"}}}}
        }
    ]
}
"""
SAMPLES: Final = (_LINES, _API)

_HEAD_BYTES: Final = 32_768
_BYTE_MARKS: Final = (b'ventFirstSeen"', b'"aws.guardduty"')
_LIST: Final = "Findings"


def sniff(sample: Sample) -> Sniff:
    """By findings: a type with a colon and a slash, beside `service` and `resource`."""
    if not any(mark in sample.data[:_HEAD_BYTES] for mark in _BYTE_MARKS):
        return NO
    found = [item for record in sample.objects for item in _findings(record)]
    good = sum(_is_own(item) for item in found)
    if good and good * 2 >= len(found):
        return Sniff(97, (f"{good} of the first {len(found)} records are findings with service and resource",))
    cut = not sample.whole and sample.data.lstrip()[:1] == b"{"
    if cut and b'"Findings"' in sample.data[:4096] and b'"AccountId"' in sample.data and b'"Service"' in sample.data:
        return Sniff(85, ("Findings with AccountId and Service are named in a record too long to read",))
    return NO


def _is_own(finding: Record) -> bool:
    kind = finding.get("type")
    if not isinstance(kind, str) or "/" not in kind or ":" not in kind or "ProductArn" in finding:
        return False
    return isinstance(finding.get("service"), dict) and isinstance(finding.get("resource"), dict)


def decode(chunk: Chunk) -> Decoded:
    """Events of the findings, one or two each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The finding, taken out of its EventBridge event; a document of GetFindings as it is."""
    return json_fields(record, _FORMAT)


def _unwrap(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    detail = record.get("detail")
    return detail if isinstance(detail, dict) and "type" in detail else record


def _findings(record: Record) -> list[Record]:
    listed = record.get(_LIST)
    if isinstance(listed, list):
        return [in_camel_case(item) for item in listed if isinstance(item, dict)]
    found = _unwrap(record, lambda _: None)
    return [in_camel_case(found) if "Type" in found else found]


def _read(record: Record, times: Times, warn: Warn) -> list[EventValues] | str:  # noqa: ARG001 - the signature of ReadRecord
    return [event for finding in _findings(record) for event in _events(finding, times)] or NO_FINDING


def _events(finding: Record, times: Times) -> list[EventValues]:
    kind = text(finding, "type")
    if kind is None or not ("service" in finding or "resource" in finding):
        return []
    details = action_details(finding)
    values: EventValues = {
        "timestamp_desc": "first seen",
        "action": kind,
        "outcome": _outcome(details),
        "actor": actor_of(finding),
        "credential": text(finding, "resource", "accessKeyDetails", "accessKeyId"),
        "session": session_of(finding),
        "src_ip": client_address(remote_address(finding)),
        "user_agent": text(details, "userAgent"),
        "resource": affected(finding),
        "account": text(finding, "accountId"),
        "region": text(finding, "region"),
        "uid": text(finding, "id"),
        "message": text(finding, "title") or text(finding, "description"),
    }
    service = inner(finding, "service")
    first, last = _time(service.get("eventFirstSeen"), times), _time(service.get("eventLastSeen"), times)
    if first is None and last is None:
        return [_dated(values, "found", _time(finding.get("createdAt"), times))]
    events = [] if first is None else [_dated(values, "first seen", first)]
    if last is not None and (first is None or last.us != first.us):
        events.append(_dated({**values}, "last seen", last))
    return events


def _time(value: object, times: Times) -> Stamp | None:
    return None if value is None else times.iso(value) or times.epoch(value, SECOND_US)


def _dated(values: EventValues, clock: str, stamp: Stamp | None) -> EventValues:
    values["timestamp_desc"] = clock
    if stamp is not None:
        values.update(stamp.values())
    return values


def _outcome(details: Record) -> str | None:
    """Whether what was seen went through, where the action says so."""
    error = text(details, "errorCode")
    if error is not None:
        return "denied" if "Denied" in error or "Unauthorized" in error else "failure"
    return "denied" if details.get("blocked") is True else None


_FORMAT: Final = RecordFormat(KIND, _read, _unwrap)
