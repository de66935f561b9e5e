"""Many small chunks decoded at once: laid end to end they are one chunk to the decoder, and told apart again after it.

A decoder has a cost per call (a thousand microseconds of Arrow arrays and dictionaries) that is worth it for megabytes of
records, not for the handful that a tiny file holds. Chunks are joined where nothing but place and file differ: same kind,
header and settings. A decoder that looks at the file's name or time gets each chunk alone.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc

from timeline.ingest.registry import parser_named
from timeline.ingest.wall import attempt, decode_safely, one_batch
from timeline.model.event import empty_batch
from timeline.model.parser import Chunk, DecodeContext, Decoded, Parser, Refusal
from timeline.store.keys import with_identity

_JOINED_FRAMINGS = frozenset({"lines", "csv", "w3c", "json"})
_OF_THE_FILE = frozenset({"source", "evidence_mtime_us"})


@dataclass(frozen=True, slots=True)
class Part:
    """A chunk to decode. `evidence` are the stream's bytes from `evidence_offset` on that are to be stored with it."""

    kind: str
    chunk: Chunk
    records: int
    evidence: bytes
    evidence_offset: int

    def __reduce__(self) -> tuple[Callable[..., "Part"], tuple[object, ...]]:
        """Send bytes once to a worker process: a chunk's records nearly always stand in the evidence that goes with them."""
        data, start = self.chunk.data, self.chunk.offset - self.evidence_offset
        if start >= 0 and self.evidence[start : start + len(data)] == data:
            bare = replace(self.chunk, data=b"")
            return _part, (self.kind, bare, self.records, self.evidence, self.evidence_offset, start, len(data))
        return Part, (self.kind, self.chunk, self.records, self.evidence, self.evidence_offset)


def _part(
    kind: str, chunk: Chunk, records: int, evidence: bytes, evidence_offset: int, start: int, length: int
) -> Part:
    return Part(kind, replace(chunk, data=evidence[start : start + length]), records, evidence, evidence_offset)


@dataclass(frozen=True, slots=True)
class Account:
    """What one part gave, beside its `rows` of events."""

    rows: int
    records: int
    rejects: tuple[Refusal, ...] = ()
    ignored: tuple[Refusal, ...] = ()
    warnings: tuple[tuple[int, str], ...] = ()


NOTHING = Account(0, 0)


def decode_parts(parts: Sequence[Part]) -> tuple[pa.RecordBatch, list[Account]]:
    """The events of all parts, in their order and with identity, and what each gave. Never raises on any evidence."""
    runs: dict[Hashable, list[int]] = {}
    for place, part in enumerate(parts):
        if part.chunk.data or part.records:  # else framing refused everything, or there are only brackets left
            runs.setdefault(_alike(part, place), []).append(place)
    accounts = [NOTHING] * len(parts)
    batches: list[pa.RecordBatch] = []
    owners: list[int] = []
    for places in runs.values():
        batch, found = _decode_run([parts[place] for place in places])
        batches.append(batch)
        for place, account in zip(places, found, strict=True):
            accounts[place] = account
            owners += [place] * account.rows
    if not batches:
        return with_identity(empty_batch()), accounts
    events = one_batch(batches)
    return (events if len(batches) == 1 else _sorted(events, pa.array(owners, pa.int64()))), accounts


def _alike(part: Part, place: int) -> Hashable:
    """Parts of the same value are decoded as one."""
    chunk, context = part.chunk, part.chunk.context
    if parser_named(part.kind).FRAMING not in _JOINED_FRAMINGS:
        return place
    options = tuple(sorted(context.options.items()))
    settings = context.zone, context.year, context.log_format, context.mapping, options
    return part.kind, chunk.header, chunk.spans is None, settings


def _decode_run(parts: Sequence[Part]) -> tuple[pa.RecordBatch, list[Account]]:
    parser = parser_named(parts[0].kind)
    together = _together(parser, parts) if len(parts) > 1 else None
    if together is not None:
        return together
    each = [decode_safely(parser, part.chunk, part.records) for part in parts]
    accounts = [
        Account(one.events.num_rows, one.records, tuple(one.rejects), tuple(one.ignored), tuple(one.warnings))
        for one in each
    ]
    return one_batch([with_identity(one.events) for one in each]), accounts


