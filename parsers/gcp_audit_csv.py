"""Google Cloud audit logs as CSV: downloads of Logs Explorer, and `gcloud logging read --format=csv(...)`.

    insertId,logName,timestamp,severity,protoPayload.methodName,protoPayload.authenticationInfo.principalEmail
    1abc,projects/corp-models/logs/cloudaudit.googleapis.com%2Factivity,2026-03-30T22:36:48.424Z,NOTICE,SetIamPolicy,dana@example.com

Columns are the members of an entry, with dots between their names.
Reference: https://cloud.google.com/logging/docs/view/logs-explorer-interface.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.csv_records import csv_fields, decode_csv
from parsers.lib.gcp_entry import read_entry
from parsers.lib.json_reading import Record
from parsers.lib.portal_rows import nested, sniff_header
from parsers.lib.records import RecordFormat, Warn
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "gcp.audit.csv"
VERSION: Final = 1
TITLE: Final = "Google Cloud audit log as CSV"
REFERENCE: Final = "https://cloud.google.com/logging/docs/view/logs-explorer-interface"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = ("gcp.audit",)

_DOWNLOAD: Final = b"""\
insertId,logName,protoPayload.authenticationInfo.principalEmail,protoPayload.methodName,protoPayload.requestMetadata.callerIp,\
protoPayload.resourceName,protoPayload.serviceName,protoPayload.status.code,resource.labels.project_id,resource.type,severity,\
timestamp
1abcexample,projects/corp-models/logs/cloudaudit.googleapis.com%2Fdata_access,dana@example.com,storage.objects.get,198.51.100.9,\
projects/_/buckets/models/objects/shard-00.bin,storage.googleapis.com,,corp-models,gcs_bucket,INFO,2026-03-30T22:36:48.424113Z
2abcexample,projects/corp-models/logs/cloudaudit.googleapis.com%2Factivity,eve@example.com,storage.setIamPermissions,2001:db8::7,\
projects/_/buckets/models,storage.googleapis.com,7,,gcs_bucket,ERROR,2026-03-30T22:40:00Z
"""
SAMPLES: Final = (_DOWNLOAD,)
_MARKS: Final = (
    "protopayload.authenticationinfo.principalemail", "protopayload.servicename", "protopayload.resourcename", "insertid",
    "protopayload.requestmetadata.callerip",
)  # fmt: skip


def sniff(sample: Sample) -> Sniff:
    """By a header that names a payload's method."""
    return sniff_header(sample, b"protoPayload.methodName", ("protopayload.methodname",), ("timestamp",), also=_MARKS)


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The row as an entry, nested."""
    return csv_fields(record, header, _FORMAT)


def _unwrap(row: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    return nested(row, {})


_FORMAT: Final = RecordFormat("gcp.audit", read_entry, _unwrap)
