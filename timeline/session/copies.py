"""Files of a leaked copy, read and hashed: folders, archives, single files. Nothing of it is stored in the case."""

import base64
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from timeline.evidence.containers import open_many
from timeline.evidence.reading import FileReader
from timeline.evidence.walk import find_sources
from timeline.model.errors import Cancelled, EvidenceError, UsageError
from timeline.model.leaked_copy import CopiedFile

_BLOCK: Final = 1 << 20
_SPOOLED: Final = 256 << 20
Tell = Callable[[int], None]


def read_copy(path: Path, *, cancel: threading.Event | None = None, tell: Tell | None = None) -> Iterator[CopiedFile]:
    """Every file of a copy with its hashes; an archive as a file too. `tell` gets the number of bytes read so far.

    UsageError when it is not there, EvidenceError when one of its files cannot be read to the end.
    """
    if not path.exists():
        raise UsageError("no such file or folder", where=path)
    done = [0]
    for name, is_archive, blocks in _files(path):
        yield replace(_hashed(name, blocks, done, cancel, tell), is_archive=is_archive)


def _files(path: Path) -> Iterator[tuple[str, bool, Iterator[bytes]]]:
    """(name, whether it is an archive, blocks) of each file, and of each archive itself before its members."""
    founds = [found for found in find_sources([path]) if found.form != "git" and found.problem is None]
    archives: set[Path] = set()
    for found, stream in open_many(founds):
        packed = found.form == "member" or bool(stream.layers)
        if packed and found.path not in archives:
            archives.add(found.path)
            yield found.name.partition("!")[0], True, _plain(found.path)
        yield found.name, False, iter(lambda s=stream: s.read(_BLOCK), b"")  # type: ignore[misc]  # mypy cannot type defaults of a lambda
        if stream.problem:
            raise EvidenceError(stream.problem, where=found.name)


def _plain(path: Path) -> Iterator[bytes]:
    reader = FileReader(path)
    try:
        while block := reader.read(_BLOCK):
            yield block
    finally:
        reader.close()


def _hashed(
    name: str, blocks: Iterator[bytes], done: list[int], cancel: threading.Event | None, tell: Tell | None
) -> CopiedFile:
    """Git hashes a file behind its length, so the file is held until that is known, or it is too large to be one."""
    plain, sha1, sha512 = hashlib.sha256(), hashlib.sha1(usedforsecurity=False), hashlib.sha512()
    held: list[bytes] = []
    size = 0
    for block in blocks:
        if cancel is not None and cancel.is_set():
            raise Cancelled("cancelled")
        size += len(block)
        for hasher in (plain, sha1, sha512):
            hasher.update(block)
        if size <= _SPOOLED:
            held.append(block)
        done[0] += len(block)
        if tell is not None:
            tell(done[0])
    git = [hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False), hashlib.sha256(f"blob {size}\0".encode())]
    for block in held if size <= _SPOOLED else ():
        for hasher in git:
            hasher.update(block)
    sha1_git, sha256_git = (hasher.hexdigest() for hasher in git) if size <= _SPOOLED else ("", "")
    integrity = "sha512-" + base64.b64encode(sha512.digest()).decode()
    return CopiedFile(name, size, plain.hexdigest(), sha1_git, sha256_git, sha1.hexdigest(), integrity)
