"""Entra ID audit log: diagnostic settings (AuditLogs), Graph's directoryAudits.

    {"time": "2026-03-30T22:36:48.424Z", "category": "AuditLogs", "operationName": "Add member to role", "tenantId": "t",
     "properties": {"id": "Directory_1", "result": "success", "activityDateTime": "2026-03-30T22:36:48.424Z",
     "initiatedBy": {"user": {"userPrincipalName": "dana@example.com", "ipAddress": "198.51.100.9"}}, "targetResources": []}}

Reference: https://learn.microsoft.com/en-us/graph/api/resources/directoryaudit.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.azure_members import inside, plain_names
from parsers.lib.entra_logs import read_activity
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "entra.audit"
VERSION: Final = 1
TITLE: Final = "Entra ID audit log"
REFERENCE: Final = "https://learn.microsoft.com/en-us/graph/api/resources/directoryaudit"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)

_LINES: Final = b"""{"time":"2026-03-30T22:36:48.424Z","resourceId":"/tenants/t1/providers/Microsoft.aadiam","operationName":\
"Add member to role","category":"AuditLogs","tenantId":"t1","properties":{"id":"Directory_1","category":"RoleManagement","result":\
"success","activityDisplayName":"Add member to role","activityDateTime":"2026-03-30T22:36:48.424Z","initiatedBy":{"user":\
{"userPrincipalName":"dana@example.com","ipAddress":"198.51.100.9"}},"targetResources":[{"id":"u2","displayName":"eve",\
"type":"User"}]}}
{"time":"2026-03-30T22:40:00Z","operationName":"Add service principal credentials","category":"AuditLogs","tenantId":"t1",\
"properties":{"id":"Directory_2","result":"failure","initiatedBy":{"app":{"displayName":"ci","servicePrincipalId":"sp1"}}}}
"""
_GRAPH: Final = b"""{"value": [{"id": "Directory_3", "category": "Policy", "result": "success",
 "activityDisplayName": "Delete policy", "activityDateTime": "2026-03-30T22:50:00Z",
 "loggedByService": "Conditional Access", "operationType": "Delete",
 "initiatedBy": {"user": {"userPrincipalName": "dana@example.com", "ipAddress": "2001:db8::7"}, "app": null},
 "targetResources": [{"id": "p1", "displayName": "Require MFA", "type": "Policy"}]}]}
"""
SAMPLES: Final = (_LINES, _GRAPH)

_MARKS: Final = (b"AuditLogs", b"initiatedBy", b"InitiatedBy", b"initiatedby")


def sniff(sample: Sample) -> Sniff:
    """By the category of audit logs, or an activity beside its time and who began it."""
    return sniff_objects(sample, _MARKS, _is_own, "are entries of the directory's audit log")


def _is_own(record: Record) -> bool:
    plain = plain_names(record)
    if (text(plain, "category") or text(plain, "type")) == "AuditLogs":
        return "initiatedby" in (inside(plain, "properties") or plain)
    return {"activitydatetime", "activitydisplayname", "initiatedby"} <= plain.keys()


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, read_activity)
