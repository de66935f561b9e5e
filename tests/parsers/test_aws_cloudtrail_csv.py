import json
from collections.abc import Mapping

import pytest

from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
PARSER = load("aws.cloudtrail.csv")


def quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def event_of(row: Mapping[str, str], context: DecodeContext | None = None) -> Event:
    header = ",".join(row).encode()
    line = ",".join(map(quoted, row.values())).encode()
    chunk = Chunk(line, spans=((0, len(line)),), header=header, context=context or DecodeContext())
    (event,) = PARSER.decode(chunk).events.to_pylist()
    return Event(event)


BASE = {
    "eventname": "GetObject",
    "eventsource": "s3.amazonaws.com",
    "eventtime": "2026-03-30T22:36:48Z",
    "awsregion": "eu-west-1",
}


def test_a_row_of_athena_fills_every_column_it_can() -> None:
    event = run(PARSER, PARSER.SAMPLES[0]).events[0]
    place = {name: event.pop(name) for name in ("record", "offset", "length", "content")}
    assert place["record"] == 1
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
        "user_agent": "aws-cli/2.15.30",
        "resource": "arn:aws:s3:::example-models/v2/shard-00.safetensors",
        "account": "111122223333",
        "region": "us-west-2",
        "bytes_out": 734003200,
        "uid": "0d2c7c1e-5a51-4f0b-8a52-1f6f2a0c7d11",
    }


def test_a_row_of_lake_gives_what_was_selected() -> None:
    (event,) = run(PARSER, PARSER.SAMPLES[1]).events
    assert (event["actor"], event["credential"]) == ("arn:aws:iam::111122223333:user/dana", "AKIAIOSFODNN7EXAMPLE")
    assert (event["timestamp"], event["timestamp_basis"], event["resource"]) == (AT + 4_000_000, "stated", "backup")
    assert event["outcome"] is None  # errorCode was not selected


def test_the_event_history_of_the_console() -> None:
    stop, login = run(PARSER, PARSER.SAMPLES[2]).events
    assert (stop["action"], stop["actor"], stop["resource"]) == ("cloudtrail:StopLogging", "dana", "example-trail")
    assert (stop["credential"], stop["uid"]) == ("AKIAIOSFODNN7EXAMPLE", "b7a1d2c3-0f3f-4a54-9a52-6f1f8f2d1a11")
    assert (login["resource"], login["credential"], login["outcome"]) == (None, None, None)


@pytest.mark.parametrize(
    ("columns", "outcome"),
    [
        ({}, None),
        ({"errorcode": ""}, "success"),
        ({"Error code": "AccessDenied"}, "denied"),
        ({"error_code": "NoSuchKey"}, "failure"),
    ],
)
def test_the_outcome_is_known_where_a_column_says_it(columns: Mapping[str, str], outcome: str | None) -> None:
    assert event_of({**BASE, **columns})["outcome"] == outcome


@pytest.mark.parametrize(
    ("columns", "actor", "credential"),
    [
        ({"useridentity": '{"arn": "a", "accessKeyId": "k"}'}, "a", "k"),
        ({"useridentity": "{type=Root, arn=a, accesskeyid=k}"}, "a", "k"),
        ({"useridentity": "{type=AWSService, invokedby=config.amazonaws.com}"}, "config.amazonaws.com", None),
        ({"useridentity": "{broken"}, None, None),
        ({"useridentity.arn": "a", "useridentity.accesskeyid": "k"}, "a", "k"),
        ({"useridentity_arn": "a", "username": "b"}, "a", None),
        ({"User name": "b", "AWS access key": "k"}, "b", "k"),
    ],
)
def test_who(columns: Mapping[str, str], actor: str | None, credential: str | None) -> None:
    event = event_of({**BASE, **columns})
    assert (event["actor"], event["credential"]) == (actor, credential)


@pytest.mark.parametrize(
    ("written", "us", "basis"),
    [
        ("2026-03-30T22:36:48Z", AT, "stated"),
        ("2026-03-30 22:36:48.000", AT, "stated"),
        ("2026-03-30 22:36:48.000 UTC", AT, "stated"),
        ("March 31, 2026, 00:36:48 (UTC+02:00)", AT, "stated"),
        ("2026-03-30, 10:36:48 PM", AT - 7_200_000_000, "zone_assumed"),
        ("1774910208", AT, "stated"),
        ("soon", None, None),
    ],
)
def test_times_of_cloudtrail_are_utc_and_those_of_the_console_local(
    written: str, us: int | None, basis: str | None
) -> None:
    event = event_of({**BASE, "eventtime": written}, DecodeContext(zone="Europe/Berlin"))
    assert (event["timestamp"], event["timestamp_basis"]) == (us, basis)


def test_a_column_with_the_whole_record_is_the_record() -> None:
    record = {
        "eventName": "PutObject",
        "eventSource": "s3.amazonaws.com",
        "eventID": "x",
        "eventTime": "2026-03-30T22:36:48Z",
    }
    event = event_of({"event_id": "x", "event_name": "PutObject", "cloud_trail_event": json.dumps(record)})
    assert (event["action"], event["timestamp"], event["outcome"]) == ("s3:PutObject", AT, "success")
    cut = event_of({**BASE, "cloud_trail_event": "{"})
    assert (cut["action"], cut["outcome"]) == ("s3:GetObject", None)


def test_fields_are_those_of_the_record() -> None:
    header = b"eventname,eventtime,requestparameters,useridentity,note"
    found = PARSER.fields(b'PutObject,2026-03-30,"{key=v, a=b}","{arn=x, accesskeyid=k}",mine', header, DecodeContext())
    assert (found["eventName"], found["requestParameters"]) == ("PutObject", {"key": "v", "a": "b"})
    assert (found["userIdentity"], found["note"]) == ({"arn": "x", "accessKeyId": "k"}, "mine")


def test_a_row_without_a_call_is_a_reject() -> None:
    done = run(PARSER, b"eventname,eventtime,eventsource\n,2026-03-30T22:36:48Z,\n")
    assert [reason for *_, reason in done.refused] == ["names neither eventSource nor eventName"]


@pytest.mark.parametrize(
    "data",
    [
        b"Event name,Event time,User\nlogin,2026-03-30T22:36:48Z,dana\n",
        b"event_type,event_time,source_ip_address\nx,y,z\n",
        b"Date,Event Name,Event Description,IP Address\n",
        b"eventname and eventtime, eventsource in prose about awsregion\n",
        b'{"eventname":1,"eventtime":2,"eventsource":3,"awsregion":4}\n',
        b"time,operationName,callerIpAddress\n",
        b"",
    ],
)
def test_look_alikes_are_refused(data: bytes) -> None:
    assert PARSER.sniff(Sample(data)).confidence == 0
