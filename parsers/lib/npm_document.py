"""Package metadata of an npm registry taken apart: what it says of times and versions, and at which bytes.

Reference: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from parsers.lib.json_documents import documents
from parsers.lib.json_members import JsonDocument, Member
from parsers.lib.json_reading import DAMAGE, NOT_AN_OBJECT, NOT_JSON, NUL_BYTES, TOO_DEEP, Record, load_object, too_deep
from parsers.lib.times import Stamp, Times

NOT_A_PACKAGE: Final = "not npm package metadata"
CREATED: Final = "created"
MODIFIED: Final = "modified"
UNPUBLISHED: Final = "unpublished"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of `time`, or a version without one. `key` is a version, or created, modified, unpublished.

    `version` is the version's own object, {} where only its number is listed, None where it is not listed. `value` is
    what `time` says; None where it says nothing. [start, end) are the bytes of the version's object, else of the
    entry of `time` from key to value.
    """

    key: str
    stamp: Stamp | None
    version: Record | None
    value: Any
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Package:
    """`entries` are in order of time, then key, the undated last. `gone` are versions unpublished with the package."""

    name: str
    entries: tuple[Entry, ...]
    gone: frozenset[str]


@dataclass(frozen=True, slots=True)
class NoPackage:
    """Bytes [start, end) that are no package metadata, and why."""

    start: int
    end: int
    reason: str


def packages(data: bytes, times: Times) -> Iterator[Package | NoPackage]:
    """The packages of a source: one document, an array of them, or one a line. Never raises."""
    for text, start in documents(data):
        if too_deep(text):
            yield NoPackage(start, start + len(text), TOO_DEEP)
            continue
        try:
            found = _package(JsonDocument(text), start, times)
        except DAMAGE:
            found = None
        yield found or NoPackage(start, start + len(text), _reason(text))


def _reason(text: bytes) -> str:
    try:
        JsonDocument(text).members()
    except DAMAGE:
        return NUL_BYTES if b"\0" in text else NOT_JSON
    return (
        NOT_A_PACKAGE if text[:1] == b"{" else NOT_AN_OBJECT if load_object(text).problem == NOT_AN_OBJECT else NOT_JSON
    )


def _package(document: JsonDocument, start: int, times: Times) -> Package | None:
    top = document.members()
    name = next((name for name in (top[key].value() for key in ("name", "_id") if key in top) if name), None)
    found = [] if not isinstance(name, str) else [*_entries(document, top, start, times)]
    if not isinstance(name, str) or not found:
        return None
    found.sort(key=lambda entry: (entry.stamp is None, entry.stamp.us if entry.stamp else 0, entry.key))
    whole = next((entry.value for entry in found if entry.key == UNPUBLISHED), None)
    return Package(name, tuple(found), frozenset(_texts(whole.get("versions")) if isinstance(whole, dict) else ()))


def _entries(document: JsonDocument, top: Mapping[str, Member], start: int, times: Times) -> Iterator[Entry]:
    versions = document.members(top["versions"]) if "versions" in top else {}
    listed = _texts(top["versions"].value()) if "versions" in top and not versions else []  # as `npm view` writes them
    dated = document.members(top["time"]) if "time" in top else {}
    if not dated and MODIFIED in top:  # abbreviated metadata
        dated = {MODIFIED: top[MODIFIED]}
    for key, member in dated.items():
        value = member.value()
        stamp = times.iso(value.get("time") if isinstance(value, dict) else value)
        version = versions.get(key) if key not in {CREATED, MODIFIED, UNPUBLISHED} else None
        if version is not None:
            yield Entry(key, stamp, _record(version), value, start + version.start, start + version.end)
        else:
            known: Record | None = {} if key in listed else None
            yield Entry(key, stamp, known, value, start + member.key_start, start + member.end)
    for key, version in versions.items():
        if key not in dated:
            yield Entry(key, None, _record(version), None, start + version.start, start + version.end)


def _record(member: Member) -> Record:
    value = member.value()
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
