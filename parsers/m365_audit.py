"""Microsoft 365 unified audit log: the Management Activity API, and Search-UnifiedAuditLog with AuditData as text.

    {"CreationTime": "2026-03-30T22:36:48", "Id": "0a1b2c3d-0000-4000-8000-000000000001", "Operation": "FileDownloaded",
     "OrganizationId": "11112222-0000-4000-8000-000000000000", "Workload": "SharePoint", "UserId": "dana@example.com",
     "ClientIP": "198.51.100.9", "ObjectId": "https://example.sharepoint.com/sites/models/weights.bin"}

Times are UTC by definition, without saying so. ClientIP may have a port, or be none.
Reference: https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import inner, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "m365.audit"
VERSION: Final = 1
TITLE: Final = "Microsoft 365 unified audit log"
REFERENCE: Final = (
    "https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema"
)
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_OPERATION: Final = "names no operation"

_LINES: Final = b"""{"CreationTime":"2026-03-30T22:36:48","Id":"0a1b2c3d-0000-4000-8000-000000000001","Operation":"FileDownloaded",\
"OrganizationId":"11112222-0000-4000-8000-000000000000","RecordType":6,"UserType":0,"Version":1,"Workload":"SharePoint",\
"UserId":"dana@example.com","ClientIP":"198.51.100.9","ObjectId":"https://example.sharepoint.com/sites/models/weights.bin",\
"UserAgent":"Mozilla/5.0"}
{"CreationTime":"2026-03-30T22:40:00","Id":"0a1b2c3d-0000-4000-8000-000000000002","Operation":"UserLoginFailed",\
"OrganizationId":"11112222-0000-4000-8000-000000000000","ResultStatus":"Failed","Workload":"AzureActiveDirectory",\
"UserId":"eve@example.com","ClientIP":"[2001:db8::7]:50123","ObjectId":"00000003-0000-0000-c000-000000000000"}
"""
_SEARCH: Final = rb"""[{"RecordType": "SharePointFileOperation", "CreationDate": "2026-03-30T22:50:00Z",
"UserIds": "dana@example.com", "Operations": "AnonymousLinkCreated", "AuditData":
"{\"CreationTime\":\"2026-03-30T22:50:00\",\"Id\":\"0a1b2c3d-0000-4000-8000-000000000003\",\"Operation\":\"AnonymousLinkCreated\",\"Workload\":\"OneDrive\",\
\"UserId\":\"dana@example.com\",\"ClientIP\":\"203.0.113.4:51234\",\"ObjectId\":\"https://example-my.sharepoint.com/x.docx\"}"}]
""".replace(b"\\\n", b"")
SAMPLES: Final = (_LINES, _SEARCH)

_MARKS: Final = (b'"Workload"', b'Workload\\"', b'"AuditData"')
_OUTCOMES: Final = {
    "success": "success", "succeeded": "success", "true": "success", "partiallysucceeded": "success",
    "failed": "failure", "failure": "failure", "false": "failure",
}  # fmt: skip
_ADDRESSES: Final = ("ClientIP", "ClientIPAddress", "ActorIpAddress")


def sniff(sample: Sample) -> Sniff:
    """By an operation beside its time and workload, also inside AuditData."""
    return sniff_objects(sample, _MARKS, _is_own, "have Operation, CreationTime and Workload")


def _is_own(record: Record) -> bool:
    return _unwrap(record, lambda _: None).keys() >= {"Operation", "CreationTime", "Workload"}


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


def _unwrap(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    """Search-UnifiedAuditLog puts the entry into `AuditData`, as text."""
    if "Operation" not in record and "AuditData" in record:
        return inner(record, "AuditData") or record
    return record


def read_entry(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    """The event of one entry."""
    operation = text(record, "Operation")
    if operation is None:
        return NO_OPERATION
    result = text(record, "ResultStatus")
    if result is None and isinstance(record.get("ResultStatus"), bool):
        result = str(record["ResultStatus"])
    values: EventValues = {
        "kind": KIND,
        "timestamp_desc": "event",
        "action": operation,
        "outcome": _outcome(operation, result),
        "actor": text(record, "UserId"),
        "session": text(record, "AppAccessContext", "AADSessionId") or text(record, "SessionId"),
        "src_ip": next((found for name in _ADDRESSES if (found := _address(text(record, name)))), None),
        "user_agent": text(record, "UserAgent") or text(record, "ClientInfoString"),
        "resource": text(record, "ObjectId"),
        "account": text(record, "OrganizationId"),
        "uid": text(record, "Id"),
    }
    stamp = times.iso(_utc(record.get("CreationTime")))
    if stamp is not None:
        values.update(stamp.values())
    return values


def _outcome(operation: str, result: str | None) -> str:
    if result is not None:
        return _OUTCOMES.get(result.lower(), "unknown")
    return "failure" if operation.endswith("Failed") else "success"


def _utc(value: object) -> object:
    """A time of an entry is UTC where it states no zone."""
    if (
        isinstance(value, str)
        and len(value) >= 19
        and value[-1:].isdigit()
        and "+" not in value
        and value.count("-") == 2
    ):
        return f"{value}Z"
    return value


def _address(value: str | None) -> str | None:
    """The address without port; None for what is none, such as a name of a service."""
    found = client_address(value)
    return found if found is not None and (":" in found or found.replace(".", "").isdigit()) else None


_FORMAT: Final = RecordFormat(KIND, read_entry, _unwrap)