class _Joint:
    """Parts laid end to end, from byte 0 and record 1 on; `first_bytes` and `first_records` say where each begins."""

    def __init__(self, parts: Sequence[Part]) -> None:
        chunks = [part.chunk for part in parts]
        datas = [chunk.data for chunk in chunks]
        if chunks[0].spans is None:  # lines: a last one without its end must not run into the next file
            datas = [data if data.endswith(b"\n") else data + b"\n" for data in datas]
        self.first_bytes = [0, *accumulate(len(data) for data in datas)]
        self.first_records = [0, *accumulate(part.records for part in parts)]
        spans = None
        if chunks[0].spans is not None:
            spans = tuple(
                (start + base, length)
                for base, chunk in zip(self.first_bytes, chunks, strict=False)
                for start, length in chunk.spans or ()
            )
        self.context = _SharedContext(chunks[0].context)
        self.chunk = Chunk(b"".join(datas), 0, 1, spans, chunks[0].header, self.context)
        self.records = self.first_records[-1]
        self.owners = [place for place, part in enumerate(parts) for _ in range(part.records)]
        self.record_shifts = [c.first_record - 1 - n for c, n in zip(chunks, self.first_records, strict=False)]
        self.offset_shifts = [c.offset - start for c, start in zip(chunks, self.first_bytes, strict=False)]

    def back(self, refusal: Refusal) -> Refusal:
        """The refusal with its place in its own stream."""
        owner = self.owners[refusal.record - 1]
        record, offset = refusal.record + self.record_shifts[owner], refusal.offset + self.offset_shifts[owner]
        return Refusal(record, offset, refusal.length, refusal.reason)

    def holds(self, records: Sequence[int]) -> bool:
        """Whether each is the number of a record."""
        return all(1 <= record <= self.records for record in records)


class _SharedContext(DecodeContext):
    """The context of joined chunks; knows whether a decoder asked for what is particular to one of their files."""

    __slots__ = ("looked",)
    looked: bool

    def __init__(self, context: DecodeContext) -> None:
        super().__init__(**{field.name: getattr(context, field.name) for field in fields(DecodeContext)})
        object.__setattr__(self, "looked", False)

    def __getattribute__(self, name: str) -> object:
        if name in _OF_THE_FILE:
            object.__setattr__(self, "looked", True)
        return object.__getattribute__(self, name)


def _together(parser: Parser, parts: Sequence[Part]) -> tuple[pa.RecordBatch, list[Account]] | None:
    """All parts by one call of the decoder; None when that cannot be done, or not told apart for certain."""
    joint = _Joint(parts)
    decoded = attempt(parser, joint.chunk, joint.records)
    if (
        decoded is None
        or joint.context.looked
        or not joint.holds([r.record for r in (*decoded.rejects, *decoded.ignored)])
    ):
        return None
    if not joint.holds([record for record, _ in decoded.warnings]):
        return None
    events = _told_apart(with_identity(decoded.events), joint)  # before: offsets of two files may be the same
    return None if events is None else (events[0], _accounts(parts, decoded, events[1], joint))


def _told_apart(events: pa.RecordBatch, joint: _Joint) -> tuple[pa.RecordBatch, list[int]] | None:
    """The events in the order of the parts, placed in their own streams, and the rows of each part."""
    counts = [0] * len(joint.record_shifts)
    if not events.num_rows:
        return events, counts
    records, offsets = events.column("record"), events.column("offset")
    span = pc.min_max(records)
    if records.null_count or offsets.null_count or not joint.holds([span["min"].as_py(), span["max"].as_py()]):
        return None
    owner = pa.array(joint.owners, pa.int64()).take(pc.subtract(records, 1))
    if not pc.all(_inside(offsets, owner, joint.first_bytes)).as_py():
        return None
    for found in pc.value_counts(owner).to_pylist():
        counts[found["values"]] = found["counts"]
    for name, shifts in (("record", joint.record_shifts), ("offset", joint.offset_shifts)):
        place = events.schema.get_field_index(name)
        moved = pc.add(events.column(name), pa.array(shifts, pa.int64()).take(owner))
        events = events.set_column(place, events.schema.field(place), moved)
    return _sorted(events, owner), counts


def _inside(offsets: pa.Array, owner: pa.Array, first_bytes: Sequence[int]) -> pa.Array:
    """Whether each offset lies in the part that its record belongs to."""
    starts = pa.array(first_bytes, pa.int64())
    after = pc.less_equal(starts.take(owner), offsets)
    return pc.and_(after, pc.less(offsets, starts.take(pc.add(owner, 1))))


def _sorted(events: pa.RecordBatch, owner: pa.Array) -> pa.RecordBatch:
    """The rows by owner, those of each in the order they have."""
    if len(owner) < 2 or pc.all(pc.less_equal(owner.slice(0, len(owner) - 1), owner.slice(1))).as_py():
        return events
    return events.take(pc.array_sort_indices(owner))


def _accounts(parts: Sequence[Part], decoded: Decoded, rows: Sequence[int], joint: _Joint) -> list[Account]:
    if not (decoded.rejects or decoded.ignored or decoded.warnings):
        return [Account(count, part.records) for count, part in zip(rows, parts, strict=True)]
    rejects: list[list[Refusal]] = [[] for _ in parts]
    ignored: list[list[Refusal]] = [[] for _ in parts]
    warnings: list[list[tuple[int, str]]] = [[] for _ in parts]
    for refusals, taken in ((decoded.rejects, rejects), (decoded.ignored, ignored)):
        for refusal in refusals:
            taken[joint.owners[refusal.record - 1]].append(joint.back(refusal))
    for record, text in decoded.warnings:
        owner = joint.owners[record - 1]
        warnings[owner].append((record + joint.record_shifts[owner], text))
    return [
        Account(rows[n], part.records, tuple(rejects[n]), tuple(ignored[n]), tuple(warnings[n]))
        for n, part in enumerate(parts)
    ]
