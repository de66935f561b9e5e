"""Framing "git": cuts a stored stream of Git records (see `records`) into chunks of whole records again."""

import json
from collections.abc import Iterator
from typing import Any, Final

from timeline.evidence.framing.framed import CHUNK_BYTES, Framed
from timeline.evidence.git.records import MAX_HEADER, payload_bytes
from timeline.model.parser import Refusal

NOT_A_RECORD: Final = "not a record of a Git stream"
CUT_RECORD: Final = "cut off: the Git stream ends before the record does"


class Chunker:
    """Collects whole records into chunks of about `chunk_bytes`; the same records give the same chunks, always.

    The header of every chunk is the first record's header line, which names the repository.
    """

    def __init__(self, chunk_bytes: int = CHUNK_BYTES, *, offset: int = 0, first: int = 1, header: bytes = b"") -> None:
        self._chunk_bytes = chunk_bytes
        self.offset = offset
        self._first = first
        self._header = header
        self._parts: list[bytes] = []
        self._spans: list[tuple[int, int]] = []
        self._held = 0

    def add(self, whole: bytes) -> Framed | None:
        """Take one whole record with its line feed; give a chunk when it is full."""
        if not self._header:
            self._header = whole[: whole.find(b"\n")]
        size = len(whole)
        self._parts.append(whole)
        self._spans.append((self._held, size - 1))
        self._held += size
        return self.flush() if self._held >= self._chunk_bytes else None

    @property
    def empty(self) -> bool:
        """Whether no record waits."""
        return not self._spans

    @property
    def next_offset(self) -> int:
        """Stream offset behind everything taken."""
        return self.offset + self._held

    def flush(self, refused: int = 0, reason: str = "") -> Framed:
        """Everything taken since the last chunk. `refused` bytes behind it are no record, for `reason`."""
        data = b"".join(self._parts)
        end = self.offset + len(data) + refused
        following = self._first + len(self._spans) + (refused > 0)
        refusals = (Refusal(following - 1, self.offset + len(data), refused, reason),) if refused else ()
        state = json.dumps({"offset": end, "record": following, "header": self._header.decode("latin-1")})
        framed = Framed(
            data, self.offset, self._first, tuple(self._spans), self._header, len(self._spans), refusals, state, end
        )
        self.offset, self._first = end, following
        self._parts, self._spans, self._held = [], [], 0
        return framed


class GitFramer:
    """A push parser for stored Git streams. Damage is refused as one record that reaches to the end of the stream."""

    def __init__(self, state: str | None = None, chunk_bytes: int = CHUNK_BYTES) -> None:
        start: dict[str, Any] = json.loads(state) if state else {"offset": 0, "record": 1, "header": ""}
        self._chunker = Chunker(
            chunk_bytes, offset=start["offset"], first=start["record"], header=start["header"].encode("latin-1")
        )
        self._buffer = bytearray()
        self._wanted = 0
        self._damaged = False
        self._damaged_bytes = 0

    def feed(self, block: bytes) -> Iterator[Framed]:
        """Take the next bytes of the stream; give the chunks that are now complete."""
        if self._damaged:
            self._damaged_bytes += len(block)
            return
        self._buffer += block
        start = 0
        size = self._record_bytes(0) if len(self._buffer) >= self._wanted else 0
        while size > 0:
            framed = self._chunker.add(bytes(self._buffer[start : start + size]))
            start += size
            if framed:
                yield framed
            size = self._record_bytes(start)
        del self._buffer[:start]
        self._wanted = max(0, self._wanted - start)
        if size < 0:
            self._damaged = True
            self._damaged_bytes = len(self._buffer)
            self._buffer.clear()

    def finish(self) -> Iterator[Framed]:
        """Give what is left, once the stream has ended."""
        reason = NOT_A_RECORD if self._damaged else CUT_RECORD
        left = self._damaged_bytes or len(self._buffer)
        if left or not self._chunker.empty:
            yield self._chunker.flush(left, reason)
        self._buffer.clear()
        self._damaged_bytes = 0

    def _record_bytes(self, start: int) -> int:
        """Length of the whole record at `start`; 0 where it is not there yet, -1 where it is damaged."""
        line_end = self._buffer.find(b"\n", start, start + MAX_HEADER)
        if line_end < 0:
            return -1 if len(self._buffer) - start >= MAX_HEADER else 0
        payload = payload_bytes(bytes(self._buffer[start:line_end]))
        if payload is None:
            return -1
        end = line_end + 1 + payload
        self._wanted = end + 1
        if len(self._buffer) <= end:
            return 0
        return end + 1 - start if self._buffer[end] == 0x0A else -1
