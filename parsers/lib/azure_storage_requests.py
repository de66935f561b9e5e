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
    get = record.get
    operation = as_text(get("operationName"))
    if operation is None:
        row_operation = as_text(get("OperationName"))
        return NO_OPERATION if row_operation is None else _read_row(record, row_operation, times)
    properties, identity = inner(record, "properties").get, inner(record, "identity")
    requester = identity.get("requester")
    status = as_count(get("statusCode"))
    agent = as_text(properties("userAgentHeader"))
    resource_id = as_text(get("resourceId"))
    values: EventValues = {
        "kind": KIND,
        "timestamp_desc": "request",
        "action": operation,
        "outcome": _outcome(status, as_text(get("statusText"))),
        "actor": first_text(requester, "upn", "objectId", "appId") if isinstance(requester, dict) else None,
        "credential": as_text(identity.get("tokenHash")),
        "session": as_text(properties("smbSessionID")),
        "src_ip": client_address(as_text(get("callerIpAddress"))),
        "user_agent": None if agent is None else agent.strip('"'),
        "resource": as_text(get("uri"))
        or as_text(properties("requestUrl"))
        or as_text(properties("objectKey"))
        or resource_id,
        "account": as_text(properties("accountName")) or _account(resource_id),
        "region": as_text(get("location")),
        "bytes_out": as_count(properties("responseBodySize")),
        "status": status if status in _HTTP else None,
        "uid": as_text(get("correlationId")),
    }
    return _dated(values, get("time"), times)


def _read_row(record: Record, operation: str, times: Times) -> EventValues:
    """The event of a row of a workspace's table, where all names are flat."""
    get = record.get
    status = as_count(get("StatusCode"))
    agent = as_text(get("UserAgentHeader"))
    values: EventValues = {
        "kind": KIND,
        "timestamp_desc": "request",
        "action": operation,
        "outcome": _outcome(status, as_text(get("StatusText"))),
        "actor": first_text(record, "RequesterUpn", "RequesterObjectId", "RequesterAppId"),
        "credential": as_text(get("AuthenticationHash")),
        "session": as_text(get("SmbSessionID")),
        "src_ip": client_address(as_text(get("CallerIpAddress"))),
        "user_agent": None if agent is None else agent.strip('"'),
        "resource": first_text(record, "Uri", "ObjectKey", "_ResourceId"),
        "account": as_text(get("AccountName")) or _account(as_text(get("_ResourceId"))),
        "region": as_text(get("Location")),
        "bytes_out": as_count(get("ResponseBodySize")),
        "status": status if status in _HTTP else None,
        "uid": as_text(get("CorrelationId")),
    }
    return _dated(values, first_text(record, "TimeGenerated", "TimeGenerated [UTC]"), times)


def _dated(values: EventValues, written: object, times: Times) -> EventValues:
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
