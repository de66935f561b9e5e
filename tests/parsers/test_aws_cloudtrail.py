import json
from collections.abc import Mapping
from typing import Any

import pytest

from parsers import aws_cloudtrail
from parsers.lib.cloudtrail_calls import NO_CALL
from parsers.lib.cloudtrail_shapes import ROW_ONLY
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

PARSER = load("aws.cloudtrail")
AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
ACCESS_POINT = "arn:aws:s3:us-west-2:111122223333:accesspoint/p"
BASE: dict[str, Any] = {
    "eventTime": "2026-03-30T22:36:48Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "awsRegion": "us-west-2",
    "eventID": "0d2c7c1e",
    "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/dana", "accountId": "111122223333"},
}


def event_of(**values: object) -> Event:
    record = {name: value for name, value in {**BASE, **values}.items() if value is not ...}
    (event,) = PARSER.decode(Chunk(json.dumps(record).encode())).events.to_pylist()
    return Event(event)


def samples() -> list[list[Event]]:
    return [run(PARSER, sample).events for sample in aws_cloudtrail.SAMPLES]


def test_a_delivered_record_fills_every_column_it_can() -> None:
    event = samples()[0][0]
    place = {name: event.pop(name) for name in ("record", "offset", "length", "content")}
    assert place["record"] == 1
    assert place["offset"] == len(b'{"Records":[')
    assert {name: value for name, value in event.items() if value is not None} == {
        "timestamp": AT,
        "timestamp_desc": "event",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "kind": "aws.cloudtrail",
        "action": "s3:GetObject",
        "outcome": "success",
        "actor": "arn:aws:sts::111122223333:assumed-role/Deploy/deploy-17",
        "credential": "ASIAIOSFODNN7EXAMPLE",
        "session": "deploy-17",
        "src_ip": "192.0.2.7",
        "user_agent": "[aws-cli/2.15.30]",
        "resource": "arn:aws:s3:::example-models/v2/shard-00.safetensors",
        "account": "111122223333",
        "region": "us-west-2",
        "bytes_out": 734003200,
        "uid": "0d2c7c1e-5a51-4f0b-8a52-1f6f2a0c7d11",
    }


def test_denied_calls_and_calls_of_services() -> None:
    _, denied, service = samples()[0]
    assert (denied["outcome"], denied["src_ip"], denied["resource"]) == ("denied", "2001:db8::23", "prod/npm-token")
    assert (service["actor"], service["src_ip"]) == ("cloudtrail.amazonaws.com",) * 2
    assert (service["credential"], service["resource"]) == (None, "arn:aws:s3:::example-trail")


def test_a_lookup_row_gives_the_record_inside_it() -> None:
    event = samples()[1][0]
    assert event["timestamp"] == 1_774_910_592_000_000
    assert (event["action"], event["src_ip"]) == ("cloudtrail:StopLogging", "198.51.100.23")
    assert event["resource"] == "arn:aws:cloudtrail:us-west-2:111122223333:trail/example-trail"


def test_a_lookup_row_whose_record_is_cut_gives_what_its_columns_say() -> None:
    done = run(PARSER, aws_cloudtrail.SAMPLES[1])
    event = done.events[1]
    assert done.warnings == [(2, ROW_ONLY)]
    assert (event["timestamp"], event["action"], event["actor"]) == (
        1_774_910_640_000_000,
        "cloudtrail:DeleteTrail",
        "dana",
    )
    assert (event["resource"], event["outcome"]) == ("example-trail", None)


def test_the_same_event_delivered_and_looked_up_has_the_same_identity() -> None:
    row = json.dumps({"EventId": "0d2c7c1e", "CloudTrailEvent": json.dumps(BASE, indent=1)}).encode()
    delivered = json.dumps(dict(reversed(BASE.items()))).encode()
    first, second = PARSER.decode(Chunk(row + b"\n" + delivered)).events.to_pylist()
    assert (first["uid"], first["content"]) == (second["uid"], second["content"])
    other = event_of(awsRegion="us-east-1")
    assert other["uid"] == first["uid"]
    assert other["content"] != first["content"]


