"""One chunk's work: decode its records, account for each of them, compress its evidence. Runs in worker processes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc
import zstandard

from timeline.ingest.registry import parser_named
from timeline.model.event import EVENT_SCHEMA, empty_batch
from timeline.model.parser import Chunk, Decoded, Parser, Refusal
from timeline.store.frames import compress
from timeline.store.keys import with_identity

COULD_NOT_DECODE = "could not be decoded"
NOT_ACCOUNTED = "the decoder did not account for it"
_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk to decode. `evidence` are the stream's bytes from `evidence_offset` on that are to be stored with it."""

    kind: str
    chunk: Chunk
    records: int
    evidence: bytes
    evidence_offset: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a chunk gave, ready for the writer. Its fields are those of `store.messages.AddChunk`."""

    events: bytes
    rows: int
    records: int
    with_events: int
    rejects: tuple[Refusal, ...]
    ignored: tuple[Refusal, ...]
    warnings: tuple[tuple[int, str], ...]
    frames: tuple[tuple[int, int, bytes], ...]


def work(task: Task) -> Result:
    """Do the task. Never raises on any evidence."""
    nothing = not task.chunk.data and not task.records  # framing refused everything, or there are only brackets left
    decoded = Decoded(empty_batch(), 0) if nothing else decode_safely(parser_named(task.kind), task.chunk, task.records)
    rows = decoded.events.num_rows
    compressor = zstandard.ZstdCompressor(level=_LEVEL)
    return Result(
        events=_as_ipc(with_identity(decoded.events)) if rows else b"",
        rows=rows,
        records=decoded.records,
        with_events=decoded.records - len(decoded.rejects) - len(decoded.ignored),
        rejects=tuple(decoded.rejects),
        ignored=tuple(decoded.ignored),
        warnings=tuple(decoded.warnings),
        frames=tuple(compress(task.evidence, task.evidence_offset, compressor)),
    )


def _as_ipc(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    written: bytes = sink.getvalue().to_pybytes()
    return written


def decode_safely(parser: Parser, chunk: Chunk, records: int) -> Decoded:
    """Decode a chunk; a decoder that raises or loses records costs only the records that make it do so."""
    decoded = _attempt(parser, chunk)
    if decoded is not None and _accounts_for(decoded, records):
        return decoded
    if parser.FRAMING == "whole" or records <= 1:
        return decoded if decoded is not None and parser.FRAMING == "whole" else _refused(chunk, max(records, 1))
    return _joined([_one(parser, single) for single in _singles(chunk)])


def _one(parser: Parser, chunk: Chunk) -> Decoded:
    decoded = _attempt(parser, chunk)
    return decoded if decoded is not None and _accounts_for(decoded, 1) else _refused(chunk, 1)


def _attempt(parser: Parser, chunk: Chunk) -> Decoded | None:
    try:
        decoded = parser.decode(chunk)
    except Exception:  # noqa: BLE001  # the wall: no parser, ours or anyone's, may end a run
        return None
    return decoded if decoded.events.schema.equals(EVENT_SCHEMA) else None


def _accounts_for(decoded: Decoded, records: int) -> bool:
    if records and decoded.records != records:
        return False
    offsets = decoded.events.column("offset")
    with_events = pc.count_distinct(offsets, mode="all").as_py() if len(offsets) else 0
    return bool(with_events + len(decoded.rejects) + len(decoded.ignored) == decoded.records)


def _singles(chunk: Chunk) -> list[Chunk]:
    singles = []
    for number, offset, record in chunk.records():
        spans = None if chunk.spans is None else ((0, len(record)),)
        singles.append(replace(chunk, data=record or b"\n", offset=offset, first_record=number, spans=spans))
    return singles


def _refused(chunk: Chunk, records: int) -> Decoded:
    places = [(number, offset, len(data)) for number, offset, data in chunk.records()] or [
        (chunk.first_record, chunk.offset, len(chunk.data))
    ]
    reason = COULD_NOT_DECODE if len(places) == records else NOT_ACCOUNTED
    return Decoded(empty_batch(), len(places), tuple(Refusal(*place, reason) for place in places))


def _joined(parts: Sequence[Decoded]) -> Decoded:
    table = (
        pa.Table.from_batches([part.events for part in parts], schema=EVENT_SCHEMA)
        .unify_dictionaries()
        .combine_chunks()
    )
    batches = table.to_batches()
    return Decoded(
        batches[0] if batches else empty_batch(),
        sum(part.records for part in parts),
        tuple(refusal for part in parts for refusal in part.rejects),
        tuple(refusal for part in parts for refusal in part.ignored),
        tuple(warning for part in parts for warning in part.warnings),
    )
