import json

import pytest

from parsers import cloudflare_http
from timeline.model.parser import Chunk, DecodeContext, Sample

REQUEST = {
    "ClientIP": "203.0.113.9",
    "ClientMTLSAuthCertFingerprint": "",
    "ClientRequestHost": "www.example.com",
    "ClientRequestMethod": "GET",
    "ClientRequestURI": "/a?b=c",
    "ClientRequestUserAgent": "curl/8.5.0",
    "EdgeColoCode": "FRA",
    "EdgeEndTimestamp": "2026-03-30T23:18:01Z",
    "EdgeResponseBytes": 700,
    "EdgeResponseStatus": 200,
    "EdgeStartTimestamp": "2026-03-30T23:17:59Z",
    "RayID": "8f0a1b2c3d4e5f60",
    "ZoneName": "example.com",
}


def event(record: object) -> dict[str, object]:
    (found,) = cloudflare_http.decode(Chunk(json.dumps(record).encode())).events.to_pylist()
    return {name: value for name, value in found.items() if value is not None}


def test_a_request() -> None:
    found = event(REQUEST)
    assert isinstance(found.pop("content"), int)
    assert found == {
        "timestamp": 1774912679000000,
        "timestamp_desc": "request",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "record": 1,
        "offset": 0,
        "length": len(json.dumps(REQUEST)),
        "kind": "cloudflare.http",
        "action": "GET",
        "outcome": "success",
        "src_ip": "203.0.113.9",
        "user_agent": "curl/8.5.0",
        "resource": "/a?b=c",
        "account": "example.com",
        "region": "FRA",
        "bytes_out": 700,
        "status": 200,
        "uid": "8f0a1b2c3d4e5f60",
    }


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"EdgeResponseBodyBytes": 512}, "bytes_out", 512),
        ({"EdgeResponseBodyBytes": 0}, "bytes_out", 0),
        ({"EdgeResponseStatus": 403}, "outcome", "denied"),
        ({"EdgeResponseStatus": 0}, "status", None),
        ({"EdgeStartTimestamp": 1774912679}, "timestamp", 1774912679000000),
        ({"EdgeStartTimestamp": 1774912679}, "timestamp_precision", 1_000_000),
        ({"EdgeStartTimestamp": 1774912679123456789}, "timestamp", 1774912679123456),
        ({"EdgeStartTimestamp": 1774912679123456789}, "timestamp_precision", 1),
        ({"EdgeStartTimestamp": None}, "timestamp", 1774912681000000),
        ({"ClientRequestURI": None, "ClientRequestPath": "/a"}, "resource", "/a"),
        ({"ClientMTLSAuthCertFingerprint": "ab12"}, "credential", "ab12"),
        ({"ZoneName": "", "ZoneID": 7}, "account", "7"),
        ({"RayID": ""}, "uid", None),
    ],
)
def test_values(change: dict[str, object], field: str, value: object) -> None:
    assert event(REQUEST | change).get(field) == value


def test_what_is_no_request() -> None:
    decoded = cloudflare_http.decode(Chunk(b'{"Action":"block"}\n{"RayID":"x"'))
    assert [refusal.reason for refusal in decoded.rejects] == [cloudflare_http.NO_REQUEST, "not valid JSON"]
    assert cloudflare_http.fields(b"7", b"", DecodeContext()) == {}


@pytest.mark.parametrize(
    "record",
    [
        {
            "Action": "block",
            "ClientIP": "203.0.113.9",
            "Datetime": "2026-03-30T23:17:59Z",
            "RayID": "8f",
            "Source": "waf",
        },
        {"ActionType": "login", "ActorEmail": "a@example.com", "When": "2026-03-30T23:17:59Z"},
        {"text": "EdgeResponseStatus and EdgeStartTimestamp are names"},
    ],
)
def test_neighbours_are_left_alone(record: dict[str, object]) -> None:
    assert cloudflare_http.sniff(Sample(json.dumps(record).encode())).confidence < 50
