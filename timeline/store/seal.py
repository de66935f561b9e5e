"""Sealing: a table of events becomes the columns and values of one segment. No database.

The table that goes in has the columns `SEGMENT_SCHEMA`: the event fields with dictionary-encoded texts, and stream,
sub, key, stated_basis, lineage. What comes out is in canonical order and holds integers only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from timeline.model.event import EVENT_SCHEMA, TEXT
from timeline.store.columns import Bools, Encoded, Integers, code_type, encode, encode_codes
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
_UNDATED: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one segment is made of.

    `columns` has EVENT_COLUMNS, `values` has id, text; `ranges` gives per text column the first id and the count of its
    values; `first_us` and `last_us` are None without dated rows; `streams` gives per stream the first and last offset.
    """

    rows: int
    columns: Mapping[str, Encoded]
    values: pa.Table
    ranges: Mapping[str, tuple[int, int]]
    dated_rows: int
    first_us: int | None
    last_us: int | None
    streams: Mapping[int, tuple[int, int]]


def seal(table: pa.Table) -> Sealed:
    """Sort the events and replace their texts by ids of an order-preserving dictionary local to this segment."""
    table = table.unify_dictionaries().combine_chunks()
    numbers = {name: _numbers(_one_chunk(table.column(name))) for name in _NUMBERS}
    order = _order(numbers)
    if order is not None:
        numbers = {name: _taken(column, order) for name, column in numbers.items()}
    columns = {name: encode(*numbers[name]) for name in EVENT_COLUMNS if name in numbers}
    texts: list[pa.Array] = []
    ranges: dict[str, tuple[int, int]] = {}
    base = 1
    for name in DICTIONARY_COLUMNS:
        codes, distinct = _ranked(_one_chunk(table.column(name)), order)
        columns[name] = encode_codes(codes, base, len(distinct))
        ranges[name] = (base, len(distinct))
        texts.append(distinct)
        base += len(distinct)
    times, dated = numbers["timestamp"]
    dated_rows = table.num_rows if dated is None else int(np.count_nonzero(dated))
    return Sealed(
        rows=table.num_rows,
        columns={name: columns[name] for name in EVENT_COLUMNS},
        values=pa.table(
            {"id": pa.array(np.arange(1, base, dtype=np.int64)), "text": pa.chunked_array(texts, pa.utf8())}
        ),
        ranges=ranges,
        dated_rows=dated_rows,
        first_us=int(times[0]) if dated_rows else None,
        last_us=int(times[dated_rows - 1]) if dated_rows else None,
        streams=_streams(numbers["stream"][0], numbers["offset"][0]),
    )


_NUMBERS: Final = tuple(name for name in SEGMENT_SCHEMA.names if SEGMENT_SCHEMA.field(name).type != TEXT)
_Numbers = tuple[Integers, Bools | None]


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 0:
        return pa.array([], column.type)
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)


def _numbers(column: pa.Array) -> _Numbers:
    """(values, which are there or None for all); 0 where there is none."""
    if not column.null_count:
        return column.to_numpy().astype(np.int64, copy=False), None
    valid = pc.is_valid(column).to_numpy(zero_copy_only=False)
    return pc.fill_null(column, 0).to_numpy().astype(np.int64, copy=False), valid


def _taken(column: _Numbers, order: Integers) -> _Numbers:
    values, valid = column
    return values[order], None if valid is None else valid[order]


def _order(numbers: Mapping[str, _Numbers]) -> Integers | None:
    """Canonical order of the rows: (timestamp, order hash, order offset, sub), undated last; None: they stand in it."""
    times, dated = numbers["timestamp"]
    keys, keyed = numbers["key"]
    hashes, offsets = numbers["lineage"][0], numbers["offset"][0]
    if keyed is None:
        hashes, offsets = keys, np.zeros_like(offsets)
    elif keyed.any():
        hashes, offsets = np.where(keyed, keys, hashes), np.where(keyed, 0, offsets)
    times = times if dated is None else np.where(dated, times, _UNDATED)
    places = (hashes, offsets, numbers["sub"][0])
    if _ascends((times, *places)):
        return None
    if _ascends(places):  # one log, whose lines are not quite in the order of time
        return np.argsort(times, kind="stable")
    return np.lexsort((*reversed(places), times))


def _ascends(columns: tuple[Integers, ...]) -> bool:
    """Whether no row is less than the one before it, by the first column, then the next."""
    equal: Bools | None = None
    for column in columns:
        less = column[1:] < column[:-1]
        if bool(less.any() if equal is None else (less & equal).any()):
            return False
        same = column[1:] == column[:-1]
        equal = same if equal is None else equal & same
        if not equal.any():
            return True
    return True


def _ranked(column: pa.DictionaryArray, order: Integers | None) -> tuple[npt.NDArray[np.unsignedinteger[Any]], pa.Array]:
    """(codes of the rows, distinct texts in byte order); only texts that a row uses are kept."""
    size = len(column.dictionary)
    indices = column.indices
    if indices.null_count == len(indices):
        return np.zeros(0, np.uint8), column.dictionary.slice(0, 0)
    places = pc.fill_null(indices, size).to_numpy() if indices.null_count else indices.to_numpy()
    used = np.zeros(size + 1, np.bool_)
    used[places] = True
    numbers = np.flatnonzero(used[:size])
    distinct = column.dictionary if len(numbers) == size else column.dictionary.take(pa.array(numbers))
    sorted_places = pc.sort_indices(distinct)
    codes = np.zeros(size + 1, code_type(len(numbers)))
    codes[numbers[sorted_places.to_numpy()]] = np.arange(1, len(numbers) + 1, dtype=codes.dtype)
    found = codes[places]
    return found if order is None else found[order], distinct.take(sorted_places)


def _streams(streams: Integers, offsets: Integers) -> dict[int, tuple[int, int]]:
    """Stream -> (first, last) offset of its rows."""
    if len(streams) and (streams == streams[0]).all():
        return {int(streams[0]): (int(offsets.min()), int(offsets.max()))}
    found = {}
    numbers, inverse = np.unique(streams, return_inverse=True)
    low = np.full(len(numbers), 2**63 - 1, np.int64)
    high = np.full(len(numbers), -(2**63), np.int64)
    np.minimum.at(low, inverse, offsets)
    np.maximum.at(high, inverse, offsets)
    for number, first, last in zip(numbers.tolist(), low.tolist(), high.tolist(), strict=True):
        found[number] = (first, last)
    return found
