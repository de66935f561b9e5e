"""npm registry: package metadata as `GET /<package>` gives it, one document with the times of all versions.

    {"_id": "@corp/cli", "name": "@corp/cli", "dist-tags": {"latest": "2.1.89"},
     "versions": {"2.1.88": {"name": "@corp/cli", "version": "2.1.88", "_npmUser": {"name": "ci-publisher"}}},
     "time": {"created": "2025-01-07T09:00:00.000Z", "modified": "...", "2.1.88": "2026-03-30T22:36:48.424Z"}}

Every entry of `time` is a record, in order of time, then version. A version that `time` still has and `versions`
has not was unpublished at a time that the metadata does not tell. A record's bytes are the version's object where it is there,
else its entry in `time`. Without `time` (abbreviated metadata) the versions are undated.

Reference: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import pyarrow as pa

from parsers.lib.plain_records import object_or_empty
from parsers.lib.plain_json import first_text, text
from parsers.lib.plain_times import Moment, moment
from timeline.model.event import EventBuilder, empty_batch
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Refusal, Sample, Sniff

KIND = "npm.registry"
VERSION = 1
TITLE = "npm registry: package metadata with the time of every version"
REFERENCE = "https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md"
FRAMING: Framing = "whole"
COLUMNAR = False
EMITS = ("npm.registry",)
_PUBLISHED = (
    b'{"_id":"@corp/cli","name":"@corp/cli","dist-tags":{"latest":"2.1.88"},"versions":{"2.1.88":{"name":"@corp/cli",'
    b'"version":"2.1.88","_npmUser":{"name":"ci-publisher"},"dist":{"tarball":"https://registry.example/cli-2.1.88.tgz"'
    b'}}},"time":{"created":"2026-01-07T09:00:00.000Z","modified":"2026-03-30T22:36:49.001Z",'
    b'"2.1.88":"2026-03-30T22:36:48.424Z"}}'
)
_UNPUBLISHED = (
    b'{\n  "_id": "left",\n  "name": "left",\n  "time": {\n    "created": "2026-01-07T09:00:00.000Z",\n'
    b'    "1.0.0": "2026-01-07T09:00:01.000Z",\n    "unpublished": {"name": "kim", "time": "2026-02-01T00:00:00.000Z",'
    b' "versions": ["1.0.0"]}\n  }\n}\n'
)
_ABBREVIATED = (
    b'{"name":"lib","dist-tags":{"latest":"0.1.0"},"modified":"2026-01-01T00:00:00.000Z","versions":{"0.1.0":'
    b'{"name":"lib","version":"0.1.0","dist":{"shasum":"d3486ae9136e7856bc42212385ea797094475802"}}}}'
)
SAMPLES = (_PUBLISHED, _UNPUBLISHED, _ABBREVIATED)
_GONE: Final = "in the list of times, but no longer among the versions: unpublished at an unknown time"
_NOT_METADATA: Final = "not npm package metadata"
_OWN_NAMES: Final = {"created": "created", "modified": "modified", "unpublished": "unpublish"}


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of `time`, or a version without one; `offset` and `length` are its bytes in the document."""

    name: str
    when: Moment | None
    version: dict[str, Any] | None
    value: object
    offset: int
    length: int


def sniff(sample: Sample) -> Sniff:
    """Recognise a document with `name` and both or either of `versions` and `time`."""
    document = sample.document
    if document is None:
        head = sample.data[:65_536]
        marked = head.lstrip()[:1] == b"{" and b'"versions"' in head and b'"dist-tags"' in head and not sample.whole
        return Sniff(85, ("starts like package metadata: dist-tags and versions",)) if marked else NO
    versions, times = document.get("versions"), document.get("time")
    if not isinstance(document.get("name"), str) or not (isinstance(versions, dict) or isinstance(times, dict)):
        return NO
    if isinstance(times, dict) and ("created" in times or "modified" in times or "unpublished" in times):
        return Sniff(96, ("one document with name and a map of times",))
    if isinstance(versions, dict) and "dist-tags" in document:
        return Sniff(92, ("one document with name, dist-tags and versions",))
    return NO


def decode(chunk: Chunk) -> Decoded:
    """One event an entry of `time`."""
    try:
        name, entries = _entries(chunk.data, chunk.context.zone)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        name, entries = None, []
    if name is None:
        reject = Refusal(chunk.first_record, chunk.offset, min(len(chunk.data), 2**31 - 1), _NOT_METADATA)
        return Decoded(empty_batch(), 1, (reject,))
    builder = EventBuilder()
    warnings = []
    for number, entry in enumerate(entries, chunk.first_record):
        action = _OWN_NAMES.get(entry.name, "publish")
        if action == "publish" and entry.version is None:
            warnings.append((number, _GONE))
        builder.append(
            timestamp=entry.when.us if entry.when else None,
            timestamp_desc="published",
            timestamp_precision=entry.when.precision_us if entry.when else None,
            timestamp_basis=entry.when.basis if entry.when else None,
            record=number,
            offset=chunk.offset + entry.offset,
            length=entry.length,
            kind=KIND,
            action=action,
            outcome="success",
            actor=_actor(entry),
            resource=f"{name}@{entry.name}" if action == "publish" else name,
            message=text(entry.version, "deprecated"),
        )
    return Decoded(builder.finish(), len(entries), warnings=warnings)


def _actor(entry: _Entry) -> str | None:
    if entry.name == "unpublished":
        return text(entry.value, "name")
    return first_text(text(entry.version, "_npmUser", "name"), text(entry.version, "_npmUser", "email"))


def _entries(data: bytes, zone: str | None) -> tuple[str | None, list[_Entry]]:
    """(package name, entries in order); name None where the document is no metadata."""
    document = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    name = msgspec.json.decode(document["name"]) if "name" in document else None
    if not isinstance(name, str) or not name or not ({"versions", "time"} & document.keys()):
        return None, []
    start = pa.py_buffer(data).address
    versions = _members(document.get("versions"), start)
    times = _members(document.get("time"), start)
    found = []
    for key, (value, offset, length) in times.items():
        stated = text(value, "time") if isinstance(value, dict) else value
        version, place, size = versions.get(key, (None, offset, length))
        if key in _OWN_NAMES:
            version, place, size = None, offset, length
        found.append(
            _Entry(key, moment(stated, zone), version if isinstance(version, dict) else None, value, place, size)
        )
    for key in versions.keys() - times.keys():
        value, offset, length = versions[key]
        found.append(_Entry(key, None, value if isinstance(value, dict) else {}, value, offset, length))
    return name, sorted(found, key=lambda entry: (entry.when is None, entry.when.us if entry.when else 0, entry.name))


def _members(raw: msgspec.Raw | None, start: int) -> dict[str, tuple[Any, int, int]]:
    """Key -> (value, offset, length in the document) of an object's members; {} when it is no object."""
    if raw is None:
        return {}
    view = memoryview(raw)
    if bytes(view[:1]) != b"{":
        return {}
    members: dict[str, msgspec.Raw] = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    return {
        key: (msgspec.json.decode(value), pa.py_buffer(memoryview(value)).address - start, len(memoryview(value)))
        for key, value in members.items()
    }


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:
    """The version's object; of an entry of `time`, its time."""
    del header, context
    found = object_or_empty(record)
    if found:
        return found
    try:
        value = msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return {"time": value} if isinstance(value, str) else {}
