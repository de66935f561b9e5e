"""Evidence as damage, accident and malice make it: the samples of parsers with bytes changed, spliced, doubled, nested."""

import random
from collections.abc import Callable, Sequence
from typing import Final

HOSTILE: Final = (
    b"\x00", b"\xff\xfe", b'"', b"\\", b"\n", b"\r\n", b"\t", b",", b";", b"|", b"{", b"}", b"[", b"]", b"[" * 400, b'{"a":' * 400,
    b"null", b"true", b"-", b"-1", b"1e999", b"9" * 400, b"0x10", b"NaN", b"\\ud800", "\u202e\u2028\u0000".encode(),
    b"\x1b[31m", b"=cmd|' /C calc'!A0", b"%00%0a", b"A" * 70_000, b" " * 5_000, b'\\"' * 500, b"a.b." * 300, b"<" * 300,
    b"::ffff:192.0.2.1", b"[2001:db8::1]:443", b"1970-01-01T00:00:00Z", b"9999-12-31T23:59:59.999999999Z", b"Feb 29 00:00:00",
    b"#Fields: date", b"#", b"\xef\xbb\xbf", b"Records", b'"' + b"x" * 2_000,
)  # fmt: skip

Step = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def _insert(dice: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    place = dice.randint(0, len(data))
    return data[:place] + dice.choice(HOSTILE) + data[place:]


def _overwrite(dice: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    place = dice.randint(0, len(data))
    word = dice.choice(HOSTILE)[:40]
    return data[:place] + word + data[place + len(word) :]


def _remove(dice: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    place = dice.randint(0, len(data))
    return data[:place] + data[place + dice.randint(1, 60) :]


def _cut(dice: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    return data[: dice.randint(0, len(data))]


def _double(dice: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    start, stop = sorted((dice.randint(0, len(data)), dice.randint(0, len(data))))
    return data[:stop] + data[start:stop] * dice.randint(1, 5) + data[stop:]


def _flip(dice: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    if not data:
        return data
    place = dice.randrange(len(data))
    return data[:place] + bytes((data[place] ^ (1 << dice.randrange(8)),)) + data[place + 1 :]


def _splice(dice: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = dice.choice(others)
    return data[: dice.randint(0, len(data))] + other[dice.randint(0, len(other)) :]


def _swap_value(dice: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Put a hostile value in place of what stands between two of the separators that formats use."""
    borders = [place for place, byte in enumerate(data) if byte in b'",: \t|;=']
    if len(borders) < 2:
        return data
    first = dice.randrange(len(borders) - 1)
    return data[: borders[first] + 1] + dice.choice(HOSTILE) + data[borders[first + 1] :]


_STEPS: Final[tuple[Step, ...]] = (
    _insert,
    _overwrite,
    _remove,
    _cut,
    _double,
    _flip,
    _splice,
    _swap_value,
    _swap_value,
)


def mutated(dice: random.Random, sample: bytes, others: Sequence[bytes], *, limit: int = 1 << 20) -> bytes:
    """A sample after one to five such accidents; at most `limit` bytes."""
    data = sample
    for _ in range(dice.randint(1, 5)):
        data = dice.choice(_STEPS)(dice, data, others)[:limit]
    return data
