import json

import pytest

from parsers import web_json
from parsers.lib.request_names import plain_name
from tests.parsers.registry import load, registry
from timeline.model.parser import Chunk, DecodeContext, Sample

NGINX = {
    "time_local": "30/Mar/2026:23:17:59 +0200",
    "remote_addr": "192.0.2.7",
    "remote_user": "alice",
    "request": "GET /a?b=c HTTP/1.1",
    "status": "200",
    "body_bytes_sent": "512",
    "bytes_sent": "812",
    "http_user_agent": "curl/8.5.0",
    "http_x_forwarded_for": "203.0.113.5",
}
CADDY = {
    "level": "info",
    "ts": 1774912679.5,
    "logger": "http.log.access",
    "msg": "handled request",
    "request": {
        "remote_ip": "192.0.2.1",
        "client_ip": "203.0.113.9",
        "method": "GET",
        "uri": "/a?b=c",
        "headers": {"User-Agent": ["curl/8.5.0"], "Authorization": ["REDACTED"]},
    },
    "user_id": "bob",
    "size": 311,
    "status": 200,
}


def event(record: object) -> dict[str, object]:
    raw = record if isinstance(record, bytes) else json.dumps(record).encode()
    decoded = web_json.decode(Chunk(raw))
    assert not decoded.rejects
    (found,) = decoded.events.to_pylist()
    return {name: value for name, value in found.items() if value is not None}


def test_a_request_by_nginx() -> None:
    assert event(NGINX) == {
        "timestamp": 1774905479000000,
        "timestamp_desc": "request",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "record": 1,
        "offset": 0,
        "length": len(json.dumps(NGINX)),
        "kind": "web.json",
        "action": "GET",
        "outcome": "success",
        "actor": "alice",
        "src_ip": "192.0.2.7",
        "user_agent": "curl/8.5.0",
        "resource": "/a?b=c",
        "bytes_out": 512,
        "status": 200,
    }


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"remote_addr": "-"}, "src_ip", "203.0.113.5"),
        ({"remote_addr": "[2001:db8::7]:443"}, "src_ip", "2001:db8::7"),
        ({"remote_user": "-"}, "actor", None),
        ({"status": "403"}, "outcome", "denied"),
        ({"status": 502}, "outcome", "failure"),
        ({"status": "000"}, "status", None),
        ({"status": "-"}, "outcome", None),
        ({"body_bytes_sent": "-"}, "bytes_out", 812),
        ({"request": "\\x16\\x03\\x01"}, "resource", "\\x16\\x03\\x01"),
        ({"request": "\\x16\\x03\\x01"}, "action", None),
        ({"request": ""}, "resource", None),
        ({"request": "GET /a b HTTP/1.1"}, "resource", "/a b"),
        ({"request": "GET", "uri": "/x"}, "action", "GET"),
        ({"request": "GET", "uri": "/x"}, "resource", "/x"),
        ({"request_uri": "/real"}, "resource", "/real"),
        ({"time_local": "[30/Mar/2026:23:17:59 +0200]"}, "timestamp", 1774905479000000),
        ({"time_local": "-", "msec": "1774905479.250"}, "timestamp", 1774905479250000),
        ({"time_local": "-", "timestamp": 1774905479250}, "timestamp", 1774905479250000),
        ({"time_local": "-", "ts": 1774905479250123}, "timestamp", 1774905479250123),
        ({"time_local": "-", "ts": "1774905479250123456"}, "timestamp", 1774905479250123),
        ({"time_local": "30/Mar/2026:23:17:59"}, "timestamp_basis", "zone_assumed"),
        ({"time_local": "soon", "request_time": "0.002"}, "timestamp", None),
    ],
)
def test_values(change: dict[str, object], field: str, value: object) -> None:
    assert event(NGINX | change).get(field) == value


