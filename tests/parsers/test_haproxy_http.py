"""HAProxy's HTTP log: columns and single lines agree, whatever stands in the lines and before them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import haproxy_http
from tests.parsers.agreeing import outcome
from timeline.model.parser import Chunk, DecodeContext

BARE = (
    "198.51.100.9:38862 [30/Mar/2026:22:36:48.424] www~ app/app1 0/0/1/0/2 200 168 - - ---- 6/6/0/0/0 0/0"
    ' {www.example.com|a: b} {||} "GET /model.bin?a=b HTTP/1.1"'
)
HEADED = f"Mar 30 22:36:48 lb haproxy[3245]: {BARE}"
TOKENS = [
    "", "-", "-1", "99", "+77", "haproxy:", "haproxy[1]:", "haproxy-1", "x:", "2001:db8::7:1", "[2001:db8::7]:1", "unix:1",
    "{", "}", "{a}", '{"}', "[30/Feb/2026:22:36:48.424]", "[29/Mar/2026:02:30:00.000]", "[30/mar/2026:22:36:48.424]",
    "[30/Mar/2026:22:36:48]", "[30/Mar/2026:22:36:48 +0200]", "[30/Mar/2026:29:36:48.424]", "<NOSRV>", "app/<NOSRV>", '"<BADREQ>"',
    '"', '"GET', '"GET /"', '"-', '"GET  /a HTTP/1.1"', '"- /a"', "\u00e9", "\udcff", "\0", "\t", "\x1f", "\u2028",
]  # fmt: skip


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A line with a few words in place of others, or between them."""
    words = draw(st.sampled_from([BARE, HEADED])).split(" ")
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(words) - 1))
        word = draw(st.one_of(st.sampled_from(TOKENS), st.text(max_size=4)))
        words[place : place + draw(st.integers(0, 1))] = [word]
    return " ".join(words).replace("\n", " ").encode("utf-8", "surrogateescape" if draw(st.booleans()) else "replace")


@settings(max_examples=60, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=6), st.sampled_from([None, "Europe/Berlin", "+05:30"]))
def test_columns_and_single_lines_agree(found: list[bytes], zone: str | None) -> None:
    chunk = Chunk(b"\n".join(found), offset=77, first_record=5, context=DecodeContext(zone=zone, year=2026))
    assert outcome(haproxy_http.decode(chunk)) == outcome(haproxy_http.decode_singly(chunk))


@pytest.mark.parametrize("line", [
    BARE, HEADED, HEADED.replace("lb haproxy", "haproxy-1 haproxy"), HEADED.replace(" {||}", ""),
])  # fmt: skip
def test_clean_lines_are_read_as_columns(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chunk = Chunk(f"{line}\n{BARE}\n".encode())
    expected = outcome(haproxy_http.decode_singly(chunk))
    monkeypatch.setattr(haproxy_http, "decode_lines", None)
    assert outcome(haproxy_http.decode(chunk)) == expected
    assert len(expected["events"]) == 2


def test_a_local_time_is_that_of_its_zone() -> None:
    chunk = Chunk(BARE.encode(), context=DecodeContext(zone="Europe/Berlin"))
    (event,) = haproxy_http.decode(chunk).events.to_pylist()
    assert (event["timestamp"], event["timestamp_basis"]) == (1_774_903_008_424_000, "zone_assumed")


def test_what_another_program_says_is_refused() -> None:
    decoded = haproxy_http.decode(Chunk(f"Mar 30 22:36:48 lb sshd[1]: hello\n{BARE}\n".encode()))
    assert [(refusal.record, refusal.reason) for refusal in decoded.rejects] == [(1, haproxy_http.NOT_THIS_FORMAT)]
