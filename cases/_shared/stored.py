"""Compressed formats without compression: zlib versions differ in their output, stored blocks do not."""

import zlib

_BLOCK = 65_535


def deflate_stored(data: bytes) -> bytes:
    """Give `data` as stored deflate blocks (RFC 1951, section 3.2.4)."""
    out = bytearray()
    pieces = [data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK)] or [b""]
    for number, piece in enumerate(pieces, 1):
        size = len(piece)
        out += bytes([number == len(pieces)]) + size.to_bytes(2, "little")
        out += (size ^ 0xFFFF).to_bytes(2, "little") + piece
    return bytes(out)


def zlib_stored(data: bytes) -> bytes:
    """Give `data` as a zlib stream (RFC 1950), as Git keeps objects."""
    return b"\x78\x01" + deflate_stored(data) + zlib.adler32(data).to_bytes(4, "big")


def gzip_stored(data: bytes) -> bytes:
    """Give `data` as a gzip file (RFC 1952) without name and time."""
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    tail = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return head + deflate_stored(data) + tail
