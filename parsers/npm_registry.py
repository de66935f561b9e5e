"""npm registry: package metadata as `GET /<package>` gives it, one document with the times of all versions.

    {"_id": "@example/cli", "name": "@example/cli", "dist-tags": {"latest": "2.1.89"},
     "versions": {"2.1.89": {"name": "@example/cli", "version": "2.1.89", "dist": {"integrity": "sha512-..."},
     "_npmUser": {"name": "ci-publisher", "email": "ci@example.com"}}},
     "time": {"created": "2025-01-07T09:00:00.000Z", "modified": "2026-03-31T23:40:12.802Z",
     "2.1.88": "2026-03-30T22:36:48.424Z", "2.1.89": "2026-03-31T23:40:12.117Z"}}

Every entry of `time` is a record; its number is its place in order of time, then key; versions without a time come
last. Its bytes are the version's own object where there is one, else the entry of `time`, key and value. A version
that `time` has and `versions` has not (2.1.88 above) was unpublished at a time that the metadata does not tell.
A publish is the same in every snapshot that has its time and its tarball's hash, whatever was said of it later; a
snapshot from which the version is gone tells another thing. `modified` is each snapshot's own.
Also `npm view --json`, abbreviated metadata, and several documents in an array or one a line.
Reference: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.identity import content_hash
from parsers.lib.json_reading import Record, load_object
from parsers.lib.json_records import rows_batch
from parsers.lib.json_values import inner, text
from parsers.lib.npm_document import CREATED, MODIFIED, UNPUBLISHED, Entry, Package, packages
from parsers.lib.npm_samples import ABBREVIATED, LINES, PUBLISHED, UNPUBLISHED_PACKAGE
from parsers.lib.records import BLANK_LINE, NO_TIME
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Refusal, Sample, Sniff

KIND: Final = "npm.registry"
VERSION: Final = 2
TITLE: Final = "npm registry: package metadata with the time of every version"
REFERENCE: Final = "https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md"
FRAMING: Final[Framing] = "whole"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
SAMPLES: Final = (PUBLISHED, UNPUBLISHED_PACKAGE, ABBREVIATED, LINES)
GONE: Final = "the version is no longer in the metadata: unpublished at an unknown time"

_ACTIONS: Final = {CREATED: "created", MODIFIED: "modified", UNPUBLISHED: "unpublish"}
_MAX_LENGTH: Final = 2**31 - 1


def sniff(sample: Sample) -> Sniff:
    """By a document with a name, versions, and dist-tags or times."""
    documents = [sample.document] if sample.document is not None else sample.objects
    if documents and all(_is_own(document) for document in documents):
        return Sniff(97, ("a name with versions, and dist-tags or a map of their times",))
    if documents or sample.whole or sample.data.lstrip()[:1] != b"{":
        return NO
    if b'"dist-tags"' in sample.data and b'"versions"' in sample.data:
        return Sniff(88, ("begins like package metadata: dist-tags and versions",))
    return NO


def _is_own(document: Record) -> bool:
    if not isinstance(document.get("name", document.get("_id")), str):
        return False
    dated = inner(document, "time")
    if dated and (CREATED in dated or MODIFIED in dated or UNPUBLISHED in dated):
        return True
    return isinstance(document.get("versions"), dict | list) and isinstance(document.get("dist-tags"), dict)


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries of each package, one each; one reject for a document that is no package metadata."""
    events: list[EventValues] = []
    rejects: list[Refusal] = []
    warnings: list[tuple[int, str]] = []
    number = chunk.first_record
    for found in packages(chunk.data, Times(chunk.context.zone)):
        if not isinstance(found, Package):
            length = min(found.end - found.start, _MAX_LENGTH)
            rejects.append(Refusal(number, chunk.offset + found.start, length, found.reason))
            number += 1
            continue
        for entry in found.entries:
            events.append(_event(found.name, entry, number, chunk.offset))
            warnings.extend((number, warning) for warning in _warnings(found, entry))
            number += 1
    if number == chunk.first_record and chunk.data:
        return Decoded(rows_batch([], KIND), 1, (), (Refusal(number, chunk.offset, len(chunk.data), BLANK_LINE),))
    return Decoded(rows_batch(events, KIND), number - chunk.first_record, rejects, (), warnings)


def _event(name: str, entry: Entry, number: int, offset: int) -> EventValues:
    action = _ACTIONS.get(entry.key, "publish")
    version = entry.version or {}
    values: EventValues = {
        "timestamp_desc": "published",
        "record": number,
        "offset": offset + entry.start,
        "length": min(entry.end - entry.start, _MAX_LENGTH),
        "action": action,
        "outcome": "success",
        "actor": _actor(entry, version),
        "credential": text(version, "_npmUser", "trustedPublisher", "oidcConfigId"),
        "resource": f"{name}@{entry.key}" if action == "publish" else name,
        "message": text(version, "deprecated"),
    }
    if entry.stamp is not None:
        values.update(entry.stamp.values())
        if action != MODIFIED:
            values["uid"] = f"npm:{name}@{entry.key}"
            values["content"] = content_hash(
                [name, entry.key, entry.stamp.us, entry.version is None, *_hashes(version)]
            )
    return values


def _hashes(version: Record) -> list[str | None]:
    """What tells the tarball: a version number is never given twice, but a mirror may serve something else under it."""
    return [text(version, "dist", "shasum"), text(version, "dist", "integrity")]


def _actor(entry: Entry, version: Record) -> str | None:
    if entry.key == UNPUBLISHED:
        return text(entry.value, "name")
    user = version.get("_npmUser")
    if isinstance(user, str):  # `name <email>`
        return text(user.partition(" <")[0])
    return text(user, "name") or text(user, "email")


def _warnings(package: Package, entry: Entry) -> list[str]:
    found = []
    if entry.stamp is None:
        found.append(NO_TIME)
    if entry.key not in _ACTIONS and entry.version is None and entry.key not in package.gone:
        found.append(GONE)
    return found


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The version's own object; of an entry of `time`, an object with that entry."""
    entry = record if record[:1] == b"{" else b"{%s}" % record
    return load_object(entry).value or {}
