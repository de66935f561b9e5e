"""The package's metadata as the registry gave it on two days: what was published, and what is absent later."""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Final

from _shared.clock import at, iso

from generator.repository import History
from generator.story import FIX_PUBLISHED, PACKAGE, PUBLISHED, TARBALL_BYTES

_BEFORE: Final = (
    ("2.1.84", "2026-01-29T10:21:07.310Z"),
    ("2.1.85", "2026-02-13T12:48:40.902Z"),
    ("2.1.86", "2026-03-02T15:12:29.077Z"),
    ("2.1.87", "2026-03-24T13:50:44.561Z"),
)
_PUBLISHER: Final = {"name": "ci-publisher", "email": "ci@corp.example"}
_MAINTAINERS: Final = ({"name": "priya-nair", "email": "priya@corp.example"}, _PUBLISHER)
_LICENCE: Final = "SEE LICENSE IN README.md"


@dataclass(frozen=True, slots=True)
class Release:
    """One published version; sizes are of the unpacked files, bytes."""

    version: str
    published_us: int
    files: int
    unpacked: int


RELEASES: Final = (
    *(Release(version, at(when), 3, 13_402_118 + 7_013 * number) for number, (version, when) in enumerate(_BEFORE)),
    Release("2.1.88", PUBLISHED, 71, 243_871_902),
    Release("2.1.89", FIX_PUBLISHED, 3, 13_519_440),
)


def first_snapshot(history: History) -> bytes:
    """Give the metadata fetched on 31 March: 2.1.88 is the newest version."""
    releases = [release for release in RELEASES if release.version != "2.1.89"]
    return _document(history, releases, present={release.version for release in releases}, modified=PUBLISHED)


def second_snapshot(history: History) -> bytes:
    """Give the metadata fetched on 1 April: 2.1.88 is absent from `versions`, while `time` still names it."""
    present = {release.version for release in RELEASES} - {"2.1.88"}
    return _document(history, list(RELEASES), present=present, modified=FIX_PUBLISHED)


def _document(history: History, releases: list[Release], *, present: set[str], modified: int) -> bytes:
    newest = max(release.version for release in releases if release.version in present)
    document = {
        "_id": PACKAGE,
        "_rev": f"{len(releases) + 211}-{_digest(PACKAGE, newest, 'rev')[:32]}",
        "name": PACKAGE,
        "dist-tags": {"latest": newest},
        "versions": {r.version: _version(history, r) for r in releases if r.version in present},
        "time": {
            "created": "2025-06-03T08:00:12.004Z",
            "modified": iso(modified + 1_204_000, milliseconds=True),
            **{release.version: iso(release.published_us, milliseconds=True) for release in releases},
        },
        "maintainers": list(_MAINTAINERS),
        "license": _LICENCE,
        "repository": {"type": "git", "url": "git+ssh://git@forge.corp.example/corp/cli.git"},
    }
    return (json.dumps(document, indent=1) + "\n").encode()


def _version(history: History, release: Release) -> dict[str, object]:
    name = f"{PACKAGE}@{release.version}"
    integrity = hashlib.sha512(name.encode()).digest()
    document: dict[str, object] = {"name": PACKAGE, "version": release.version, "type": "module"}
    document |= {"bin": {"corp": "dist/cli.mjs"}, "engines": {"node": ">=20"}, "license": _LICENCE, "_id": name}
    commit = history.tagged_commits.get(f"v{release.version}")
    if commit:
        document["gitHead"] = commit
    document |= {
        "_nodeVersion": "22.3.0",
        "_npmVersion": "10.9.0",
        "dist": {
            "integrity": f"sha512-{base64.b64encode(integrity).decode()}",
            "shasum": _digest(name)[:40],
            "tarball": f"https://registry.corp.example/{PACKAGE}/-/cli-{release.version}.tgz",
            "fileCount": release.files,
            "unpackedSize": release.unpacked,
        },
        "_npmUser": dict(_PUBLISHER),
        "maintainers": list(_MAINTAINERS),
        "_hasShrinkwrap": False,
    }
    return document


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def tarball_bytes(version: str) -> int:
    """Give the size of a version's tarball in bytes."""
    sizes = {release.version: release.unpacked // 4 for release in RELEASES} | {"2.1.88": TARBALL_BYTES}
    return sizes[version]
