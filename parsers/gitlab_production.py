"""GitLab's log of requests to its pages and of Git over HTTP: production_json.log.

    {"method":"GET","path":"/example/models/-/raw/main/key.pem","format":"html","controller":"Projects::RawController",
     "action":"show","status":200,"time":"2026-03-30T22:36:48.424Z","params":[],"correlation_id":"01EXAMPLE",
     "meta.user":"dana","meta.root_namespace":"example","remote_ip":"198.51.100.9","user_id":7,"username":"dana",
     "ua":"Mozilla/5.0","db_duration_s":0.01,"duration_s":0.05}

One request has one correlation id, which other logs share; it is no uid. Reference:
https://docs.gitlab.com/administration/logs/#production_jsonlog.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.gitlab_requests import API, PRODUCTION, is_gitlabs, read_request, request_kind
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = PRODUCTION
VERSION: Final = 1
TITLE: Final = "GitLab requests: production_json.log"
REFERENCE: Final = "https://docs.gitlab.com/administration/logs/#production_jsonlog"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (PRODUCTION, API)

_LINES: Final = b"""{"method":"GET","path":"/example/models/-/raw/main/key.pem","format":"html",\
"controller":"Projects::RawController","action":"show","status":200,"time":"2026-03-30T22:36:48.424Z","params":[],\
"correlation_id":"01EXAMPLE1","meta.caller_id":"Projects::RawController#show","meta.user":"dana",\
"meta.root_namespace":"example","remote_ip":"198.51.100.9","user_id":7,"username":"dana","ua":"Mozilla/5.0",\
"db_duration_s":0.01,"view_duration_s":0.0,"duration_s":0.05}
{"method":"POST","path":"/users/sign_in","format":"html","controller":"SessionsController","action":"create",\
"status":0,"time":"2026-03-30T22:37:00.001Z","params":[{"key":"user","value":{"login":"eve"}}],\
"correlation_id":"01EXAMPLE2","meta.remote_ip":"2001:db8::7","ua":"python-requests/2.31.0","duration_s":0.2}
"""
SAMPLES: Final = (_LINES,)

_MARKS: Final = (b'"controller"',)


def sniff(sample: Sample) -> Sniff:
    """By a method and a path beside the controller that answered, and names that only GitLab has."""
    found = sniff_objects(sample, _MARKS, _is_own, "have method, path, controller and GitLab's own names")
    return (
        found if found.confidence else sniff_objects(sample, _MARKS, _is_like, "have method, path, controller", most=70)
    )


def _is_own(record: Record) -> bool:
    return request_kind(record) == KIND and is_gitlabs(record)


def _is_like(record: Record) -> bool:
    return request_kind(record) == KIND and "time" in record and "action" in record


def decode(chunk: Chunk) -> Decoded:
    """Events of the requests, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The request's own fields."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, read_request)
