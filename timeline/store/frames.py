"""Evidence bytes back from the case: any byte range of a stream, and whole streams in blocks."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

import zstandard

from timeline.model.errors import CaseError
from timeline.store.reader import Reader

FRAME_BYTES: Final = 512 << 10
MAX_FRAME_BYTES: Final = 16 << 20
_KEPT_FRAMES: Final = 16
_FARTHEST: Final = 2**63 - 1  # what SQLite can compare with


def compress(
    data: bytes | memoryview, offset: int, compressor: zstandard.ZstdCompressor
) -> list[tuple[int, int, bytes]]:
    """Frames (offset, length, zstd bytes) of the part of a stream that begins at `offset`."""
    return [
        (offset + start, len(data[start : start + FRAME_BYTES]), compressor.compress(data[start : start + FRAME_BYTES]))
        for start in range(0, len(data), FRAME_BYTES)
    ]


class FrameReader:
    """Reads a case's frames; keeps the last few decompressed. A forged frame gives a CaseError, never more memory than its cap."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._version = 0
        self._kept: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._last = (0, 0, b"")  # stream, offset and bytes of the frame that was read last: records come in order

    def read(self, stream: int, offset: int, length: int) -> bytes:
        """Bytes [offset, offset+length) of a stream; shorter where the case does not hold them."""
        self._forget_what_changed()
        number, start, data = self._last
        if number == stream and start <= offset and offset + length <= start + len(data):
            return data[offset - start : offset + length - start]
        if offset < 0 or length <= 0:
            return b""  # of a damaged case
        parts = []
        rows = self._reader.rows(
            "SELECT offset, length FROM frame WHERE stream = ? AND offset > ? AND offset < ? ORDER BY offset",
            (stream, offset - MAX_FRAME_BYTES, min(offset + length, _FARTHEST)),
        )
        for start, size in rows:
            if start + size > offset:
                data = self._frame(stream, start, size)
                parts.append(data[max(0, offset - start) : offset + length - start])
        return b"".join(parts)

    def _forget_what_changed(self) -> None:
        """Bytes at a place are others after a stream was cut and grew, or its number was given to another."""
        if self._version != self._reader.version:
            self._kept.clear()
            self._last = (0, 0, b"")
            self._version = self._reader.version

    def stream(self, stream: int, *, start: int = 0) -> Iterator[bytes]:
        """All bytes of a stream from `start` on, in blocks."""
        for offset, size in self._reader.rows(
            "SELECT offset, length FROM frame WHERE stream = ? ORDER BY offset", (stream,)
        ):
            if offset + size > start:
                data = self._frame(stream, offset, size)
                yield data[max(0, start - offset) :]

    def _frame(self, stream: int, offset: int, size: int) -> bytes:
        key = (stream, offset)
        if key in self._kept:
            self._kept.move_to_end(key)
            self._last = (*key, self._kept[key])
            return self._kept[key]
        if not 0 <= size <= MAX_FRAME_BYTES:
            raise CaseError(f"evidence frame {stream}/{offset} claims {size} bytes", where=self._reader.path)
        blob = self._reader.rows("SELECT data FROM frame WHERE stream = ? AND offset = ?", key)[0][0]
        try:
            if zstandard.frame_content_size(blob) not in {-1, size}:  # what the frame claims, memory would be given to
                raise CaseError(f"evidence frame {stream}/{offset} is not of {size} bytes", where=self._reader.path)
            data = zstandard.ZstdDecompressor().decompress(blob, max_output_size=size, allow_extra_data=False)
        except (zstandard.ZstdError, TypeError) as error:
            raise CaseError(f"evidence frame {stream}/{offset} cannot be read", where=self._reader.path) from error
        if len(data) != size:
            raise CaseError(
                f"evidence frame {stream}/{offset} has {len(data)} bytes, not {size}", where=self._reader.path
            )
        self._kept[key] = data
        self._last = (*key, data)
        if len(self._kept) > _KEPT_FRAMES:
            self._kept.popitem(last=False)
        return data