@pytest.mark.parametrize(
    "record",
    [
        {"time": "2026-03-30T21:17:59Z", "remote_addr": "192.0.2.7", "method": "GET", "path": "/a", "request_query": "b=c",
         "status": 200, "bytes_sent": 512, "http_user_agent": "curl/8.5.0"},
        {"time": "[30/Mar/2026:21:17:59 +0000]", "remoteIP": "192.0.2.7", "method": "GET", "request": "/a?b=c",
         "status": "200", "userAgent": "curl/8.5.0", "bytes": "512"},
        {"time": "[30/Mar/2026:21:17:59 +0000]", "remoteIP": "192.0.2.7", "method": "GET", "request": "/a", "query": "?b=c",
         "status": "200", "userAgent": "curl/8.5.0", "bytes": 512},
        {"@timestamp": "2026-03-30T23:00:00Z", "timestamp": "30/Mar/2026:21:17:59 +0000", "clientip": "192.0.2.7", "auth": "-",
         "verb": "GET", "request": "/a?b=c", "response": "200", "bytes": "512", "agent": '"curl/8.5.0"', "ident": "-"},
        {"time": "30/Mar/2026:21:17:59 +0000", "remote_ip": "192.0.2.7", "remote_user": "-", "request": "GET /a?b=c HTTP/1.1",
         "response": 200, "bytes": 512, "referrer": "-", "agent": "curl/8.5.0"},
        {"requestTime": "30/Mar/2026:21:17:59 +0000", "ip": "192.0.2.7", "httpMethod": "GET", "path": "/a?b=c",
         "status": "200", "responseLength": "512", "userAgent": "curl/8.5.0", "caller": "-", "user": "-"},
        {"timestamp": "2026-03-30T21:17:59+0000", "client_ip": "192.0.2.7", "request_method": "GET", "url": "/a?b=c",
         "response_status": 200, "response_body_size": 512, "request_user_agent": "curl/8.5.0", "fastly_server": "x"},
        {"@timestamp": "2026-03-30T21:17:59Z", "source": {"ip": "192.0.2.7"}, "http": {"request": {"method": "GET"},
         "response": {"status_code": 200, "body": {"bytes": 512}}}, "url": {"original": "/a?b=c"},
         "user_agent": {"original": "curl/8.5.0"}},
        {"time": "2026-03-30T21:17:59Z", "http.request.method": "GET", "http.request.uri": "/a?b=c",
         "http.request.remoteaddr": "192.0.2.7:5000", "http.response.status": 200, "http.response.written": 512,
         "http.request.useragent": "curl/8.5.0", "msg": "response completed"},
        {"time": "2026-03-30T21:17:59Z", "ClientHost": "192.0.2.7,10.0.0.9", "ClientAddr": "192.0.2.99:443",
         "RequestMethod": "GET", "RequestPath": "/a?b=c", "DownstreamStatus": 200, "DownstreamContentSize": 512,
         "request_User-Agent": "curl/8.5.0", "ClientUsername": "-"},
        {"started_at": 1774905479000, "client_ip": "192.0.2.7", "request": {"method": "GET", "uri": "/a?b=c",
         "headers": {"user-agent": "curl/8.5.0"}}, "response": {"status": 200, "size": 512}},
        {"time": "2026-03-30T21:17:59Z", "resourceId": "/SUBSCRIPTIONS/0F", "category": "FrontDoorAccessLog", "operationName":
         "Microsoft.Cdn/Profiles/AccessLog/Write", "properties": {"httpMethod": "GET", "requestUri": "/a?b=c", "clientIp":
         "192.0.2.7", "userAgent": "curl/8.5.0", "httpStatusCode": "200", "responseBytes": "512", "requestBytes": "1"}},
        {"timeStamp": "2026-03-30T21:17:59Z", "category": "ApplicationGatewayAccessLog", "operationName": "x", "properties":
         {"clientIP": "192.0.2.7", "clientPort": 1, "httpMethod": "GET", "requestUri": "/a", "requestQuery": "b=c", "userAgent":
         "curl/8.5.0", "httpStatus": 200, "sentBytes": 512, "originalRequestUriWithArgs": "/a?b=c"}},
        {"time": "2026-03-30T21:17:59Z", "category": "AppServiceHTTPLogs", "properties": '{"CIp":"192.0.2.7","CsMethod":"GET",'
         '"CsUriStem":"/a","CsUriQuery":"b=c","ScStatus":200,"ScBytes":512,"UserAgent":"curl/8.5.0"}'},
        {"log": json.dumps(NGINX | {"remote_user": "-"}) + "\n", "stream": "stdout", "time": "2026-03-30T23:00:00Z"},
        {"@timestamp": "2026-03-30T23:00:00Z", "message": json.dumps(NGINX | {"remote_user": "-"})},
    ],
)  # fmt: skip
def test_many_namings_tell_the_same(record: dict[str, object]) -> None:
    found = event(record)
    wanted = {
        "timestamp": 1774905479000000,
        "action": "GET",
        "resource": "/a?b=c",
        "src_ip": "192.0.2.7",
        "status": 200,
    }
    assert wanted.items() <= found.items()
    assert found["bytes_out"] == 512
    assert found["user_agent"] == "curl/8.5.0"
    assert "actor" not in found
    assert web_json.sniff(Sample(json.dumps(record).encode())).confidence >= 80


