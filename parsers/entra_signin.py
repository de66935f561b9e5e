"""Entra ID sign-ins: diagnostic settings (interactive, non-interactive, service principals, managed identities), Graph.

    {"time": "2026-03-30T22:36:48.424Z", "category": "SignInLogs", "operationName": "Sign-in activity", "tenantId": "t",
     "properties": {"id": "s1", "userPrincipalName": "dana@example.com", "ipAddress": "198.51.100.9", "status": {"errorCode": 0},
     "appDisplayName": "Azure Portal", "userAgent": "Mozilla/5.0", "resourceDisplayName": "Windows Azure Service Management API"}}

An error code of 0 is a success. The credential is the id of the key, certificate or federation that an application used.
Names of members come in several cases.
Reference: https://learn.microsoft.com/en-us/entra/identity/monitoring-health/concept-diagnostic-settings-logs-options.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.azure_members import inside, plain_names
from parsers.lib.entra_logs import read_sign_in
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "entra.signin"
VERSION: Final = 1
TITLE: Final = "Entra ID sign-ins"
REFERENCE: Final = (
    "https://learn.microsoft.com/en-us/entra/identity/monitoring-health/concept-diagnostic-settings-logs-options"
)
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)

_LINES: Final = b"""{"time":"2026-03-30T22:36:48.424Z","resourceId":"/tenants/t1/providers/Microsoft.aadiam","operationName":\
"Sign-in activity","category":"SignInLogs","tenantId":"t1","resultType":"0","callerIpAddress":"198.51.100.9","properties":{"id":\
"s1","userPrincipalName":"dana@example.com","appDisplayName":"Azure Portal","ipAddress":"198.51.100.9","status":{"errorCode":0},\
"userAgent":"Mozilla/5.0","resourceDisplayName":"Windows Azure Service Management API"}}
{"time":"2026-03-30T22:40:00Z","operationName":"Sign-in activity","category":"ServicePrincipalSignInLogs","tenantId":"t1",\
"resultType":"7000215","properties":{"id":"s2","servicePrincipalName":"ci","ipAddress":"203.0.113.4","status":{"errorCode":7000215},\
"servicePrincipalCredentialKeyId":"k1","resourceDisplayName":"Azure Storage"}}
"""
_GRAPH: Final = b"""{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#auditLogs/signIns", "value": [
 {"id": "s3", "createdDateTime": "2026-03-30T22:50:00Z", "userPrincipalName": "eve@example.com", "appDisplayName": "Graph Explorer",
  "ipAddress": "2001:db8::7", "clientAppUsed": "Browser", "isInteractive": true, "conditionalAccessStatus": "failure",
  "status": {"errorCode": 53003, "failureReason": "Blocked by conditional access"}}]}
"""
SAMPLES: Final = (_LINES, _GRAPH)

_MARKS: Final = (b"SignInLogs", b"SignIn", b"appDisplayName", b"signIns")


def sniff(sample: Sample) -> Sniff:
    """By a category of sign-ins, or an application beside the status of a sign-in."""
    return sniff_objects(sample, _MARKS, _is_own, "are sign-ins")


def _is_own(record: Record) -> bool:
    plain = plain_names(record)
    category = text(plain, "category") or text(plain, "type") or ""
    if category.endswith("SignInLogs"):
        return isinstance(plain.get("properties"), dict | str) or "ipaddress" in plain
    return {"createddatetime", "appdisplayname", "status"} <= plain.keys() and "errorcode" in inside(plain, "status")


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, read_sign_in)
