"""Requests to Azure Storage as rows of StorageBlobLogs and its sisters, exported from a workspace as CSV.

    TimeGenerated [UTC],AccountName,Location,OperationName,AuthenticationHash,StatusCode,CallerIpAddress,Category,Uri
    "3/30/2026, 11:17:59.250 PM",exampledata,westeurope,GetBlob,key1(77AA),200,203.0.113.9:50100,StorageRead,https://...

The columns are those that the query kept. Reference:
https://learn.microsoft.com/azure/azure-monitor/reference/tables/storagebloblogs.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.azure_storage_requests import KIND as EMITTED
from parsers.lib.azure_storage_requests import read_storage_request
from parsers.lib.csv_records import csv_fields, csv_header, decode_csv
from parsers.lib.records import RecordFormat
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "azure.storage.csv"
VERSION: Final = 1
TITLE: Final = "Azure Storage logs exported as CSV from a workspace"
REFERENCE: Final = "https://learn.microsoft.com/azure/azure-monitor/reference/tables/storagebloblogs"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = (EMITTED,)

_ROWS: Final = (
    b'"TimeGenerated [UTC]",AccountName,Location,Protocol,OperationName,AuthenticationType,AuthenticationHash,StatusCode,'
    b"StatusText,DurationMs,CallerIpAddress,CorrelationId,UserAgentHeader,ResponseBodySize,RequesterUpn,Category,Uri,Type\n"
    b'"3/30/2026, 11:17:59.250 PM",exampledata,westeurope,HTTPS,GetBlob,SAS,"key1(77AA),SasSignature(88BB)",200,Success,9,'
    b'203.0.113.9:50100,0b4f2f83-001e,AzCopy/10.24,6144,,StorageRead,"https://exampledata.blob.core.windows.net/m/a.bin"'
    b",StorageBlobLogs\n"
    b'"3/30/2026, 11:18:02.000 PM",exampledata,westeurope,HTTPS,DeleteBlob,OAuth,99CC,403,AuthorizationPermissionMismatch,9,'
    b'198.51.100.23:50101,0b4f2f83-001f,curl/8.5.0,279,dana@example.com,StorageDelete,"https://exampledata.blob.core.windows.'
    b'net/m/a.bin",StorageBlobLogs\n'
)
SAMPLES: Final = (_ROWS,)

_OWN: Final = frozenset(
    {"AuthenticationHash", "ResponseBodySize", "UserAgentHeader", "CallerIpAddress", "StatusText", "Uri"}
)
_ENOUGH: Final = 3


def sniff(sample: Sample) -> Sniff:
    """By the header."""
    end = sample.data.find(b"\n", 0, 1 << 14)
    head = sample.data[: max(end, 0)]
    if b"OperationName" not in head or b"TimeGenerated" not in head or head[:1] in {b"{", b"["}:
        return NO
    names = csv_header(head.rstrip(b"\r")).names
    if "OperationName" not in names or len(_OWN.intersection(names)) < _ENOUGH:
        return NO
    return Sniff(96, ("the header is that of StorageBlobLogs or a sister",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The fields of one row by the names of the header."""
    return csv_fields(record, header, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, read_storage_request)