def test_rows_of_logstash_athena_and_eventbridge() -> None:
    logstash, athena, bridge = samples()[3]
    assert (logstash["timestamp"], logstash["resource"]) == (1_774_910_210_000_000, "snap-0123456789abcdef0")
    assert logstash["timestamp_precision"] == 1_000
    assert (athena["action"], athena["session"], athena["resource"]) == ("iam:CreateAccessKey", "deploy-17", "backup")
    assert (athena["credential"], athena["account"]) == ("ASIAIOSFODNN7EXAMPLE", "111122223333")
    assert (bridge["action"], bridge["outcome"]) == ("kms:Decrypt", "failure")
    assert bridge["uid"] == "b4c5d6e7-0f3f-4a54-9a52-6f1f8f2d1a16"


def test_structures_that_athena_wrote_as_text() -> None:
    row = {
        "eventname": "GetObject",
        "eventsource": "s3.amazonaws.com",
        "useridentity": "{type=AssumedRole, arn=arn:aws:sts::1:assumed-role/a/b, accesskeyid=k, username=null}",
        "requestparameters": "{bucketName=models, key=a/b}",
        "resources": "[]",
    }
    (event,) = PARSER.decode(Chunk(json.dumps(row).encode())).events.to_pylist()
    assert (event["actor"], event["credential"], event["session"]) == ("arn:aws:sts::1:assumed-role/a/b", "k", "b")
    assert event["resource"] == "arn:aws:s3:::models/a/b"


def test_answers_of_lake_hold_rows() -> None:
    (first,) = samples()[5]
    assert (first["action"], first["timestamp"], first["timestamp_basis"]) == ("s3:GetObject", AT, "stated")
    assert (first["actor"], first["credential"]) == ("arn:aws:iam::111122223333:user/dana", "AKIAIOSFODNN7EXAMPLE")
    assert first["resource"] == "arn:aws:s3:::example-models/v2/shard-00.safetensors"
    rows = [[{"eventName": "PutObject"}, {"errorCode": "AccessDenied"}], [{"eventname": "GetObject"}, {"eventid": "x"}]]
    denied, unknown = PARSER.decode(Chunk(json.dumps({"QueryResultRows": rows}).encode())).events.to_pylist()
    assert (denied["outcome"], unknown["outcome"], unknown["uid"]) == ("denied", None, "x")
    assert denied["record"] == unknown["record"] == 1


def test_rows_of_lake_without_a_call_cost_a_warning() -> None:
    rows = [[{"eventName": "PutObject"}], [{"count": "3"}], "odd", [1]]
    done = PARSER.decode(Chunk(json.dumps({"QueryResultRows": rows}).encode()))
    assert [event["action"] for event in done.events.to_pylist()] == ["PutObject"]
    assert (1, aws_cloudtrail.ROW_WITHOUT_CALL) in done.warnings
    counted = PARSER.decode(Chunk(b'{"QueryResultRows": [[{"count": "3"}]]}'))
    assert [refusal.reason for refusal in counted.rejects] == [NO_CALL]
    long = json.dumps({"QueryStatus": "FINISHED", "QueryResultRows": [[{"eventName": "PutObject"}]] * 5000}, indent=1)
    assert PARSER.sniff(Sample(long.encode()[:65_536], whole=False)).confidence >= 80
    assert PARSER.sniff(Sample(b'{"QueryResultRows": [[{"count": "3"}]]}')).confidence == 0


def test_records_that_cloudwatch_logs_holds_as_text() -> None:
    (event,) = samples()[6]
    assert (event["action"], event["actor"]) == ("iam:CreateUser", "arn:aws:iam::111122223333:root")
    assert (event["timestamp"], event["uid"]) == (AT, "b0c1d2e3-0f3f-4a54-9a52-6f1f8f2d1a23")
    insights_row = {"@timestamp": "2026-03-30 22:41:40.000", "@message": json.dumps(BASE)}
    (event,) = PARSER.decode(Chunk(json.dumps(insights_row).encode())).events.to_pylist()
    assert (event["timestamp"], event["content"]) == (AT, event_of()["content"])
    assert PARSER.sniff(Sample(b'{"message": "{\\"eventName\\": 1}", "timestamp": 1}')).confidence == 0


def test_every_shape_has_the_fields_of_the_record_itself() -> None:
    for sample in aws_cloudtrail.SAMPLES:
        for chunk, decoded in run(PARSER, sample).chunks:
            events = {event["record"]: event for event in decoded.events.to_pylist()}
            for (_, _, raw), event in zip(chunk.records(), events.values(), strict=True):
                found = PARSER.fields(raw, b"", DecodeContext())
                if "QueryResultRows" in found:
                    continue
                name = (found.get("insightDetails") or found)["eventName"]
                assert name == event["action"].partition(":")[2]
                assert "userIdentity" in found or "insightDetails" in found


