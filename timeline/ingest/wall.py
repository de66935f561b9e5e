"""The wall around decoders: whatever a parser does with a chunk, each of its records is accounted for."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from timeline.model.event import EVENT_SCHEMA, empty_batch
from timeline.model.parser import Chunk, Decoded, Parser, Refusal

COULD_NOT_DECODE = "could not be decoded"
NOT_ACCOUNTED = "the decoder did not account for it"


def decode_safely(parser: Parser, chunk: Chunk, records: int) -> Decoded:
    """Decode a chunk; a decoder that raises or loses records costs only the records that make it do so."""
    decoded = attempt(parser, chunk, records)
    if decoded is not None:
        return decoded
    if parser.FRAMING == "whole":
        return _attempt(parser, chunk) or refused(chunk, max(records, 1))
    if records <= 1:
        return refused(chunk, max(records, 1))
    return joined([_one(parser, single) for single in _singles(chunk)])


def attempt(parser: Parser, chunk: Chunk, records: int) -> Decoded | None:
    """What the decoder gives for a chunk; None when it fails or does not account for each of its `records`."""
    decoded = _attempt(parser, chunk)
    return decoded if decoded is not None and _accounts_for(decoded, records) else None


def refused(chunk: Chunk, records: int, reason: str | None = None) -> Decoded:
    """Every record of a chunk as a reject; `reason` None: that the decoder failed."""
    places = [(number, offset, len(data)) for number, offset, data in chunk.records()] or [
        (chunk.first_record, chunk.offset, len(chunk.data))
    ]
    reason = reason or (COULD_NOT_DECODE if len(places) == records else NOT_ACCOUNTED)
    return Decoded(empty_batch(), len(places), tuple(Refusal(*place, reason) for place in places))


def joined(parts: Sequence[Decoded]) -> Decoded:
    """What several chunks gave, as if they were one."""
    return Decoded(
        one_batch([part.events for part in parts]),
        sum(part.records for part in parts),
        tuple(refusal for part in parts for refusal in part.rejects),
        tuple(refusal for part in parts for refusal in part.ignored),
        tuple(warning for part in parts for warning in part.warnings),
    )


def one_batch(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """The rows of several batches in one, in order, with one dictionary per column."""
    if len(batches) == 1:
        return batches[0]
    table = pa.Table.from_batches(batches, schema=batches[0].schema).unify_dictionaries().combine_chunks()
    found = table.to_batches()
    return found[0] if found else batches[0]


def _one(parser: Parser, chunk: Chunk) -> Decoded:
    return attempt(parser, chunk, 1) or refused(chunk, 1)


def _attempt(parser: Parser, chunk: Chunk) -> Decoded | None:
    try:
        decoded = parser.decode(chunk)
    except Exception:  # noqa: BLE001  # the wall: no parser, ours or anyone's, may end a run
        return None
    return decoded if decoded.events.schema.equals(EVENT_SCHEMA) else None


def _distinct(offsets: pa.Array) -> int:
    """How many records the events are of, by the records' offsets."""
    if not len(offsets):
        return 0
    if not offsets.null_count and pc.all(pc.less(offsets[:-1], offsets[1:])).as_py() is not False:
        return len(offsets)
    return int(pc.count_distinct(offsets, mode="all").as_py())


def _accounts_for(decoded: Decoded, records: int) -> bool:
    if records and decoded.records != records:
        return False
    offsets = decoded.events.column("offset")
    with_events = _distinct(offsets)
    return bool(with_events + len(decoded.rejects) + len(decoded.ignored) == decoded.records)


def _singles(chunk: Chunk) -> list[Chunk]:
    singles = []
    for number, offset, record in chunk.records():
        spans = None if chunk.spans is None else ((0, len(record)),)
        singles.append(replace(chunk, data=record or b"\n", offset=offset, first_record=number, spans=spans))
    return singles
