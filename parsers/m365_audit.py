"""Microsoft 365 unified audit log: the Management Activity API, and Search-UnifiedAuditLog with AuditData as text.

    {"CreationTime": "2026-03-30T22:36:48", "Id": "0a1b2c3d-0000-4000-8000-000000000001", "Operation": "FileDownloaded",
     "OrganizationId": "11112222-0000-4000-8000-000000000000", "Workload": "SharePoint", "UserId": "dana@example.com",
     "ClientIP": "198.51.100.9", "ObjectId": "https://example.sharepoint.com/sites/models/weights.bin"}

Times are UTC by definition, without saying so. ClientIP may have a port, or be none. What it was done to is the object, else
the message or the folder of a mailbox.
Reference: https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.m365_entry import entry_of, read_entry
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat
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


def sniff(sample: Sample) -> Sniff:
    """By an operation beside its time and workload, also inside AuditData."""
    return sniff_objects(sample, _MARKS, _is_own, "have Operation, CreationTime and Workload")


def _is_own(record: Record) -> bool:
    return entry_of(record, lambda _: None).keys() >= {"Operation", "CreationTime", "Workload"}


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, read_entry, entry_of)
