"""Azure activity log: diagnostic settings to storage or Event Hubs, the REST API, dumps of the SDK.

    {"time": "2026-03-30T22:36:48.424Z", "operationName": "MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION",
     "category": "Administrative", "resourceId": "/SUBSCRIPTIONS/0A1B/RESOURCEGROUPS/ML", "resultType": "Success",
     "callerIpAddress": "198.51.100.9", "identity": {"claims": {"name": "Dana"}}}

The API writes words as `{"value", "localizedValue"}`, the SDK with underscores. The account is the subscription.
Reference: https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log-schema.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.azure_members import plain_names, word
from parsers.lib.azure_operation import read_operation
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "azure.activity"
VERSION: Final = 1
TITLE: Final = "Azure activity log"
REFERENCE: Final = "https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log-schema"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)

_LINES: Final = b"""{"time":"2026-03-30T22:36:48.4240000Z",\
"resourceId":"/SUBSCRIPTIONS/11112222-0000-4000-8000-000000000000/RESOURCEGROUPS/ML",\
"operationName":"MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION","category":"Administrative","resultType":"Success",\
"callerIpAddress":"198.51.100.9","correlationId":"c0","location":"westeurope","identity":{"claims":{"name":"Dana",\
"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"dana@example.com"}}}
{"time":"2026-03-30T22:40:00Z","resourceId":"/SUBSCRIPTIONS/11112222-0000-4000-8000-000000000000/RESOURCEGROUPS/ML",\
"operationName":"MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE","category":"Administrative","resultType":"Failure",\
"resultSignature":"Failed.Forbidden","callerIpAddress":"203.0.113.4","identity":{"claims":{"appid":"0a1b"}}}
"""
_ANSWER: Final = b"""{"value": [{"eventDataId": "e1", "caller": "dana@example.com", "eventTimestamp": "2026-03-30T22:50:00.5Z",
 "operationName": {"value": "Microsoft.Compute/disks/beginGetAccess/action", "localizedValue": "Get Disk SAS URI"},
 "status": {"value": "Succeeded", "localizedValue": "Succeeded"}, "subscriptionId": "11112222-0000-4000-8000-000000000000",
 "resourceId": "/subscriptions/11112222-0000-4000-8000-000000000000/resourceGroups/ml/providers/Microsoft.Compute/disks/w",
 "httpRequest": {"clientIpAddress": "2001:db8::7", "method": "POST"}}]}
"""
SAMPLES: Final = (_LINES, _ANSWER)

_MARKS: Final = (b"/subscriptions/", b"/SUBSCRIPTIONS/", b"/Subscriptions/")
_STORAGE_LOGS: Final = frozenset({"storageread", "storagewrite", "storagedelete"})  # of azure.storage
_REQUEST_LOGS: Final = (
    "accesslog",
    "accesslogs",
    "httplogs",
    "firewalllog",
    "signinlogs",
)  # of gateways, applications, Entra


def sniff(sample: Sample) -> Sniff:
    """By an operation with a slash on something in a subscription."""
    return sniff_objects(sample, _MARKS, _is_own, "have an operation on something in a subscription", most=96)


def _is_own(record: Record) -> bool:
    plain = plain_names(record)
    operation, resource = word(plain.get("operationname")), text(plain, "resourceid")
    if (
        operation is None
        or resource is None
        or "/" not in operation
        or not resource.lower().startswith("/subscriptions/")
    ):
        return False
    category = (word(plain.get("category")) or "").lower()
    return category not in _STORAGE_LOGS and not category.endswith(_REQUEST_LOGS) and not category.startswith("kube-")


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, read_operation)
