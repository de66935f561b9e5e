"""Deflate and gzip, by isal at several times the speed of zlib; what is still readable of damaged data is not lost."""

import zlib
from typing import Final

from isal import igzip_lib, isal_zlib

_KEPT_BYTES: Final = 1024 * 1024
_GZ_HEADER_BYTES: Final = 128 * 1024
_ISAL_ERROR: Final[type[Exception]] = isal_zlib.error  # type: ignore[assignment]  # its stub calls the class an instance


class Inflate:
    """Raw deflate (gzip bodies, zip members). After damage, what zlib can still read of a short stream is given.

    isal gives nothing of the call that failed, so the first MiB of input is kept to be read again, byte by byte.
    """

    def __init__(self) -> None:
        self._inner = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE)
        self._kept: list[bytes] = []
        self._kept_bytes = 0
        self._given = 0
        self.eof = False
        self.needs_input = True
        self.unused_data = b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """At most `max_length` bytes more; ValueError with the last readable bytes when the data is damaged."""
        if self._kept_bytes <= _KEPT_BYTES:
            self._kept.append(data)
            self._kept_bytes += len(data)
        try:
            out: bytes = self._inner.decompress(data, max_length)
        except (_ISAL_ERROR, ValueError, EOFError) as error:
            raise DamagedError(self._rescued()) from error
        self._given += len(out)
        self.eof = self._inner.eof
        self.needs_input = self._inner.needs_input
        self.unused_data = self._inner.unused_data
        return out

    def _rescued(self) -> bytes:
        if self._kept_bytes > _KEPT_BYTES:
            return b""
        slow = zlib.decompressobj(-15)
        out = bytearray()
        try:
            for byte in b"".join(self._kept):
                out += slow.decompress(bytes((byte,)))
        except zlib.error:
            pass
        return bytes(out[self._given :])


class DamagedError(Exception):
    """Compressed data is damaged; `rest` is what could still be read of it."""

    def __init__(self, rest: bytes = b"") -> None:
        super().__init__("damaged")
        self.rest = rest


class GzipMember:
    """One gzip member: header, deflated body, checksum and length."""

    def __init__(self) -> None:
        self._body = Inflate()
        self._buffer = b""
        self._part = "header"
        self._crc = 0
        self._length = 0
        self.eof = False
        self.needs_input = True
        self.unused_data = b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """At most `max_length` bytes more."""
        out = b""
        if self._part == "header":
            data = self._header(data)
        if self._part == "body":
            out = self._body.decompress(data, max_length)
            self._crc = isal_zlib.crc32(out, self._crc)
            self._length += len(out)
            self.needs_input = self._body.needs_input
            if not self._body.eof:
                return out
            self._part, data = "trailer", self._body.unused_data
        if self._part == "trailer":
            self._buffer += data
            self.needs_input = True
            if len(self._buffer) >= 8:
                self._check(out)
        return out

    def _header(self, data: bytes) -> bytes:
        self._buffer += data
        end = _gzip_header_end(self._buffer)
        if end is None:
            if len(self._buffer) > _GZ_HEADER_BYTES:
                raise DamagedError
            return b""
        rest, self._buffer = self._buffer[end:], b""
        self._part = "body"
        return rest

    def _check(self, out: bytes) -> None:
        stated = self._buffer[:8]
        self.unused_data = self._buffer[8:]
        self.eof = True
        if stated != self._crc.to_bytes(4, "little") + (self._length & 0xFFFFFFFF).to_bytes(4, "little"):
            raise DamagedError(out)


def _gzip_header_end(head: bytes) -> int | None:
    """Where the deflated body begins; None when more bytes are needed."""
    if len(head) < 10:
        return None
    flags = head[3]
    end = 10
    if flags & 4:
        if len(head) < 12:
            return None
        end = 12 + int.from_bytes(head[10:12], "little")
    for bit in (8, 16):
        if flags & bit:
            end = head.find(b"\0", end) + 1
            if not end:
                return None
    end += 2 if flags & 2 else 0
    return end if end <= len(head) else None


def gunzip_whole(packed: bytes, limit: int) -> bytes | None:
    """What one whole gzip member holds, by one call; None where it is damaged, not just one, or holds more than `limit`."""
    stream = isal_zlib.decompressobj(31)
    try:
        data: bytes = stream.decompress(packed, limit)
    except (_ISAL_ERROR, ValueError, EOFError):
        return None
    return data if stream.eof and not stream.unused_data else None
