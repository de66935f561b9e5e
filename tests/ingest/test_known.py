import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.ingest.beginnings import BEGINNING_BYTES
from timeline.ingest.known import KnownStreams, Relation
from timeline.store.keys import lineage_of
from timeline.store.streams import StreamRow


def row(number: int, data: bytes, *, framing: str = "lines", complete: bool = True) -> StreamRow:
    return StreamRow(
        number=number, lineage=lineage_of(data), head=lineage_of(data), sha256=hashlib.sha256(data).hexdigest(), length=len(data),
        complete=complete, kind="x", parser_version=1, framing=framing, resume_offset=len(data), resume_record=1, resume_state=None,
        settings="{}", clock_offset_us=0,
    )  # fmt: skip


def known(*streams: tuple[StreamRow, bytes]) -> KnownStreams:
    held = {stream.number: data for stream, data in streams}
    return KnownStreams(
        [stream for stream, _ in streams],
        lambda n, length: hashlib.sha256(held[n][:length]).hexdigest(),
        lambda numbers: [held[n][:BEGINNING_BYTES] for n in numbers],
    )


def relation(streams: KnownStreams, data: bytes) -> tuple[Relation, int | None]:
    def blocks() -> Iterator[bytes]:
        yield from (data[at : at + 1000] for at in range(0, len(data), 1000))

    verdict = streams.relation(data[:4096], lineage_of(data), blocks)
    return verdict.relation, verdict.stream.number if verdict.stream else None


LONG = bytes(range(256)) * 40
SHORT = b"a short log\n" * 9


@pytest.mark.parametrize("data", [LONG, SHORT])
def test_the_same_a_part_and_more_are_told_apart(data: bytes) -> None:
    streams = known((row(1, data), data))
    assert relation(streams, data) == (Relation.SAME, 1)
    assert relation(streams, data + b"more\n") == (Relation.EXTENDS, 1)
    assert relation(streams, data[:-12]) == (Relation.CONTAINED, 1)
    assert relation(streams, data[:-1] + b"X") == (Relation.NEW, None)
    assert relation(streams, b"something else") == (Relation.NEW, None)


def test_a_document_does_not_grow_unless_it_was_interrupted() -> None:
    whole = row(1, LONG, framing="whole")
    assert relation(known((whole, LONG)), LONG + b"x") == (Relation.NEW, None)
    assert relation(known((replace(whole, complete=False), LONG)), LONG + b"x") == (Relation.EXTENDS, 1)


def test_the_longest_that_fits_is_taken_up() -> None:
    first, second = LONG, LONG + b"one\n" * 50
    streams = known((row(1, first), first), (row(2, second), second))
    assert relation(streams, second + b"two\n") == (Relation.EXTENDS, 2)


def test_two_streams_that_begin_alike_have_two_lineages() -> None:
    streams = known((row(1, LONG), LONG))
    assert streams.lineage_for(lineage_of(LONG), lambda: "f" * 64) == "f" * 12
    assert streams.lineage_for(lineage_of(SHORT), lambda: "f" * 64) == lineage_of(SHORT)


BASES = (LONG, SHORT, SHORT * 9, SHORT * 60, b"the same beginning of all " * 200, bytes(40))
CUTS = st.one_of(st.integers(0, 300), st.integers(0, 5000))
TEXTS = st.tuples(st.sampled_from(range(len(BASES))), CUTS, st.sampled_from([b"", b"x", b"more"]))


def text_of(made: tuple[int, int, bytes]) -> bytes:
    base, cut, more = made
    return BASES[base][:cut] + more


@given(
    made=st.lists(st.tuples(TEXTS, st.sampled_from(["lines", "json", "whole"]), st.booleans()), max_size=8),
    source=TEXTS,
    new=st.booleans(),
)
@settings(deadline=None, max_examples=300)
def test_the_filter_leaves_nothing_out(
    made: list[tuple[tuple[int, int, bytes], str, bool]], source: tuple[int, int, bytes], new: bool
) -> None:
    rows = [
        (row(n, text, framing=framing, complete=complete), text)
        for n, (text, framing, complete) in enumerate(((text_of(one), form, done) for one, form, done in made), 1)
        if text
    ]
    data = text_of(source) or b"x"
    held = known(*rows)
    if new:  # streams of this run: their first bytes are at hand
        texts = {stream.number: text for stream, text in rows}
        held = KnownStreams([], lambda n, length: hashlib.sha256(texts[n][:length]).hexdigest(), lambda _: [])
        for stream, text in rows:
            held.add(stream, text[:4096])
    assert relation(held, data) == compared_with_all(rows, data)


def compared_with_all(rows: list[tuple[StreamRow, bytes]], data: bytes) -> tuple[Relation, int | None]:
    """What comparing the bytes of every stream says."""
    for stream, text in rows:
        if stream.complete and text == data:
            return Relation.SAME, stream.number
    for stream, text in rows:
        logs = len(data) >= 4096 or stream.framing == "lines"
        if len(text) > len(data) and text.startswith(data) and logs:
            return Relation.CONTAINED, stream.number
    grown = [s for s, text in rows if data.startswith(text) and (not s.complete or s.framing != "whole")]
    if grown:
        return Relation.EXTENDS, max(grown, key=lambda stream: stream.length).number
    return Relation.NEW, None


def test_stored_bytes_are_read_once_and_hashed_only_where_they_fit() -> None:
    datas = {n: b"203.0.113.%d - - [01/Mar/2026] GET /%d\n" % (n, n) * (n % 7 + 1) for n in range(1, 200)}
    read: list[list[int]] = []

    def beginnings(numbers: Sequence[int]) -> list[bytes]:
        read.append(list(numbers))
        return [datas[n][:BEGINNING_BYTES] for n in numbers]

    hashed: list[int] = []

    def prefix(number: int, length: int) -> str:
        hashed.append(number)
        return hashlib.sha256(datas[number][:length]).hexdigest()

    streams = KnownStreams([row(n, data) for n, data in datas.items()], prefix, beginnings)
    assert relation(streams, datas[7]) == (Relation.SAME, 7)
    assert read == []
    assert relation(streams, b"198.51.100.1 - - [02/Mar/2026] GET /\n") == (Relation.NEW, None)
    assert relation(streams, datas[12][:30]) == (Relation.CONTAINED, 12)
    assert relation(streams, datas[5] + b"and more\n") == (Relation.EXTENDS, 5)
    assert (len(read), len(read[0]), hashed) == (1, 199, [12])


def test_a_stream_of_which_the_case_holds_no_bytes_is_compared_by_its_hash() -> None:
    streams = KnownStreams([row(1, SHORT)], lambda *_: "", lambda numbers: [b"" for _ in numbers])
    assert relation(streams, SHORT + b"more\n") == (Relation.EXTENDS, 1)
