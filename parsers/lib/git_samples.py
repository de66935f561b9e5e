"""Small Git streams of our own invention, as `timeline.evidence.git` writes them."""

from hashlib import sha1, sha256
from typing import Final

_ZERO: Final = b"0" * 40


def _record(kind: bytes, name: bytes, flags: bytes, *payloads: bytes) -> bytes:
    sizes = b" ".join(b"%d" % len(payload) for payload in payloads)
    return b"%b %b %b %b\n%b\n" % (kind, name, flags, sizes, b"".join(payloads))


def _oid(kind: bytes, body: bytes) -> bytes:
    return sha1(b"%b %d\0%b" % (kind, len(body), body), usedforsecurity=False).hexdigest().encode()


_EMPTY_TREE: Final = b"4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_BLOB: Final = _oid(b"blob", b"token = AKIAIOSFODNN7EXAMPLE\n")
_TREE: Final = _oid(b"tree", b"100644 settings.ini\0" + bytes.fromhex(_BLOB.decode()))
_FIRST: Final = (
    b"""tree %b
author Dana Example <dana@example.com> 1774905000 +0200
committer Dana Example <dana@example.com> 1774905000 +0200

Start the project
"""
    % _EMPTY_TREE
)
_SECOND: Final = b"""tree %b
parent %b
author Dana Example <dana@example.com> 1774908400 +0200
committer Release Bot <release-bot@example.com> 1774910204 +0000

build: settings for the release

They are needed by the publish job only.
""" % (_TREE, _oid(b"commit", _FIRST))
_TAG: Final = b"""object %b
type commit
tag v1.0.0
tagger Release Bot <release-bot@example.com> 1774910300 +0000

First release
""" % _oid(b"commit", _SECOND)
_ADDED: Final = b":000000 100644 %b %b A\0settings.ini\0" % (_ZERO, _BLOB)
_PUSHED: Final = b"%b %b Dana Example <dana@example.com> 1774910260 +0000\tupdate by push" % (
    _oid(b"commit", _FIRST),
    _oid(b"commit", _SECOND),
)

WORK_TREE: Final = b"".join(
    [
        _record(b"repository", b"corp/cli", b"leakline-git-1,sha1", b"form folder\nbare false\nrefs read"),
        _record(b"remote", b"origin", b"-", b"url https://git.example.com/corp/cli.git"),
        _record(b"hook", b"post-commit", b"-", b"size 14\nsha256 " + sha256(b"#!/bin/sh\ntrue").hexdigest().encode()),
        _record(b"ref", b"HEAD", b"-", b"ref: refs/heads/main"),
        _record(b"ref", b"refs/heads/main", b"-", _oid(b"commit", _SECOND)),
        _record(b"reflog", b"refs/remotes/origin/main", b"-", _PUSHED),
        _record(b"tag", _oid(b"tag", _TAG), b"reachable", _TAG),
        _record(b"commit", _oid(b"commit", _FIRST), b"reachable", _FIRST, b""),
        _record(b"commit", _oid(b"commit", _SECOND), b"reachable", _SECOND, _ADDED),
    ]
)
CUT_BUNDLE: Final = b"".join(
    [
        _record(b"repository", b"cli", b"leakline-git-1,sha1", b"form bundle\nbundle 2\nrefs read"),
        _record(b"ref", b"refs/heads/main", b"-", _oid(b"commit", _SECOND)),
        _record(b"hole", _oid(b"commit", _FIRST), b"prerequisite", _oid(b"commit", _SECOND)),
        _record(b"commit", _oid(b"commit", _SECOND), b"reachable,paths_unknown", _SECOND, b""),
        _record(b"refused", _oid(b"commit", b"x"), b"unreadable", b""),
    ]
)
