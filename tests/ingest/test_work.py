"""The wall around parsers: whatever a parser does, every record is accounted for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from timeline.ingest.work import COULD_NOT_DECODE, decode_safely
from timeline.model.event import EventBuilder
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Refusal, Sample, Sniff

DATA = b"good 1\nbad\n\ngood 2\n"


@dataclass
class FakeParser:
    """A parser of lines whose decoder is given."""

    decode_chunk: Callable[[Chunk], Decoded]
    KIND: str = "fake"
    VERSION: int = 1
    TITLE: str = "fake"
    REFERENCE: str = "none"
    FRAMING: Framing = "lines"
    COLUMNAR: bool = False
    EMITS: tuple[str, ...] = ("fake",)
    SAMPLES: tuple[bytes, ...] = field(default=(DATA,))

    def decode(self, chunk: Chunk) -> Decoded:
        return self.decode_chunk(chunk)

    def sniff(self, sample: Sample) -> Sniff:
        del sample
        return NO

    def fields(self, record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:
        del record, header, context
        return {}


def honest(chunk: Chunk) -> Decoded:
    builder = EventBuilder()
    ignored = []
    records = 0
    for number, offset, record in chunk.records():
        records += 1
        if not record:
            ignored.append(Refusal(number, offset, 0, "blank line"))
            continue
        builder.append(kind="fake", record=number, offset=offset, length=len(record), actor=record.decode())
    return Decoded(builder.finish(), records, (), ignored)


def raising(chunk: Chunk) -> Decoded:
    if b"bad" in chunk.data:
        raise ZeroDivisionError("a parser's own fault")
    return honest(chunk)


def losing(chunk: Chunk) -> Decoded:
    whole = honest(chunk)
    if b"bad" not in chunk.data:
        return whole
    return Decoded(whole.events.slice(0, whole.events.num_rows - 1), whole.records, whole.rejects, whole.ignored)


def decoded(decode: Callable[[Chunk], Decoded]) -> tuple[list[object], list[tuple[int, str]], list[int], int]:
    found = decode_safely(FakeParser(decode), Chunk(DATA), 4)  # type: ignore[arg-type]  # an object stands in for a module
    return (
        found.events.column("record").to_pylist(),
        [(refusal.record, refusal.reason) for refusal in found.rejects],
        [refusal.record for refusal in found.ignored],
        found.records,
    )


def test_an_honest_parser_is_believed() -> None:
    assert decoded(honest) == ([1, 2, 4], [], [3], 4)


def test_a_parser_that_raises_costs_only_the_record_that_made_it() -> None:
    assert decoded(raising) == ([1, 4], [(2, COULD_NOT_DECODE)], [3], 4)


def test_a_parser_that_loses_a_record_is_found_out() -> None:
    assert decoded(losing) == ([1, 4], [(2, COULD_NOT_DECODE)], [3], 4)


def test_a_parser_that_gives_another_schema_is_refused() -> None:
    def foreign(chunk: Chunk) -> Decoded:
        whole = honest(chunk)
        return Decoded(whole.events.select(["record", "offset"]), whole.records)

    records, rejects, ignored, total = decoded(foreign)
    assert (records, ignored, total) == ([], [], 4)
    assert [record for record, _ in rejects] == [1, 2, 3, 4]
