"""Requests to Azure Storage as resource logs: delivered as JSON, or queried from a workspace (StorageBlobLogs and others).

References: https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference,
https://learn.microsoft.com/azure/azure-monitor/reference/tables/storagebloblogs.
"""

from typing import Final

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_count, as_text, first_text, inner
from parsers.lib.records import Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues

KIND: Final = "azure.storage"
NO_OPERATION: Final = "names no operation"
CATEGORIES: Final = frozenset({"StorageRead", "StorageWrite", "StorageDelete"})
_HTTP: Final = range(100, 600)
_PORTAL_TIME: Final = ("%m/%d/%Y, %I:%M:%S.%f %p", "%m/%d/%Y, %I:%M:%S %p")


def is_storage_request(record: Record) -> bool:
    """Whether this is a resource log of a storage account, or a row of such a table."""
    category = record.get("category", record.get("Category"))
    if not isinstance(category, str) or category not in CATEGORIES:
        return False
    return as_text(record.get("operationName", record.get("OperationName"))) is not None


def read_storage_request(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - of ReadRecord
    """The event of one request."""
    operation = first_text(record, "operationName", "OperationName")
    if operation is None:
        return NO_OPERATION
    properties, identity = inner(record, "properties"), inner(record, "identity")
    requester = inner(identity, "requester")
    status = as_count(record.get("statusCode", record.get("StatusCode")))
    size = properties.get("responseBodySize", record.get("ResponseBodySize"))
    agent = first_text(properties, "userAgentHeader") or first_text(record, "UserAgentHeader")
    resource_id = first_text(record, "resourceId", "_ResourceId")
    values: EventValues = {
        "kind": KIND,
        "timestamp_desc": "request",
        "action": operation,
        "outcome": _outcome(status, first_text(record, "statusText", "StatusText")),
        "actor": first_text(requester, "upn", "objectId", "appId")
        or first_text(record, "RequesterUpn", "RequesterObjectId", "RequesterAppId"),
        "credential": first_text(identity, "tokenHash") or first_text(record, "AuthenticationHash"),
        "session": first_text(properties, "smbSessionID") or first_text(record, "SmbSessionID"),
        "src_ip": client_address(first_text(record, "callerIpAddress", "CallerIpAddress")),
        "user_agent": None if agent is None else agent.strip('"'),
        "resource": first_text(record, "uri", "Uri")
        or first_text(properties, "requestUrl", "objectKey")
        or resource_id,
        "account": first_text(properties, "accountName") or first_text(record, "AccountName") or _account(resource_id),
        "region": first_text(record, "location", "Location"),
        "bytes_out": as_count(size),
        "status": status if status in _HTTP else None,
        "uid": first_text(record, "correlationId", "CorrelationId"),
    }
    written = first_text(record, "time", "TimeGenerated", "TimeGenerated [UTC]")
    stamp = times.iso(written) or times.written(written, *_PORTAL_TIME)
    if stamp is not None:
        values["timestamp"], values["timestamp_precision"], values["timestamp_basis"] = stamp
    return values


def _outcome(status: int | None, said: str | None) -> str | None:
    """By the HTTP status; by Azure's own word where the protocol is another one (SMB, NFS)."""
    if status is not None and status in _HTTP:
        return outcome_of(status)
    if said is None:
        return None
    if said.endswith("Success"):
        return "success"
    return "denied" if "Authorization" in said or "AccessDenied" in said else "failure"


def _account(resource_id: str | None) -> str | None:
    """The account of `/subscriptions/.../storageAccounts/<account>/blobServices/default`."""
    parts = (resource_id or "").split("/")
    names = [part.lower() for part in parts]
    place = names.index("storageaccounts") + 1 if "storageaccounts" in names else len(parts)
    return parts[place] or None if place < len(parts) else None
