"""Cuts a byte stream into pieces of whole lines, in bounded memory whatever the length of a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from timeline.evidence.framing.framed import BOM, CHUNK_BYTES, MAX_RECORD_BYTES


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of whole lines starting at byte `offset`; `end` is the first byte after it.

    `long_bytes` is None, or the length of one refused line (without its line end); `data` is empty then, `lines` 1.
    """

    data: bytes
    offset: int
    lines: int
    end: int
    long_bytes: int | None = None


class LineCutter:
    """Gives pieces of about `chunk_bytes`, cut at the last line end before it; a line end is LF, or CR LF.

    Pieces do not depend on the size of the blocks fed. A byte order mark at the start of the stream is left out.
    """

    def __init__(
        self, offset: int = 0, *, chunk_bytes: int = CHUNK_BYTES, max_record_bytes: int = MAX_RECORD_BYTES
    ) -> None:
        self._max = max_record_bytes
        self._chunk = max(4, min(chunk_bytes, max_record_bytes))
        self._offset = offset
        self._parts: list[bytes] = []
        self._held = 0
        self._wanted = self._chunk
        self._skipped: int | None = None
        self._last = b""

    def feed(self, block: bytes) -> Iterator[Cut]:
        """Take a block; give the pieces that are complete."""
        if self._skipped is not None:
            ended = self._skip(block)
            if ended is None:
                return
            cut, block = ended
            yield cut
        self._parts.append(block)
        self._held += len(block)
        if self._held >= self._wanted:
            yield from self._drain(last=False)

    def finish(self) -> Iterator[Cut]:
        """Give what is left: whole lines, and then a last line that has no line end."""
        if self._skipped is None:
            yield from self._drain(last=True)
        if self._skipped is not None:
            yield self._end_skip(0)

    def _drain(self, *, last: bool) -> Iterator[Cut]:
        data = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts = []
        start = len(BOM) if self._offset == 0 and data.startswith(BOM) else 0
        base = self._offset
        size = len(data)
        while size - start >= self._chunk or (last and start < size):
            stop = self._line_end(data, start, last=last)
            if stop is None:
                if size - start > self._max:
                    self._begin_skip(data, start, base)
                    return
                break
            yield self._piece(data, start, stop, base)
            start = stop
            self._offset = base + start
        self._parts = [data[start:]] if start < size else []
        self._offset = base + start
        self._held = size - start
        self._wanted = self._held + self._chunk if self._held >= self._chunk else self._chunk

    def _line_end(self, data: bytes, start: int, *, last: bool) -> int | None:
        size = len(data)
        near = data.rfind(b"\n", start, start + self._chunk) + 1
        if near:
            return near
        if size - start < self._chunk:
            return size if last else None
        far = data.find(b"\n", start + self._chunk) + 1
        if far:
            return far
        return size if last and size - start <= self._max else None

    def _piece(self, data: bytes, start: int, stop: int, base: int) -> Cut:
        piece = data if start == 0 and stop == len(data) else data[start:stop]
        body = len(piece) - piece.endswith(b"\n")
        if body > self._max:
            body -= piece.endswith(b"\r\n")
            return Cut(b"", base + start, 1, base + stop, body)
        ended = piece.endswith(b"\n")
        return Cut(piece, base + start, piece.count(b"\n") + (not ended), base + stop)

    def _begin_skip(self, data: bytes, start: int, base: int) -> None:
        self._offset = base + start
        self._skipped = len(data) - start
        self._last = data[-1:]
        self._held = 0

    def _skip(self, block: bytes) -> tuple[Cut, bytes] | None:
        assert self._skipped is not None
        found = block.find(b"\n")
        if found < 0:
            self._skipped += len(block)
            self._last = block[-1:] or self._last
            return None
        self._skipped += found
        self._last = block[found - 1 : found] if found else self._last
        return self._end_skip(1), block[found + 1 :]

    def _end_skip(self, line_end: int) -> Cut:
        assert self._skipped is not None
        start, length = self._offset, self._skipped
        self._offset += length + line_end
        self._skipped = None
        self._wanted = self._chunk
        return Cut(b"", start, 1, self._offset, length - (line_end and self._last == b"\r"))


def line_spans(data: bytes) -> tuple[tuple[int, int], ...]:
    """(start, length) of each line of `data`, without line ends; the last line may lack its end."""
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    if b"\r" in data:
        return tuple((start, len(line) - line.endswith(b"\r")) for start, line in zip(starts, lines, strict=False))
    return tuple(zip(starts, map(len, lines), strict=False))
