"""Framing "lines": every byte, every line number, whatever the size of the blocks."""

import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.framing_support import everything, frame, records, refused, resumed
from timeline.evidence.framing import make_framer

STREAMS = st.lists(
    st.sampled_from([b"\n", b"\r\n", b"\r", b"a", b"bc\n", b"\x00", b"\xff\xfe", b"long" * 5, b"\n\n", b"\xef\xbb\xbf"])
).map(b"".join)


def plain_lines(stream: bytes) -> list[tuple[int, int, bytes]]:
    found = []
    start = 3 if stream.startswith(b"\xef\xbb\xbf") else 0
    number = 1
    while start < len(stream):
        end = stream.find(b"\n", start)
        stop = len(stream) if end < 0 else end
        found.append((number, start, stream[start:stop].removesuffix(b"\r")))
        start = stop + 1
        number += 1
    return found


@given(STREAMS, st.integers(1, 40), st.integers(1, 40))
@settings(deadline=None)
def test_lines_are_the_physical_lines(stream: bytes, block: int, chunk: int) -> None:
    found = frame("lines", stream, block=block, chunk=chunk)
    assert records(found) == plain_lines(stream)
    assert refused(found) == []


@given(STREAMS, st.integers(1, 12), st.integers(4, 20))
@settings(deadline=None)
def test_chunks_tile_the_stream_and_can_be_taken_up(stream: bytes, chunk: int, limit: int) -> None:
    found = frame("lines", stream, chunk=chunk, limit=limit)
    position = 3 if stream.startswith(b"\xef\xbb\xbf") else 0
    for framed in found:
        assert framed.offset == position
        position = framed.end
    assert position == len(stream) or not found
    for expected, again in resumed("lines", stream, chunk=chunk, limit=limit):
        assert again == expected


@given(STREAMS, st.integers(4, 12), st.integers(1, 30))
@settings(deadline=None)
def test_long_lines_are_refused_with_their_place(stream: bytes, limit: int, block: int) -> None:
    found = frame("lines", stream, block=block, chunk=5, limit=limit)
    expected = plain_lines(stream)
    long = {
        number
        for number, start, line in expected
        if len(line) + (stream[start + len(line) : start + len(line) + 1] == b"\r") > limit
    }
    kept = [(n, start, line) for n, start, line in expected if n not in long]
    gone = [(n, start, len(line), "record longer than 16 MiB") for n, start, line in expected if n in long]
    # a CR at the very end of the stream is no line end, and is counted as part of a refused line
    if gone and gone[-1][0] == len(expected) and stream.endswith(b"\r"):
        gone[-1] = (gone[-1][0], gone[-1][1], gone[-1][2] + 1, gone[-1][3])
    assert records(found) == kept
    assert refused(found) == gone


def test_a_last_line_without_end_has_a_chunk_of_its_own() -> None:
    found = frame("lines", b"one\ntwo\nthr")
    assert [framed.data for framed in found] == [b"one\ntwo\n", b"thr"]
    assert everything(frame("lines", b"ee\n", state=found[0].state))[0] == [(3, 8, b"ee")]


def test_a_huge_line_is_never_held() -> None:
    framer = make_framer("lines")
    block = b"x" * (1 << 20)
    assert list(framer.feed(b"first\n")) == []
    tracemalloc.start()
    found = [framed for _ in range(40) for framed in framer.feed(block)]
    found.extend(framer.feed(b"\nlast\n"))
    found.extend(framer.finish())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * (1 << 20)
    assert refused(found) == [(2, 6, 40 << 20, "record longer than 16 MiB")]
    assert records(found) == [(1, 0, b"first"), (3, 7 + (40 << 20), b"last")]
