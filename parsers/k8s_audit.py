"""Kubernetes API server audit log: the log file, webhook batches (`EventList`), and what AKS and EKS export of it.

    {"kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "stage": "ResponseComplete",
     "auditID": "6f1c1c1e-0000-4000-8000-000000000001", "requestURI": "/api/v1/namespaces/prod/secrets/db",
     "verb": "get", "user": {"username": "dana@example.com", "groups": ["system:authenticated"]},
     "sourceIPs": ["198.51.100.9"], "userAgent": "kubectl/v1.29.0", "objectRef": {"resource": "secrets",
     "namespace": "prod", "name": "db"}, "responseStatus": {"metadata": {}, "code": 200},
     "requestReceivedTimestamp": "2026-03-30T22:36:48.424242Z", "stageTimestamp": "2026-03-30T22:36:48.430001Z"}

The stages of one request share the audit id. The credential is the id of the certificate or token that the server notes
in `user.extra`, or the access key of an EKS user. Requests for no object have the path as their resource.
Reference: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import as_text, http_status, inner, object_of, text, text_or_first
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "k8s.audit"
VERSION: Final = 1
TITLE: Final = "Kubernetes API server audit log"
REFERENCE: Final = "https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_VERB: Final = "names no verb"

_LINES: Final = b"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata",\
"auditID":"6f1c1c1e-0000-4000-8000-000000000001","stage":"ResponseComplete",\
"requestURI":"/api/v1/namespaces/prod/secrets/db","verb":"get","user":{"username":"dana@example.com",\
"groups":["system:authenticated"],"extra":{"authentication.kubernetes.io/credential-id":["X509SHA256=0a1b2c3d"]}},\
"sourceIPs":["198.51.100.9","10.0.0.1"],"userAgent":"kubectl/v1.29.0 (linux/amd64) kubernetes/abcdef0",\
"objectRef":{"resource":"secrets","namespace":"prod","name":"db","apiVersion":"v1"},\
"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2026-03-30T22:36:48.424242Z",\
"stageTimestamp":"2026-03-30T22:36:48.430001Z","annotations":{"authorization.k8s.io/decision":"allow"}}
{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"6f1c1c1e-0000-4000-8000-000000000002",\
"stage":"ResponseComplete","requestURI":"/healthz?verbose","verb":"get","user":{"username":"system:anonymous",\
"groups":["system:unauthenticated"]},"sourceIPs":["203.0.113.77"],"userAgent":"curl/8.5.0",\
"responseStatus":{"metadata":{},"status":"Failure","message":"forbidden: User \\"system:anonymous\\"","code":403},\
"requestReceivedTimestamp":"2026-03-30T22:37:00.000001Z","stageTimestamp":"2026-03-30T22:37:00.000100Z"}
"""
_BATCH: Final = b"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{"level":"Request",\
"auditID":"6f1c1c1e-0000-4000-8000-000000000003","stage":"RequestReceived",\
"requestURI":"/api/v1/namespaces/prod/pods/web-0/exec?command=sh","verb":"create",\
"user":{"username":"system:serviceaccount:prod:ci"},"sourceIPs":["2001:db8::7"],"userAgent":"Go-http-client/2.0",\
"objectRef":{"resource":"pods","namespace":"prod","name":"web-0","apiVersion":"v1","subresource":"exec"},\
"requestReceivedTimestamp":"2026-03-30T22:38:00.5Z","stageTimestamp":"2026-03-30T22:38:00.5Z"}]}
"""
_AZURE: Final = b"""{"category":"kube-audit-admin","operationName":\
"Microsoft.ContainerService/managedClusters/diagnosticLogs/Read","resourceId":"/SUBSCRIPTIONS/00000000-EXAMPLE/\
RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/PROD","time":"2026-03-30T22:40:01Z","properties":{"log":\
"{\\"kind\\":\\"Event\\",\\"apiVersion\\":\\"audit.k8s.io/v1\\",\\"level\\":\\"Metadata\\",\
\\"auditID\\":\\"6f1c1c1e-0000-4000-8000-000000000004\\",\\"stage\\":\\"ResponseComplete\\",\\"verb\\":\\"delete\\",\
\\"requestURI\\":\\"/api/v1/namespaces/prod\\",\\"user\\":{\\"username\\":\\"masterclient\\"},\
\\"sourceIPs\\":[\\"198.51.100.9\\"],\\"objectRef\\":{\\"resource\\":\\"namespaces\\",\\"namespace\\":\\"prod\\",\
\\"name\\":\\"prod\\"},\\"responseStatus\\":{\\"code\\":200},\
\\"requestReceivedTimestamp\\":\\"2026-03-30T22:40:00.1Z\\"}","stream":"stdout","pod":"kube-apiserver-0"}}
"""
SAMPLES: Final = (_LINES, _BATCH, _AZURE)

_MARKS: Final = (b"auditID",)  # also as JSON text in a record of another service
_CREDENTIALS: Final = ("authentication.kubernetes.io/credential-id", "accessKeyId")


def sniff(sample: Sample) -> Sniff:
    """By an audit id beside a verb."""
    return sniff_objects(sample, _MARKS, _is_own, "have auditID and verb", most=99)


def _is_own(record: Record) -> bool:
    event = _unwrap(record, lambda _: None)
    return isinstance(event.get("auditID"), str) and isinstance(event.get("verb"), str)


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


def _unwrap(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    """AKS puts the entry as text into `properties.log`, CloudWatch (EKS) into `message`."""
    if "auditID" in record:
        return record
    for holder in (inner(record, "properties").get("log"), record.get("@message"), record.get("message")):
        found = object_of(holder)
        if "auditID" in found:
            return found
    return record


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    verb = text(record, "verb")
    if verb is None:
        return NO_VERB
    user, thing, response = inner(record, "user"), inner(record, "objectRef"), inner(record, "responseStatus")
    status = http_status(response, "code")
    values: EventValues = {
        "timestamp_desc": "request",
        "action": _action(verb, thing),
        "outcome": _outcome(record, status),
        "actor": text(user, "username"),
        "credential": _credential(user),
        "src_ip": client_address(text_or_first(record.get("sourceIPs"))),
        "user_agent": text(record, "userAgent"),
        "resource": _resource(thing) if thing else _path(record),
        "status": status,
        "uid": text(record, "auditID"),
        "message": text(response, "message"),
    }
    stamp = times.iso(record.get("requestReceivedTimestamp")) or times.iso(record.get("stageTimestamp"))
    if stamp is not None:
        values.update(stamp.values())
    return values


def _action(verb: str, thing: Record) -> str:
    kind, part = as_text(thing.get("resource")), as_text(thing.get("subresource"))
    if kind is None:
        return verb
    return f"{verb} {kind}" if part is None else f"{verb} {kind}/{part}"


def _resource(thing: Record) -> str | None:
    space, name = as_text(thing.get("namespace")), as_text(thing.get("name"))
    return f"{space}/{name}" if space and name else space or name


def _path(record: Record) -> str | None:
    """The path of a request that is for no object; without its query."""
    found = text(record, "requestURI")
    return None if found is None else as_text(found.partition("?")[0])


def _outcome(record: Record, status: int | None) -> str:
    if status is not None:
        return outcome_of(status)
    return "denied" if text(record, "annotations", "authorization.k8s.io/decision") == "forbid" else "unknown"


def _credential(user: Record) -> str | None:
    extra = user.get("extra")
    if not isinstance(extra, dict):
        return None
    return next((found for name in _CREDENTIALS if (found := text_or_first(extra.get(name)))), None)


_FORMAT: Final = RecordFormat(KIND, _read, _unwrap)
