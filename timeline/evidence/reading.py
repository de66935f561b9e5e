"""Readers: bytes in order, from a file, a part of one, or another reader. They never raise: `problem` says why."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from timeline.evidence.watch import Watch
from timeline.model.errors import EvidenceError

BLOCK_BYTES: Final = 1024 * 1024


class Reader(Protocol):
    """`read` gives at most `size` bytes and b"" at the end; `problem` is one line when the end came early."""

    @property
    def problem(self) -> str | None:
        """Why the end came early; None while all is well."""
        ...

    def read(self, size: int) -> bytes:
        """The next bytes."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


class FileReader:
    """A file as long as it is when it is opened, or `length` bytes of it from `start` on.

    EvidenceError when it cannot be opened. `note` is None or one line about the file that is no problem, known at the end.
    """

    def __init__(self, path: Path, start: int = 0, length: int | None = None) -> None:
        self.problem: str | None = None
        self.note: str | None = None
        self._watch: Watch | None = None
        self._compared = False
        try:
            self._file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by close()
            if length is None:
                status = os.fstat(self._file.fileno())
                self._watch = Watch(path, status)
                length = status.st_size or None
            if start:
                self._file.seek(start)
        except OSError as error:
            raise EvidenceError(f"cannot be read: {error.strerror}", where=path) from error
        self._left = length

    def read(self, size: int) -> bytes:
        """The next bytes of the file."""
        size = size if self._left is None else min(size, self._left)
        try:
            data = self._file.read(size) if size else b""
        except OSError as error:
            self.problem = f"cannot be read to its end: {error.strerror}"
            return b""
        if self._left is not None:
            self._left -= len(data)
        if self._watch is not None:
            self._look(self._watch, data)
        elif size and not data:
            self.problem = "truncated: the archive ends before this member does"
        return data

    @property
    def bytes_read(self) -> int | None:
        """How long the file was, read to its end; None for a part of a file."""
        return None if self._watch is None else self._watch.read

    def _look(self, watch: Watch, data: bytes) -> None:
        if data:
            watch.see(data)
        elif not self._compared:
            self._compared = True
            watch.compare(self._file.fileno())
            self.problem, self.note = watch.problem, watch.note

    def move(self, start: int, length: int) -> None:
        """Go to byte `start`, to read `length` bytes from there."""
        self._file.seek(start)
        self._left = length

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class PipeReader:
    """Standard input or another open stream, which is left open."""

    def __init__(self, stream: BinaryIO) -> None:
        self.problem: str | None = None
        self._stream = stream

    def read(self, size: int) -> bytes:
        """The next bytes."""
        try:
            return self._stream.read(size)
        except OSError as error:
            self.problem = f"cannot be read to its end: {error.strerror}"
            return b""

    def close(self) -> None:
        """Nothing to let go of."""


class PartReader:
    """The next `length` bytes of another reader, which goes on after them."""

    def __init__(self, below: Reader, length: int) -> None:
        self.problem: str | None = None
        self.left = length
        self._below = below

    def read(self, size: int) -> bytes:
        """The next bytes of the part."""
        if not self.left:
            return b""
        data = self._below.read(min(size, self.left))
        if not data:
            self.problem = self._below.problem or "truncated: the archive ends before this member does"
            self.left = 0
        self.left -= len(data)
        return data

    def close(self) -> None:
        """Leave the other reader where it is."""


class NoReader:
    """Nothing but a problem."""

    def __init__(self, problem: str) -> None:
        self.problem: str | None = problem

    def read(self, size: int) -> bytes:  # noqa: ARG002 - every reader takes a size
        """Always the end."""
        return b""

    def close(self) -> None:
        """Nothing is open."""


class BytesReader:
    """Bytes that are there already."""

    problem: str | None = None

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int) -> bytes:
        """The next bytes."""
        data, self._data = self._data[:size], self._data[size:]
        return data

    def close(self) -> None:
        """Nothing is open."""


class Tap:
    """Shows every byte that passes to `see` (a hash, a checksum)."""

    def __init__(self, below: Reader, see: Callable[[bytes], object]) -> None:
        self._below = below
        self._see = see

    @property
    def problem(self) -> str | None:
        """The problem of the reader below."""
        return self._below.problem

    def read(self, size: int) -> bytes:
        """The next bytes."""
        data = self._below.read(size)
        self._see(data)
        return data

    def close(self) -> None:
        """Close the reader below."""
        self._below.close()


class Peekable:
    """A reader whose next bytes can be looked at before they are read."""

    def __init__(self, below: Reader) -> None:
        self._below = below
        self._ahead = b""

    @property
    def problem(self) -> str | None:
        """The problem of the reader below."""
        return self._below.problem

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, fewer only at the end; they stay to be read."""
        while len(self._ahead) < size:
            data = self._below.read(max(size - len(self._ahead), 65536))
            if not data:
                break
            self._ahead += data
        return self._ahead[:size]

    def peek_all(self, limit: int) -> bytes | None:
        """All bytes that are left, where they are fewer than `limit`; else None. They stay to be read."""
        if len(self._ahead) >= limit:
            return None
        return left if len(left := self.peek(limit)) < limit else None

    def read(self, size: int) -> bytes:
        """The next bytes."""
        if not self._ahead:
            return self._below.read(size)
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data

    def unread(self, data: bytes) -> None:
        """Put bytes back, to be read next."""
        self._ahead = data + self._ahead

    def close(self) -> None:
        """Close the reader below."""
        self._below.close()


def drain(reader: Reader) -> None:
    """Read to the end and forget."""
    while reader.read(BLOCK_BYTES):
        pass
