"""Microsoft 365 unified audit log as CSV: exports of Purview's audit search and of Search-UnifiedAuditLog.

    RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits,AssociatedAdminUnitsNames
    0a1b2c3d-...,2026-03-30T22:36:48.0000000Z,6,FileDownloaded,dana@example.com,"{""CreationTime"":""2026-03-30T22:36:48"",...}",,

Older exports have CreationDate, UserIds, Operations, AuditData. The entry is in AuditData, as JSON; where that cannot be
read, the columns beside it tell who, when and what. Times are UTC.
Reference: https://learn.microsoft.com/en-us/purview/audit-log-export-records.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.csv_records import csv_fields, decode_csv
from parsers.lib.m365_entry import KIND as M365
from parsers.lib.m365_entry import entry_of, read_entry
from parsers.lib.portal_rows import sniff_header
from parsers.lib.records import RecordFormat
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "m365.audit.csv"
VERSION: Final = 1
TITLE: Final = "Microsoft 365 unified audit log as CSV"
REFERENCE: Final = "https://learn.microsoft.com/en-us/purview/audit-log-export-records"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = (M365,)

_PURVIEW: Final = b"""\
RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits,AssociatedAdminUnitsNames
0a1b2c3d-0000-4000-8000-000000000001,2026-03-30T22:36:48.0000000Z,6,FileDownloaded,dana@example.com,\
"{""CreationTime"":""2026-03-30T22:36:48"",""Id"":""0a1b2c3d-0000-4000-8000-000000000001"",""Operation"":""FileDownloaded"",\
""OrganizationId"":""11112222-0000-4000-8000-000000000000"",""Workload"":""SharePoint"",""UserId"":""dana@example.com"",\
""ClientIP"":""198.51.100.9"",""ObjectId"":""https://example.sharepoint.com/sites/models/weights.bin""}",,
0a1b2c3d-0000-4000-8000-000000000002,2026-03-30T22:40:00.0000000Z,50,MailItemsAccessed,eve@example.com,\
"{""CreationTime"":""2026-03-30T22:40:00"",""Id"":""0a1b2c3d-0000-4000-8000-000000000002"",""Operation"":""MailItemsAccessed"",\
""ResultStatus"":""Succeeded"",""Workload"":""Exchange"",""UserId"":""eve@example.com"",""ClientIPAddress"":""2001:db8::7"",\
""MailboxOwnerUPN"":""dana@example.com"",""Folders"":[{""Path"":""\\\\Inbox""}]}",,
"""
_SEARCH: Final = b"""\
"CreationDate","UserIds","Operations","AuditData"
"3/30/2026 10:50:00 PM","dana@example.com","AnonymousLinkCreated","{""CreationTime"":""2026-03-30T22:50:00"",""Id"":\
""0a1b2c3d-0000-4000-8000-000000000003"",""Operation"":""AnonymousLinkCreated"",""Workload"":""OneDrive"",""UserId"":\
""dana@example.com"",""ClientIP"":""203.0.113.4:51234"",""ObjectId"":""https://example-my.sharepoint.com/x.docx""}"
"3/30/2026 10:51:00 PM","eve@example.com","FileDeleted","{""CreationTime"":""2026-03-30T22:51"
"""
SAMPLES: Final = (_PURVIEW, _SEARCH)


def sniff(sample: Sample) -> Sniff:
    """By a header that names AuditData, an operation and a time."""
    also = ("creationdate", "userid", "userids", "operation", "operations", "recordtype", "recordid")
    return sniff_header(sample, b"AuditData", ("auditdata",), ("operation", "operations"), also=also)


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry that is in AuditData; the row where that cannot be read."""
    return csv_fields(record, header, _FORMAT)


_FORMAT: Final = RecordFormat(M365, read_entry, entry_of)