@pytest.mark.parametrize(
    ("identity", "actor"),
    [
        ({"arn": "a", "userName": "b", "principalId": "c", "invokedBy": "d"}, "a"),
        ({"arn": "", "userName": "b", "principalId": "c"}, "b"),
        ({"principalId": "c", "invokedBy": "d"}, "c"),
        ({"type": "AWSService", "invokedBy": "d"}, "d"),
        ({"type": "Unknown"}, None),
        ("not an object", None),
        (None, None),
        (['{"arn": 1}'], None),
    ],
)
def test_the_actor(identity: object, actor: str | None) -> None:
    assert event_of(userIdentity=identity)["actor"] == actor


@pytest.mark.parametrize(
    ("identity", "session"),
    [
        ({"arn": "arn:aws:sts::111122223333:assumed-role/Deploy/i-0abc"}, "i-0abc"),
        ({"arn": "arn:aws-cn:sts::111122223333:assumed-role/path/Deploy/me@example.com"}, "me@example.com"),
        ({"type": "AssumedRole", "principalId": "AROAEXAMPLE:run-7"}, "run-7"),
        ({"type": "AssumedRole", "principalId": "AROAEXAMPLE"}, None),
        ({"type": "IAMUser", "principalId": "AIDAEXAMPLE:x", "arn": "arn:aws:iam::111122223333:user/dana"}, None),
    ],
)
def test_the_session(identity: object, session: str | None) -> None:
    assert event_of(userIdentity=identity)["session"] == session


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({}, "success"),
        ({"errorCode": ""}, "success"),
        ({"errorCode": None, "errorMessage": "said but not coded"}, "success"),
        ({"errorCode": "AccessDenied"}, "denied"),
        ({"errorCode": "AccessDeniedException"}, "denied"),
        ({"errorCode": "Client.UnauthorizedOperation"}, "denied"),
        ({"errorCode": "Forbidden"}, "denied"),
        ({"errorCode": "NoSuchBucket"}, "failure"),
        ({"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Success"}}, "success"),
        ({"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Failure"}}, "failure"),
        ({"eventName": "ConsoleLogin", "responseElements": '{"ConsoleLogin": "Failure"}'}, "failure"),
        ({"eventName": "ConsoleLogin", "responseElements": None}, "success"),
        ({"eventName": "ConsoleLogin", "errorCode": "AccessDenied", "responseElements": None}, "denied"),
        ({"eventName": "CheckMfa", "responseElements": {"ConsoleLogin": "Failure"}}, "success"),
    ],
)
def test_the_outcome(values: Mapping[str, object], outcome: str) -> None:
    assert event_of(**values)["outcome"] == outcome


@pytest.mark.parametrize(
    ("values", "resource"),
    [
        ({"resources": [{"ARN": "arn:aws:s3:::b/k"}, {"ARN": "arn:aws:s3:::b"}]}, "arn:aws:s3:::b/k"),
        ({"resources": [{"arn": "arn:aws:s3:::b"}], "requestParameters": {"bucketName": "c"}}, "arn:aws:s3:::b"),
        ({"resources": '[{"arn": "arn:aws:s3:::b"}]'}, "arn:aws:s3:::b"),
        ({"resources": [{"ARNPrefix": "arn:aws:s3:::b/"}]}, "arn:aws:s3:::b/"),
        ({"resources": [None, {"ARN": "x"}], "requestParameters": {"bucketName": "c"}}, "arn:aws:s3:::c"),
        ({"requestParameters": {"bucketName": "c", "key": "a/b c"}}, "arn:aws:s3:::c/a/b c"),
        ({"requestParameters": {"bucketName": "c"}, "awsRegion": "cn-north-1"}, "arn:aws-cn:s3:::c"),
        ({"requestParameters": {"bucketName": ACCESS_POINT}}, ACCESS_POINT),
        ({"requestParameters": {"userName": "eve", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}}, "eve"),
        ({"requestParameters": {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "eve"}}, "AKIAIOSFODNN7EXAMPLE"),
        ({"requestParameters": {"names": ["/prod/a", "/prod/b"], "withDecryption": True}}, "/prod/a"),
        ({"requestParameters": {"instancesSet": {"items": [{}, {"instanceId": "i-1"}]}, "filterSet": {}}}, "i-1"),
        ({"requestParameters": {"DeleteFlowLogsRequest": {"FlowLogId": {"tag": 1, "content": "fl-1"}}}}, "fl-1"),
        ({"requestParameters": {"unheardOf": "arn:aws:x:::y"}}, "arn:aws:x:::y"),
        ({"requestParameters": '{"secretId": "prod/db"}'}, "prod/db"),
        ({"requestParameters": {"maxResults": 5}}, None),
        ({"requestParameters": None, "resources": None}, None),
        ({"requestParameters": ["x"], "resources": {"ARN": "x"}}, None),
    ],
)
def test_the_resource(values: Mapping[str, object], resource: str | None) -> None:
    assert event_of(**values)["resource"] == resource


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 0), (178, 178), (313.0, 313), ("512", 512), (-1, None), ("x", None)]
)
def test_bytes_out(value: object, expected: int | None) -> None:
    assert event_of(additionalEventData={"bytesTransferredOut": value})["bytes_out"] == expected


