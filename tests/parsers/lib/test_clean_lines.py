"""Lines read by their bytes give what the exact splitter gives, whatever stands around them."""

import tracemalloc
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import web_access
from parsers.lib.clean_lines import clean_lines
from parsers.lib.columns import chunk_lines
from timeline.model.parser import Chunk, DecodeContext, Decoded, Refusal

HEADS = (
    "192.0.2.7 - -", "2001:db8::7 - bob", "h x alice", "www.example.com:443 192.0.2.7 - -", "198.51.100.4, 10.0.0.1 - -",
    "198.51.100.4,10.0.0.1 - -", "192.0.2.7 - a b", "192.0.2.7  - -", " - -", "[::1] - -", "unknown - -", "- - -", "a:80 - -",
    "192.0.2.7 - [x]", "", "www.example.com 192.0.2.7 id -", "1.2.3.4, 5.6.7.8, 9.10.11.12 - carol", '"" - -', "\t- - -",
)  # fmt: skip
TIMES = (
    "[30/Mar/2026:23:17:59 +0000]", "[30/Mar/2026:23:17:59 -0730]", "[29/Feb/2027:23:17:59 +0000]", "[30/mar/2026:23:17:59 +0000]",
    "[30/Mar/2026:24:17:59 +0000]", "[30/Mar/2026:23:17:60 +0000]", "[30/Mar/2026:23:17:59 +2500]", "[30/Mar/2026:23:17:59]",
    "[00/Mar/2026:23:17:59 +0000]", "[3a/Mar/2026:23:17:59 +0000]", "[30/Mar/0000:23:17:59 +0000]", "[01/Jan/1970:00:00:00 +1400]",
    "30/Mar/2026:23:17:59 +0000", "[30/Mar/2026 23:17:59 +0000]", "[30/Mar/2026:23:17:59 *0000]", "[30/Mar/2026:23:59:59 +0060]",
)  # fmt: skip
REQUESTS = (
    "GET / HTTP/1.1", "POST /a b HTTP/2.0", "-", "", "GET /", "\\x16\\x03", "HEAD  / HTTP/1.0", "x" * 70, "GET /[a] HTTP/1.1",
    "GET /%22 HTTP/1.1", "OPTIONS * HTTP/1.1", "\tGET / HTTP/1.1", "GET HTTP/1.1", "GET  HTTP/1.1", "GET /aHTTP/1.1",
    "GET /a 12345678", "GET /a HTTP/11", "DELETE /a HTTP/1.0", "DELETE HTTP/1.1", "PUT - HTTP/1.1", "get / HTTP/1.1",
    "GET / HTTP/1.1 HTTP/1.1", "GET /\r HTTP/1.1", "GET /\\",
)  # fmt: skip
NUMBERS = (
    "200 512", "404 -", "000 0", "- -", "200", "200 ", "2000 5", "200  5", "401 999999999999999999", "200 9999999999999999999",
    "200 5x", "20a 5", "200 -5", "301 --", "206 007",
)  # fmt: skip
TAILS = (
    ' "-" "curl/8.5.0"', "", ' "https://example.com/" "Mozilla/5.0 (X11; Linux)"', ' "-" "-" "-"', ' "-" "a \\"quoted\\" agent"',
    ' "-"', ' "-" "cut', ' "-" "-" ', '  "-" "-"', ' "-"  "-"', ' "-" "-" "x" "y"', ' "" ""', ' "-" "\x7f\x00"', ' "-" "-"\r',
    ' "-" "é"', ' "-" x "agent"', ' "-" "a"x "b"', ' "-" "a" x"y "', ' "-" "a" x"y" "z"', ' "-" "a\\" "b"', ' "-" "a\\"',
    ' "a\\" "b"',
    ' "-" "a\rb"', ' "-" "a"\r\r', ' "-" "a"\tx',
    ' "-" "-" 0.003', '"-" "-"', ' "-" "-""-"', " x", ' "a" b" "c"',
)  # fmt: skip
COMBINED = '192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"'
lines = st.builds(
    lambda head, time, request, number, tail: f'{head} {time} "{request}" {number}{tail}',
    *(st.sampled_from(parts) for parts in (HEADS, TIMES, REQUESTS, NUMBERS, TAILS)),
)
clean = st.builds(
    lambda head, time, request, number, tail: f'{head} {time} "{request}" {number}{tail}',
    *(st.sampled_from(parts[:3]) for parts in (HEADS, TIMES, REQUESTS, NUMBERS, TAILS)),
)
texts = st.lists(
    st.one_of(clean, clean, lines, st.text(st.sampled_from('a "\\[]-\n')), st.just("")), min_size=1, max_size=12
)


