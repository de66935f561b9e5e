"""Framing "json": which layout, which records, where, and what damage costs."""

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.framing_support import everything, frame, records, refused, resumed
from timeline.evidence.framing import json_split, make_framer
from timeline.evidence.framing.json_mode import decide

SCALARS = st.none() | st.integers() | st.text(max_size=6) | st.sampled_from(['"', "\\", "},{", "]"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from(["id", "a", "b", "record"]), VALUES, max_size=4).map(lambda d: {"id": 1, **d})
INDENTS = st.sampled_from([None, 1, 2])
LAYOUTS = st.sampled_from(["lines", "list", "envelope", "objects", "sequence"])


def write(layout: str, objects: list[dict[str, Any]], indent: int | None) -> bytes:
    if layout == "lines":
        return b"".join(json.dumps(item).encode() + b"\n" for item in objects)
    if layout == "sequence":
        return b"".join(b"\x1e" + json.dumps(item).encode() + b"\n" for item in objects)
    if layout == "list":
        return json.dumps(objects, indent=indent).encode()
    if layout == "envelope":
        return json.dumps({"next": "x", "Records": objects, "more": [1]}, indent=indent).encode()
    return b"\n".join(json.dumps(item, indent=indent or 1).encode() for item in objects)


@given(LAYOUTS, st.lists(OBJECTS, min_size=1, max_size=6), INDENTS, st.integers(1, 50), st.integers(4, 200))
@settings(deadline=None)
def test_every_layout_gives_its_objects(
    layout: str, objects: list[dict[str, Any]], indent: int | None, block: int, chunk: int
) -> None:
    stream = write(layout, objects, indent)
    found = frame("json", stream, block=block, chunk=chunk)
    assert refused(found) == []
    assert [json.loads(text) for _, _, text in records(found)] == objects
    assert [number for number, _, _ in records(found)] == list(range(1, len(objects) + 1))
    assert all(stream[offset : offset + len(text)] == text for _, offset, text in records(found))


PIECES = st.lists(
    st.sampled_from(
        [b'{"id":1}', b'{"id":{"a":[1]}}', b",", b"\n", b"[", b"]", b"{", b"}", b'"', b"\\", b"x y", b" ", b"\x00",
         b'{"Records":[', b'"a":', b"\x1e", b'{"id":"' + b"l" * 40 + b'"}', b"1", b'{\n "id": 2\n}']
    ), max_size=14,
).map(b"".join)  # fmt: skip
OPENINGS = st.sampled_from(
    [b"", b"[", b'{"Records":[', b'[{"id":0},', b'{"Records":[{"id":0},', b'{\n "id": 0\n}\n', b"\xef\xbb\xbf"]
)


@given(OPENINGS, PIECES, st.integers(1, 30), st.integers(4, 60), st.integers(20, 80))
@settings(deadline=None, max_examples=300)
def test_damage_is_found_alike_in_blocks_of_any_size(
    head: bytes, body: bytes, block: int, chunk: int, limit: int
) -> None:
    stream = head + body
    expected = everything(frame("json", stream, limit=limit))
    assert everything(frame("json", stream, block=block, chunk=chunk, limit=limit)) == expected


@given(OPENINGS, PIECES, st.integers(4, 40), st.integers(20, 80))
@settings(deadline=None, max_examples=200)
def test_any_chunk_end_can_be_taken_up(head: bytes, body: bytes, chunk: int, limit: int) -> None:
    for expected, again in resumed("json", head + body, chunk=chunk, limit=limit):
        assert again == expected


@given(OPENINGS, PIECES)
@settings(deadline=None, max_examples=200)
def test_every_byte_is_in_a_record_or_between_records(head: bytes, body: bytes) -> None:
    stream = head + body
    found = frame("json", stream)
    covered = sorted(
        [(offset, offset + len(text)) for _, offset, text in records(found)]
        + [(offset, offset + length) for _, offset, length, _ in refused(found)]
    )
    position = 0
    for start, stop in covered:
        assert position <= start
        position = stop
    numbers = sorted([n for n, _, _ in records(found)] + [n for n, _, _, _ in refused(found)])
    assert numbers == list(range(1, len(numbers) + 1))
    assert not found or found[-1].end == len(stream)


@given(st.lists(OBJECTS, min_size=1, max_size=12), INDENTS, st.integers(0, 400), st.sampled_from([64, 300, 1 << 20]))
@settings(deadline=None)
def test_fast_and_slow_splitting_agree(
    objects: list[dict[str, Any]], indent: int | None, lost: int, chunk: int
) -> None:
    stream = json.dumps(objects, indent=indent).encode()
    stream = stream[: len(stream) - lost] if lost < len(stream) else stream
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_split, "_FAST_BYTES", 0)
        fast = everything(frame("json", stream, chunk=chunk))
        patch.setattr(json_split, "_FAST_BYTES", 1 << 40)
        slow = everything(frame("json", stream, chunk=chunk))
    assert fast == slow


