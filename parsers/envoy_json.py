"""Access logs of Envoy in JSON, as Istio, Contour, Emissary and Envoy Gateway have it write them.

    {"start_time":"2026-03-30T23:17:59.123Z","method":"GET","path":"/v1/models?x=1","protocol":"HTTP/2","response_code":200,
     "response_flags":"-","bytes_received":0,"bytes_sent":1048576,"duration":42,"x_forwarded_for":"203.0.113.9",
     "user_agent":"curl/8.5.0","request_id":"0a1b","authority":"api.example.com","upstream_host":"10.0.0.15:8080",
     "upstream_cluster":"outbound|80||api","downstream_remote_address":"203.0.113.9:0","requested_server_name":null}

(one line in the log). The client is the downstream address, into which Envoy has worked what trusted proxies forwarded; a
header `x-forwarded-for` counts only where there is no such address. Connections that are not HTTP have neither method
nor status: their resource is the server name that was asked for, or the cluster that took them.
References: https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage,
https://istio.io/latest/docs/tasks/observability/logs/access-log/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import first_text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.request_names import Aliases, Naming, plain_name, read_named
from parsers.lib.times import Times
from parsers.lib.web_requests import plain_wrapped
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "envoy.json"
VERSION: Final = 1
TITLE: Final = "Envoy access log in JSON: Istio, Contour, Emissary, Envoy Gateway"
REFERENCE: Final = "https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_CONNECTION: Final = "tells of no request and no connection"

_ISTIO: Final = b"""{"start_time":"2026-03-30T23:17:59.123Z","method":"GET","path":"/v1/models?x=1","protocol":"HTTP/2",\
"response_code":200,"response_flags":"-","response_code_details":"via_upstream","connection_termination_details":null,\
"bytes_received":0,"bytes_sent":1048576,"duration":42,"upstream_service_time":"41","x_forwarded_for":"203.0.113.9",\
"user_agent":"curl/8.5.0","request_id":"0a1b2c3d","authority":"api.example.com","upstream_host":"10.0.0.15:8080",\
"upstream_cluster":"outbound|80||api.example.svc","upstream_local_address":"10.0.0.1:41000","route_name":"default",\
"downstream_local_address":"10.0.0.15:8080","downstream_remote_address":"203.0.113.9:0","requested_server_name":null}
{"start_time":"2026-03-30T23:18:01.000Z","method":null,"path":null,"protocol":null,"response_code":0,"response_flags":"UH",\
"bytes_received":517,"bytes_sent":0,"duration":3,"upstream_host":null,"upstream_cluster":"outbound|5432||db.example.svc",\
"downstream_remote_address":"10.0.0.9:50412","requested_server_name":"db.example.com"}
"""
_GATEWAY: Final = b"""{":authority":"www.example.com","bytes_received":0,"bytes_sent":19,"downstream_local_address":\
"10.0.0.2:10080","downstream_remote_address":"[2001:db8::7]:41342","duration":5,"method":"POST","protocol":"HTTP/1.1",\
"response_code":403,"response_code_details":"rbac_access_denied","response_flags":"-","start_time":\
"2026-03-30T23:18:02.500Z","upstream_cluster":"httproute/a/b","user-agent":"python-requests/2.31.0",\
"x-envoy-origin-path":"/admin","x-forwarded-for":"198.51.100.4","x-request-id":"77aa"}
"""
SAMPLES: Final = (_ISTIO, _GATEWAY)

_ALIASES: Final[Aliases] = {
    "client": (
        "downstreamremoteaddress", "downstreamremoteaddresswithoutport", "downstreamdirectremoteaddress",
        "downstreamdirectremoteaddresswithoutport", "clientip", "remoteaddress", "remoteaddr", "sourceip",
        "sourceaddress", "xforwardedfor",
    ),
    "user": ("requesteduser", "username", "user", "userid", "downstreampeerurisan", "downstreampeersubject"),
    "line": ("request",),
    "method": ("method", "requestmethod", "httpmethod", "reqmethod"),
    "target": (
        "xenvoyoriginalpath", "xenvoyoriginpath", "envoyoriginalpath", "path", "requestpath", "originalpath", "uri", "requesturi",
    ),
    "status": ("responsecode", "statuscode", "status", "responsestatus", "httpstatus"),
    "bytes_out": ("bytessent", "responsebytes", "responsebodybytes", "responsesize"),
    "user_agent": ("useragent", "requestuseragent"),
    "time": ("starttime", "timestamp", "time", "ts", "startedat"),
}  # fmt: skip
_NAMING: Final = Naming(_ALIASES)
_MARKS: Final = (b"response_flags", b"responseFlags", b"downstream_remote_address", b"downstreamRemoteAddress")
_OWN: Final = frozenset(
    {
        "responseflags", "downstreamremoteaddress", "upstreamcluster", "upstreamhost", "responsecodedetails",
        "downstreamlocaladdress", "downstreamdirectremoteaddress", "requestedservername", "upstreamlocaladdress",
        "upstreamtransportfailurereason", "connectionterminationdetails", "xenvoyoriginalpath", "xenvoyoriginpath",
        "downstreamremoteaddresswithoutport", "bytessent", "routename",
    }
)  # fmt: skip
_ENOUGH: Final = 3  # of these names


def sniff(sample: Sample) -> Sniff:
    """By response flags, downstream and upstream addresses: what no other proxy calls so."""
    head = sample.data[:4096]
    if b"ownstream" not in head and b"esponse_flags" not in head and b"esponseFlags" not in head:
        return NO
    return sniff_objects(sample, _MARKS, _is_own, "have response flags, downstream and upstream as Envoy names them")


def _is_own(record: Record) -> bool:
    names = {plain_name(name) for name in list(plain_wrapped(record, _tells_connection))[:200]}
    return len(_OWN & names) >= _ENOUGH and bool({"responseflags", "downstreamremoteaddress"} & names)


def decode(chunk: Chunk) -> Decoded:
    """Events of the requests and connections, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The request's own fields."""
    return json_fields(record, _FORMAT)


def _tells_connection(record: Record) -> bool:
    names = _NAMING.names(record)
    return bool(names.client or names.tells_request)


def _unwrap(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    return plain_wrapped(record, _tells_connection)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    names = _NAMING.names(record)
    if not names.client and not names.tells_request:
        return NO_CONNECTION
    values = read_named(record, names, times)
    if values.get("resource") is None:
        values["resource"] = first_text(record, "requested_server_name", "authority", ":authority", "upstream_cluster")
    return values


_FORMAT: Final = RecordFormat(KIND, _read, unwrap=_unwrap)
