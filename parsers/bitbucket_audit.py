"""Audit log of Bitbucket Data Center as JSON, since version 7: the files of `log/audit`, and the REST API (`entities`).

    {"affectedObjects":[{"id":"7","name":"models","type":"REPOSITORY"}],"auditType":{"action":"Repository deleted",
     "area":"PROJECTS_AND_REPOSITORIES","category":"Repositories","level":"BASE"},"author":{"id":"2","name":"dana",
     "type":"NORMAL"},"changedValues":[],"extraAttributes":[],"method":"Browser","source":"198.51.100.9",
     "system":"https://bitbucket.example.com","timestamp":{"epochSecond":1774910208,"nano":424000000},"version":"1.0"}

Jira and Confluence Data Center write the same. Older versions write lines: see `bitbucket_audit_lines`. Reference:
https://confluence.atlassian.com/bitbucketserver/view-and-configure-the-audit-log-776640417.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.bitbucket_audit_json import NO_ACTION, is_entry, read_entry
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import items
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "bitbucket.audit"
VERSION: Final = 2
TITLE: Final = "Bitbucket Data Center audit log (JSON)"
REFERENCE: Final = "https://confluence.atlassian.com/bitbucketserver/view-and-configure-the-audit-log-776640417.html"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)

_LINES: Final = b"""{"affectedObjects":[{"id":"3","name":"AI","type":"PROJECT"},{"id":"7","name":"models",\
"type":"REPOSITORY"}],"auditType":{"action":"Repository deleted","actionI18nKey":"bitbucket.repository.deleted",\
"area":"PROJECTS_AND_REPOSITORIES","category":"Repositories","level":"BASE"},"author":{"id":"2","name":"dana",\
"type":"NORMAL"},"changedValues":[],"extraAttributes":[{"name":"target","value":"example"}],"method":"Browser",\
"source":"198.51.100.9","system":"https://bitbucket.example.com","timestamp":{"epochSecond":1774910208,\
"nano":424000000},"version":"1.0"}
{"affectedObjects":[],"auditType":{"action":"User login failed","area":"SECURITY","category":"Authentication",\
"level":"ADVANCED"},"author":{"id":"-2","name":"Anonymous","type":"system"},"changedValues":[],"method":"Browser",\
"source":"2001:db8::7","system":"https://bitbucket.example.com","timestamp":"2026-03-30T22:37:00.001Z"}
"""
_ANSWER: Final = b"""{"pagingInfo":{"lastPage":true,"size":1},"entities":[{"timestamp":"2026-03-30T22:38:00.001Z",\
"author":{"name":"Dana","type":"user","id":"2"},"type":{"category":"Permissions","action":"Permission granted"},\
"auditType":{"category":"Permissions","action":"Permission granted","area":"PERMISSIONS","level":"BASE"},\
"affectedObjects":[{"name":"models","type":"REPOSITORY","id":"7"}],"source":"203.0.113.77"}]}
"""
SAMPLES: Final = (_LINES, _ANSWER)

_MARKS: Final = (b'"auditType"',)


def sniff(sample: Sample) -> Sniff:
    """By an audit type beside an author and a time."""
    return sniff_objects(sample, _MARKS, _is_own, "have auditType beside author and timestamp")


def _is_own(record: Record) -> bool:
    return is_entry(record) or bool(_entries(record))


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries, one each; of an answer of the API, one for each of its entries."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


def _entries(record: Record) -> list[Record]:
    """The entries of an answer of the API."""
    if "entities" not in record:
        return []
    return [entry for entry in items(record, "entities") if isinstance(entry, dict) and is_entry(entry)]


def _read(record: Record, times: Times, warn: Warn) -> EventValues | list[EventValues] | str:
    if entries := _entries(record):
        read = [read_entry(entry, times) for entry in entries]
        found = [values for values in read if not isinstance(values, str)]
        if len(found) < len(read):
            warn(f"an entry of the answer {NO_ACTION}")
        return found or NO_ACTION
    return read_entry(record, times)


_FORMAT: Final = RecordFormat(KIND, _read)