def chunk(data: bytes) -> Chunk:
    return Chunk(data, 1_000, 51, None, b"", DecodeContext(source="access.log"))


def rows(decoded: Decoded) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pa.Table.from_batches([decoded.events]).to_pylist()
    return found


def by_record(refusal: Refusal) -> int:
    return refusal.record


def exactly(data: bytes) -> Decoded:
    """Every line by itself, none by columns."""
    with patch.object(web_access, "CLEAN", ()):
        return web_access._decode_lines(chunk_lines(chunk(data)), None)


def assert_alike(data: bytes) -> None:
    fast, exact = web_access.decode(chunk(data)), exactly(data)
    assert rows(fast) == rows(exact)
    assert sorted(fast.rejects, key=by_record) == sorted(exact.rejects, key=by_record)
    assert sorted(fast.ignored, key=by_record) == sorted(exact.ignored, key=by_record)
    assert sorted(fast.warnings) == sorted(exact.warnings)
    assert fast.records == exact.records
    for column in fast.events.columns:
        if pa.types.is_dictionary(column.type):
            texts = column.dictionary.to_pylist()
            assert len(set(texts)) == len(texts)
            assert not len(column) or set(texts) == set(column.to_pylist()) - {None}


@settings(max_examples=400, deadline=None)
@given(texts, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_both_ways_agree(found: list[str], line_end: str, ends: bool) -> None:
    assert_alike((line_end.join(found) + (line_end if ends else "")).encode())


@settings(max_examples=100, deadline=None)
@given(st.lists(clean, min_size=1, max_size=6), st.binary(max_size=60), st.integers(0, 400))
def test_foreign_bytes_are_the_affair_of_their_line(found: list[str], foreign: bytes, place: int) -> None:
    data = "\n".join(found).encode()
    assert_alike(data[:place] + foreign + data[place:])


@pytest.mark.parametrize("head", HEADS)
def test_heads_and_tails_beside_a_clean_line(head: str) -> None:
    sound = '192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET / HTTP/1.1" 200 512 "-" "-"\n'
    for tail in TAILS:
        assert_alike((sound + f'{head} {TIMES[0]} "GET /x HTTP/1.1" 200 7{tail}\n' + sound).encode())


@pytest.mark.parametrize("part", [TIMES, REQUESTS, NUMBERS])
def test_times_requests_and_numbers_beside_a_clean_line(part: tuple[str, ...]) -> None:
    for text in part:
        time = text if part is TIMES else TIMES[0]
        request = text if part is REQUESTS else REQUESTS[0]
        number = text if part is NUMBERS else NUMBERS[0]
        assert_alike(f'192.0.2.7 - - {time} "{request}" {number} "-" "-"\n{HEADS[0]} {TIMES[0]} "" 200 1\n'.encode())


HOSTILE = (
    b'"', b'\\"', b"\\", b'\\\\"', b" ", b"  ", b"[", b"]", b"\t", b"\0", b"\x7f", b"\xff", "é".encode(), "\u2028".encode(),
    "\u00a0".encode(), b"\xc2", b"\x1c", b"\x0b", b"\r", b"\r\n", b"\n", b"-", b", ", b":", b'" "', b'" ', b' "', b'""', b"9" * 19,
    b"GET ", b"DELETE ", b"OPTIONS ", b" HTTP/1.1", b"HTTP/2", b" - -", b'" 200 ', b' "a" b', b'" - "', b"www.example.com ",
    b"203.0.113.1, ", b"[::1]:80", b"192.0.2.1:80", b"<13>Mar 30 23:17:59 web1 nginx: ", b"unknown", b"x" * 300, b"",
)  # fmt: skip
changes = st.lists(st.tuples(st.integers(0, 150), st.integers(0, 9), st.sampled_from(HOSTILE)), max_size=3)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(clean, st.sampled_from(["", ' "-"', " 0.004", ' 0.004 "-" x "y"']), changes), min_size=1, max_size=6
    ),
    st.sampled_from([b"\n", b"\r\n"]),
    st.sampled_from([b"", b"\n", b"\r\n", b"\r"]),
)
def test_changed_lines_are_read_alike(
    drawn: list[tuple[str, str, list[tuple[int, int, bytes]]]], line_end: bytes, last: bytes
) -> None:
    found = []
    for text, more, changed in drawn:
        line = bytearray((text + more).encode())
        for place, length, piece in changed:
            line[place : place + length] = piece
        found.append(bytes(line))
    assert_alike(line_end.join(found) + last)


