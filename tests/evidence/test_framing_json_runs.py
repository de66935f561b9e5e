"""Framing "json", many records at once: the same borders as bracket by bracket, wherever they are."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.framing_support import everything, frame, records
from timeline.evidence.framing import json_split
from timeline.evidence.framing.json_mode import _first_end
from timeline.evidence.framing.json_runs import even_starts, lengths_between
from timeline.evidence.framing.json_values import ValueScanner

VALUES = st.sampled_from(
    [{"id": 1}, {"id": {"a": [1, {}]}}, {"id": '},{"id":'}, {"id": " , {"}, {"x": 1}, 17, "},{", [1]]
)
GAPS = st.sampled_from([",", ", ", " ,", ",\n", ",\n  ", " , ", ",   "])
PIECES = st.lists(
    st.sampled_from(
        [b'{"id":1}', b'{"id":[{}]}', b",", b", ", b"\n", b"]", b"}", b"]}", b'"', b"\\", b" ", b"[", b"{", b'"id":']
    ),
    max_size=10,
).map(b"".join)
HEADS = st.sampled_from([b"", b'{"Records":[', b'{"Records": [{"id":1},', b'{"a":1,"Records":[', b"{"])


def list_of(values: list[Any], gaps: list[str]) -> bytes:
    text = "".join(json.dumps(value) + gap for value, gap in zip(values, [*gaps, ""], strict=True))
    return f"[{text}]".encode()


@given(st.data(), st.booleans())
@settings(deadline=None, max_examples=200)
def test_uneven_gaps_between_records_do_not_move_them(data: st.DataObject, in_envelope: bool) -> None:
    values = data.draw(st.lists(VALUES, min_size=1, max_size=8))
    gaps = data.draw(st.lists(GAPS, min_size=len(values) - 1, max_size=len(values) - 1))
    stream = b'{"Records":[{"id":0},' + list_of(values, gaps)[1:] + b"}" if in_envelope else list_of(values, gaps)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_split, "_FAST_BYTES", 0)
        fast = frame("json", stream)
        patch.setattr(json_split, "_FAST_BYTES", 1 << 40)
        slow = frame("json", stream)
    assert everything(fast) == everything(slow)
    assert [json.loads(text) for _, _, text in records(fast)] == [{"id": 0}] * in_envelope + values


@given(st.lists(VALUES, min_size=2, max_size=6), st.data())
def test_starts_are_exact_or_not_given(values: list[Any], data: st.DataObject) -> None:
    gaps = data.draw(st.lists(GAPS, min_size=len(values) - 1, max_size=len(values) - 1))
    text = list_of(values, gaps)
    lengths = lengths_between(text, 1, len(text) - 1)
    assert lengths is not None
    starts = even_starts(text, 1, lengths)
    if starts is not None:
        assert [json.loads(text[at : at + n]) for at, n in zip(starts, lengths, strict=True)] == values
    if len(set(gaps)) == 1 and all(isinstance(value, dict) for value in values):
        assert starts is not None


@given(HEADS, PIECES, st.booleans())
@settings(max_examples=300)
def test_the_end_of_the_first_object_is_that_of_the_scanner(head: bytes, body: bytes, whole: bool) -> None:
    text = b"{" + head[1:] + body
    scanner = ValueScanner(0)
    closed = scanner.position if scanner.scan(text, 0) == "closed" else None
    assert _first_end(text, 0, whole=whole) == closed


@pytest.mark.parametrize("tail", [b"]}", b" ]\n}\n", b'],"next":{"a":[1]}}'])
@pytest.mark.parametrize("count", [1, 3, 200])
def test_what_closes_the_list_goes_with_the_last_records(tail: bytes, count: int) -> None:
    stream = b'{"Records":[' + b",".join(b'{"id":%d}' % number for number in range(count)) + tail
    (framed,) = frame("json", stream)
    assert (framed.records, framed.end) == (count, len(stream))
    assert framed.data.startswith(b'{"id":0}')
    assert framed.data.endswith(b'{"id":%d}' % (count - 1))
