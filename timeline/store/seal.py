"""Sealing: a table of events becomes the rows and values of one segment. Pure Arrow, no database.

The table that goes in has the columns `SEGMENT_SCHEMA`: the event fields with dictionary-encoded texts, and stream,
sub, key, stated_basis, lineage. What comes out is sorted canonically and holds integers only.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from timeline.model.event import EVENT_SCHEMA, TEXT
from timeline.store.schema import DICTIONARY_COLUMNS, EVENT_COLUMNS

SEGMENT_SCHEMA = pa.schema(
    [field.remove_metadata() for field in EVENT_SCHEMA if field.name != "content"]
    + [
        pa.field("stream", pa.int32()),
        pa.field("sub", pa.int32()),
        pa.field("key", pa.int64()),
        pa.field("stated_basis", TEXT),
        pa.field("lineage", pa.int64()),
    ]
)
_WRITE_ROWS = 1 << 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one segment is made of.

    `events` has columns row, *EVENT_COLUMNS, `values` has id, text; `ranges` gives per text column the first id and the
    count of its values; `first_us` and `last_us` are None without dated rows.
    """

    events: pa.Table
    values: pa.Table
    ranges: dict[str, tuple[int, int]]
    dated_rows: int
    first_us: int | None
    last_us: int | None
    streams: tuple[int, ...]

    @property
    def rows(self) -> int:
        """Rows of the segment."""
        return int(self.events.num_rows)


def sort_canonically(table: pa.Table) -> pa.Table:
    """Rows by (timestamp, order hash, order offset, sub); undated rows last."""
    keyed = pc.is_valid(table.column("key"))
    order = pa.table(
        {
            "timestamp": table.column("timestamp"),
            "hash": pc.if_else(keyed, table.column("key"), table.column("lineage")),
            "offset": pc.if_else(keyed, 0, pc.fill_null(table.column("offset"), 0)),
            "sub": table.column("sub"),
        }
    )
    keys = [(name, "ascending") for name in order.column_names]
    return table.take(pc.sort_indices(order, sort_keys=keys))


def seal(table: pa.Table) -> Sealed:
    """Sort the events and replace their texts by ids of an order-preserving dictionary local to this segment."""
    table = sort_canonically(table.unify_dictionaries()).combine_chunks()
    columns: dict[str, pa.Array] = {}
    texts: list[pa.Array] = []
    ranges: dict[str, tuple[int, int]] = {}
    base = 1
    for name in DICTIONARY_COLUMNS:
        ids, distinct = _ranked(_one_chunk(table.column(name)), base)
        columns[name] = ids
        ranges[name] = (base, len(distinct))
        texts.append(distinct)
        base += len(distinct)
    stamps = table.column("timestamp")
    dated = table.num_rows - stamps.null_count
    rows = {"row": _counting(1, table.num_rows)}
    rows |= {
        name: columns.get(name, table.column(name) if name in table.column_names else None) for name in EVENT_COLUMNS
    }
    return Sealed(
        events=pa.table(rows),
        values=pa.table({"id": _counting(1, base - 1), "text": pa.chunked_array(texts, pa.utf8())}),
        ranges=ranges,
        dated_rows=dated,
        first_us=stamps[0].as_py() if dated else None,
        last_us=stamps[dated - 1].as_py() if dated else None,
        streams=tuple(sorted(pc.unique(table.column("stream")).to_pylist())),
    )


def _one_chunk(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if column.num_chunks == 0:
        return pa.array([], TEXT)
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)


def _ranked(column: pa.DictionaryArray, base: int) -> tuple[pa.Array, pa.Array]:
    """(ids of the rows, distinct texts in byte order); only texts that a row uses are kept."""
    indices = column.indices
    used = pc.unique(indices).drop_null()
    distinct = column.dictionary.take(used)
    order = pc.sort_indices(distinct)
    places = pc.sort_indices(order)  # the inverse of a permutation
    positions = pc.index_in(indices, used)
    return pc.add(pc.take(places.cast(pa.int64()), positions), base), distinct.take(order)


def _counting(first: int, count: int) -> pa.Array:
    return pa.array(range(first, first + count), pa.int64())
