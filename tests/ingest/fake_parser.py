"""A parser of lines whose decoder is given by the test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

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
