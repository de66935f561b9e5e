"""Google Cloud audit logs: exports of Cloud Logging to a bucket, `gcloud logging read --format=json`, the API.

    {"insertId": "1abc", "timestamp": "2026-03-30T22:36:48.424Z", "resource": {"labels": {"project_id": "corp-models"}},
     "protoPayload": {"methodName": "storage.objects.get", "resourceName": "projects/_/buckets/models/objects/w.bin",
     "authenticationInfo": {"principalEmail": "dana@example.com"}, "requestMetadata": {"callerIp": "198.51.100.9"}}}

The credential is the service account key's name. A status without code, or with code 0, is a success; 7 and 16 say that the
caller was not let in. The two entries of a long-running operation are two events.
Reference: https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.gcp_entry import payload_of, read_entry
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "gcp.audit"
VERSION: Final = 1
TITLE: Final = "Google Cloud audit log"
REFERENCE: Final = "https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)

_LINES: Final = b"""{"insertId":"1abcexample","logName":"projects/corp-models/logs/cloudaudit.googleapis.com%2Fdata_access",\
"timestamp":"2026-03-30T22:36:48.424113Z","receiveTimestamp":"2026-03-30T22:36:49.1Z","severity":"INFO",\
"resource":{"type":"gcs_bucket","labels":{"project_id":"corp-models","bucket_name":"models","location":"europe-west1"}},\
"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","status":{},"serviceName":"storage.googleapis.com",\
"methodName":"storage.objects.get","resourceName":"projects/_/buckets/models/objects/shard-00.bin",\
"authenticationInfo":{"principalEmail":"trainer@corp-models.iam.gserviceaccount.com","serviceAccountKeyName":\
"//iam.googleapis.com/projects/corp-models/serviceAccounts/trainer/keys/0a1b2c"},"requestMetadata":{"callerIp":\
"198.51.100.9","callerSuppliedUserAgent":"gcloud/470.0.0"}}}
{"insertId":"2abcexample","timestamp":"2026-03-30T22:40:00Z","resource":{"type":"gcs_bucket","labels":{"project_id":"corp-models"}},\
"protoPayload":{"serviceName":"storage.googleapis.com","methodName":"storage.setIamPermissions","resourceName":\
"projects/_/buckets/models","status":{"code":7,"message":"PERMISSION_DENIED"},"authenticationInfo":{"principalEmail":\
"mallory@example.com"},"requestMetadata":{"callerIp":"2001:db8::7"}}}
"""
_READ: Final = b"""[
  {
    "insertId": "3abcexample", "timestamp": "2026-03-30T23:00:00.5Z",
    "resource": {"labels": {"project_id": "corp-models", "zone": "europe-west1-b"}, "type": "gce_instance"},
    "protoPayload": {"methodName": "v1.compute.instances.stop", "resourceName": "projects/corp-models/zones/b/instances/gpu-1",
      "status": {"code": 5, "message": "NOT_FOUND"}, "authenticationInfo": {"principalEmail": "dana@example.com"},
      "requestMetadata": {"callerIp": "gce-internal-ip"}}
  }
]
"""
SAMPLES: Final = (_LINES, _READ)

_MARKS: Final = (b'"protoPayload"', b'"proto_payload"', b'"protopayload_auditlog"')


def sniff(sample: Sample) -> Sniff:
    """By a payload that names a method."""
    return sniff_objects(sample, _MARKS, _is_own, "have a protoPayload that names a method")


def _is_own(record: Record) -> bool:
    return text(payload_of(record), "methodName") is not None


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, read_entry)
