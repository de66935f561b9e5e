"""Entra ID audit log as CSV: the portal's download.

    Date (UTC),CorrelationId,Service,Category,Activity,Result,ActorType,ActorUserPrincipalName,IPAddress,Target1DisplayName
    2026-03-30T22:36:48Z,c1,Core Directory,RoleManagement,Add member to role,success,User,dana@example.com,198.51.100.9,eve

Times are UTC. The download leaves out the entry's id. Up to three targets have columns, each with its modified properties.
Reference: https://learn.microsoft.com/en-us/entra/identity/monitoring-health/howto-download-logs.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.csv_records import csv_fields, decode_csv
from parsers.lib.entra_logs import read_activity
from parsers.lib.json_reading import Record
from parsers.lib.portal_rows import nested, sniff_header, values_of
from parsers.lib.records import RecordFormat, Warn
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "entra.audit.csv"
VERSION: Final = 1
TITLE: Final = "Entra ID audit log as CSV (portal)"
REFERENCE: Final = "https://learn.microsoft.com/en-us/entra/identity/monitoring-health/howto-download-logs"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = ("entra.audit",)

_DOWNLOAD: Final = b"""\
Date (UTC),CorrelationId,Service,Category,Activity,Result,ResultReason,User Agent,ActorType,ActorDisplayName,ActorObjectId,\
ActorUserPrincipalName,IPAddress,ActorServicePrincipalId,ActorServicePrincipalName,Target1Type,Target1DisplayName,\
Target1ObjectId,Target1UserPrincipalName,Target1ModifiedProperty1Name,Target1ModifiedProperty1NewValue,AdditionalDetail1Key,\
AdditionalDetail1Value
2026-03-30T22:36:48Z,c1,Core Directory,RoleManagement,Add member to role,success,,,User,Dana,u1,dana@example.com,198.51.100.9,,,\
User,,u2,eve@example.com,Role.DisplayName,Global Administrator,User-Agent,Mozilla/5.0
2026-03-30T22:40:00Z,c2,Core Directory,ApplicationManagement,Add service principal credentials,failure,Denied,,Application,ci,,,,\
sp1,,ServicePrincipal,exporter,o1,,,,,
"""
SAMPLES: Final = (_DOWNLOAD,)

_NAMES: Final = {
    "date": "activityDateTime", "correlationid": "correlationId", "service": "loggedByService", "category": "category",
    "activity": "activityDisplayName", "result": "result", "resultreason": "resultReason", "useragent": "userAgent",
    "actoruserprincipalname": "initiatedBy.user.userPrincipalName", "actorobjectid": "initiatedBy.user.id",
    "ipaddress": "initiatedBy.user.ipAddress", "actorserviceprincipalid": "initiatedBy.app.servicePrincipalId",
    "actorserviceprincipalname": "initiatedBy.app.displayName", "actordisplayname": "initiatedBy.user.displayName",
}  # fmt: skip
_TARGETS: Final = 3
_DETAILS: Final = 10


def sniff(sample: Sample) -> Sniff:
    """By a header with an activity, its result and the actor's columns."""
    needed = (("date",), ("activity",), ("result",), ("actortype", "actoruserprincipalname"))
    return sniff_header(
        sample, b"Activity", *needed, also=("actortype", "target1type", "target1displayname", "loggedbyservice")
    )


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The row as an activity, its members by the names that Graph gives them."""
    return csv_fields(record, header, _FORMAT)


def _unwrap(row: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    record = nested(row, _NAMES)
    targets = [
        {
            "type": item.get("Type"), "displayName": item.get("DisplayName"), "id": item.get("ObjectId"),
            "userPrincipalName": item.get("UserPrincipalName"),
        }
        for item in values_of(row, "Target", _TARGETS)
    ]  # fmt: skip
    if targets:
        record["targetResources"] = targets
    details = [
        {"key": item.get("Key"), "value": item.get("Value")} for item in values_of(row, "AdditionalDetail", _DETAILS)
    ]
    if details:
        record["additionalDetails"] = details
    return record


_FORMAT: Final = RecordFormat("entra.audit", read_activity, _unwrap)
