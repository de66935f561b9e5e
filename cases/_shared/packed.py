"""gzip that is small and the same everywhere: zlib versions differ in their output, this writer does not.

Matches within 32 KiB (the last place of the same four bytes), fixed Huffman codes (RFC 1951, section 3.2.6).
"""

import zlib
from typing import Final

_WINDOW: Final = 32_768
_SHORTEST, _LONGEST = 4, 258
_BASE_LENGTHS: Final = (
    *range(3, 11), 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
)  # fmt: skip
_EXTRA_LENGTHS: Final = (0,) * 8 + (1,) * 4 + (2,) * 4 + (3,) * 4 + (4,) * 4 + (5,) * 4 + (0,)
_EXTRA_DISTANCES: Final = (0, 0, 0, 0, *(bits for bits in range(1, 14) for _ in range(2)))


def _reversed(code: int, width: int) -> int:
    return int(f"{code:0{width}b}"[::-1], 2)


def _symbol(number: int) -> tuple[int, int]:
    """(bits, width) of a literal or length, ready to be written from the lowest bit on."""
    if number < 144:
        return _reversed(48 + number, 8), 8
    if number < 256:
        return _reversed(400 + number - 144, 9), 9
    return (_reversed(number - 256, 7), 7) if number < 280 else (_reversed(192 + number - 280, 8), 8)


def _length_codes() -> list[tuple[int, int]]:
    """(bits, width) of each length, extra bits included; the first three are not used."""
    codes = [(0, 0)] * (_LONGEST + 1)
    for place, (base, extra) in enumerate(zip(_BASE_LENGTHS, _EXTRA_LENGTHS, strict=True)):
        bits, width = _symbol(257 + place)
        for more in range(1 << extra):
            if base + more <= _LONGEST:
                codes[base + more] = bits | more << width, width + extra
    return codes


def _distance(distance: int) -> tuple[int, int]:
    base = 1
    for code, extra in enumerate(_EXTRA_DISTANCES):
        if distance < base + (1 << extra):
            return _reversed(code, 5) | (distance - base) << 5, 5 + extra
        base += 1 << extra
    raise ValueError(distance)


_LITERALS: Final = [_symbol(number) for number in range(257)]
_LENGTHS: Final = _length_codes()


def gzip_packed(data: bytes) -> bytes:
    """Give `data` as a gzip file (RFC 1952) without name and time."""
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    tail = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return head + _deflate(data) + tail


def _deflate(data: bytes) -> bytes:
    out, held, width = bytearray(), 3, 3  # the last block, with fixed codes
    latest: dict[bytes, int] = {}
    here, end = 0, len(data)
    while here < end:
        found = latest.get(data[here : here + _SHORTEST])
        if found is None or here - found > _WINDOW or end - here < _SHORTEST:
            bits, size = _LITERALS[data[here]]
            stop = here + 1
        else:
            length = _common(data, found, here, end)
            bits, size = _LENGTHS[length]
            far, far_size = _distance(here - found)
            bits, size, stop = bits | far << size, size + far_size, here + length
        for place in range(here, stop):
            latest[data[place : place + _SHORTEST]] = place
        held, width, here = held | bits << width, width + size, stop
        if width >= 4096:
            out += (held & (1 << 4096) - 1).to_bytes(512, "little")
            held, width = held >> 4096, width - 4096
    held, width = held | _LITERALS[256][0] << width, width + _LITERALS[256][1]
    return bytes(out + held.to_bytes((width + 7) // 8, "little"))


def _common(data: bytes, found: int, here: int, end: int) -> int:
    length, most = _SHORTEST, min(_LONGEST, end - here)
    while (
        length + 16 <= most and data[found + length : found + length + 16] == data[here + length : here + length + 16]
    ):
        length += 16
    while length < most and data[found + length] == data[here + length]:
        length += 1
    return length
