"""Resource logs of Azure storage accounts in JSON: the categories StorageRead, StorageWrite and StorageDelete.

    {"time":"2026-03-30T23:17:59.2504419Z","resourceId":"/subscriptions/0f0f.../storageAccounts/exampledata/blobServices/default",
     "category":"StorageRead","operationName":"GetBlob","statusCode":200,"statusText":"Success","durationMs":8,
     "callerIpAddress":"192.0.2.7:50100","correlationId":"9d8c7b6a-0000-1111-2222-333344445555","location":"westeurope",
     "identity":{"type":"SAS","tokenHash":"key1(1EXAMPLE2),SasSignature(3EXAMPLE4)"},"properties":{"accountName":"exampledata",
     "userAgentHeader":"curl/8.5.0","responseBodySize":2048},"uri":"https://exampledata.blob.core.windows.net/models/a.bin"}

(one line in the log). Rows of the tables StorageBlobLogs and its sisters are read, too. The credential is Azure's hash of
the key, signature or token. One request may give several records under one correlation id.
Reference: https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.azure_storage_requests import KIND as EMITTED
from parsers.lib.azure_storage_requests import is_storage_request, read_storage_request
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "azure.storage.json"
VERSION: Final = 1
TITLE: Final = "Azure Storage resource logs: StorageRead, StorageWrite, StorageDelete"
REFERENCE: Final = "https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (EMITTED,)

_RESOURCE: Final = (
    b"/subscriptions/0f0f0f0f-1111-2222-3333-444455556666/resourceGroups/ml/providers/Microsoft.Storage/"
    b"storageAccounts/exampledata/blobServices/default"
)
_DELIVERED: Final = b"""{"time":"2026-03-30T23:17:59.2504419Z","resourceId":"%s","category":"StorageRead",\
"operationName":"GetBlob","operationVersion":"2021-08-06","schemaVersion":"1.0","statusCode":200,"statusText":"SASSuccess","durationMs":8,\
"callerIpAddress":"192.0.2.7:50100","correlationId":"9d8c7b6a-0000-1111-2222-333344445555","identity":{"type":"SAS",\
"tokenHash":"key1(1EXAMPLE2),SasSignature(3EXAMPLE4)"},"location":"westeurope","properties":{"accountName":\
"exampledata","userAgentHeader":"curl/8.5.0","serviceType":"blob","objectKey":"/exampledata/models/a.bin",\
"serverLatencyMs":7,"requestBodySize":0,"responseHeaderSize":301,"responseBodySize":734003200,"tlsVersion":"TLS 1.3"},\
"uri":"https://exampledata.blob.core.windows.net:443/models/a.bin?sv=2021-08-06&sig=XXXXX","protocol":"HTTPS",\
"resourceType":"Microsoft.Storage/storageAccounts/blobServices"}
{"time":"2026-03-30T23:18:02.5000000Z","resourceId":"%s","category":"StorageDelete","operationName":"DeleteBlob",\
"statusCode":403,"statusText":"AuthorizationPermissionMismatch","callerIpAddress":"198.51.100.23:41200","correlationId":\
"7a1f6d0e-501e-0012-33aa-5bd1d3000000","identity":{"type":"OAuth","tokenHash":"5EXAMPLE6","requester":{"objectId":\
"0f0f0f0f-9999","upn":"dana@example.com","appId":"12121212-aaaa"}},"location":"westeurope","properties":{"accountName":\
"exampledata","userAgentHeader":"azsdk-python-storage-blob/12.19","responseBodySize":279},"uri":\
"https://exampledata.blob.core.windows.net/models/a.bin"}
""".replace(b"%s", _RESOURCE)
_TABLE: Final = b"""[{"TenantId":"99998888-7777","TimeGenerated":"2026-03-30T23:18:05.1234567Z","AccountName":"exampledata",\
"Location":"westeurope","Protocol":"HTTPS","OperationName":"ListBlobs","AuthenticationType":"AccountKey",\
"AuthenticationHash":"key1(77AA)","StatusCode":"200","StatusText":"Success","DurationMs":9,"CallerIpAddress":\
"203.0.113.9:50000","CorrelationId":"0b4f2f83-001e","UserAgentHeader":"AzCopy/10.24","ResponseBodySize":6144,\
"Category":"StorageRead","Uri":"https://exampledata.blob.core.windows.net/models?comp=list","Type":"StorageBlobLogs"}]
"""
SAMPLES: Final = (_DELIVERED, _TABLE)

_MARKS: Final = (b'"StorageRead"', b'"StorageWrite"', b'"StorageDelete"')


def sniff(sample: Sample) -> Sniff:
    """By the categories of storage accounts."""
    if sample.data.find(b'"Storage', 0, 8192) < 0:
        return NO
    return sniff_objects(
        sample, _MARKS, is_storage_request, "have an operation and a category of storage accounts", most=98
    )


def decode(chunk: Chunk) -> Decoded:
    """Events of the requests, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The request's own fields."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, read_storage_request)
