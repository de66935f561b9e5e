"""The pieces that a stream is cut into tile it, and carry every record once, also when bytes are let go early."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.ingest import pieces as module
from timeline.ingest.pieces import Piece, framed_pieces
from timeline.model.parser import Framing

LINES = b"".join(b"line %d %s\n" % (n, b"x" * (n * 7 % 90)) for n in range(200))
RECORDS = json.dumps({"Records": [{"n": n, "pad": "y" * (n * 11 % 150)} for n in range(120)]}).encode()


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    blocks = []
    start = turn = 0
    while start < len(data):
        size = sizes[turn % len(sizes)]
        blocks.append(data[start : start + size])
        start, turn = start + size, turn + 1
    return blocks


def pieces(data: bytes, framing: Framing, sizes: list[int], chunk_bytes: int) -> list[Piece]:
    return list(framed_pieces(cut(data, sizes), framing, 0, None, chunk_bytes))


def records(found: list[Piece]) -> int:
    return sum(piece.framed.records + len(piece.framed.refused) for piece in found if piece.framed)


@pytest.mark.parametrize(
    ("framing", "data", "total"), [("lines", LINES, 200), ("lines", LINES[:-1], 200), ("json", RECORDS, 120)]
)
@given(
    sizes=st.lists(st.integers(1, 3000), min_size=1, max_size=4),
    chunk_bytes=st.integers(50, 5000),
    held=st.integers(1, 4000),
)
@settings(deadline=None, max_examples=40)
def test_pieces_tile_the_stream(
    framing: Framing, data: bytes, total: int, sizes: list[int], chunk_bytes: int, held: int
) -> None:
    before = module.MAX_HELD_BYTES
    module.MAX_HELD_BYTES = held  # a constant, lowered so that small data show what large ones do
    try:
        found = pieces(data, framing, sizes, chunk_bytes)
    finally:
        module.MAX_HELD_BYTES = before
    assert b"".join(piece.raw for piece in found) == data
    at = 0
    for piece in found:
        assert piece.start == at
        at += len(piece.raw)
    assert records(found) == total


def test_only_the_end_is_final() -> None:
    found = pieces(LINES[:-1], "lines", [1000], 300)
    assert [piece.final for piece in found if piece.framed][-1]
    assert not any(piece.final for piece in found[: len(found) // 2])


def test_what_was_read_already_is_given_without_chunks() -> None:
    start = LINES.index(b"line 50 ")
    first = [piece for piece in pieces(LINES, "lines", [700], 300) if piece.framed and piece.framed.end <= start][
        -1
    ].framed
    assert first is not None
    found = list(framed_pieces(cut(LINES, [700]), "lines", first.end, first.state, 300))
    assert b"".join(piece.raw for piece in found) == LINES
    assert all(piece.framed is None for piece in found if piece.start < first.end)
    assert records(found) == 200 - (first.first_record + first.records - 1)
