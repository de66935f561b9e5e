r"""Access logs in JSON: nginx, ingress-nginx, Apache httpd in any naming; Caddy, Traefik, Kong, APISIX, Fastly, gateways.

    {"time_iso8601":"2026-03-30T23:17:59+00:00","remote_addr":"192.0.2.7","remote_user":"-","request_method":"GET",
     "request_uri":"/backup.tar.gz?x=1","status":"200","body_bytes_sent":"1048576","http_user_agent":"curl/8.5.0"}

(one line in the log; `parsers.lib.web_requests` has the names). The client is the address that the server took for it;
`X-Forwarded-For`, which anybody can send, stays in the raw record and counts only where there is no other address.
nginx without `escape=json` writes `\x22`, and nothing or `-` for a number it does not have: such lines are read, too.
References: https://nginx.org/en/docs/http/ngx_http_log_module.html, https://caddyserver.com/docs/caddyfile/directives/log,
https://doc.traefik.io/traefik/observe/logs-and-access-logs/.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import NOT_JSON, NOT_STRICT, Loaded, Record, load_object
from parsers.lib.json_values import as_text
from parsers.lib.object_marks import first_objects
from parsers.lib.records import Ignored, RecordFormat, Warn, decode_records, fields_of
from parsers.lib.request_names import read_named
from parsers.lib.times import Times
from parsers.lib.web_requests import (
    NAMING,
    has_marks,
    is_foreign,
    is_named_request,
    is_nested_request,
    plain_ecs,
    plain_request,
    read_nested,
)
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "web.json"
VERSION: Final = 1
TITLE: Final = "Access log in JSON: nginx, Apache httpd, Caddy, Traefik, Kong, ingresses and gateways"
REFERENCE: Final = "https://nginx.org/en/docs/http/ngx_http_log_module.html"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_REQUEST: Final = "tells of no request"
SERVER_MESSAGE: Final = "a message of the server, not a request"

_NGINX: Final = rb"""{"time_local":"30/Mar/2026:23:17:59 +0200","remote_addr":"192.0.2.7","remote_user":"alice",\
"request":"GET /models/shard-00.bin?part=1 HTTP/1.1","status":"200","body_bytes_sent":"734003200","http_referer":"-",\
"http_user_agent":"curl/8.5.0","http_x_forwarded_for":"203.0.113.5"}
{"time_local":"30/Mar/2026:23:18:02 +0200","remote_addr":"2001:db8::7","remote_user":"-","request":"\x16\x03\x01",\
"status":"400","body_bytes_sent":"157","http_referer":"-","http_user_agent":"-","http_x_forwarded_for":"-"}
""".replace(b"\\\n", b"")
_INGRESS: Final = b"""{"time":"2026-03-30T23:17:59+00:00","remote_addr":"198.51.100.23","x_forwarded_for":"198.51.100.23",\
"request_id":"0a1b2c","remote_user":"","bytes_sent":512,"request_time":0.002,"status":403,"vhost":"www.example.com",\
"request_proto":"HTTP/2.0","path":"/admin","request_query":"a=b","request_length":411,"duration":0.002,"method":"GET",\
"http_referrer":"","http_user_agent":"python-requests/2.31.0"}
"""
_CADDY: Final = b"""{"level":"info","ts":1774912679.1234567,"logger":"http.log.access.log0","msg":"handled request",\
"request":{"remote_ip":"192.0.2.1","remote_port":"41342","client_ip":"203.0.113.9","proto":"HTTP/2.0","method":"GET",\
"host":"www.example.com","uri":"/.git/config","headers":{"User-Agent":["git/2.43.0"]}},"bytes_read":0,"user_id":"bob",\
"duration":0.00092,"size":311,"status":200,"resp_headers":{"Server":["Caddy"]}}
{"level":"info","ts":1774912680.5,"logger":"http","msg":"servers shutting down with eternal grace period"}
{"level":"info","ts":1774912681.5,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":\
"192.0.2.1","remote_port":"41342","client_ip":"203.0.113.9","proto":"HTTP/2.0","method":"GET","host":"www.example.com",\
"uri":"/.env","headers":{"User-Agent":["git/2.43.0"]}},"bytes_read":0,"user_id":"","duration":0.0009,"size":0,"status":404}
"""
_TRAEFIK: Final = b"""{"ClientAddr":"192.0.2.7:50100","ClientHost":"192.0.2.7","ClientPort":"50100","ClientUsername":"-",\
"DownstreamContentSize":640,"DownstreamStatus":200,"Duration":402000,"OriginStatus":200,"RequestHost":"www.example.com",\
"RequestMethod":"GET","RequestPath":"/a?b=c","RequestProtocol":"HTTP/1.1","RouterName":"web@docker","level":"info",\
"StartUTC":"2026-03-30T23:17:59.250441900Z","msg":"","request_User-Agent":"curl/8.5.0","time":"2026-03-30T23:17:59Z"}
"""
_KONG: Final = b"""{"started_at":1774912679123,"client_ip":"192.0.2.7","request":{"method":"POST","uri":"/v1/complete",\
"url":"https://api.example.com/v1/complete","size":811,"headers":{"user-agent":"curl/8.5.0"},"querystring":{}},\
"response":{"status":401,"size":233,"headers":{}},"latencies":{"request":6,"kong":5,"proxy":1},\
"consumer":{"username":"partner","id":"c1"},"upstream_uri":"/complete"}
"""
SAMPLES: Final = (_NGINX, _INGRESS, _CADDY, _TRAEFIK, _KONG)

_HEAD: Final = 1 << 12
# how the names of requests and of their answers end
_ASKED: Final = (b"ethod", b"equest", b"verb")
_ANSWERED: Final = (b"tatus", b"esponse")
_NOT_STRICT_PARTS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|:[ \t]*-?[ \t]*(?=[,}])', re.DOTALL)
_NOT_STRICT_ESCAPE: Final = re.compile(rb"\\(?:x(?=[0-9A-Fa-f]{2})|(.))", re.DOTALL)


def sniff(sample: Sample) -> Sniff:
    """By records that have a request, its answer, its time and its client under names that web servers use."""
    head = sample.data[:_HEAD]
    if not any(word in head for word in _ASKED) or not any(word in head for word in _ANSWERED):
        return NO
    objects = first_objects(sample)
    found = [kind for kind in map(_likeness, objects) if kind]
    if not found:
        return NO
    share = len(found) / len(objects)
    confidence = (96 if found.count(_CERTAIN) * 2 > len(found) else 86) - (0 if share > 0.9 else 6)
    reason = f"{len(found)} of the first {len(objects)} records tell of a request under names that web servers use"
    return Sniff(confidence if share >= 0.5 else 40, (reason,))


_LIKELY, _CERTAIN = 1, 2


def _likeness(record: Record) -> int:
    """_CERTAIN, _LIKELY or 0 for no request."""
    if is_foreign(record):
        return 0
    record = plain_request(record)
    if is_nested_request(record):
        return _CERTAIN
    return (_CERTAIN if has_marks(record) else _LIKELY) if is_named_request(record) else 0


def decode(chunk: Chunk) -> Decoded:
    """Events of the requests, one each."""
    return decode_records(chunk, _FORMAT, _load)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The request's own fields."""
    return fields_of(record, _FORMAT, _load)


def _load(raw: bytes) -> Loaded:
    loaded = load_object(raw)
    if loaded.problem != NOT_JSON or raw[:1] != b"{":
        return loaded
    again = load_object(_NOT_STRICT_PARTS.sub(_strict, raw))
    return loaded if again.value is None else Loaded(again.value, None, again.warning or NOT_STRICT)


def _strict(part: re.Match[bytes]) -> bytes:
    r"""A text with `\x16` kept as it stands there, or `null` in place of a number that is not there."""
    found = part[0]
    if found[:1] == b":":
        return b":null"
    return _NOT_STRICT_ESCAPE.sub(lambda match: match[0] if match[1] else rb"\\x", found)


def _unwrap(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    return plain_request(record)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | Ignored | str:  # noqa: ARG001 - of ReadRecord
    request = record.get("request")
    if type(request) is dict:
        return read_nested(record, request, times)
    flat = plain_ecs(record)
    names = NAMING.names(flat)
    if names.tells_request:
        return read_named(flat, names, times)
    if "level" in record and (as_text(record.get("msg")) or as_text(record.get("message"))):
        return Ignored(SERVER_MESSAGE)
    return NO_REQUEST


_FORMAT: Final = RecordFormat(KIND, _read, unwrap=_unwrap)
