"""Changing what is sealed: segments are loaded, altered and sealed again under a new number. Nothing is edited in place.

Every function works inside the caller's transaction.
"""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from timeline.model.event import TEXT
from timeline.store.bulk import Bulk
from timeline.store.columns import both, size_of
from timeline.store.keys import lineage_number
from timeline.store.messages import CutStream
from timeline.store.seal import SEGMENT_SCHEMA, seal
from timeline.store.segments import drop_segment, load_segment, next_number, read_columns, streams_of, write_segment

MERGE_AT = 8


def merge_small(bulk: Bulk, segment_rows: int) -> bool:
    """Merge segments of less than a quarter of the usual size once there are eight of them; whether anything was done."""
    small = bulk.rows("SELECT id, rows FROM segment WHERE rows < ? ORDER BY id", max(1, segment_rows // 4))
    if len(small) < MERGE_AT:
        return False
    group: list[int] = []
    rows = 0
    for number, count in small:
        if group and rows + count > segment_rows:
            _merge(bulk, group)
            group, rows = [], 0
        group.append(number)
        rows += count
    _merge(bulk, group)
    return True


def _merge(bulk: Bulk, numbers: list[int]) -> None:
    if len(numbers) > 1:
        _replace(bulk, numbers, pa.concat_tables([load_segment(bulk, number) for number in numbers]))


def _replace(bulk: Bulk, numbers: list[int], table: pa.Table) -> None:
    for number in numbers:
        drop_segment(bulk, number)
    if table.num_rows:
        write_segment(bulk, next_number(bulk), seal(table))


def _alter_stream(bulk: Bulk, stream: int, change: Callable[[pa.Table], pa.Table]) -> None:
    """Load, change and seal again every segment that has rows of `stream`."""
    for number, streams in streams_of(bulk).items():
        if stream in streams:
            _replace(bulk, [number], change(load_segment(bulk, number)))


def shifted(table: pa.Table, stream: int, offset_us: int) -> pa.Table:
    """Times of `stream` moved to `offset_us` against what its records state; the stated basis is kept beside."""
    ours = pc.and_(pc.equal(table.column("stream"), stream), pc.is_valid(table.column("timestamp")))
    basis = table.column("timestamp_basis").cast(pa.utf8())
    stated = pc.if_else(ours, pc.coalesce(table.column("stated_basis").cast(pa.utf8()), basis), None)
    moved = pc.if_else(ours, pc.add(table.column("timestamp"), offset_us), table.column("timestamp"))
    shown = pc.if_else(ours, "offset_applied", basis)
    return _with(
        table, timestamp=moved, timestamp_basis=shown.dictionary_encode(), stated_basis=stated.dictionary_encode()
    )


def _unshifted(table: pa.Table, stream: int, offset_us: int) -> pa.Table:
    ours = pc.and_(pc.equal(table.column("stream"), stream), pc.is_valid(table.column("timestamp")))
    stated = table.column("stated_basis").cast(pa.utf8())
    basis = pc.if_else(ours, stated, table.column("timestamp_basis").cast(pa.utf8()))
    moved = pc.if_else(ours, pc.subtract(table.column("timestamp"), offset_us), table.column("timestamp"))
    kept = pc.if_else(ours, None, stated)
    return _with(
        table, timestamp=moved, timestamp_basis=basis.dictionary_encode(), stated_basis=kept.dictionary_encode()
    )


def _with(table: pa.Table, **columns: pa.ChunkedArray) -> pa.Table:
    for name, column in columns.items():
        place = table.schema.get_field_index(name)
        typed = column.cast(TEXT) if SEGMENT_SCHEMA.field(name).type == TEXT else column
        table = table.set_column(place, SEGMENT_SCHEMA.field(name), typed)
    return table


def set_clock_offset(bulk: Bulk, stream: int, offset_us: int) -> None:
    """Shift a stream's times, replacing an earlier shift; 0 takes it back."""
    old = bulk.rows("SELECT clock_offset_us FROM stream WHERE id = ?", stream)[0][0]

    def change(table: pa.Table) -> pa.Table:
        plain = _unshifted(table, stream, old) if old else table
        return shifted(plain, stream, offset_us) if offset_us else plain

    if old != offset_us:
        _alter_stream(bulk, stream, change)
        bulk.run("UPDATE stream SET clock_offset_us = ? WHERE id = ?", offset_us, stream)


def cut(bulk: Bulk, message: CutStream) -> None:
    """Drop what a stream gave from a byte on: an unfinished last record that has grown, or a shorter stream."""
    stream, offset = message.number, message.offset
    _drop_rows(bulk, stream, offset)
    bulk.run("DELETE FROM refusal WHERE stream = ? AND offset >= ?", stream, offset)
    bulk.run("DELETE FROM warning WHERE stream = ? AND record >= ?", stream, message.record)
    bulk.run("DELETE FROM header WHERE stream = ? AND offset >= ? AND offset > 0", stream, offset)
    bulk.run("DELETE FROM frame WHERE stream = ? AND offset >= ?", stream, message.length)
    bulk.run(
        "UPDATE stream SET length = ?, sha256 = ?, complete = 0, resume_offset = ?, resume_record = ? WHERE id = ?",
        message.length, message.sha256, offset, message.record, stream,
    )  # fmt: skip
    recount(bulk, stream)


def forget_decoded(bulk: Bulk, stream: int) -> None:
    """Drop everything that was decoded from a stream; its evidence stays."""
    _drop_rows(bulk, stream, 0)
    for table in ("refusal", "warning", "header"):
        bulk.run(f"DELETE FROM {table} WHERE stream = ?", stream)
    bulk.run("UPDATE stream SET resume_offset = 0, resume_record = 0, resume_state = NULL WHERE id = ?", stream)
    recount(bulk, stream)


def _drop_rows(bulk: Bulk, stream: int, offset: int) -> None:
    """Drop a stream's sightings from `offset` on; an event that others saw too moves to the next of its witnesses."""
    bulk.run("DELETE FROM witness WHERE stream = ? AND offset >= ?", stream, offset)
    heirs: dict[int, int] = {}

    def change(table: pa.Table) -> pa.Table:
        gone = pc.and_(
            pc.equal(table.column("stream"), stream), pc.greater_equal(pc.fill_null(table.column("offset"), 0), offset)
        )
        lost = table.filter(gone)
        kept = table.filter(pc.invert(gone))
        saved = _inherit(bulk, lost, heirs)
        return pa.concat_tables([kept, saved]) if saved.num_rows else kept

    _alter_stream(bulk, stream, change)
    for heir in sorted(heirs):
        recount(bulk, heir)


def _inherit(bulk: Bulk, lost: pa.Table, heirs: dict[int, int]) -> pa.Table:
    """The lost rows that have a witness, pointed at the first of them; `heirs` counts rows per stream."""
    places: dict[int, tuple[int, int, int | None, int | None, int]] = {}
    for key in pc.unique(lost.column("key").drop_null()).to_pylist():
        rows = bulk.rows(
            "SELECT w.stream, w.offset, w.record, w.length, s.lineage FROM witness w JOIN stream s ON s.id = w.stream"
            " WHERE w.key = ? ORDER BY s.lineage, w.offset LIMIT 1",
            key,
        )
        if rows:
            stream, offset, record, length, lineage = rows[0]
            places[key] = (stream, offset, record, length, lineage_number(lineage))
            bulk.run("DELETE FROM witness WHERE key = ? AND stream = ? AND offset = ?", key, stream, offset)
            heirs[stream] = heirs.get(stream, 0) + 1
    saved = lost.filter(pc.is_in(lost.column("key"), value_set=pa.array(list(places), pa.int64())))
    if not saved.num_rows:
        return saved
    moved = [places[key] for key in saved.column("key").to_pylist()]
    for position, name in enumerate(("stream", "offset", "record", "length", "lineage")):
        field = SEGMENT_SCHEMA.field(name)
        values = pa.array([place[position] for place in moved], field.type)
        saved = saved.set_column(saved.schema.get_field_index(name), field, values)
    return saved


def remove_source(bulk: Bulk, path: str) -> None:
    """Forget a source. Bytes that another source of the same stream holds too stay; all others go, with their events."""
    rows = bulk.rows("SELECT stream FROM source WHERE path = ?", path)
    bulk.run("DELETE FROM source WHERE path = ?", path)
    stream = rows[0][0] if rows else None
    if stream is None:
        return
    rest = bulk.rows(
        "SELECT stream_bytes, stream_sha256 FROM source WHERE stream = ? ORDER BY stream_bytes DESC LIMIT 1", stream
    )
    length = bulk.rows("SELECT length FROM stream WHERE id = ?", stream)[0][0]
    if rest and rest[0][0] >= length:
        return
    if rest:
        cut(bulk, CutStream(stream, rest[0][0], 0, rest[0][0], rest[0][1] or ""))
        return
    forget_decoded(bulk, stream)
    bulk.run("DELETE FROM frame WHERE stream = ?", stream)
    bulk.run("DELETE FROM stream WHERE id = ?", stream)


def recount(bulk: Bulk, stream: int) -> None:
    """Set a stream's counts from what the case holds of it."""
    events = 0
    records = 0
    for number, streams in streams_of(bulk).items():
        if stream in streams:
            columns = read_columns(bulk, number, ("stream", "sub"))
            ours = columns["stream"].between(stream, stream)
            rows = bulk.rows("SELECT rows FROM segment WHERE id = ?", number)[0][0]
            events += size_of(ours, rows)
            records += size_of(both(ours, columns["sub"].between(0, 0)), rows)
    duplicates = bulk.rows("SELECT count(DISTINCT offset) FROM witness WHERE stream = ?", stream)[0][0]
    ignored, refused = bulk.rows("SELECT coalesce(sum(ignored), 0), count(*) FROM refusal WHERE stream = ?", stream)[0]
    bulk.run(
        "UPDATE stream SET records = ?, with_events = ?, events = ?, duplicates = ?, rejects = ?, ignored = ? WHERE id = ?",
        records + duplicates + refused, records, events, duplicates, refused - ignored, ignored, stream,
    )  # fmt: skip
