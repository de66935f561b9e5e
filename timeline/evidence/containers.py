"""Streams: the decompressed bytes of a source, with the hash of the bytes as received."""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from timeline.evidence.archives import Place, members
from timeline.evidence.found import Found
from timeline.evidence.layers import unwrap, without_suffix
from timeline.evidence.reading import FileReader, NoReader, Peekable, PipeReader, Reader, Tap, drain
from timeline.evidence.watch import Watch
from timeline.model.errors import EvidenceError

if TYPE_CHECKING:
    from hashlib import _Hash as Hash


class Stream:
    """Decompressed bytes, read once, in order.

    `layers` are the containers that were taken off, from the outside in ("gz", ...). `inner_name` is the source's name
    without their suffixes. `problem` is None or one line, known once the end is reached: why the data ended early, or
    how the file changed meanwhile; `note` is None or what else is to be said then. `watch` is of the archive around it.
    `file_sha256` is the hash (hex) of the bytes as received (of a member: as stored before compression by the archive),
    None until the end is reached, and when they could not all be read. `file_bytes` is the length of a file by itself,
    known at the end.
    """

    def __init__(self, reader: Reader, name: str, watch: Watch | None = None) -> None:
        self._watch = watch
        self._hasher: Hash | None = hashlib.sha256()
        self._bottom = reader
        self._received = Peekable(Tap(reader, self._hash))
        self._top, self.layers = unwrap(self._received)
        self.inner_name = without_suffix(name, self.layers)
        self.problem: str | None = None
        self.note: str | None = None
        self.file_sha256: str | None = None
        self.file_bytes: int | None = None
        self._ended = False

    def read(self, size: int) -> bytes:
        """The next bytes: `size` of them unless the end is near, b"" at the end. Never raises for damaged data."""
        if self._ended or size <= 0:
            return b""
        data = self._top.read(size)
        if data and len(data) < size:
            parts = [data]
            missing = size - len(data)
            while missing and (data := self._top.read(missing)):
                parts.append(data)
                missing -= len(data)
            data = b"".join(parts)
        if not data:
            self._end()
        return data

    def _hash(self, data: bytes) -> None:
        if self._hasher is not None:
            self._hasher.update(data)

    def leave_hashing(self) -> bool:
        """Stop hashing what is received where that is just what `read` gives; whether so. The caller hashes it then."""
        if not self.layers:
            self._hasher = None
        return not self.layers

    def _end(self) -> None:
        self._ended = True
        problem = self._top.problem
        drain(self._received)
        below = self._bottom.problem
        if below is None and self._watch is not None:
            self._watch.compare()
            below = self._watch.problem
        self.problem = below or problem
        if below is None and self._hasher is not None:
            self.file_sha256 = self._hasher.hexdigest()
        if isinstance(self._bottom, FileReader):
            self.note, self.file_bytes = self._bottom.note, self._bottom.bytes_read

    def close(self) -> None:
        """Let go of the file."""
        self._bottom.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_stream(found: Found) -> Stream:
    """Open one source. EvidenceError when it cannot be opened; for many members of one archive see `open_many`."""
    if found.problem:
        raise EvidenceError(found.problem, where=found.name)
    if found.form == "stdin":
        return Stream(PipeReader(sys.stdin.buffer), found.name)
    if found.form == "file":
        return Stream(FileReader(found.path), found.name)
    if found.form == "member":
        return _member_alone(found)
    raise EvidenceError("a repository is not a stream of bytes", where=found.name)


def _member_alone(found: Found) -> Stream:
    way = members(found.path, [found.place])
    for member in way:
        if member.place == found.place and member.problem is None:
            return _OwnedStream(member.reader, found.name, way)
        if member.problem:
            raise EvidenceError(member.problem, where=found.name)
    raise EvidenceError("no longer in its archive", where=found.name)


class _OwnedStream(Stream):
    """A member's stream that ends the pass over its archive when it is closed."""

    def __init__(self, reader: Reader, name: str, way: Iterator[object]) -> None:
        super().__init__(reader, name)
        self._way = way

    def close(self) -> None:
        super().close()
        closer = getattr(self._way, "close", None)
        if closer is not None:
            closer()


def open_many(founds: Iterable[Found]) -> Iterator[tuple[Found, Stream]]:
    """Open sources one after another; neighbours in the same archive in a single pass over it, in the archive's order.

    Each stream must be used before the next pair is asked for. A source that cannot be opened is a stream without bytes
    whose `problem` says why. Not for repositories.
    """
    for key, group in groupby(founds, key=_archive):
        if key is not None:
            yield from _from_archive(key, list(group))
            continue
        for found in group:
            try:
                stream = open_stream(found)
            except EvidenceError as error:
                stream = Stream(NoReader(error.what), found.name)
            with stream:
                yield found, stream


def _archive(found: Found) -> Path | None:
    return found.path if found.form == "member" and found.problem is None else None


def _from_archive(path: Path, founds: list[Found]) -> Iterator[tuple[Found, Stream]]:
    waiting: dict[Place, Found] = {found.place: found for found in founds}
    problem = "no longer in its archive"
    try:
        watch = Watch(path, os.stat(path))
        for member in members(path, list(waiting)):
            if member.place in waiting:
                found = waiting.pop(member.place)
                with Stream(member.reader, found.name, watch) as stream:
                    yield found, stream
                if not waiting:
                    return
            elif member.problem:
                problem = member.problem
    except EvidenceError as error:
        problem = error.what
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    for found in waiting.values():
        yield found, Stream(NoReader(problem), found.name)
