"""Identity of records: a 64-bit hash of what they say, however they were written down.

Two sightings of one provider id are the same event only where these agree. JSON records are hashed over one canonical
text (keys in order, no blanks), so that an export and a delivered file agree; text records over their bytes.
"""

from collections.abc import Sequence
from hashlib import blake2b
from struct import unpack
from typing import Final

import msgspec

_CANONICAL: Final = msgspec.json.Encoder(order="deterministic")
_NO_BYTES: Final = blake2b(digest_size=8)


def content_hash(value: object) -> int:
    """Signed 64-bit hash of a JSON value that a decoder gave. The order of keys, blanks and escapes do not count.

    RecursionError where the value is nested too deeply; `parsers.lib.json_reading` never gives such a value.
    """
    return content_hash_bytes(canonical(value))


def content_hashes(values: Sequence[object]) -> tuple[int, ...]:
    """The `content_hash` of each value; also of a struct whose fields are in the order of their names."""
    written = bytearray()
    write = _CANONICAL.encode_into  # one buffer for all: twice as fast as a new text for each
    digests = []
    for value in values:
        write(value, written)
        state = _NO_BYTES.copy()  # quicker than to make a new one
        state.update(written)
        digests.append(state.digest())
    return unpack(f">{len(digests)}q", b"".join(digests))


def canonical(value: object) -> bytes:
    """The one text that a JSON value has here. RecursionError where it is nested too deeply."""
    return _CANONICAL.encode(value)


def content_hash_bytes(raw: bytes) -> int:
    """Signed 64-bit BLAKE2b of bytes."""
    state = _NO_BYTES.copy()  # quicker than to make a new one
    state.update(raw)
    return int.from_bytes(state.digest(), "big", signed=True)


def write_canonical(value: object, written: bytearray) -> None:
    """Put the `canonical` text into a buffer, in place of what was in it."""
    _CANONICAL.encode_into(value, written)


def part_hash(written: bytes | bytearray, place: int) -> int:
    """The `content_hash` of one of several events of a record: of `[place, record]`, of the record itself for the first.

    `written` is the record's `canonical` text.
    """
    state = _NO_BYTES.copy()
    if place:
        state.update(b"[%d," % place)
    state.update(written)
    if place:
        state.update(b"]")
    return int.from_bytes(state.digest(), "big", signed=True)


def content_hashes_bytes(raws: Sequence[bytes]) -> tuple[int, ...]:
    """The `content_hash_bytes` of each."""
    digests = []
    for raw in raws:
        state = _NO_BYTES.copy()  # quicker than to make a new one
        state.update(raw)
        digests.append(state.digest())
    return unpack(f">{len(digests)}q", b"".join(digests))
