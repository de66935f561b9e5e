"""One entry of the Microsoft 365 unified audit log, wherever it was found: the API, Search-UnifiedAuditLog, Purview's CSV.

Reference: https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema.
"""

from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import count, http_status, inner, items, text
from parsers.lib.portal_rows import utc_time
from parsers.lib.records import Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues

KIND: Final = "m365.audit"
NO_OPERATION: Final = "names no operation"
_OUTCOMES: Final = {
    "success": "success", "succeeded": "success", "true": "success", "partiallysucceeded": "success",
    "failed": "failure", "failure": "failure", "false": "failure",
}  # fmt: skip
_ADDRESSES: Final = ("ClientIP", "ClientIPAddress", "ActorIpAddress")
_OPERATIONS: Final = ("Operation", "Operations")
_USERS: Final = ("UserId", "UserIds")
_AGENT_NAMES: Final = frozenset({"UserAgent", "User Agent"})


def entry_of(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    """The entry itself where an export has it as JSON in `AuditData`; else the record."""
    if "AuditData" in record and "Workload" not in record:
        return inner(record, "AuditData") or record
    return record


def read_entry(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    """The event of one entry, or of a row whose AuditData cannot be read."""
    operation = _first(record, _OPERATIONS)
    if operation is None:
        return NO_OPERATION
    values: EventValues = {
        "kind": KIND,
        "timestamp_desc": "event",
        "action": operation,
        "outcome": _outcome(record, operation),
        "actor": _first(record, _USERS),
        "credential": text(record, "AppAccessContext", "UniqueTokenId"),
        "session": text(record, "AppAccessContext", "AADSessionId") or text(record, "SessionId") or _session(record),
        "src_ip": _client(record),
        "user_agent": text(record, "UserAgent") or text(record, "ClientInfoString") or _agent(record),
        "resource": _object(record),
        "account": text(record, "OrganizationId"),
        "bytes_out": count(record, "FileSizeBytes") if operation in _DOWNLOADS else None,
        "uid": text(record, "Id") or text(record, "RecordId"),
    }
    stamp = utc_time(record.get("CreationTime")) or utc_time(record.get("CreationDate"))
    if stamp is not None:
        values.update(stamp.values())
    return values


_DOWNLOADS: Final = frozenset({"FileDownloaded", "FileSyncDownloadedFull"})


def _first(record: Record, names: tuple[str, ...]) -> str | None:
    for name in names:
        found = text(record, name)
        if found is not None:
            return found
    return None


def _outcome(record: Record, operation: str) -> str:
    value = record.get("ResultStatus")
    result = str(value) if isinstance(value, bool) else text(record, "ResultStatus")
    if result is None:
        return "failure" if operation.endswith("Failed") else "success"
    if result.isdecimal():  # an HTTP status, as Power BI and others write it
        status = http_status(record, "ResultStatus") or 0
        return "success" if status < 400 else "denied" if status in {401, 403} else "failure"
    return _OUTCOMES.get(result.lower(), "unknown")


def _object(record: Record) -> str | None:
    """What it was done to: the object; else the message, the first of several, or the mailbox."""
    found = text(record, "ObjectId") or text(record, "Item", "InternetMessageId") or text(record, "Item", "Subject")
    if found is not None:
        return found
    for folder in items(record, "Folders"):  # MailItemsAccessed
        path = text(folder, "Path")
        if path is not None:
            owner = text(record, "MailboxOwnerUPN")
            return path if owner is None else f"{owner}{path}"
    return text(record, "MailboxOwnerUPN") or _target(record)


def _target(record: Record) -> str | None:
    return next((found for target in items(record, "Target") if (found := text(target, "ID"))), None)


def _agent(record: Record) -> str | None:
    """Entra ID has the user agent among its extended properties."""
    return _property(record, "ExtendedProperties", _AGENT_NAMES)


def _session(record: Record) -> str | None:
    return _property(record, "DeviceProperties", frozenset({"SessionId"}))


def _property(record: Record, name: str, wanted: frozenset[str]) -> str | None:
    properties: list[Any] = items(record, name) if name in record else []
    return next((text(item, "Value") for item in properties if text(item, "Name") in wanted), None)


def _client(record: Record) -> str | None:
    for name in _ADDRESSES:
        if name in record and (found := _address(text(record, name))) is not None:
            return found
    return None


def _address(value: str | None) -> str | None:
    """The address without port; None for what is none, such as a name of a service."""
    found = client_address(value)
    return found if found is not None and (":" in found or found.replace(".", "").isdigit()) else None
