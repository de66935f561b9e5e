"""GitLab's log of requests to its API: api_json.log.

    {"time":"2026-03-30T22:36:48.424Z","severity":"INFO","duration_s":0.05,"db_duration_s":0.01,"view_duration_s":0.04,
     "status":200,"method":"GET","path":"/api/v4/projects/7/repository/archive","params":[],"host":"gitlab.example.com",
     "remote_ip":"198.51.100.9, 10.0.0.1","ua":"curl/8.5.0","route":"/api/:version/projects/:id/repository/archive",
     "user_id":7,"username":"dana","token_type":"PersonalAccessToken","token_id":42,"correlation_id":"01EXAMPLE"}

The credential is the type and the number of the token that called. Reference:
https://docs.gitlab.com/administration/logs/#api_jsonlog.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.gitlab_requests import API, PRODUCTION, is_gitlabs, read_request, request_kind
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = API
VERSION: Final = 1
TITLE: Final = "GitLab API requests: api_json.log"
REFERENCE: Final = "https://docs.gitlab.com/administration/logs/#api_jsonlog"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (API, PRODUCTION)

_LINES: Final = b"""{"time":"2026-03-30T22:36:48.424Z","severity":"INFO","duration_s":0.05,"db_duration_s":0.01,\
"view_duration_s":0.04,"status":200,"method":"GET","path":"/api/v4/projects/7/repository/archive",\
"params":[{"key":"sha","value":"main"}],"host":"gitlab.example.com","remote_ip":"198.51.100.9, 10.0.0.1",\
"ua":"curl/8.5.0","route":"/api/:version/projects/:id/repository/archive","user_id":7,"username":"dana",\
"token_type":"PersonalAccessToken","token_id":42,"response_bytes":5120,"queue_duration_s":0.01,\
"correlation_id":"01EXAMPLE3","meta.user":"dana","meta.root_namespace":"example"}
{"time":"2026-03-30T22:37:00Z","severity":"INFO","duration_s":0.02,"status":401,"method":"GET",\
"path":"/api/v4/user","params":[],"host":"gitlab.example.com","remote_ip":"2001:db8::7","ua":"python-gitlab/4.4",\
"route":"/api/:version/user","exception.class":"Gitlab::Auth::TokenExpired","correlation_id":"01EXAMPLE4"}
"""
SAMPLES: Final = (_LINES,)

_MARKS: Final = (b'"route"',)


def sniff(sample: Sample) -> Sniff:
    """By a method and a path beside the route that answered, and names that only GitLab has."""
    return sniff_objects(sample, _MARKS, _is_own, "have method, path, route and GitLab's own names")


def _is_own(record: Record) -> bool:
    return request_kind(record) == KIND and (is_gitlabs(record) or "remote_ip" in record)


def decode(chunk: Chunk) -> Decoded:
    """Events of the requests, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The request's own fields."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, read_request)
