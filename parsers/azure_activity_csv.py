"""Azure activity log as CSV: the portal's download, and Log Analytics' export.

    Operation name,Status,Event category,Level,Time,Subscription,Event initiated by,Resource type,Resource group,Resource
    List Storage Account Keys,Succeeded,Administrative,Informational,2026-03-30T22:36:48.424Z,0a1b,dana@example.com,,ml,models

The portal names operations for people, and leaves out the caller's address and the event's id. Times without a zone are UTC.
Reference: https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log-insights.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.azure_operation import read_operation
from parsers.lib.csv_records import csv_fields, decode_csv
from parsers.lib.json_reading import Record
from parsers.lib.portal_rows import nested, sniff_header
from parsers.lib.records import RecordFormat, Warn
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "azure.activity.csv"
VERSION: Final = 1
TITLE: Final = "Azure activity log as CSV: portal, Log Analytics"
REFERENCE: Final = "https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log-insights"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = ("azure.activity",)

_PORTAL: Final = b"""\
Correlation id,Operation name,Status,Event category,Level,Time,Subscription,Event initiated by,Resource type,Resource group,Resource
c0,List Storage Account Keys,Succeeded,Administrative,Informational,2026-03-30T22:36:48.424Z,\
11112222-0000-4000-8000-000000000000,dana@example.com,Microsoft.Storage/storageAccounts,ml,\
/subscriptions/11112222-0000-4000-8000-000000000000/resourceGroups/ml/providers/Microsoft.Storage/storageAccounts/models
c1,Delete diagnostic setting,Failed,Administrative,Error,"Mon Mar 30 2026 22:40:00 GMT+0000 (Coordinated Universal Time)",\
11112222-0000-4000-8000-000000000000,eve@example.com,microsoft.insights/diagnosticSettings,ml,models
"""
_ANALYTICS: Final = b"""\
"TimeGenerated [UTC]",OperationNameValue,ActivityStatusValue,CategoryValue,Caller,CallerIpAddress,SubscriptionId,_ResourceId,\
EventDataId,ResourceGroup
"3/30/2026, 10:36:48.424 PM",MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION,Success,Administrative,dana@example.com,\
198.51.100.9,11112222-0000-4000-8000-000000000000,/subscriptions/11112222-0000-4000-8000-000000000000/resourcegroups/ml,e1,ml
"""
SAMPLES: Final = (_PORTAL, _ANALYTICS)

_NAMES: Final = {
    "operationname": "operationName", "operationnamevalue": "operationName", "status": "status",
    "activitystatusvalue": "status", "activitystatus": "status", "activitysubstatusvalue": "subStatus",
    "time": "eventTimestamp", "timegenerated": "eventTimestamp", "eventtimestamp": "eventTimestamp",
    "eventinitiatedby": "caller", "resourceid": "resourceId", "subscription": "subscription",
    "subscriptionid": "subscriptionId", "calleripaddress": "callerIpAddress", "eventdataid": "eventDataId",
    "eventcategory": "category", "categoryvalue": "category",
}  # fmt: skip
_MARKS: Final = (
    "eventinitiatedby",
    "eventcategory",
    "activitystatusvalue",
    "categoryvalue",
    "subscription",
    "subscriptionid",
)


def sniff(sample: Sample) -> Sniff:
    """By a header with an operation, its status, a time and who began it."""
    operations, times = ("operationname", "operationnamevalue"), ("time", "timegenerated", "eventtimestamp")
    callers, states = ("eventinitiatedby", "caller"), ("status", "activitystatusvalue", "activitystatus")
    return sniff_header(sample, b"peration", operations, times, callers, states, also=_MARKS)


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The row, its members by the names that the API gives them."""
    return csv_fields(record, header, _FORMAT)


def _unwrap(row: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    return nested(row, _NAMES)


_FORMAT: Final = RecordFormat("azure.activity", read_operation, _unwrap)
