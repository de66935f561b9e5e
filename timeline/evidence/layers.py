"""Compression layers: gz, bz2, xz, zst, recognised by their first bytes; damage ends a layer and never raises.

What was readable before the damage is given. A layer stops when it grows beyond BOMB_BYTES and beyond BOMB_RATIO times
the bytes it was made from.
"""

import bz2
import lzma
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import zstandard
from isal import igzip_lib, isal_zlib

from timeline.evidence.reading import Peekable, Reader

BOMB_BYTES: Final = 1024**3
BOMB_RATIO: Final = 200
MAX_LAYERS: Final = 3
_INPUT_BYTES: Final = 128 * 1024
_OUTPUT_BYTES: Final = 256 * 1024
_KEPT_BYTES: Final = 1024 * 1024
_ZST_PIECE: Final = 4096
_XZ_MEMORY: Final = 256 * 1024 * 1024
_ZST_WINDOW: Final = 128 * 1024 * 1024
_GZ_HEADER_BYTES: Final = 128 * 1024
_ISAL_ERROR: Final[type[Exception]] = isal_zlib.error  # type: ignore[assignment]  # its stub calls the class an instance


class Decompressor(Protocol):
    """One compressed stream; the shape of the standard library's decompressors."""

    @property
    def eof(self) -> bool:
        """Whether the stream's own end was reached."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether it has nothing more to give for what it was fed."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What was fed beyond the end."""
        ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """At most `max_length` bytes more."""
        ...


@dataclass(frozen=True, slots=True)
class Codec:
    """A kind of compression: how it begins, what its files are called, how to make a decompressor for one stream."""

    name: str
    magic: re.Pattern[bytes]
    suffixes: tuple[str, ...]
    make: Callable[[], Decompressor]


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


class ZstdFrame:
    """One zstd frame. Fed in small pieces, since zstandard gives all of a piece's output at once."""

    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=_ZST_WINDOW).decompressobj()
        self._waiting = b""
        self.eof = False
        self.needs_input = True
        self.unused_data = b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:  # noqa: ARG002 - bounded by the piece instead
        """What the next pieces of input give."""
        self._waiting += data
        out = b""
        while self._waiting and not out and not self.eof:
            piece, self._waiting = self._waiting[:_ZST_PIECE], self._waiting[_ZST_PIECE:]
            out = self._inner.decompress(piece)
            self.eof = self._inner.eof
        self.unused_data = self._inner.unused_data + self._waiting if self.eof else b""
        self.needs_input = not self._waiting
        return out


CODECS: Final = (
    Codec("gz", re.compile(rb"\x1f\x8b\x08"), (".gz", ".gzip"), GzipMember),
    Codec("bz2", re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), (".bz2",), bz2.BZ2Decompressor),
    Codec("xz", re.compile(rb"\xfd7zXZ\x00"), (".xz",), lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY)),
    Codec("zst", re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), (".zst", ".zstd"), ZstdFrame),
)
DEFLATE: Final = Codec("deflate", re.compile(rb"(?!)"), (), Inflate)
_ERRORS: Final = (DamagedError, OSError, ValueError, EOFError, lzma.LZMAError, zstandard.ZstdError, zlib.error)


def codec_of(head: bytes) -> Codec | None:
    """The compression that these first bytes (ten or more) announce; None when there is none."""
    return next((codec for codec in CODECS if codec.magic.match(head)), None)


class Layer:
    """The decompressed bytes of a reader: stream after stream, trailing zeros left out. `single`: one stream only."""

    def __init__(self, below: Reader, codec: Codec, *, single: bool = False) -> None:
        self.problem: str | None = None
        self._below = Peekable(below)
        self._codec = codec
        self._single = single
        self._stream: Decompressor | None = codec.make()
        self._taken = 0
        self._given = 0

    def read(self, size: int) -> bytes:
        """The next decompressed bytes."""
        while self._stream is not None:
            data = self._pump(self._stream, min(size, _OUTPUT_BYTES))
            if data:
                return data
        return b""

    def _pump(self, stream: Decompressor, size: int) -> bytes:
        block = b""
        if stream.needs_input:
            block = self._below.read(_INPUT_BYTES)
            self._taken += len(block)
            if not block:
                return self._stop(self._below.problem or f"truncated: the {self._codec.name} data ends early")
        try:
            data = stream.decompress(block, size)
        except _ERRORS as error:
            rest = error.rest if isinstance(error, DamagedError) else b""
            self._given += len(rest)
            if stream.eof:
                self.problem = self.problem or f"the checksum of the {self._codec.name} data does not match"
                self._next(stream.unused_data)
            else:
                self._stop(f"damaged: the {self._codec.name} data cannot be read on after {self._given} bytes")
            return rest
        self._given += len(data)
        if self._given > BOMB_BYTES and self._given > BOMB_RATIO * self._taken:
            self._stop(f"stopped at {self._given} bytes: more than {BOMB_RATIO} times its compressed size")
        elif stream.eof:
            self._next(stream.unused_data)
        return data

    def _next(self, unused: bytes) -> None:
        """After the end of one stream: the next one, padding, or the end."""
        self._stream = None
        if self._single:
            return
        below = self._below
        below.unread(unused)
        self._taken -= len(unused)
        while (head := below.peek(4096)) and not head.strip(b"\0"):
            below.read(len(head))
        if zeros := len(head) - len(head.lstrip(b"\0")):
            below.read(zeros)
            head = below.peek(16)
        if not head:
            self.problem = self.problem or below.problem
        elif self._codec.magic.match(head):
            self._stream = self._codec.make()
        else:
            self.problem = self.problem or f"bytes after the end of the {self._codec.name} data were not read"

    def _stop(self, problem: str) -> bytes:
        self.problem = self.problem or problem
        self._stream = None
        return b""

    def close(self) -> None:
        """Close the reader below."""
        self._below.close()


def unwrap(reader: Peekable) -> tuple[Peekable, tuple[str, ...]]:
    """Take off up to MAX_LAYERS layers of compression -> (the bytes inside, the layers' names from the outside in)."""
    names: list[str] = []
    while len(names) < MAX_LAYERS and (codec := codec_of(reader.peek(16))):
        reader = Peekable(Layer(reader, codec))
        names.append(codec.name)
    return reader, tuple(names)


def first_decompressed(begin: bytes, size: int) -> bytes | None:
    """The first `size` bytes inside of a file that begins with `begin`, at little cost; None where that takes more.

    More is: another layer, damage, or less than `size` bytes of a file that may be longer than `begin`.
    """
    codec = codec_of(begin)
    if codec is None:
        return begin[:size] if len(begin) >= size else None
    try:
        inside = codec.make().decompress(begin, size)[:size]
    except _ERRORS:
        return None
    return inside if len(inside) >= size and codec_of(inside) is None else None


def without_suffix(name: str, layers: tuple[str, ...]) -> str:
    """The name without the suffixes of its layers: `a.json.gz` read through gz is `a.json`."""
    for layer in layers:
        codec = next(codec for codec in CODECS if codec.name == layer)
        suffix = next((suffix for suffix in codec.suffixes if name.lower().endswith(suffix)), None)
        if suffix:
            name = name[: -len(suffix)]
    return name
