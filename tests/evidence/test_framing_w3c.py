"""Framing "w3c" and "whole"."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.framing_support import everything, frame, headers, records, refused, resumed
from timeline.evidence.framing.whole import WholeFramer

LINES = st.lists(
    st.sampled_from(
        [b"#Fields: a b\n", b"#Fields: c\r\n", b"#Software: x\n", b"# comment\n", b"1 2\n", b"3\r\n", b"\n", b"#\n",
         b"#Fields: long" * 4 + b"\n", b"tail"]
    )
).map(b"".join)  # fmt: skip


@given(LINES, st.integers(1, 30), st.integers(4, 60), st.integers(20, 80))
@settings(deadline=None, max_examples=200)
def test_lines_keep_their_numbers_and_headers(stream: bytes, block: int, chunk: int, limit: int) -> None:
    found = frame("w3c", stream, block=block, chunk=chunk, limit=limit)
    lines = stream.split(b"\n")[: None if stream.strip(b"\n") and not stream.endswith(b"\n") else -1]
    in_force: dict[bytes, bytes] = {}
    expected = {}
    for number, line in enumerate(lines, 1):
        text = line.removesuffix(b"\r")
        if len(line) <= limit and text.startswith(b"#") and b":" in text:
            in_force[text.split(b":")[0]] = text
        elif not text.startswith(b"#") and text:
            expected[number] = b"\n".join(in_force.values())
    given_headers = {number: header for number, header in headers(found) if number in expected}
    assert given_headers == {number: header for number, header in expected.items() if len(lines[number - 1]) <= limit}
    assert len(records(found)) + len(refused(found)) == len(lines)


@given(LINES, st.integers(4, 40))
@settings(deadline=None)
def test_any_chunk_end_can_be_taken_up(stream: bytes, chunk: int) -> None:
    for expected, again in resumed("w3c", stream, chunk=chunk):
        assert again == expected


def test_a_new_header_begins_a_new_chunk() -> None:
    stream = b"#Software: s\n#Fields: a b\n1 2\n#Software: s\n#Fields: a b\n3 4\n#Fields: b a\n6 5\n"
    found = frame("w3c", stream)
    assert [framed.header for framed in found] == [b"#Software: s\n#Fields: a b", b"#Software: s\n#Fields: b a"]
    assert [number for number, _, _ in records(found)] == [1, 2, 3, 4, 5, 6, 7, 8]


@given(st.binary(max_size=40), st.integers(1, 10))
def test_a_whole_document_is_one_chunk(stream: bytes, block: int) -> None:
    found = frame("whole", stream, block=block)
    assert b"".join(framed.data for framed in found) == stream.removeprefix(b"\xef\xbb\xbf")
    assert [framed.records for framed in found] == [0] * bool(stream)
    assert everything(frame("whole", b"", state=found[0].state))[0] == [] if found else True


def test_a_document_that_is_too_long_is_refused() -> None:
    framer = WholeFramer(max_document_bytes=10)
    found = [*framer.feed(b"x" * 8), *framer.feed(b"y" * 8), *framer.finish()]
    assert refused(found) == [(1, 0, 16, "document longer than 256 MiB")]
    assert found[0].data == b""