@pytest.mark.parametrize("data", [b"\n%b\r", b"\r\n%b\n\r", b"%b\r\r\n\n\r\n", b"%b", b"%b\r\n%b", b"\r%b\n"])
def test_line_ends(data: bytes) -> None:
    assert_alike(data.replace(b"%b", COMBINED.encode()))


def test_an_unbalanced_quote_does_not_swallow_the_next_record() -> None:
    sound = b'192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"'
    data = b"\n".join([sound, sound[:-1], sound, sound.replace(b'/a HTTP/1.1"', b"/a"), sound])
    assert_alike(data)
    assert rows(web_access.decode(chunk(data)))[-1]["record"] == 55


def test_a_huge_line_stands_between_clean_ones() -> None:
    sound = b'192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /%b HTTP/1.1" 200 512 "-" "curl/8.5.0"\n'
    for filler in (b"a", b'"', b" ", b"\\", b"\0", b'\\"', b"\xff"):
        assert_alike(sound % b"a" + sound % (filler * 150_000) + sound % b"b")


@pytest.mark.parametrize(
    "line",
    [
        COMBINED,
        COMBINED + "\r",
        COMBINED + " 0.004",
        COMBINED + ' "-" 0.004 "x"',
        COMBINED.replace("GET /a HTTP/1.1", r"\x16\x03\x01"),
        COMBINED.replace("curl", "caf\u00e9"),
        COMBINED.replace("GET", "OPTIONS").replace("HTTP/1.1", "HTTP/2"),
        COMBINED.replace("192.0.2.7", "h"),
        COMBINED.replace("192.0.2.7", "2001:db8::7").replace("- -", "- alice"),
        COMBINED.replace("192.0.2.7", "www.example.com:443 192.0.2.7"),
        COMBINED.replace("192.0.2.7", "198.51.100.4, 10.0.0.1"),
        COMBINED.partition(' "-"')[0],
    ],
)
def test_a_clean_log_is_read_without_the_exact_splitter(line: str) -> None:
    data = f"{line}\n".encode() * 100
    assert_alike(data)
    found = clean_lines("web.access", chunk(data))
    assert found is not None
    assert (len(found.events), len(found.others)) == (100, 0)


def test_lines_that_are_not_clean_keep_their_places() -> None:
    odd = 'a line of something else, with "quotes" \u00e9'.encode()
    found = clean_lines("web.access", chunk(b"\n".join([odd, COMBINED.encode(), b"", odd])))
    assert found is not None
    places = [column.to_pylist() for column in (found.others.record, found.others.offset, found.others.length)]
    behind = 1_000 + len(odd) + 1 + len(COMBINED) + 1
    assert places == [[51, 53, 54], [1_000, behind, behind + 1], [len(odd), 0, len(odd)]]
    assert [found.others.raw(row) for row in range(3)] == [odd, b"", odd]


def test_little_but_quotes_takes_no_room() -> None:
    data = COMBINED.encode() + b"\n" + b'"' * 2_000_000
    tracemalloc.start()
    try:
        assert clean_lines("web.access", chunk(data)) is None
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert_alike(data)
