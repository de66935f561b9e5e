"""Requests as web servers, ingresses and API gateways write them in JSON: which names they use, and how they nest.

References: https://nginx.org/en/docs/varindex.html; https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format/;
https://caddyserver.com/docs/caddyfile/directives/log; https://doc.traefik.io/traefik/observe/logs-and-access-logs/;
https://docs.konghq.com/hub/kong-inc/file-log/;
https://learn.microsoft.com/azure/application-gateway/monitor-application-gateway-reference;
https://www.elastic.co/guide/en/ecs/current/ecs-http.html.
"""

from collections.abc import Callable
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_count, as_text, first_text, inner, object_of, text_or_first
from parsers.lib.request_names import (
    Aliases,
    Naming,
    is_method,
    is_request_line,
    read_stamp,
    request_values,
)
from parsers.lib.times import Times
from timeline.model.event import EventValues

_INT32_MAX: Final = 2**31 - 1
_ALIASES: Final[Aliases] = {
    "client": (
        "clienthost", "remoteaddr", "therealip", "clientip", "remoteip", "sourceip", "srcip", "cip", "realip", "client",
        "ip", "remotehost", "remoteaddress", "clientaddress", "clientaddr", "httprequestremoteaddr", "proxyprotocoladdr",
        "httpxrealip", "xrealip", "fastlyclientip", "xforwardedfor", "httpxforwardedfor", "xforwardfor", "forwardedfor",
    ),
    "user": (
        "remoteuser", "clientusername", "user", "username", "authuser", "authenticateduser", "userid", "csusername", "caller",
        "auth",
    ),
    "line": ("request", "requestline", "req", "httprequest"),
    "method": (
        "requestmethod", "method", "httpmethod", "verb", "httpverb", "reqmethod", "csmethod", "httprequestmethod",
    ),
    "target": ("originalrequesturiwithargs", "requesturi", "requesttarget", "urloriginal", "httprequesturi", "requesturl"),
    "path": ("uri", "url", "requestpath", "path", "urlpath", "resourcepath", "uripath", "csuristem"),
    "query": ("args", "querystring", "query", "requestquery", "queryparams", "urlquery", "uriquery", "csuriquery"),
    "status": (
        "status", "statuscode", "downstreamstatus", "responsestatus", "httpstatus", "httpstatuscode", "responsecode",
        "respstatus", "scstatus", "responsestatuscode", "httpresponsestatuscode", "httpresponsestatus", "response", "code",
    ),
    "bytes_out": (
        "bodybytessent", "downstreamcontentsize", "httpresponsebodybytes", "responsebodysize", "respbodysize",
        "responsebodybytes", "bodybytes", "bytessent", "responselength", "responsesize", "responsebytes", "respbytes", "bytes",
        "size", "bytesout", "sentbytes", "scbytes", "httpresponsewritten", "httpresponsebytes", "sent",
    ),
    "user_agent": (
        "httpuseragent", "useragent", "requestuseragent", "agent", "useragentoriginal", "httprequestuseragent", "ua",
        "csuseragent",
    ),
    "time": (
        "timeiso8601", "timelocal", "time", "timestamp", "datetime", "ts", "date", "startutc", "startlocal", "requesttime",
        "timestart", "starttime", "startedat", "msec", "requesttimeepoch", "timemsec",
    ),
}  # fmt: skip
NAMING: Final = Naming(_ALIASES)

# names that nobody gives but who copies nginx's variables, or Traefik, or ECS; two of them tell the format
_MARKS: Final = frozenset(
    {
        "remote_addr", "remote_user", "time_local", "time_iso8601", "body_bytes_sent", "http_referer", "http_user_agent",
        "request_method", "request_uri", "http_x_forwarded_for", "upstream_response_time", "upstream_addr", "server_protocol",
        "request_length", "http_referrer", "x_forwarded_for", "x-forward-for", "request_proto", "bytes_sent", "upstream_status",
        "RequestMethod", "DownstreamStatus", "DownstreamContentSize", "ClientHost", "RequestPath", "OriginStatus",
        "source.ip", "http.request.method", "http.response.status_code", "url.original", "user_agent.original",
        "originalRequestUriWithArgs", "httpStatusCode", "clientPort", "sentBytes", "responseBytes", "CsUriStem", "ScStatus",
        "http.request.uri", "http.request.remoteaddr", "http.response.status", "fastly_server", "request_user_agent",
    }
)  # fmt: skip
# names of other formats that tell of requests in JSON
_FOREIGN: Final = frozenset(
    {
        "action", "actor", "eventName", "eventType", "controller", "route", "log_source", "auditID", "response_flags",
        "downstream_remote_address", "upstream_cluster", "EdgeResponseStatus", "operationName", "protoPayload", "httpRequest",
        "correlation_id", "event", "eventSource", "Operation", "requestContext",
    }
)  # fmt: skip
_ECS: Final = (
    ("source.ip", ("source", "ip")),
    ("source.ip", ("client", "ip")),
    ("source.ip", ("source", "address")),
    ("user.name", ("user", "name")),
    ("http.request.method", ("http", "request", "method")),
    ("url.original", ("url", "original")),
    ("url.path", ("url", "path")),
    ("url.query", ("url", "query")),
    ("http.response.status_code", ("http", "response", "status_code")),
    ("http.response.body.bytes", ("http", "response", "body", "bytes")),
    ("user_agent.original", ("user_agent", "original")),
    ("@timestamp", ("@timestamp",)),
)
_NESTED_TIMES: Final = ("ts", "started_at", "start_time", "time", "@timestamp")
_AZURE_LOGS: Final = frozenset(
    {"ApplicationGatewayAccessLog", "FrontDoorAccessLog", "FrontdoorAccessLog", "AppServiceHTTPLogs"}
)
_WRAPPERS: Final = ("log", "message", "jsonPayload", "_source")


