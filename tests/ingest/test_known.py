import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

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
        [stream for stream, _ in streams], lambda n, length: hashlib.sha256(held[n][:length]).hexdigest()
    )


def relation(streams: KnownStreams, data: bytes) -> tuple[Relation, int | None]:
    def blocks() -> Iterator[bytes]:
        yield from (data[at : at + 1000] for at in range(0, len(data), 1000))

    verdict = streams.relation(data[:4096], blocks)
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
    assert streams.lineage_for(LONG[:4096], lambda: "f" * 64) == "f" * 12
    assert streams.lineage_for(SHORT, lambda: "f" * 64) == lineage_of(SHORT)
