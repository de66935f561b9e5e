"""A registry's log as text: columns and single lines agree, whatever stands in the lines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import oci_registry_lines
from tests.parsers.agreeing import outcome
from timeline.model.parser import Chunk, DecodeContext

START = 'time="2026-03-30T22:36:48.424113001Z" level=info msg="response completed"'
REQUEST = (
    'go.version=go1.23.7 http.request.host="registry.example.com:5000" http.request.id=6df2 http.request.method=GET'
    ' http.request.remoteaddr="198.51.100.9:50123" http.request.uri="/v2/ml/blobs/sha256:ab"'
    r' http.request.useragent="docker/27.0.1 (a \\(linux\\))"'
)
ANSWER = (
    'http.response.contenttype="text/a" http.response.duration=5.1ms http.response.status=200 http.response.written=708'
)
LINES = [
    f"{START} {REQUEST} {ANSWER}",
    f'{START} auth.user.name=dana {REQUEST} vars.digest="sha256:ab" vars.name="ml"',
    f"{START} {REQUEST} {ANSWER} version=v3",
]
TOKENS = [
    "", "-", "a", "http.response.status=000", "http.response.status=403", "http.request.method=PUT", "auth.user.name=eve", "=", '"',
    'http.request.useragent="a \\" b"', 'http.request.useragent="a http.request.method=PUT b"', 'http.request.useragent="-"',
    "http.request.uri=/v2/", 'http.request.uri="a b"', 'http.request.remoteaddr="[2001:db8::7]:1"', "http.request.remoteaddr=-",
    'vars.name="a http.response.status=500"', "vars.name=http.response.status=500", "err.code=denied", 'err.message="a b"',
    'msg="a=b"', 'msg=""', 'msg="-"', "msg=x", 'time="2026-03-30T22:36:48+02:00"', 'time="2026-02-30T22:36:48.424113001Z"',
    "\\", "\\\\",
    "http.response.written=9999999999999999999", "http.response.written=-1", "\u00e9", "\udcff", "\0", "\t",
]  # fmt: skip


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A line with a few words in place of others, or between them."""
    words = draw(st.sampled_from(LINES)).split(" ")
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(words) - 1))
        word = draw(st.one_of(st.sampled_from(TOKENS), st.text(max_size=4)))
        words[place : place + draw(st.integers(0, 1))] = [word]
    return " ".join(words).replace("\n", " ").encode("utf-8", "surrogateescape" if draw(st.booleans()) else "replace")


@settings(max_examples=60, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=6), st.sampled_from([None, "Europe/Berlin"]))
def test_columns_and_single_lines_agree(found: list[bytes], zone: str | None) -> None:
    chunk = Chunk(b"\n".join(found), offset=77, first_record=5, context=DecodeContext(zone=zone))
    assert outcome(oci_registry_lines.decode(chunk)) == outcome(oci_registry_lines.decode_singly(chunk))


def test_clean_lines_are_read_as_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    chunk = Chunk("\n".join(LINES).encode())
    expected = outcome(oci_registry_lines.decode_singly(chunk))
    monkeypatch.setattr(oci_registry_lines, "decode_lines", None)
    assert outcome(oci_registry_lines.decode(chunk)) == expected
    assert len(expected["events"]) == len(LINES)
