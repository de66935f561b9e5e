import json
from collections.abc import Mapping
from typing import Any

import pytest

from parsers import aws_config
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

PARSER = load("aws.config")
AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
ITEM: dict[str, Any] = {
    "configurationItemCaptureTime": "2026-03-30T22:36:48Z",
    "configurationItemStatus": "OK",
    "resourceType": "AWS::S3::Bucket",
    "resourceId": "b",
}


def events_of(record: Mapping[str, object]) -> list[Event]:
    return list(PARSER.decode(Chunk(json.dumps(record).encode())).events.to_pylist())


def test_items_of_a_snapshot() -> None:
    bucket, user = run(PARSER, aws_config.SAMPLES[0]).events
    place = {name: bucket.pop(name) for name in ("record", "offset", "length", "content")}
    assert (place["record"], place["offset"]) == (1, aws_config.SAMPLES[0].index(b'{"configurationItemVersion"'))
    assert user["record"] == 2
    assert {name: value for name, value in bucket.items() if value is not None} == {
        "timestamp": AT + 418_000,
        "timestamp_desc": "captured",
        "timestamp_precision": 1_000,
        "timestamp_basis": "stated",
        "kind": "aws.config",
        "action": "OK",
        "resource": "arn:aws:s3:::example-models",
        "account": "111122223333",
        "region": "us-west-2",
        "message": "AWS::S3::Bucket",
    }
    assert (user["action"], user["resource"]) == ("ResourceDeleted", "AWS::IAM::User/AIDAEXAMPLEUSER")


def test_a_notification_says_what_was_changed() -> None:
    change, found = run(PARSER, aws_config.SAMPLES[1]).events
    assert change["action"] == "UPDATE"
    assert change["message"] == "AWS::S3::Bucket: changed SupplementaryConfiguration.BucketPolicy"
    assert (found["action"], found["timestamp"], found["account"]) == (
        "ResourceDiscovered",
        AT + 418_000,
        "111122223333",
    )


@pytest.mark.parametrize(
    "record",
    [
        ITEM,
        {"configurationItem": ITEM},
        {"Type": "Notification", "Message": json.dumps({"configurationItem": ITEM, "messageType": "x"})},
        {"invokingEvent": json.dumps({"configurationItem": ITEM})},
        {"detail": {"configurationItem": ITEM}},
        {"configurationItems": [ITEM, "odd"]},
    ],
)
def test_wrappings(record: dict[str, Any]) -> None:
    (event,) = events_of(record)
    assert (event["timestamp"], event["resource"], event["action"]) == (AT, "AWS::S3::Bucket/b", "OK")
    assert PARSER.sniff(Sample(json.dumps(record).encode())).confidence >= 90
    assert PARSER.fields(json.dumps(record).encode(), b"", DecodeContext()) == record


def test_many_changes_are_counted() -> None:
    diff = {"changeType": "UPDATE", "changedProperties": {f"p{n:02}": {} for n in range(25)}}
    message = events_of({"configurationItem": ITEM, "configurationItemDiff": diff})[0]["message"]
    assert message.startswith("AWS::S3::Bucket: changed p00, ")
    assert message.endswith("p19 and 5 more")


def test_what_holds_no_item_is_a_reject() -> None:
    done = PARSER.decode(Chunk(b'{"a": 1}\n{"configurationItems": []}\n{"configurationItem": 3}'))
    assert [refusal.reason for refusal in done.rejects] == [aws_config.NO_ITEM] * 3


def test_a_snapshot_longer_than_the_sample_is_recognised() -> None:
    for indent in (None, 2):
        whole = json.dumps({"fileVersion": "1.0", "configurationItems": [ITEM] * 1000}, indent=indent).encode()
        assert PARSER.sniff(Sample(whole[:65_536], whole=False)).confidence >= 80


@pytest.mark.parametrize(
    "record",
    [
        {"eventSource": "config.amazonaws.com", "eventName": "PutEvaluations", "x": "configurationItemCaptureTime"},
        {"configurationItemCaptureTime": "2026-03-30T22:36:48Z"},
        {"configurationItems": [{"id": 1}], "x": "configurationItemCaptureTime"},
    ],
)
def test_look_alikes_are_refused(record: object) -> None:
    assert PARSER.sniff(Sample(json.dumps(record).encode())).confidence == 0
