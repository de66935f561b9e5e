from hashlib import blake2b

import pytest

from parsers.lib.identity import (
    canonical,
    content_hash,
    content_hash_bytes,
    content_hashes_bytes,
    part_hash,
    write_canonical,
)


def test_the_order_of_keys_does_not_count_at_any_depth() -> None:
    assert content_hash({"a": 1, "b": {"c": [1, 2], "d": None}}) == content_hash(
        {"b": {"d": None, "c": [1, 2]}, "a": 1}
    )


@pytest.mark.parametrize("other", [{"a": [2, 1]}, {"a": [1, 2, None]}, {"a": ["1", 2]}, {"b": [1, 2]}, {}, [], None])
def test_everything_else_counts(other: object) -> None:
    assert content_hash({"a": [1, 2]}) != content_hash(other)


def test_it_is_the_hash_of_the_canonical_text() -> None:
    expected = int.from_bytes(blake2b(b'{"a":"\xc3\xa4","b":1}', digest_size=8).digest(), "big", signed=True)
    assert content_hash({"b": 1, "a": "ä"}) == expected == content_hash_bytes(b'{"a":"\xc3\xa4","b":1}')


def test_it_fits_a_signed_64_bit_column_and_uses_its_negative_half() -> None:
    hashes = [content_hash_bytes(bytes([number])) for number in range(64)]
    assert all(-(2**63) <= value < 2**63 for value in hashes)
    assert min(hashes) < 0 < max(hashes)


def test_numbers_of_any_size_have_one() -> None:
    assert content_hash({"n": 10**4000}) != content_hash({"n": 10**4000 + 1})


def test_many_are_hashed_as_one_is() -> None:
    raws = [b"", b"a", b"\xff\0", b"a" * 100_000, b"a"]
    assert content_hashes_bytes(raws) == tuple(content_hash_bytes(raw) for raw in raws)
    assert content_hashes_bytes([]) == ()


@pytest.mark.parametrize("place", [0, 1, 12])
def test_an_event_beside_others_is_hashed_with_its_place(place: int) -> None:
    record = {"b": [1, {"d": "\u00e4", "c": None}], "a": 1}
    written = bytearray(b"of the record before")
    write_canonical(record, written)
    assert written == canonical(record)
    assert part_hash(written, place) == content_hash([place, record] if place else record)
