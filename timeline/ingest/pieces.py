"""A stream in pieces: its bytes one after another, each piece with the chunk of whole records that it completes."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from timeline.evidence.framing import CHUNK_BYTES, Framed, make_framer
from timeline.model.parser import Framing

MAX_HELD_BYTES = 24 << 20  # more than a chunk and the longest record


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of the stream behind the last piece, from `start` on, and the chunk that they complete.

    `framed` is None for bytes that complete none: skipped ones, the inside of an endless record, what follows the last
    record. `final` says that the stream ended here, so that a last line may be cut.
    """

    start: int
    raw: bytes
    framed: Framed | None
    final: bool = False


def framed_pieces(
    blocks: Iterable[bytes], framing: Framing, start: int, state: str | None, chunk_bytes: int = CHUNK_BYTES
) -> Iterator[Piece]:
    """Frame a stream from byte `start` on; what comes before is given as pieces without a chunk."""
    framer = make_framer(framing, state, chunk_bytes=chunk_bytes)
    skipped = 0
    held = _Held(start)
    for block in blocks:
        part = block
        if skipped < start:
            cut = min(len(block), start - skipped)
            yield Piece(skipped, block[:cut], None)
            skipped += cut
            part = block[cut:]
        if not part:
            continue
        held.add(part)
        for framed in framer.feed(part):
            yield held.piece(framed)
        if held.size > MAX_HELD_BYTES:  # a record without end: its bytes are evidence, whatever becomes of it
            at = held.start
            yield Piece(at, held.take(held.size - 1), None)  # the last tells whether the stream ends with its line
    for framed in _endings(framer.finish()):
        yield held.piece(framed, final=True)
    if held.size:
        at = held.start
        yield Piece(at, held.take(held.size), None)


class _Held:
    """Bytes that were read and are in no piece yet: `size` of them, from byte `start` of the stream on."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.size = 0
        self._blocks: deque[bytes] = deque()
        self._gone = 0  # bytes of the first block

    def add(self, block: bytes) -> None:
        """Hold a block too."""
        self._blocks.append(block)
        self.size += len(block)

    def piece(self, framed: Framed, *, final: bool = False) -> Piece:
        """The bytes up to the end of a chunk, with the chunk; those that the chunk has already are not copied."""
        start, size = self.start, max(0, framed.end - self.start)
        if framed.offset == start and len(framed.data) == size <= self.size:
            self._drop(size)
            return Piece(start, framed.data, framed, final)
        return Piece(start, self.take(size), framed, final)

    def take(self, size: int) -> bytes:
        """The first `size` bytes, which are held no longer."""
        size = min(size, self.size)
        parts: list[bytes | memoryview] = []
        left, gone = size, self._gone
        for block in self._blocks:
            if not left:
                break
            part = memoryview(block)[gone : gone + left] if gone or left < len(block) else block
            parts.append(part)
            left, gone = left - len(part), 0
        raw = bytes(parts[0]) if len(parts) == 1 else b"".join(parts)
        self._drop(size)
        return raw

    def _drop(self, size: int) -> None:
        self.start += size
        self.size -= size
        self._gone += size
        while self._blocks and self._gone >= len(self._blocks[0]):
            self._gone -= len(self._blocks.popleft())


def _endings(rest: Iterable[Framed]) -> Iterator[Framed]:
    """The last chunks, each together with the brackets and blanks that end the stream behind it."""
    last: Framed | None = None
    for framed in rest:
        if last is not None and not (framed.data or framed.refused or framed.ignored) and framed.header == last.header:
            last = replace(last, state=framed.state, end=framed.end)
            continue
        if last is not None:
            yield last
        last = framed
    if last is not None:
        yield last
