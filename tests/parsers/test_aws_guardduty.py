import json
from collections.abc import Mapping
from typing import Any

import pytest

from parsers import aws_guardduty
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

PARSER = load("aws.guardduty")
AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
BASE: dict[str, Any] = {
    "type": "Recon:EC2/PortProbe",
    "id": "x",
    "accountId": "111122223333",
    "resource": {},
    "service": {},
}


def events_of(**values: object) -> list[Event]:
    record = {name: value for name, value in {**BASE, **values}.items() if value is not ...}
    return list(PARSER.decode(Chunk(json.dumps(record).encode())).events.to_pylist())


def test_a_finding_is_seen_first_and_last() -> None:
    first, last, dns = run(PARSER, aws_guardduty.SAMPLES[0]).events
    place = {name: first.pop(name) for name in ("record", "offset", "length", "content")}
    assert place["record"] == 1
    assert {name: value for name, value in first.items() if value is not None} == {
        "timestamp": AT,
        "timestamp_desc": "first seen",
        "timestamp_precision": 1_000,
        "timestamp_basis": "stated",
        "kind": "aws.guardduty",
        "action": "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
        "actor": "Deploy",
        "credential": "ASIAIOSFODNN7EXAMPLE",
        "session": "i-0123456789abcdef0",
        "src_ip": "198.51.100.23",
        "user_agent": "aws-cli/2.15.30",
        "resource": "example-models",
        "account": "111122223333",
        "region": "us-west-2",
        "uid": "16b2f1d1",
        "message": "Credentials of an instance role were used from outside AWS.",
    }
    assert (last["timestamp"], last["timestamp_desc"], last["uid"]) == (AT + 1_342_000_000, "last seen", "16b2f1d1")
    assert last["content"] != place["content"]
    assert (dns["resource"], dns["outcome"], dns["src_ip"]) == ("i-0123456789abcdef0", "denied", None)


def test_findings_of_the_api_have_names_in_capitals() -> None:
    first, last = run(PARSER, aws_guardduty.SAMPLES[1]).events
    assert (first["action"], first["actor"], first["outcome"]) == (
        "Exfiltration:S3/AnomalousBehavior",
        "dana",
        "denied",
    )
    assert (first["resource"], first["src_ip"]) == ("arn:aws:s3:::example-models", "203.0.113.9")
    assert (first["credential"], first["region"]) == ("AKIAIOSFODNN7EXAMPLE", "eu-west-1")
    assert last["timestamp"] - first["timestamp"] == 60_000_000


@pytest.mark.parametrize(
    ("values", "clocks"),
    [
        (
            {"service": {"eventFirstSeen": "2026-03-30T22:36:48Z", "eventLastSeen": "2026-03-30T22:36:48Z"}},
            ["first seen"],
        ),
        ({"service": {"eventLastSeen": "2026-03-30T22:36:48Z"}}, ["last seen"]),
        ({"createdAt": "2026-03-30T22:36:48Z"}, ["found"]),
        ({"createdAt": 1774910208}, ["found"]),
    ],
)
def test_the_clocks(values: Mapping[str, object], clocks: list[str]) -> None:
    events = events_of(**values)
    assert [event["timestamp_desc"] for event in events] == clocks
    assert {event["timestamp"] for event in events} == {AT}


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ({"lambdaDetails": {"functionArn": "arn:f"}}, "arn:f"),
        ({"eksClusterDetails": {"arn": "arn:c", "name": "c"}}, "arn:c"),
        ({"rdsDbInstanceDetails": {"dbInstanceIdentifier": "d"}}, "d"),
        ({"s3BucketDetails": [{"name": "b"}], "accessKeyDetails": {"accessKeyId": "k"}}, "b"),
        ({"accessKeyDetails": {"accessKeyId": "k"}}, "k"),
        ({"instanceDetails": "odd"}, None),
    ],
)
def test_the_resource(resource: object, name: str | None) -> None:
    assert events_of(resource=resource)[0]["resource"] == name


@pytest.mark.parametrize(
    ("action", "address"),
    [
        ({"networkConnectionAction": {"remoteIpDetails": {"ipAddressV4": "192.0.2.1"}}}, "192.0.2.1"),
        (
            {"portProbeAction": {"portProbeDetails": [1, {"remoteIpDetails": {"ipAddressV4": "192.0.2.2"}}]}},
            "192.0.2.2",
        ),
        ({"kubernetesApiCallAction": {"sourceIPs": ["192.0.2.3"]}}, "192.0.2.3"),
        ({"awsApiCallAction": {"remoteIpDetails": {"ipAddressV4": "", "ipAddressV6": "2001:db8::1"}}}, "2001:db8::1"),
        ({"dnsRequestAction": {"domain": "pool.example.com"}}, None),
        ([], None),
    ],
)
def test_the_address(action: object, address: str | None) -> None:
    assert events_of(service={"action": action})[0]["src_ip"] == address


@pytest.mark.parametrize(
    ("resource", "actor"),
    [
        ({"kubernetesDetails": {"kubernetesUserDetails": {"username": "system:anonymous"}}}, "system:anonymous"),
        ({"rdsDbUserDetails": {"user": "admin"}}, "admin"),
        ({"accessKeyDetails": {"principalId": "AIDAEXAMPLEUSER"}}, "AIDAEXAMPLEUSER"),
        ({}, None),
    ],
)
def test_the_actor(resource: object, actor: str | None) -> None:
    assert events_of(resource=resource)[0]["actor"] == actor


def test_fields_are_those_of_the_finding() -> None:
    line = aws_guardduty.SAMPLES[0].splitlines()[1]
    assert PARSER.fields(line, b"", DecodeContext())["updatedAt"] == "2026-03-30T23:09:00Z"


def test_what_is_no_finding_is_a_reject() -> None:
    done = PARSER.decode(Chunk(b'{"type": "x"}\n{"Findings": []}\n{"Findings": [3]}'))
    assert [refusal.reason for refusal in done.rejects] == [aws_guardduty.NO_FINDING] * 3


def test_a_document_longer_than_the_sample_is_recognised() -> None:
    finding = json.loads(aws_guardduty.SAMPLES[1])["Findings"][0]
    for indent in (None, 4):
        whole = json.dumps({"Findings": [finding] * 200}, indent=indent).encode()
        assert PARSER.sniff(Sample(whole[:65_536], whole=False)).confidence >= 80


@pytest.mark.parametrize(
    "record",
    [
        {
            "Findings": [
                {"ProductArn": "arn:aws:securityhub:::product/aws/guardduty", "Types": ["TTPs/x"], "Resources": []}
            ]
        },
        {"source": "aws.guardduty", "detail": {"eventName": "GetFindings", "eventSource": "guardduty.amazonaws.com"}},
        {"type": "a:b/c", "service": "x", "resource": {}, "detectorId": "y"},
        {"eventFirstSeen": "2026-03-30T22:36:48Z", "type": "login"},
    ],
)
def test_look_alikes_are_refused(record: object) -> None:
    assert PARSER.sniff(Sample(json.dumps(record).encode())).confidence == 0
