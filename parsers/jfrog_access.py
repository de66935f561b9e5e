r"""Logins, downloads, deployments and changes of permissions on the JFrog Platform, as its fluentd forwards them.

    {"log_timestamp": "2026-03-30T22:36:48.424Z", "trace_id": "7a938a8b8b518a60", "username": "dana",
     "action_response": "ACCEPTED DOWNLOAD", "repo_path": "npm-local:models/-/models-1.0.0.tgz", "ip": "198.51.100.9",
     "hostname": "art-1", "log_source": "jfrog.rt.artifactory.access"}
    {"log_timestamp": "2026-03-30T22:36:50.001Z", "user_ip": "198.51.100.9", "user": "dana", "event": "TKN",
     "logged_principal": "dana", "entity_name": "ci", "event_type": "C", "data_changed": "{\"added\":{\"id\":\"a1\"}}",
     "token_id": "7a938a8b8b518a61", "log_source": "jfrog.rt.access.audit"}

The second is the audit trail: an event is USR, GRP, PRM, TKN and so on, its type C (created), U or D. Its `token_id` is
the trace id under a wrong name, so it is no credential. Reference:
https://jfrog.com/help/r/jfrog-platform-administration-documentation/audit-trail-log,
https://github.com/jfrog/log-analytics.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.jfrog_records import ACCESS, REQUEST, read_named, source_kind, trimmed
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.object_marks import first_objects, sniff_objects
from parsers.lib.records import RecordFormat
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = ACCESS
VERSION: Final = 1
TITLE: Final = "JFrog Platform access and audit trail (JSON by fluentd)"
REFERENCE: Final = "https://jfrog.com/help/r/jfrog-platform-administration-documentation/audit-trail-log"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (ACCESS, REQUEST)

_LINES: Final = rb"""{"log_timestamp":"2026-03-30T22:36:48.424Z","trace_id":"7a938a8b8b518a60","username":"dana",
"action_response":"ACCEPTED DOWNLOAD","repo_path":"npm-local:models/-/models-1.0.0.tgz","ip":"198.51.100.9",
"hostname":"art-1","log_source":"jfrog.rt.artifactory.access"}
{"log_timestamp":"2026-03-30T22:36:50.001Z","user_ip":"UNKNOWN","user":"UNKNOWN","event":"TKN","event_type":"C",
"logged_principal":"jfrt@01example","entity_name":"ci","data_changed":"{\"added\":{\"id\":\"a1\"}}",
"token_id":"7a938a8b8b518a61","log_source":"jfrog.rt.access.audit"}
"""
SAMPLES: Final = (_LINES.replace(b",\n", b","),)

_MARKS: Final = (b'"log_source"',)


def sniff(sample: Sample) -> Sniff:
    """By records from access logs or audit trails of the platform, with no request among them."""
    found = sniff_objects(sample, _MARKS, _is_own, "are from access logs or audit trails of the JFrog Platform")
    if found.confidence and any(source_kind(record) == REQUEST for record in first_objects(sample)):
        return NO
    return found


def _is_own(record: Record) -> bool:
    return source_kind(record) == KIND and "log_timestamp" in record


def decode(chunk: Chunk) -> Decoded:
    """Events of the records, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The record's own fields."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, read_named, trimmed)
