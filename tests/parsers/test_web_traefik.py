"""Traefik's common log: what each field is taken from, and what it is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import web_traefik
from parsers.web_traefik import NOT_THIS_FORMAT
from tests.parsers.agreeing import outcome
from tests.parsers.registry import load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

_COMBINED = b'192.0.2.7 - - [30/Mar/2026:22:36:48 +0000] "GET /a HTTP/1.1" 200 414 "-" "curl/8.5.0"\n'


def test_lines_say_who_asked_for_what() -> None:
    parser = load("web.traefik")
    first, second = run(parser, parser.SAMPLES[0]).events
    assert (first["actor"], first["src_ip"], first["action"], first["resource"]) == (
        "alice",
        "192.0.2.7",
        "GET",
        "/a?b=c",
    )
    assert (first["status"], first["bytes_out"], first["user_agent"]) == (200, 414, "curl/8.5.0")
    assert first["timestamp"] == 1774910208000000
    assert (second["outcome"], second["actor"], second["user_agent"]) == ("denied", None, None)


def test_the_combined_format_is_another() -> None:
    parser = load("web.traefik")
    assert not parser.sniff(Sample(_COMBINED)).confidence
    assert [refusal[3] for refusal in run(parser, _COMBINED).refused] == [NOT_THIS_FORMAT]


LINE = (
    '192.0.2.7 - alice [30/Mar/2026:22:36:48 +0000] "GET /a?b=c HTTP/1.1" 200 414 "-" "curl/8.5.0" 500'
    ' "web@docker" "http://h:80" 4ms'
)
TOKENS = [
    "", "-", "000", "403", "a", '""', '"-"', '"GET', '"GET /"', '"- - HTTP/2.0"', 'HTTP/1.1"', '"a b c HTTP/1.1"', '"a\\"b"', "4ms",
    "ms", "99999999999999999999", "2001:db8::7", "192.0.2.7:1", "[2001:db8::7]:1", "192.0.2.7,", "[30/Feb/2026:22:36:48", "+1130]",
    "+0530]", "+1845]", "[30/mar/2026:22:36:48", "[30/Mar/2026:22:36:60", "Mar 30 22:36:48 h p:", "\u00e9", "\udcff", "\0", "\t",
    "\\",
]  # fmt: skip


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A line with a few words in place of others, or between them."""
    words = LINE.split(" ")
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(words) - 1))
        word = draw(st.one_of(st.sampled_from(TOKENS), st.text(max_size=4)))
        words[place : place + draw(st.integers(0, 1))] = [word]
    return " ".join(words).replace("\n", " ").encode("utf-8", "surrogateescape" if draw(st.booleans()) else "replace")


@settings(max_examples=60, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=6), st.sampled_from([None, "Europe/Berlin"]))
def test_columns_and_single_lines_agree(found: list[bytes], zone: str | None) -> None:
    chunk = Chunk(b"\n".join(found), offset=77, first_record=5, context=DecodeContext(zone=zone))
    assert outcome(web_traefik.decode(chunk)) == outcome(web_traefik.decode_singly(chunk))


def test_clean_lines_are_read_as_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    chunk = Chunk(web_traefik.SAMPLES[0])
    expected = outcome(web_traefik.decode_singly(chunk))
    monkeypatch.setattr(web_traefik, "decode_lines", None)
    assert outcome(web_traefik.decode(chunk)) == expected
