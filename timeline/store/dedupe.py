"""One event, many sightings: events with the same identity (provider's id, content, sub-event) become one with witnesses.

Which sighting the event row keeps does not depend on what came first: the one with the smallest (lineage, offset) does.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from timeline.store.bulk import Bulk


class Sighting(NamedTuple):
    """Where an event was seen. Ordered by lineage, then offset."""

    lineage: int
    offset: int
    stream: int
    record: int | None
    length: int | None
    sub: int


@dataclass(slots=True)
class Duplicates:
    """Stream number -> (events, records) that are second sightings."""

    by_stream: dict[int, tuple[int, int]] = field(default_factory=dict)

    def count(self, sighting: Sighting) -> None:
        """Book one second sighting; a record counts with its first event."""
        events, records = self.by_stream.get(sighting.stream, (0, 0))
        self.by_stream[sighting.stream] = (events + 1, records + (sighting.sub == 0))


_WITNESS = {"key": pa.int64(), "stream": pa.int64(), "offset": pa.int64(), "record": pa.int64(), "length": pa.int64()}


def settle(bulk: Bulk, table: pa.Table) -> tuple[pa.Table, Duplicates]:
    """Take second sightings out of `table`, which is about to be sealed, and store them as witnesses.

    An event that a sealed segment already has stays there; if the new sighting comes first in canonical order, its row
    is pointed at the new place (its position in the segment does not depend on the place).
    """
    duplicates = Duplicates()
    keys = table.column("key")
    if keys.null_count == len(keys):
        return table, duplicates
    sightings = _repeated(table) | _already_sealed(bulk, table)
    if not sightings:
        return table, duplicates
    witnesses: list[tuple[int, Sighting]] = []
    drop: set[int] = set()
    for key, (rows, sealed) in sightings.items():
        ordered = sorted(rows, key=lambda item: item[1])
        losers = [sighting for _, sighting in ordered[1:]]
        if sealed is None:
            drop.update(row for row, _ in ordered[1:])
        else:
            drop.update(row for row, _ in ordered)
            first = ordered[0][1]
            if first < sealed.sighting:
                _relocate(bulk, sealed, first)
                losers.append(sealed.sighting)
            else:
                losers.append(first)
        witnesses += [(key, sighting) for sighting in losers]
        for sighting in losers:
            duplicates.count(sighting)
    _store_witnesses(bulk, witnesses)
    keep = pa.array([row not in drop for row in range(table.num_rows)], pa.bool_())
    return table.filter(keep), duplicates


class _Sealed(NamedTuple):
    segment: int
    row: int
    sighting: Sighting


_Sightings = dict[int, tuple[list[tuple[int, Sighting]], _Sealed | None]]


def _repeated(table: pa.Table) -> _Sightings:
    """Keys that occur more than once within the table."""
    counts = pc.value_counts(table.column("key").drop_null())
    repeated = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    return {key: (rows, None) for key, rows in _rows_of(table, repeated).items()} if len(repeated) else {}


def _already_sealed(bulk: Bulk, table: pa.Table) -> _Sightings:
    """Keys that a sealed segment has."""
    segments = [row[0] for row in bulk.rows("SELECT id FROM segment ORDER BY id")]
    if not segments:
        return {}
    wanted = pc.unique(table.column("key").drop_null())
    bulk.run("CREATE TEMP TABLE IF NOT EXISTS wanted (key INTEGER)")
    bulk.run("DELETE FROM temp.wanted")
    bulk.append("wanted", pa.table({"key": wanted.take(pc.sort_indices(wanted))}), temporary=True)
    found: dict[int, _Sealed] = {}
    for segment in segments:
        for key, row, lineage, offset, stream, record, length, sub in bulk.rows(
            f"SELECT e.key, e.row, s.lineage, e.offset, e.stream, e.record, e.length, e.sub FROM temp.wanted w"
            f" CROSS JOIN segment_{segment}_event e ON e.key = w.key JOIN stream s ON s.id = e.stream"
        ):
            found[key] = _Sealed(segment, row, Sighting(int(lineage, 16), offset or 0, stream, record, length, sub))
    if not found:
        return {}
    rows = _rows_of(table, pa.array(list(found), pa.int64()))
    return {key: (rows[key], found[key]) for key in found}


def _rows_of(table: pa.Table, keys: pa.Array) -> dict[int, list[tuple[int, Sighting]]]:
    """Key -> (row number in the table, sighting) of every row that has it."""
    numbers = pc.indices_nonzero(
        pc.fill_null(pc.is_in(table.column("key"), value_set=keys), False)
    )  # Arrow's own signature
    part = table.select(["key", "lineage", "offset", "stream", "record", "length", "sub"]).take(numbers)
    rows: dict[int, list[tuple[int, Sighting]]] = defaultdict(list)
    columns = [part.column(name).to_pylist() for name in part.column_names]
    for number, key, lineage, offset, *rest in zip(numbers.to_pylist(), *columns, strict=True):
        rows[key].append((number, Sighting(lineage, offset or 0, *rest)))
    return dict(rows)


def _store_witnesses(bulk: Bulk, witnesses: list[tuple[int, Sighting]]) -> None:
    rows = [(key, s.stream, s.offset, s.record, s.length) for key, s in witnesses]
    bulk.run(
        "CREATE TEMP TABLE IF NOT EXISTS seen (key INTEGER, stream INTEGER, offset INTEGER, record INTEGER, length INTEGER)"
    )
    bulk.run("DELETE FROM temp.seen")
    if rows:
        arrays = [
            pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), _WITNESS.values(), strict=True)
        ]
        bulk.append("seen", pa.table(arrays, names=list(_WITNESS)), temporary=True)
        bulk.run(
            "INSERT OR IGNORE INTO witness (key, stream, offset, record, length)"
            " SELECT key, stream, offset, record, length FROM temp.seen"
        )


def _relocate(bulk: Bulk, sealed: _Sealed, place: Sighting) -> None:
    """Point a sealed row at another sighting of its event."""
    bulk.run(
        f"UPDATE segment_{sealed.segment}_event SET stream = ?, record = ?, offset = ?, length = ? WHERE row = ?",
        place.stream, place.record, place.offset, place.length, sealed.row,
    )  # fmt: skip
    text = bulk.rows("SELECT streams FROM segment WHERE id = ?", sealed.segment)[0][0]
    streams = sorted({*json.loads(text), place.stream})
    bulk.run("UPDATE segment SET streams = ? WHERE id = ?", json.dumps(streams), sealed.segment)
