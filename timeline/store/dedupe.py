"""One event, many sightings: events with the same identity (provider's id, content, sub-event) become one with witnesses.

Which sighting the event row keeps does not depend on what came first: the one with the smallest (lineage, offset) does.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from timeline.store.bulk import Bulk
from timeline.store.columns import Column, Encoded, encode
from timeline.store.keys import lineage_number
from timeline.store.segments import read_columns, replace_columns, streams_of


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
    moved: dict[int, dict[int, Sighting]] = defaultdict(dict)
    keep = np.ones(table.num_rows, np.bool_)
    for key, (rows, sealed) in sightings.items():
        ordered = sorted(rows, key=lambda item: item[1])
        losers = [sighting for _, sighting in ordered[1:]]
        keep[[row for row, _ in (ordered[1:] if sealed is None else ordered)]] = False
        if sealed is not None:
            first = ordered[0][1]
            if first < sealed.sighting:
                moved[sealed.segment][sealed.row] = first
                losers.append(sealed.sighting)
            else:
                losers.append(first)
        witnesses += [(key, sighting) for sighting in losers]
        for sighting in losers:
            duplicates.count(sighting)
    _store_witnesses(bulk, witnesses)
    for segment, places in sorted(moved.items()):
        _relocate(bulk, segment, places)
    return table.filter(pa.array(keep)), duplicates


class _Sealed(NamedTuple):
    """Where a sealed segment has an event: its place in the columns, from 0."""

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
    wanted = _Wanted(np.unique(table.column("key").drop_null().to_numpy()))
    lineages = {n: lineage_number(text) for n, text in bulk.rows("SELECT id, lineage FROM stream")}
    found: dict[int, _Sealed] = {}
    for segment in segments:
        keys = read_columns(bulk, segment, ("key",))["key"]
        places = wanted.places_in(keys)
        if len(places):
            found |= _sealed_at(bulk, segment, keys, places, lineages)
    if not found:
        return {}
    rows = _rows_of(table, pa.array(list(found), pa.int64()))
    return {key: (rows[key], found[key]) for key in found}


class _Wanted:
    """Keys to look for. Keys are hashes: a table by their lowest bits answers for nearly all that are not wanted."""

    def __init__(self, keys: npt.NDArray[np.int64]) -> None:
        self._keys = keys
        self._bits = np.int64((1 << max(10, len(keys).bit_length() + 4)) - 1)
        self._table = np.zeros(int(self._bits) + 1, np.bool_)
        self._table[keys & self._bits] = True

    def places_in(self, column: Column) -> npt.NDArray[np.int64]:
        """Places (from 0) of the rows with one of the keys."""
        if column.present is False:
            return np.zeros(0, np.int64)
        keys, present = column.values
        likely = self._table[keys & self._bits]
        places = np.flatnonzero(likely if present is True else likely & present)
        return places[np.isin(keys[places], self._keys)]


def _sealed_at(
    bulk: Bulk, segment: int, keys: Column, places: npt.NDArray[np.int64], lineages: dict[int, int]
) -> dict[int, _Sealed]:
    columns = read_columns(bulk, segment, ("stream", "offset", "record", "length", "sub"))
    names = ("stream", "offset", "record", "length", "sub")
    values = [columns[name].at(places) for name in names]
    found = {}
    for key, place, stream, offset, record, length, sub in zip(
        keys.at(places), places.tolist(), *values, strict=True
    ):
        if key is not None and stream is not None:
            sighting = Sighting(lineages[stream], offset or 0, stream, record, length, sub or 0)
            found[key] = _Sealed(segment, place, sighting)
    return found


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


def _relocate(bulk: Bulk, segment: int, places: dict[int, Sighting]) -> None:
    """Point sealed rows (by place, from 0) at other sightings of their events."""
    names = ("stream", "record", "offset", "length")
    columns = read_columns(bulk, segment, names)
    rows = np.array(list(places), np.int64)
    changed: dict[str, Encoded] = {}
    for name in names:
        stored, present = columns[name].values
        values, valid = stored.copy(), np.broadcast_to(np.asarray(present), len(stored)).copy()
        fresh = [getattr(sighting, name) for sighting in places.values()]
        values[rows] = [0 if value is None else value for value in fresh]
        valid[rows] = [value is not None for value in fresh]
        changed[name] = encode(values, None if valid.all() else valid)
    streams = dict(streams_of(bulk)[segment])
    for sighting in places.values():
        first, last = streams.get(sighting.stream, (sighting.offset, sighting.offset))
        streams[sighting.stream] = (min(first, sighting.offset), max(last, sighting.offset))
    replace_columns(bulk, segment, changed, streams)
