"""Framing "csv": rows with line ends inside, and rows that are damaged."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.framing_support import everything, frame, records, refused, resumed
from timeline.evidence.framing.csv_records import CsvFramer

CELLS = st.sampled_from(["", "a", "two words", "line\nend", 'quo"te', '"', "com,ma", "\r\n", '""', "\n\n"])
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=8)
PIECES = st.lists(
    st.sampled_from([b"a", b",", b'"', b'""', b"\n", b"\r\n", b" ", b"b;c", b'"x"', b'5" disk', b"l" * 30])
).map(b"".join)


@given(ROWS, st.booleans(), st.integers(1, 30), st.integers(4, 60))
@settings(deadline=None)
def test_rows_are_those_of_the_csv_module(rows: list[list[str]], quote_all: bool, block: int, chunk: int) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    writer.writerow(["one", "two"])
    writer.writerows(rows)
    stream = text.getvalue().encode()
    found = frame("csv", stream, block=block, chunk=chunk)
    read = [next(csv.reader(io.StringIO(row.decode(), newline=""))) for _, _, row in records(found)]
    assert read == rows
    assert [number for number, _, _ in records(found)] == list(range(1, len(rows) + 1))
    assert all(stream[offset : offset + len(row)] == row for _, offset, row in records(found))
    assert refused(found) == []
    assert {framed.header for framed in found if framed.records} <= {b'"one","two"' if quote_all else b"one,two"}


@given(PIECES, st.integers(1, 30), st.integers(4, 60), st.integers(16, 80))
@settings(deadline=None, max_examples=200)
def test_damage_is_found_alike_in_blocks_of_any_size(body: bytes, block: int, chunk: int, limit: int) -> None:
    expected = everything(frame("csv", b"h,i\n" + body, limit=limit))
    assert everything(frame("csv", b"h,i\n" + body, block=block, chunk=chunk, limit=limit)) == expected


@given(PIECES, st.integers(4, 40))
@settings(deadline=None, max_examples=200)
def test_any_chunk_end_can_be_taken_up(body: bytes, chunk: int) -> None:
    for expected, again in resumed("csv", b"h,i\n" + body, chunk=chunk):
        assert again == expected


@given(PIECES)
@settings(deadline=None)
def test_nothing_is_lost(body: bytes) -> None:
    stream = b"h,i\n" + body
    found = frame("csv", stream)
    spans = [(offset, len(row)) for _, offset, row in records(found)]
    spans += [(offset, length) for _, offset, length, _ in refused(found)]
    held = bytearray(stream)
    for offset, length in spans:
        held[offset : offset + length] = b"\n" * length
    assert held[4:].strip(b"\r\n") == b""
    assert found[-1].end == len(stream)


def test_an_open_quote_costs_one_line() -> None:
    found = frame("csv", b'h,i\n1,"never closed\n2,b\n3,c\n')
    assert records(found) == [(2, 20, b"2,b"), (3, 24, b"3,c")]
    assert refused(found) == [(1, 4, 15, "a quoted field is never closed")]


def test_an_open_quote_is_given_up_after_its_limit() -> None:
    framer = CsvFramer(max_quoted_bytes=20)
    found = [*framer.feed(b'h,i\n1,"open\n2,this is a long row of words\n3,"x"\n'), *framer.finish()]
    assert [row for _, _, row in records(found)] == [b"2,this is a long row of words", b'3,"x"']
    assert refused(found) == [(1, 4, 7, "a quoted field is never closed")]


def test_blank_lines_are_ignored_and_not_counted() -> None:
    found = frame("csv", b"\xef\xbb\xbf\nh,i\n\n1,a\n\r\n2,b\n\n")
    assert records(found) == [(1, 9, b"1,a"), (2, 15, b"2,b")]
    ignored = [(line.record, line.offset) for framed in found for line in framed.ignored]
    assert ignored == [(1, 3), (1, 8), (2, 13), (3, 19)]
    assert found[0].header == b"h,i"


def test_a_header_alone_is_no_record() -> None:
    found = frame("csv", b"h,i")
    assert records(found) == []
    assert (found[-1].header, found[-1].end) == (b"h,i", 3)
