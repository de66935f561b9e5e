import json

import pytest

from parsers import envoy_json
from timeline.model.parser import Chunk, DecodeContext, Sample

REQUEST = {
    "start_time": "2026-03-30T23:17:59.123Z",
    "method": "GET",
    "path": "/v1/models?x=1",
    "response_code": 200,
    "response_flags": "-",
    "bytes_received": 7,
    "bytes_sent": 1048576,
    "x_forwarded_for": "198.51.100.4, 10.0.0.1",
    "user_agent": "curl/8.5.0",
    "authority": "api.example.com",
    "upstream_cluster": "outbound|80||api",
    "downstream_remote_address": "203.0.113.9:40112",
    "requested_server_name": None,
}


def event(record: object) -> dict[str, object]:
    (found,) = envoy_json.decode(Chunk(json.dumps(record).encode())).events.to_pylist()
    return {name: value for name, value in found.items() if value is not None}


def test_a_request() -> None:
    assert event(REQUEST) == {
        "timestamp": 1774912679123000,
        "timestamp_desc": "request",
        "timestamp_precision": 1000,
        "timestamp_basis": "stated",
        "record": 1,
        "offset": 0,
        "length": len(json.dumps(REQUEST)),
        "kind": "envoy.json",
        "action": "GET",
        "outcome": "success",
        "src_ip": "203.0.113.9",
        "user_agent": "curl/8.5.0",
        "resource": "/v1/models?x=1",
        "bytes_out": 1048576,
        "status": 200,
    }


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"downstream_remote_address": "[2001:db8::7]:443"}, "src_ip", "2001:db8::7"),
        ({"downstream_remote_address": None}, "src_ip", "198.51.100.4"),
        ({"response_code": 403}, "outcome", "denied"),
        ({"response_code": "503"}, "outcome", "failure"),
        ({"response_code": 0}, "status", None),
        ({"response_code": 0}, "outcome", None),
        ({"x-envoy-original-path": "/before"}, "resource", "/before"),
        ({"path": None, "method": None, "requested_server_name": "db.example.com"}, "resource", "db.example.com"),
        ({"path": None, "method": None}, "resource", "api.example.com"),
        ({"path": None, "method": None}, "action", None),
        ({"start_time": "later"}, "timestamp", None),
    ],
)
def test_values(change: dict[str, object], field: str, value: object) -> None:
    assert event(REQUEST | change).get(field) == value


def test_a_request_that_was_wrapped() -> None:
    wrapped = {"log": json.dumps(REQUEST), "stream": "stdout", "time": "2026-03-30T23:18:00Z"}
    assert event(wrapped)["resource"] == "/v1/models?x=1"
    assert envoy_json.sniff(Sample(json.dumps(wrapped).encode())).confidence > 80


def test_what_is_no_request() -> None:
    decoded = envoy_json.decode(Chunk(b'{"level":"info","msg":"x"}\n[1]\n'))
    assert [refusal.reason for refusal in decoded.rejects] == [envoy_json.NO_CONNECTION, "not a JSON object"]
    assert envoy_json.fields(b"{}", b"", DecodeContext()) == {}


@pytest.mark.parametrize(
    "record",
    [
        {
            "time": "2026-03-30T21:17:59Z",
            "method": "GET",
            "path": "/",
            "status": 200,
            "bytes_sent": 1,
            "upstream_host": "x",
        },
        {"response_flags": "-", "note": "about Envoy"},
        {"text": "response_flags downstream_remote_address upstream_cluster"},
    ],
)
def test_neighbours_are_left_alone(record: dict[str, object]) -> None:
    assert envoy_json.sniff(Sample(json.dumps(record).encode())).confidence < 50
