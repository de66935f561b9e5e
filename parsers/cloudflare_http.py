"""HTTP requests at Cloudflare's edge: the dataset http_requests of Logpush, Logpull and Instant Logs.

    {"ClientIP":"203.0.113.9","ClientRequestHost":"www.example.com","ClientRequestMethod":"GET","ClientRequestURI":"/a?b=c",
     "ClientRequestUserAgent":"curl/8.5.0","EdgeEndTimestamp":"2026-03-30T23:18:00Z","EdgeResponseBytes":8192,
     "EdgeResponseStatus":200,"EdgeStartTimestamp":"2026-03-30T23:17:59Z","RayID":"8f0a1b2c3d4e5f60"}

(one line in the log). Times are RFC 3339, seconds or nanoseconds since 1970, as the job was configured. The Ray ID is
the uid: delivery is at least once, so the same request may come twice. Subrequests of Workers have Ray IDs of their own.
Reference: https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import as_count, as_text, http_status
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.request_names import read_stamp
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "cloudflare.http"
VERSION: Final = 1
TITLE: Final = "Cloudflare HTTP requests: Logpush, Logpull"
REFERENCE: Final = "https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_REQUEST: Final = "names no request and no ray"

_LINES: Final = b"""{"CacheCacheStatus":"miss","ClientASN":64500,"ClientCountry":"de","ClientIP":"203.0.113.9",\
"ClientRequestBytes":1800,"ClientRequestHost":"www.example.com","ClientRequestMethod":"GET","ClientRequestPath":\
"/models/shard-00.bin","ClientRequestProtocol":"HTTP/2","ClientRequestReferer":"","ClientRequestScheme":"https",\
"ClientRequestURI":"/models/shard-00.bin?part=1","ClientRequestUserAgent":"curl/8.5.0","EdgeColoCode":"FRA",\
"EdgeEndTimestamp":"2026-03-30T23:18:01Z","EdgeResponseBodyBytes":734003200,"EdgeResponseBytes":734004011,\
"EdgeResponseStatus":200,"EdgeStartTimestamp":"2026-03-30T23:17:59Z","RayID":"8f0a1b2c3d4e5f60","ZoneName":"example.com"}
{"ClientIP":"2001:db8::7","ClientRequestHost":"www.example.com","ClientRequestMethod":"POST","ClientRequestURI":"/login",\
"ClientRequestUserAgent":"python-requests/2.31.0","EdgeColoCode":"AMS","EdgeResponseBytes":812,"EdgeResponseStatus":403,\
"EdgeStartTimestamp":"2026-03-30T23:18:02Z","RayID":"8f0a1b2c3d4e5f61","SecurityAction":"block","ZoneName":"example.com"}
"""
_NANOSECONDS: Final = b"""{"ClientIP":"198.51.100.4","ClientRequestHost":"api.example.com","ClientRequestMethod":"GET",\
"ClientRequestURI":"/v1","EdgeEndTimestamp":1774912680000000000,"EdgeResponseBytes":8192,"EdgeResponseStatus":200,\
"EdgeStartTimestamp":1774912679123456789,"RayID":"8f0a1b2c3d4e5f62"}
"""
SAMPLES: Final = (_LINES, _NANOSECONDS)

_MARKS: Final = (b'"EdgeResponseStatus"', b'"EdgeStartTimestamp"', b'"ClientRequestURI"', b'"ClientRequestMethod"')
_STARTS: Final = ("EdgeStartTimestamp", "EdgeEndTimestamp")


def sniff(sample: Sample) -> Sniff:
    """By client, edge and time under Cloudflare's names."""
    head = sample.data[:4096]
    if b"EdgeResponse" not in head and b"EdgeStart" not in head and b"ClientRequest" not in head:
        return NO
    return sniff_objects(sample, _MARKS, _is_own, "have client, edge and time as Cloudflare's HTTP requests")


def _is_own(record: Record) -> bool:
    edge = any(name in record for name in (*_STARTS, "EdgeResponseStatus", "EdgeResponseBytes"))
    return edge and any(name in record for name in ("ClientRequestMethod", "ClientRequestURI", "ClientIP", "RayID"))


def decode(chunk: Chunk) -> Decoded:
    """Events of the requests, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The request's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    get = record.get
    method, ray = as_text(get("ClientRequestMethod")), as_text(get("RayID"))
    target = as_text(get("ClientRequestURI")) or as_text(get("ClientRequestPath"))
    if method is None and ray is None and target is None:
        return NO_REQUEST
    status = http_status(record, "EdgeResponseStatus")
    body = as_count(get("EdgeResponseBodyBytes"))
    values: EventValues = {
        "timestamp_desc": "request",
        "action": method,
        "outcome": None if status is None else outcome_of(status),
        "credential": as_text(get("ClientMTLSAuthCertFingerprint")),
        "src_ip": client_address(as_text(get("ClientIP"))),
        "user_agent": as_text(get("ClientRequestUserAgent")),
        "resource": target,
        "account": as_text(get("ZoneName")) or as_text(get("ZoneID")),
        "region": as_text(get("EdgeColoCode")),
        "bytes_out": as_count(get("EdgeResponseBytes")) if body is None else body,
        "status": status,
        "uid": ray,
    }
    for name in _STARTS:
        stamp = read_stamp(get(name), times)
        if stamp is not None:
            values["timestamp"], values["timestamp_precision"], values["timestamp_basis"] = stamp
            break
    return values


_FORMAT: Final = RecordFormat(KIND, _read)
