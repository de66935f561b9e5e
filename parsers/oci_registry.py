"""Container registry (Distribution, `registry:2` and 3): its log as JSON lines, and the notifications that it sends.

    {"events": [{"id": "5f2f7c1e", "timestamp": "2026-03-30T22:36:48.424113Z", "action": "pull", "target": {"repository":
     "models/cli", "digest": "sha256:9f86d081", "tag": "latest", "size": 708}, "request": {"addr": "198.51.100.9:50123",
     "method": "GET", "useragent": "docker/27.0"}, "actor": {"name": "dana"}}]}
    {"http.request.method": "GET", "http.request.uri": "/v2/models/cli/manifests/latest", "http.response.status": 200,
     "http.request.remoteaddr": "198.51.100.9:50123", "msg": "response completed", "time": "2026-03-30T22:36:48.424113Z"}

A notification tells what was done to a manifest or blob; the log tells requests, so a pull of an image is several of
them. References: https://distribution.github.io/distribution/about/notifications/,
https://distribution.github.io/distribution/about/configuration/#log.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.identity import content_hash
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import count, inner, items, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.registry_log import read_entry
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "oci.registry"
VERSION: Final = 1
TITLE: Final = "container registry: log as JSON, notifications"
REFERENCE: Final = "https://distribution.github.io/distribution/about/notifications/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)

_SENT: Final = b"""{"events":[{"id":"5f2f7c1e-0000-4000-8000-000000000001","timestamp":"2026-03-30T22:36:48.424113Z","action":\
"push","target":{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":708,"digest":"sha256:9f86d081884c7d65",\
"length":708,"repository":"models/cli","url":"https://registry.example.com/v2/models/cli/manifests/sha256:9f86d081884c7d65",\
"tag":"latest"},"request":{"id":"6df2","addr":"198.51.100.9:50123","host":"registry.example.com","method":"PUT","useragent":\
"docker/27.0.1"},"actor":{"name":"dana"},"source":{"addr":"registry-0:5000","instanceID":"a53d"}},
{"id":"5f2f7c1e-0000-4000-8000-000000000002","timestamp":"2026-03-30T22:40:02Z","action":"pull","target":{"mediaType":\
"application/octet-stream","size":734003200,"digest":"sha256:60303ae22b998861","length":734003200,"repository":"models/cli"},\
"request":{"id":"6df3","addr":"2001:db8::7","method":"GET","useragent":"skopeo/1.16"},"actor":{},"source":{}}]}
"""
_LOG: Final = b"""{"go.version":"go1.23.7","level":"info","msg":"listening on [::]:5000","time":"2026-03-30T22:00:00Z"}
{"auth.user.name":"dana","go.version":"go1.23.7","http.request.host":"registry.example.com","http.request.id":"6df2",\
"http.request.method":"GET","http.request.remoteaddr":"198.51.100.9:50123","http.request.uri":"/v2/models/cli/manifests/latest",\
"http.request.useragent":"docker/27.0.1","level":"info","msg":"authorized request","time":"2026-03-30T22:36:48.4Z",\
"vars.name":"models/cli","vars.reference":"latest"}
{"go.version":"go1.23.7","http.request.host":"registry.example.com","http.request.id":"6df2","http.request.method":"GET",\
"http.request.remoteaddr":"198.51.100.9:50123","http.request.uri":"/v2/models/cli/manifests/latest","http.request.useragent":\
"docker/27.0.1","http.response.duration":"5.1ms","http.response.status":200,"http.response.written":708,"level":"info","msg":\
"response completed","time":"2026-03-30T22:36:48.424113Z"}
"""
SAMPLES: Final = (_SENT, _LOG)
_MARKS: Final = (b'"http.request.method"', b'"repository"')
_LOG_MARKS: Final = ("http.request.uri", "http.request.remoteaddr")


def sniff(sample: Sample) -> Sniff:
    """By notifications on a repository's content, or entries that name a request in the registry's way."""
    return sniff_objects(sample, _MARKS, _is_own, "are notifications or log entries of a container registry")


def _is_own(record: Record) -> bool:
    if _notifications(record):
        return True
    if "go.version" in record and "msg" in record:
        return True
    return "http.request.method" in record and any(name in record for name in _LOG_MARKS) and "level" in record


def decode(chunk: Chunk) -> Decoded:
    """Events of the notifications and of the entries about requests."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The notification's or the entry's own fields."""
    return json_fields(record, _FORMAT)


def _is_notification(record: object) -> bool:
    if not isinstance(record, dict) or not isinstance(record.get("action"), str):
        return False
    target = inner(record, "target")
    return "repository" in target and ("digest" in target or "tag" in target)


def _notifications(record: Record) -> list[Record]:
    """The notification itself, or those of a delivery on one line."""
    if _is_notification(record):
        return [record]
    return [item for item in items(record, "events") if _is_notification(item)] if "events" in record else []


def _read(record: Record, times: Times, warn: Warn) -> EventValues | list[EventValues] | Ignored | str:
    if found := _notifications(record):
        return [_told(item, times) for item in found]
    return read_entry(record, times, warn)


def _told(record: Record, times: Times) -> EventValues:
    target, request = inner(record, "target"), inner(record, "request")
    action, uid = text(record, "action"), text(record, "id")
    is_sent = action == "pull" and text(request, "method") == "GET"
    values: EventValues = {
        "timestamp_desc": "event",
        "action": action,
        "outcome": "success",
        "actor": text(record, "actor", "name"),
        "src_ip": client_address(text(request, "addr")),
        "user_agent": text(request, "useragent"),
        "resource": _object(target),
        "bytes_out": count(target, "size") if is_sent else None,
        "uid": uid,
    }
    if uid is not None:
        values["content"] = content_hash(record)
    stamp = times.iso(record.get("timestamp"))
    if stamp is not None:
        values.update(stamp.values())
    return values


def _object(target: Record) -> str | None:
    """`repository:tag`, else `repository@digest`."""
    repository, tag, digest = (text(target, name) for name in ("repository", "tag", "digest"))
    if repository is None or (tag is None and digest is None):
        return repository
    return f"{repository}:{tag}" if tag is not None else f"{repository}@{digest}"


_FORMAT: Final = RecordFormat(KIND, _read)