@pytest.mark.parametrize(
    ("head", "layout", "name"),
    [
        (b'{"a":1}\n{"a":2}\n', "lines", None),
        (b'{"a":1}', "lines", None),
        (b'{"a":"cut\n{"a":2}\n', "lines", None),
        (b'{"a":1,\n{"a":2}\n', "lines", None),
        (b"\x00\x00\n{\"a\":2}\n", "lines", None),
        (b"", "lines", None),
        (b'  [{"a":1}]', "list", None),
        (b'{"Records":[{"a":1}]}', "envelope", "Records"),
        (b'{"Records":[\n{"a":1}\n]}', "envelope", "Records"),
        (b'{"Records":[{"a":1},\n{"a":2}\n]}', "envelope", "Records"),
        (b'{"n":{"x":1},"events" : [ {"a":1}', "envelope", "events"),
        (b'{"Records":[]}', "envelope", "Records"),
        (b'{"Findings":[{"Id":"1"},{"Id":"2"}]}', "envelope", "Findings"),
        (b'{"fileVersion":"1.0","configurationItems":[{"a":1}]}', "envelope", "configurationItems"),
        (b'{"success":true,"errors":[],"result":[{"id":1}],"result_info":{"page":1}}', "envelope", "result"),
        (b'{"pagingInfo":{},"entities":[{"id":1}]}', "envelope", "entities"),
        (b'{"result":{"id":1}}', "lines", None),
        (b'{"action":{"result":true},"id":1}\n{"id":2}', "lines", None),
        (b'{"events":[],"id":{"x":1}}', "lines", None),
        (b'{"events":[1,2]}', "lines", None),
        (b'{"events":[{"n":1}],"actor":{"x":1}}', "lines", None),
        (b'{"actor":{"x":1},"events":[{"n":1}]}\n{"actor":{}}', "lines", None),
        (b'{"Records":[{"a":1}]}\n{"Records":[{"a":2}]}', "envelope", "Records"),
        (b'{\n  "a": 1\n}', "objects", None),
        (b'{"a":1}{"a":2}', "objects", None),
        (b'{"a":1},\n{"a":2}', "objects", None),
        (b'{"a":1} # note\n{"a":2}', "lines", None),
    ],
)  # fmt: skip
def test_layouts(head: bytes, layout: str, name: str | None) -> None:
    mode = decide(head, whole=True)
    assert (mode.layout, mode.name) == (layout, name)


def test_broken_lines_do_not_disturb_the_others() -> None:
    stream = b'{"a":1}\n\n{"a":"cut\n\x00\x00\x00\r\nplain text\n{"a":2}\r\n{"a":3'
    found = frame("json", stream)
    assert records(found) == [
        (1, 0, b'{"a":1}'), (2, 8, b""), (3, 9, b'{"a":"cut'), (4, 19, b"\x00\x00\x00"), (5, 24, b"plain text"),
        (6, 35, b'{"a":2}'), (7, 44, b'{"a":3'),
    ]  # fmt: skip
    assert refused(found) == []


def test_a_cut_envelope_keeps_what_is_whole() -> None:
    stream = b'{"Records":[{"id":1},{"id":2},{"id":"3'
    found = frame("json", stream)
    assert [text for _, _, text in records(found)] == [b'{"id":1}', b'{"id":2}']
    assert refused(found) == [(3, 30, 8, "cut off: JSON ends before the record does")]


def test_a_record_with_a_lost_bracket_costs_itself_only() -> None:
    stream = b'[{"id":1},{"id":2,"x":{"y":1},{"id":3},{"id":4}]'
    found = frame("json", stream)
    assert [(n, text) for n, _, text in records(found)] == [(1, b'{"id":1}'), (3, b'{"id":3}'), (4, b'{"id":4}')]
    assert refused(found) == [(2, 10, 19, "broken JSON: brackets do not match")]


def test_garbage_and_scalars_between_records() -> None:
    found = frame("json", b'[{"id":1}, some words, 17, "text", {"id":2}] trailer\n{"id":3}')
    assert [(n, text) for n, _, text in records(found)] == [
        (1, b'{"id":1}'), (3, b"17"), (4, b'"text"'), (5, b'{"id":2}'), (7, b'{"id":3}')
    ]  # fmt: skip
    assert [(n, reason) for n, _, _, reason in refused(found)] == [(2, "not JSON"), (6, "not JSON")]


def test_deep_nesting_does_not_recurse() -> None:
    deep = b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    found = frame("json", b'[{"a":1},' + deep + b',{"a":2}]')
    assert [text for _, _, text in records(found)] == [b'{"a":1}', deep, b'{"a":2}']


@pytest.mark.parametrize("filler", [b"x", b"\\n", b"[]", b"{"])
def test_a_huge_record_is_never_held(filler: bytes) -> None:
    framer = make_framer("json", chunk_bytes=1 << 14, max_record_bytes=1 << 16)
    block = filler * ((1 << 14) // len(filler))
    quote = b'"' if filler in {b"x", b"\\n"} else b""
    found = list(framer.feed(b'[{"id":1},{"id":' + quote + b"y" * (1 << 20)))
    tracemalloc.start()
    for _ in range(40):
        found.extend(framer.feed(block))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    if filler != b"{":
        found.extend(framer.feed(quote + b'},{"id":2}]'))
    found.extend(framer.finish())
    assert peak < (1 << 20)
    assert [(n, reason) for n, _, _, reason in refused(found)] == [(2, "record longer than 16 MiB")]
    assert [text for _, _, text in records(found)] == [b'{"id":1}'] + [b'{"id":2}'] * (filler != b"{")


@pytest.mark.parametrize("unit", [b'{"id":{},', b'},{"id":{', b'"id",{"id":', b'},{"id" '])
def test_text_that_is_damaged_everywhere_is_given_up(unit: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_split, "_MAX_RESCANNED", 1 << 16)
    stream = b'[{"id":1},{"id":2,"x":[' + unit * 2000 + b"]"
    expected = everything(frame("json", stream, limit=1 << 14))
    assert len(refused(frame("json", stream, limit=1 << 14))) < 200
    assert everything(frame("json", stream, block=999, chunk=500, limit=1 << 14)) == expected
