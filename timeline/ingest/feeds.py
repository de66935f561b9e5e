"""A source as the pipeline reads it: its head, its bytes as often as needed, and its frames.

Three forms: a file or archive member, a Git repository, a Git bundle. A repository's stream is written by
`timeline.evidence.git`; it never extends another, it is the same or it is new.
"""

import hashlib
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from timeline.evidence.containers import Stream, open_stream
from timeline.evidence.git import GitStream, open_bundle, open_repository
from timeline.evidence.walk import Found
from timeline.ingest.pieces import Piece, framed_pieces
from timeline.model.parser import Framing, Sample
from timeline.store.keys import LINEAGE_BYTES, lineage_of

HEAD_BYTES = 64 << 10
BLOCK_BYTES = 1 << 20
GIT_CHUNK_BYTES = 1 << 19  # small, so that decoding starts while Git still compares trees
BUNDLE_MAGIC = (b"# v2 git bundle\n", b"# v3 git bundle\n")


class Feed(Protocol):
    """One source, opened."""

    head: bytes
    lineage: str
    sample: Sample

    def blocks(self) -> Iterator[bytes]:
        """The stream's bytes, read anew."""
        ...

    def pieces(self, framing: Framing, start: int, state: str | None, chunk_bytes: int) -> Iterator[Piece]:
        """The stream from byte `start` on, framed. The bytes before are given too, not framed."""
        ...

    def hashed(self, sha256: str) -> None:
        """Take note of the hash of all that `pieces` gave: a plain file's own, which is not hashed twice."""
        ...

    @property
    def problem(self) -> str | None:
        """Why the stream ended early; None while it did not."""
        ...

    @property
    def note(self) -> str | None:
        """What else is to be said of the file, once read to its end: that it grew meanwhile."""
        ...

    @property
    def file_sha256(self) -> str | None:
        """Hash of the file as received, once read to its end."""
        ...

    @property
    def file_bytes(self) -> int | None:
        """Length of the file as received, once read to its end; None where only the walk knows it."""
        ...

    def drain(self) -> None:
        """Read to the end, so that the file's hash is known."""
        ...

    def close(self) -> None:
        """Let go of files and temporary folders."""
        ...


class FileFeed:
    """A file or archive member."""

    def __init__(self, found: Found, stream: Stream) -> None:
        self._found = found
        self._stream = stream
        self._begin = first_bytes(stream, HEAD_BYTES)
        self._sha256: str | None = None
        self._hashed_by_reader = False
        self.head = self._begin[:LINEAGE_BYTES]
        self.lineage = lineage_of(self.head)
        self.sample = Sample(self._begin, stream.inner_name, whole=len(self._begin) < HEAD_BYTES)

    @property
    def problem(self) -> str | None:
        """Why the stream ended early."""
        return self._stream.problem

    @property
    def note(self) -> str | None:
        """That the file grew while it was read."""
        return self._stream.note

    @property
    def file_sha256(self) -> str | None:
        """Hash of the file as received."""
        return self._sha256 if self._sha256 and self._stream.problem is None else self._stream.file_sha256

    @property
    def file_bytes(self) -> int | None:
        """Length of the file as received."""
        return self._stream.file_bytes

    def blocks(self) -> Iterator[bytes]:
        """Read the file a second time."""
        with open_stream(self._found) as again:
            while block := again.read(BLOCK_BYTES):
                yield block

    @property
    def is_packed(self) -> bool:
        """Whether the file is compressed."""
        return bool(self._stream.layers)

    def drain(self) -> None:
        """Read to the end, so that the file's hash is known."""
        while self._stream.read(BLOCK_BYTES):
            pass

    def pieces(self, framing: Framing, start: int, state: str | None, chunk_bytes: int) -> Iterator[Piece]:
        """Frame the stream from `start` on."""
        self._hashed_by_reader = self._stream.leave_hashing()
        return framed_pieces(self._all_blocks(), framing, start, state, chunk_bytes)

    def hashed(self, sha256: str) -> None:
        """Take note of the hash of all pieces."""
        if self._hashed_by_reader:
            self._sha256 = sha256

    def _all_blocks(self) -> Iterator[bytes]:
        if self._begin:
            yield self._begin
        while block := self._stream.read(BLOCK_BYTES):
            yield block

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


class GitFeed:
    """A repository or bundle: the stream that `timeline.evidence.git` makes of it."""

    def __init__(self, found: Found, path: Path, cancel: threading.Event | None = None) -> None:
        self._found = found
        self._path = path
        self._cancel = cancel
        self._stream = self._open()
        self._frames = iter(self._stream.frames(GIT_CHUNK_BYTES))
        self._first = next(self._frames, None)
        begin = self._first.data[:HEAD_BYTES] if self._first else b""
        self.head = begin[:LINEAGE_BYTES]
        self.lineage = lineage_of(self.head)
        self.sample = Sample(begin, found.name, whole=False)

    def _open(self) -> GitStream:
        if self._found.form == "git":
            return open_repository(self._path, name=self._found.name, cancel=self._cancel)
        return open_bundle(self._path, name=self._found.name, cancel=self._cancel)

    @property
    def problem(self) -> str | None:
        """What of the repository could not be read."""
        return self._stream.problem

    @property
    def note(self) -> str | None:
        """Nothing: a repository is not looked at again once it is read."""
        return None

    @property
    def file_sha256(self) -> str | None:
        """Hash of the bundle file; None for a repository, which is a folder."""
        return self._stream.file_sha256

    @property
    def file_bytes(self) -> int | None:
        """Not known: a repository is a folder."""
        return None

    def blocks(self) -> Iterator[bytes]:
        """Read the repository a second time."""
        with self._open() as again:
            for framed in again.frames(GIT_CHUNK_BYTES):
                yield framed.data

    def pieces(self, framing: Framing, start: int, state: str | None, chunk_bytes: int) -> Iterator[Piece]:
        """Give the repository's frames; the stream is always taken from its beginning."""
        del framing, start, state, chunk_bytes
        base = 0
        first = self._first
        while first is not None:
            yield Piece(base, first.data, first)
            base = first.end
            first = next(self._frames, None)

    def hashed(self, sha256: str) -> None:
        """Nothing to note: a repository's stream is no file."""

    def drain(self) -> None:
        """Read to the end."""
        for _ in self._frames:
            pass

    def close(self) -> None:
        """Remove the temporary repository."""
        self._stream.close()


@contextmanager
def spooled(found: Found, feed: FileFeed) -> Iterator[Path]:
    """A bundle as a plain file on disk: the file itself, or a temporary copy of a compressed one or archive member."""
    if found.form == "file" and not feed.is_packed:
        feed.drain()
        yield found.path
        return
    with tempfile.NamedTemporaryFile(prefix="leakline-", suffix=".bundle") as copy:
        for block in feed.blocks():
            copy.write(block)
        copy.flush()
        yield Path(copy.name)


def sha256_of(feed: Feed) -> str:
    """SHA-256 of a whole source, read anew."""
    digest = hashlib.sha256()
    for block in feed.blocks():
        digest.update(block)
    return digest.hexdigest()


def first_bytes(stream: Stream, size: int) -> bytes:
    """The first `size` bytes of a stream, or all of a shorter one."""
    parts = []
    while size > 0 and (block := stream.read(size)):
        parts.append(block)
        size -= len(block)
    return b"".join(parts)