def plain_request(record: Record) -> Record:
    """The request that a collector wrapped up, or Azure in one of its resource logs."""
    if _category(record) in _AZURE_LOGS:
        return {name: value for name, value in record.items() if name != "properties"} | inner(record, "properties")
    return plain_wrapped(record, names_request)


def plain_wrapped(record: Record, is_wanted: Callable[[Record], bool]) -> Record:
    """What a collector wrapped up: Docker's `log`, Filebeat's `message`, Cloud Logging's `jsonPayload`."""
    for name in _WRAPPERS:
        if name in record:
            inside = object_of(record[name])
            if inside and is_wanted(inside):
                return inside
    return record


def names_request(record: Record) -> bool:
    """Whether the record has names, or an object, for what was asked."""
    if type(record.get("request")) is dict or type(record.get("http")) is dict:
        return True
    return NAMING.names(record).tells_request


def is_foreign(record: Record) -> bool:
    """Whether the record has a name by which another format is known."""
    return not _FOREIGN.isdisjoint(record) and _category(record) not in _AZURE_LOGS


def _category(record: Record) -> str | None:
    return as_text(record.get("category"))


def is_nested_request(record: Record) -> bool:
    """Whether this is what Caddy, Kong or APISIX writes: an object that is the request."""
    request = record.get("request")
    if not isinstance(request, dict) or not is_method(request.get("method")):
        return False
    answered = "status" in record or isinstance(record.get("response"), dict) or "logger" in record
    return answered and isinstance(request.get("uri", request.get("url")), str)


def is_named_request(record: Record) -> bool:
    """Whether the record's names are those of a request and of its answer, and its values look like it."""
    if is_foreign(record):
        return False
    flat = plain_ecs(record)
    names = NAMING.names(flat)
    if not (names.time and names.status and (names.client or names.user_agent)):
        return False
    if any(is_request_line(flat[name]) for name in names.line):
        return True
    is_asked = any(is_method(flat[name]) for name in (*names.method, *names.line))
    has_target = names.target or names.path or any(str(flat[name]).startswith("/") for name in names.line)
    return is_asked and bool(has_target)


def has_marks(record: Record) -> bool:
    """Whether two of its names are such as only web servers give."""
    flat = plain_ecs(record)
    return len(_MARKS.intersection(flat)) > 1


def plain_ecs(record: Record) -> Record:
    """The record of a shipper that nests by the Elastic Common Schema, with its names in one piece; others as they are."""
    if type(record.get("http")) is not dict:
        return record
    flat: dict[str, Any] = {}
    for name, path in _ECS:
        value: Any = record
        for part in path:
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            flat.setdefault(name, value)
    return flat


def read_nested(record: Record, request: Record, times: Times) -> EventValues:
    """The event of a request by Caddy, Kong or APISIX."""
    get, asked = record.get, request.get
    response: Record = {} if "response" not in record else inner(record, "response")
    headers = asked("headers")
    agent = text_or_first(headers.get("User-Agent", headers.get("user-agent"))) if type(headers) is dict else None
    stamp = None
    for name in _NESTED_TIMES:
        if name in record and (stamp := read_stamp(record[name], times)) is not None:
            break
    values = request_values(
        stamp=stamp,
        method=as_text(asked("method")),
        target=as_text(asked("uri")) or as_text(asked("url")),
        status=as_count(get("status", response.get("status")), _INT32_MAX) or None,
        client=as_text(asked("client_ip"))
        or as_text(asked("remote_ip"))
        or as_text(asked("remote_addr"))
        or first_text(record, "client_ip", "remote_addr"),
        user=as_text(get("user_id")),
        user_agent=agent,
        bytes_out=as_count(get("size", response.get("size"))),
    )
    if values["actor"] is None and "consumer" in record:
        values["actor"] = first_text(inner(record, "consumer"), "username", "custom_id", "id")
    if "authenticated_entity" in record:
        values["credential"] = as_text(inner(record, "authenticated_entity").get("id"))
    logger = get("logger")
    if isinstance(logger, str) and "error" in logger:
        values["message"] = first_text(record, "msg", "error")
    return values
