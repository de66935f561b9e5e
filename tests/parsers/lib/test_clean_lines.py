"""Lines read by their bytes give what the exact splitter gives, whatever stands around them."""

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
    "GET /%22 HTTP/1.1", "OPTIONS * HTTP/1.1", "\tGET / HTTP/1.1",
)  # fmt: skip
NUMBERS = (
    "200 512", "404 -", "000 0", "- -", "200", "200 ", "2000 5", "200  5", "401 999999999999999999", "200 9999999999999999999",
    "200 5x", "20a 5", "200 -5", "301 --", "206 007",
)  # fmt: skip
TAILS = (
    ' "-" "curl/8.5.0"', "", ' "https://example.com/" "Mozilla/5.0 (X11; Linux)"', ' "-" "-" "-"', ' "-" "a \\"quoted\\" agent"',
    ' "-"', ' "-" "cut', ' "-" "-" ', '  "-" "-"', ' "-"  "-"', ' "-" "-" "x" "y"', ' "" ""', ' "-" "\x7f\x00"', ' "-" "-"\r',
    ' "-" "é"',
    ' "-" "-" 0.003', '"-" "-"', ' "-" "-""-"', " x", ' "a" b" "c"',
)  # fmt: skip
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


def assert_alike(data: bytes) -> None:
    fast, exact = web_access.decode(chunk(data)), web_access._decode_lines(chunk_lines(chunk(data)), None)
    assert rows(fast) == rows(exact)
    assert sorted(fast.rejects, key=by_record) == sorted(exact.rejects, key=by_record)
    assert sorted(fast.ignored, key=by_record) == sorted(exact.ignored, key=by_record)
    assert sorted(fast.warnings) == sorted(exact.warnings)
    assert fast.records == exact.records
    for column in fast.events.columns:
        if pa.types.is_dictionary(column.type):
            assert len(set(column.dictionary.to_pylist())) == len(column.dictionary)


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
@pytest.mark.parametrize("tail", TAILS)
def test_heads_and_tails_beside_a_clean_line(head: str, tail: str) -> None:
    sound = '192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET / HTTP/1.1" 200 512 "-" "-"\n'
    assert_alike((sound + f'{head} {TIMES[0]} "GET /x HTTP/1.1" 200 7{tail}\n' + sound).encode())


@pytest.mark.parametrize("part", [TIMES, REQUESTS, NUMBERS])
def test_times_requests_and_numbers_beside_a_clean_line(part: tuple[str, ...]) -> None:
    for text in part:
        time = text if part is TIMES else TIMES[0]
        request = text if part is REQUESTS else REQUESTS[0]
        number = text if part is NUMBERS else NUMBERS[0]
        assert_alike(f'192.0.2.7 - - {time} "{request}" {number} "-" "-"\n{HEADS[0]} {TIMES[0]} "" 200 1\n'.encode())


def test_a_clean_log_is_read_without_the_exact_splitter() -> None:
    line = '192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"\n'
    found = clean_lines("web.access", chunk(line.encode() * 100))
    assert found is not None
    assert (len(found.events), len(found.others)) == (100, 0)
