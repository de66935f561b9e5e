"""Requests to the services of the JFrog Platform, as its fluentd configuration forwards them.

    {"log_timestamp": "2026-03-30T22:36:48.424Z", "trace_id": "7a938a8b8b518a60", "remote_address": "198.51.100.9",
     "username": "dana", "request_method": "GET", "request_url": "/api/npm/npm-local/models/-/models-1.0.0.tgz",
     "return_status": "200", "response_content_length": "734003200", "request_content_length": "0",
     "request_duration": "912", "request_user_agent": "npm/10.5.0", "hostname": "art-1",
     "log_source": "jfrog.rt.artifactory.request"}

One stream often carries the access log too, whose records have kind jfrog.access. Names and URLs that the platform does
not know are null. Reference: https://jfrog.com/help/r/jfrog-platform-administration-documentation/request-log,
https://github.com/jfrog/log-analytics.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.jfrog_records import ACCESS, REQUEST, read_named, source_kind, trimmed
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = REQUEST
VERSION: Final = 1
TITLE: Final = "JFrog Platform requests (JSON by fluentd)"
REFERENCE: Final = "https://jfrog.com/help/r/jfrog-platform-administration-documentation/request-log"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (REQUEST, ACCESS)

_LINES: Final = b"""{"log_timestamp":"2026-03-30T22:36:48.424Z","trace_id":"7a938a8b8b518a60","remote_address":\
"198.51.100.9","username":"dana","request_method":"GET","request_url":"/api/npm/npm-local/models-1.0.0.tgz",\
"return_status":"200","response_content_length":"734003200","request_content_length":"0","request_duration":"912",\
"request_user_agent":"npm/10.5.0","hostname":"art-1","log_source":"jfrog.rt.artifactory.request"}
{"log_timestamp":"2026-03-30T22:37:00.001Z","trace_id":"7a938a8b8b518a61","remote_address ":"2001:db8::7",\
"username":"anonymous","request_method":"GET","request_url":"/api/v1/users","return_status":403,\
"response_content_length":-1.0,"request_user_agent":"curl/8.5.0","log_source":"jfrog.rt.access.request"}
{"log_timestamp":"2026-03-30T22:37:10.001Z","action_response":"DENIED LOGIN","repo_path":"","username":"eve",\
"ip":"203.0.113.77","log_source":"jfrog.rt.artifactory.access"}
"""
SAMPLES: Final = (_LINES,)

_MARKS: Final = (b'"log_source"', b'"return_status"')


def sniff(sample: Sample) -> Sniff:
    """By records from request logs of the platform; others of its logs may be among them."""
    found = sniff_objects(sample, _MARKS, _is_own, "are from request logs of the JFrog Platform")
    if not found.confidence:
        return found
    mixed = sniff_objects(sample, _MARKS, _is_platforms, "are from request and access logs of the JFrog Platform")
    return Sniff(max(found.confidence, mixed.confidence), found.reasons)


def _is_own(record: Record) -> bool:
    return source_kind(record) == KIND and ("request_url" in record or "return_status" in record)


def _is_platforms(record: Record) -> bool:
    return source_kind(record) is not None and "log_timestamp" in record


def decode(chunk: Chunk) -> Decoded:
    """Events of the records, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The record's own fields."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, read_named, trimmed)