def test_caddy() -> None:
    found = event(CADDY)
    assert found["src_ip"] == "203.0.113.9"
    assert found["actor"] == "bob"
    assert found["timestamp"] == 1774912679500000
    assert found["timestamp_precision"] == 100_000
    assert found["user_agent"] == "curl/8.5.0"
    assert (found["status"], found["outcome"], found["bytes_out"]) == (200, "success", 311)
    assert "message" not in found
    assert "credential" not in found


def test_caddy_before_it_knew_clients_and_in_trouble() -> None:
    request = {"remote_addr": "192.0.2.1:41342", "method": "GET", "uri": "/"}
    found = event(CADDY | {"request": request, "status": 0})
    assert found["src_ip"] == "192.0.2.1"
    assert "status" not in found
    assert "outcome" not in found
    error = event(CADDY | {"logger": "http.log.error", "msg": "dial tcp: connection refused", "status": 502})
    assert error["message"] == "dial tcp: connection refused"


def test_nginx_without_json_escapes() -> None:
    raw = (
        rb'{"time_local":"30/Mar/2026:23:17:59 +0200","remote_addr":"192.0.2.7","request":"GET /\x22a\x5C HTTP/1.1",'
        rb'"status":"200","request_time":-,"upstream_response_time":,"body_bytes_sent":12}'
    )
    decoded = web_json.decode(Chunk(raw))
    (found,) = decoded.events.to_pylist()
    assert (found["resource"], found["bytes_out"]) == (r"/\x22a\x5C", 12)
    assert [text for _, text in decoded.warnings] == ["read although it is not strict JSON"]
    assert web_json.fields(raw, b"", DecodeContext())["upstream_response_time"] is None


def test_what_is_no_request() -> None:
    lines = b'{"level":"info","msg":"started"}\n{"a":1}\nDEBUG: plugin\n\n{"request":[]}'
    decoded = web_json.decode(Chunk(lines))
    assert [(refusal.record, refusal.reason) for refusal in decoded.rejects] == [
        (2, web_json.NO_REQUEST),
        (3, "not valid JSON"),
    ]
    assert [refusal.reason for refusal in decoded.ignored] == [web_json.SERVER_MESSAGE, "blank line"]
    assert len(decoded.events) == 1


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "Event", "verb": "get", "requestURI": "/api", "responseStatus": {"code": 200}, "userAgent": "x",
         "sourceIPs": ["192.0.2.7"], "auditID": "1", "stageTimestamp": "2026-03-30T21:17:59Z"},
        {"method": "GET", "path": "/", "status": 200, "controller": "Home", "remote_ip": "192.0.2.7", "time": "x"},
        {"start_time": "2026-03-30T21:17:59Z", "method": "GET", "path": "/", "response_code": 200, "response_flags": "-",
         "downstream_remote_address": "192.0.2.7:1", "user_agent": "x"},
        {"type": "request", "request": {"operation": "read", "path": "secret/a"}, "response": {}},
        {"ClientRequestMethod": "GET", "ClientIP": "192.0.2.7", "EdgeResponseStatus": 200},
        {"action": "api.request", "actor": "x", "request_method": "GET", "url_path": "/", "status_code": 200,
         "user_agent": "curl", "created_at": 1},
        {"time": "2026-03-30T21:17:59Z", "status": "ok", "message": "request done", "user": "x"},
    ],
)  # fmt: skip
def test_neighbours_are_left_alone(record: dict[str, object]) -> None:
    assert web_json.sniff(Sample(json.dumps(record).encode())).confidence < 50


def test_samples_of_others_are_left_alone() -> None:
    for kind in registry():
        if kind != web_json.KIND:
            for sample in load(kind).SAMPLES:
                assert web_json.sniff(Sample(sample)).confidence < 80, kind


def test_a_damaged_first_line_does_not_hide_the_format() -> None:
    line = json.dumps(NGINX).encode()
    assert web_json.sniff(Sample(line[:90] + b"\n" + line + b"\n" + line)).confidence > 80


def test_names_without_case_and_punctuation() -> None:
    assert plain_name("Remote_Addr") == plain_name("remote.addr") == plain_name("$remoteAddr") == "remoteaddr"
