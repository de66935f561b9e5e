"""AWS Config: how a resource was configured, and when that was captured; snapshots, histories, notifications of changes.

    {"fileVersion": "1.0", "configSnapshotId": "3d1f", "configurationItems": [{"configurationItemVersion": "1.3",
     "configurationItemCaptureTime": "2026-03-30T22:36:48.418Z", "awsAccountId": "111122223333", "awsRegion": "us-west-2",
     "configurationItemStatus": "OK", "resourceType": "AWS::S3::Bucket", "resourceId": "example-models",
     "ARN": "arn:aws:s3:::example-models", "relatedEvents": ["0d2c7c1e-5a51-4f0b"], "configuration": {}}]}

as delivered to S3, as `configurationItem` of a notification (SNS, EventBridge), from `aws configservice
get-resource-config-history`, or one item per line. One event for each item. The action is the change (CREATE, UPDATE,
DELETE) where a notification says it, else the item's status. Who did it is in CloudTrail only; `relatedEvents` has eventIDs.
Reference: https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import first_text, inner, items, text
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import SECOND_US

KIND: Final = "aws.config"
VERSION: Final = 2
TITLE: Final = "AWS Config: snapshots, histories, notifications of changes"
REFERENCE: Final = "https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_ITEM: Final = "holds no configuration item"

_SNAPSHOT: Final = b"""{"fileVersion":"1.0","configSnapshotId":"3d1f-77","configurationItems":[{"configurationItemVersion":"1.3",\
"configurationItemCaptureTime":"2026-03-30T22:36:48.418Z","configurationStateId":1774910208418,"awsAccountId":"111122223333",\
"configurationItemStatus":"OK","resourceType":"AWS::S3::Bucket","resourceId":"example-models","resourceName":"example-models",\
"ARN":"arn:aws:s3:::example-models","awsRegion":"us-west-2","availabilityZone":"Regional","configurationStateMd5Hash":"",\
"resourceCreationTime":"2025-01-02T03:04:05.000Z","relatedEvents":["0d2c7c1e-5a51-4f0b-8a52-1f6f2a0c7d11"],"tags":{},\
"configuration":{"name":"example-models"},"supplementaryConfiguration":{"PublicAccessBlockConfiguration":{"blockPublicAcls":false}}},
{"configurationItemVersion":"1.3","configurationItemCaptureTime":"2026-03-30T22:40:00.000Z","awsAccountId":"111122223333",\
"configurationItemStatus":"ResourceDeleted","resourceType":"AWS::IAM::User","resourceId":"AIDAEXAMPLEUSER","awsRegion":"global"}]}
"""
_NOTIFICATIONS: Final = b"""{"version":"0","id":"77aa","detail-type":"Config Configuration Item Change","source":"aws.config",\
"account":"111122223333","time":"2026-03-30T22:41:00Z","region":"us-west-2","detail":{"recordVersion":"1.3","messageType":\
"ConfigurationItemChangeNotification","notificationCreationTime":"2026-03-30T22:41:00.000Z","configurationItemDiff":\
{"changeType":"UPDATE","changedProperties":{"SupplementaryConfiguration.BucketPolicy":{"changeType":"CREATE"}}},\
"configurationItem":{"configurationItemCaptureTime":"2026-03-30T22:40:58.000Z","awsAccountId":"111122223333",\
"configurationItemStatus":"OK","resourceType":"AWS::S3::Bucket","resourceId":"example-models","awsRegion":"us-west-2",\
"ARN":"arn:aws:s3:::example-models","relatedEvents":[]}}}
{"version":"1.3","accountId":"111122223333","configurationItemCaptureTime":1774910208.418,"configurationItemStatus":"ResourceDiscovered",\
"configurationStateId":"949","arn":"arn:aws:ec2:us-west-2:111122223333:security-group/sg-0123456789abcdef0",\
"resourceType":"AWS::EC2::SecurityGroup","resourceId":"sg-0123456789abcdef0","awsRegion":"us-west-2","configuration":"{}"}
"""
SAMPLES: Final = (_SNAPSHOT, _NOTIFICATIONS)

_HEAD_BYTES: Final = 32_768
_MARK: Final = b"configurationItemCaptureTime"
_LISTS: Final = ("configurationItems", "ConfigurationItems")
_MOST_NAMED: Final = 20  # changed properties in a message


def sniff(sample: Sample) -> Sniff:
    """By the capture time of configuration items, with their status and type."""
    if _MARK not in sample.data[:_HEAD_BYTES]:
        return NO
    found = sample.objects
    good = sum(any(_is_item(item) for item, _ in _items(record)) for record in found)
    if good and good * 2 >= len(found):
        return Sniff(96, (f"{good} of the first {len(found)} records hold configuration items",))
    if (
        not sample.whole
        and b'"configurationItems"' in sample.data[:4096]
        and b'"configurationItemStatus"' in sample.data
    ):
        return Sniff(88, ("configurationItems are named in a record too long to read",))
    return NO


def _is_item(item: Record) -> bool:
    return "configurationItemCaptureTime" in item and "resourceType" in item


def decode(chunk: Chunk) -> Decoded:
    """Events of the configuration items, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The record as it was delivered: an item, a notification, or a snapshot with all its items."""
    return json_fields(record, _FORMAT)


def _items(record: Record) -> list[tuple[Record, Record]]:
    """The configuration items in a record, each with what a notification says of its change ({} without one)."""
    for holder in (record, inner(record, "detail"), inner(record, "Message"), inner(record, "invokingEvent")):
        for name in _LISTS:
            if name in holder:
                return [(item, {}) for item in items(holder, name) if isinstance(item, dict)]
        for name in ("configurationItem", "ConfigurationItem", "configurationItemSummary"):
            if item := inner(holder, name):
                return [(item, inner(holder, "configurationItemDiff"))]
    return [(record, {})] if "configurationItemCaptureTime" in record else []


def _read(record: Record, times: Times, warn: Warn) -> list[EventValues] | str:  # noqa: ARG001 - the signature of ReadRecord
    return [_event(item, change, times) for item, change in _items(record)] or NO_ITEM


def _event(item: Record, change: Record, times: Times) -> EventValues:
    values: EventValues = {
        "timestamp_desc": "captured",
        "action": text(change, "changeType") or first_text(item, "changeType", "configurationItemStatus"),
        "resource": _resource(item),
        "account": first_text(item, "awsAccountId", "accountId"),
        "region": first_text(item, "awsRegion"),
        "message": _message(item, change),
    }
    stamp = _time(item.get("configurationItemCaptureTime"), times)
    if stamp is not None:
        values.update(stamp.values())
    return values


def _resource(item: Record) -> str | None:
    named = first_text(item, "ARN", "arn")
    if named is not None:
        return named
    kind, name = first_text(item, "resourceType"), first_text(item, "resourceId", "resourceName")
    return "/".join(part for part in (kind, name) if part is not None) or None


def _message(item: Record, change: Record) -> str | None:
    kind = first_text(item, "resourceType")
    changed = sorted(inner(change, "changedProperties"))
    more = f" and {len(changed) - _MOST_NAMED} more" if len(changed) > _MOST_NAMED else ""
    said = f"changed {', '.join(changed[:_MOST_NAMED])}{more}" if changed else None
    return ": ".join(part for part in (kind, said) if part) or None


def _time(value: object, times: Times) -> Stamp | None:
    return times.iso(value) or times.epoch(value, SECOND_US)


_FORMAT: Final = RecordFormat(KIND, _read)
