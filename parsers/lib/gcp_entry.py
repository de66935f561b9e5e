"""One entry of Google Cloud's audit logs, wherever it was found: a bucket, the API, Logs Explorer, BigQuery.

Reference: https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog.
"""

from typing import Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import first_text, inner, text
from parsers.lib.records import Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues

NO_METHOD: Final = "names no method"
_TIMES: Final = ("timestamp", "receiveTimestamp", "receive_timestamp")
_OWNERS: Final = frozenset({"projects", "folders", "organizations", "billingAccounts"})
_REFUSED: Final = frozenset({"7", "16", "PERMISSION_DENIED", "UNAUTHENTICATED"})
_DONE: Final = frozenset({None, "0", "OK"})


def payload_of(record: Record) -> Record:
    """The audit log's own part of an entry, by any of the names that exports give it; {} where there is none."""
    for name in ("protoPayload", "proto_payload", "protopayload_auditlog"):
        if name in record:
            return inner(record, name)
    return {}


def read_entry(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    """The event of one entry."""
    payload = payload_of(record)
    method = text(payload, "methodName")
    if method is None:
        return NO_METHOD
    who, request = inner(payload, "authenticationInfo"), inner(payload, "requestMetadata")
    labels = inner(inner(record, "resource"), "labels")
    code = text(payload, "status", "code")
    values: EventValues = {
        "timestamp_desc": "event",
        "action": method,
        "outcome": "success" if code in _DONE else "denied" if code in _REFUSED else "failure",
        "actor": text(who, "principalEmail") or text(who, "principalSubject"),
        "credential": text(who, "serviceAccountKeyName"),
        "src_ip": client_address(text(request, "callerIp")),
        "user_agent": text(request, "callerSuppliedUserAgent"),
        "resource": text(payload, "resourceName"),
        "account": first_text(labels, "project_id", "organization_id", "folder_id") or _owner(text(record, "logName")),
        "region": first_text(labels, "location", "region", "zone") or _location(payload),
        "uid": text(record, "insertId"),
        "message": text(payload, "status", "message"),
    }
    stamp = next((found for name in _TIMES if (found := times.iso(record.get(name)))), None)
    if stamp is not None:
        values.update(stamp.values())
    return values


def _owner(log: str | None) -> str | None:
    """The project, folder or organisation of `projects/corp-models/logs/...`."""
    parts = (log or "").split("/", 2)
    return parts[1] if len(parts) > 2 and parts[0] in _OWNERS else None


def _location(payload: Record) -> str | None:
    found = inner(payload, "resourceLocation") if "resourceLocation" in payload else {}
    return first_text(found, "currentLocations")
