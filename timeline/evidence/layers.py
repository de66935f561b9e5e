"""Compression layers: gz, bz2, xz, zst, recognised by their first bytes, and UTF-16; damage ends a layer and never raises.

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

from timeline.evidence.gz import DamagedError, GzipMember, Inflate, gunzip_whole
from timeline.evidence.reading import BytesReader, Peekable, Reader
from timeline.evidence.utf16 import LAYER, FromUtf16, is_utf16

BOMB_BYTES: Final = 1024**3
BOMB_RATIO: Final = 200
MAX_LAYERS: Final = 3
_INPUT_BYTES: Final = 128 * 1024
_OUTPUT_BYTES: Final = 256 * 1024
_ZST_PIECE: Final = 4096
_XZ_MEMORY: Final = 256 * 1024 * 1024
_ZST_WINDOW: Final = 128 * 1024 * 1024
_SMALL_BYTES: Final = 48 * 1024
_SMALL_INSIDE_BYTES: Final = 1024 * 1024


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
    """Take off up to MAX_LAYERS layers of compression, then UTF-16.

    Gives the bytes inside, and the layers' names from the outside in.
    """
    names: list[str] = []
    while len(names) < MAX_LAYERS and (codec := codec_of(reader.peek(16))):
        small = _small_gzip(reader) if codec.name == "gz" else None
        reader = Peekable(Layer(reader, codec) if small is None else BytesReader(small))
        names.append(codec.name)
    if is_utf16(reader.peek(4)):
        reader = Peekable(FromUtf16(reader))
        names.append(LAYER)
    return reader, tuple(names)


def _small_gzip(reader: Peekable) -> bytes | None:
    """What a small gzip file holds, by one call, and all of it read; None for all that is not small, single and whole."""
    packed = reader.peek_all(_SMALL_BYTES)
    if packed is None or reader.problem:
        return None
    data = gunzip_whole(packed, _SMALL_INSIDE_BYTES)
    if data is None:
        return None
    reader.read(len(packed))
    return data


def first_decompressed(begin: bytes, size: int) -> bytes | None:
    """The first `size` bytes inside of a file that begins with `begin`, at little cost; None where that takes more.

    More is: another layer, damage, or less than `size` bytes of a file that may be longer than `begin`.
    """
    codec = codec_of(begin)
    if is_utf16(begin):
        return None
    if codec is None:
        return begin[:size] if len(begin) >= size else None
    try:
        inside = codec.make().decompress(begin, size)[:size]
    except _ERRORS:
        return None
    return inside if len(inside) >= size and codec_of(inside) is None and not is_utf16(inside) else None


def without_suffix(name: str, layers: tuple[str, ...]) -> str:
    """The name without the suffixes of its layers: `a.json.gz` read through gz is `a.json`."""
    for layer in layers:
        suffixes = next((codec.suffixes for codec in CODECS if codec.name == layer), ())
        suffix = next((suffix for suffix in suffixes if name.lower().endswith(suffix)), None)
        if suffix:
            name = name[: -len(suffix)]
    return name