@pytest.mark.parametrize(
    ("values", "action"),
    [
        ({}, "s3:GetObject"),
        ({"eventSource": "s3.amazonaws.com.cn"}, "s3:GetObject"),
        ({"eventSource": "aws.example"}, "aws.example:GetObject"),
        ({"eventSource": None}, "GetObject"),
        ({"eventName": None}, "s3"),
    ],
)
def test_the_action(values: Mapping[str, object], action: str) -> None:
    assert event_of(**values)["action"] == action


def test_account_and_address() -> None:
    event = event_of(recipientAccountId="444455556666", sourceIPAddress="192.0.2.7, 198.51.100.1", userAgent="-")
    assert (event["account"], event["src_ip"], event["user_agent"]) == ("444455556666", "192.0.2.7", None)
    assert event_of(sourceIPAddress="AWS Internal")["src_ip"] == "AWS Internal"
    assert event_of(recipientAccountId=None)["account"] == "111122223333"
    assert event_of(recipientAccountId=111122223333)["account"] == "111122223333"


def test_times() -> None:
    assert event_of()["timestamp"] == AT
    undated = event_of(eventTime=...)
    assert (undated["timestamp"], undated["timestamp_basis"], undated["action"]) == (None, None, "s3:GetObject")
    assumed = event_of(eventTime="2026-03-30 22:36:48")
    assert (assumed["timestamp"], assumed["timestamp_basis"]) == (AT, "zone_assumed")
    assert event_of(eventTime=1774910208)["timestamp"] == AT
    assert event_of(eventTime=..., **{"@timestamp": 1774910208123})["timestamp"] == AT + 123_000


def test_what_names_no_call_is_a_reject() -> None:
    done = PARSER.decode(Chunk(b'{"eventTime": "2026-03-30T22:36:48Z"}\n{"EventId": "x", "CloudTrailEvent": "{"}'))
    assert [(refusal.record, refusal.reason) for refusal in done.rejects] == [(1, NO_CALL), (2, NO_CALL)]


def test_insights_name_the_api_its_rates_and_who_called_it_most() -> None:
    start, end, _ = samples()[4]
    assert (start["action"], start["timestamp_desc"]) == ("Insight secretsmanager:GetSecretValue", "insight start")
    assert start["actor"] == "arn:aws:sts::111122223333:assumed-role/Deploy"
    assert start["user_agent"] == "Boto3/1.34.2"
    assert start["message"] == (
        "ApiErrorRateInsight Start AccessDeniedException: rate 42.5 a minute, baseline 0.0125 a minute"
    )
    assert (start["timestamp"], start["account"], start["outcome"]) == (1_774_910_400_000_000, "111122223333", None)
    assert (end["timestamp_desc"], end["actor"]) == ("insight end", None)
    assert start["session"] == end["session"]
    assert start["uid"] != end["uid"]


def test_insights_that_were_looked_up_or_put_on_a_bus() -> None:
    insight = {"eventID": "i", "eventCategory": "Insight", "insightDetails": {"eventName": "PutObject", "state": "End"}}
    row = {"EventId": "i", "EventName": "PutObject", "CloudTrailEvent": json.dumps(insight)}
    bus = {"detail-type": "AWS Insight via CloudTrail", "detail": insight}
    for record in (row, bus, insight):
        (event,) = PARSER.decode(Chunk(json.dumps(record).encode())).events.to_pylist()
        assert (event["action"], event["message"], event["timestamp_desc"]) == (
            "Insight PutObject",
            "End",
            "insight end",
        )
        assert PARSER.sniff(Sample(json.dumps(record).encode())).confidence >= 90


def test_insights_with_odd_statistics() -> None:
    details = {"insightContext": {"statistics": {"insight": {"average": "x"}, "baseline": 3}, "attributions": [1, {}]}}
    record = {"eventCategory": "Insight", "insightDetails": details}
    (event,) = PARSER.decode(Chunk(json.dumps(record).encode())).events.to_pylist()
    assert (event["action"], event["message"], event["actor"]) == ("Insight", None, None)


def test_network_activity_is_on_its_endpoint_where_the_record_names_nothing_else() -> None:
    event = samples()[4][2]
    assert (event["action"], event["outcome"], event["actor"]) == ("s3:PutObject", "denied", "AIDAEXAMPLEUSER")
    assert (event["resource"], event["src_ip"]) == ("vpce-0123456789abcdef0", "192.0.2.7")
    assert event_of(vpcEndpointId="vpce-1")["resource"] is None
    named = event_of(vpcEndpointId="vpce-1", eventCategory="NetworkActivity", requestParameters={"secretId": "s"})
    assert named["resource"] == "s"


FOREIGN: tuple[object, ...] = (
    {
        "digestStartTime": "2026-03-30T22:00:00Z",
        "logFiles": [{"s3Object": "x_CloudTrail_x.json.gz"}],
        "awsAccountId": "1",
    },
    {"eventType": "user.session.start", "published": "2026-03-30T22:00:00Z", "actor": {"alternateId": "a@example.com"}},
    {"protoPayload": {"methodName": "storage.objects.get"}, "insertId": "x", "timestamp": "2026-03-30T22:00:00Z"},
    {"operationName": "Microsoft.Storage/x", "resourceId": "/subscriptions/x", "time": "2026-03-30T22:00:00Z"},
    {"auditID": "x", "verb": "get", "requestReceivedTimestamp": "2026-03-30T22:00:00Z", "user": {"username": "x"}},
    {"action": "user_login", "actor": {"user": {}}, "entity": {}, "date_create": 1774910208},
    {"action": "git.clone", "actor": "a", "org": "b", "@timestamp": 1774910208000},
    {"RequestMethod": "GET", "RequestPath": "/", "DownstreamStatus": 200, "time": "2026-03-30T22:00:00Z"},
    {"Operation": "FileDownloaded", "CreationTime": "2026-03-30T22:00:00", "Workload": "SharePoint"},
    {"eventSource": "button", "eventName": "click"},
)


@pytest.mark.parametrize("record", FOREIGN)
def test_foreign_records_are_refused(record: object) -> None:
    written = json.dumps(record).encode()
    for data in (written, b'{"Records": [' + written + b"]}", b"[" + written + b"]", written + b"\n" + written):
        sample = Sample(data)
        assert sample.objects
        assert PARSER.sniff(sample).confidence == 0


def test_a_source_longer_than_the_sample_is_recognised() -> None:
    whole = json.dumps({"Records": [BASE] * 1000}).encode()
    assert PARSER.sniff(Sample(whole[:65_536], whole=False)).confidence >= 90
    one = json.dumps({**BASE, "requestParameters": {"policy": "x" * 70_000}}, indent=1).encode()
    assert PARSER.sniff(Sample(one[:65_536], whole=False)).confidence >= 80
    inner = {"set": {"items": [{"x": 1}, {"x": 2}]}, "policy": "x" * 70_000}
    one = json.dumps({**BASE, "requestParameters": inner}, indent=1).encode()
    assert PARSER.sniff(Sample(one[:65_536], whole=False)).confidence >= 80


def test_a_source_that_is_damaged_here_and_there_is_recognised() -> None:
    lines = [json.dumps(BASE).encode()] * 8 + [b'{"cut', b"\0\0\0"]
    assert PARSER.sniff(Sample(b"\n".join(lines))).confidence >= 90
