"""Segments in the case file: written, loaded again, listed as rows for other programs, dropped."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from timeline.model.errors import CaseError
from timeline.store.bulk import Bulk
from timeline.store.columns import Column, Encoded
from timeline.store.keys import lineage_number
from timeline.store.schema import EVENT_COLUMNS, Same, events_view_ddl, rows_ddl, value_ddl, varying
from timeline.store.seal import SEGMENT_SCHEMA, Sealed

_COLUMN_TABLE: Final = {
    "segment": pa.int64(),
    "name": pa.utf8(),
    "form": pa.utf8(),
    "base": pa.int64(),
    "step": pa.int64(),
    "data": pa.binary(),
}


def next_number(bulk: Bulk) -> int:
    """A segment number that was never used in this case."""
    rows = bulk.rows("SELECT value FROM meta WHERE key = 'next_segment'")
    number = int(rows[0][0]) if rows else 1
    bulk.run(
        "INSERT INTO meta (key, value) VALUES ('next_segment', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        str(number + 1),
    )
    return number


def write_segment(bulk: Bulk, number: int, sealed: Sealed) -> None:
    """Store a sealed segment as number `number`; other programs see its rows after `list_rows`."""
    bulk.run(value_ddl(number))
    bulk.append(f"segment_{number}_value", sealed.values)
    _store_columns(bulk, number, sealed.columns)
    bulk.run(
        "INSERT INTO segment (id, rows, dated_rows, first_us, last_us, ranges, streams) VALUES (?, ?, ?, ?, ?, ?, ?)",
        number,
        sealed.rows,
        sealed.dated_rows,
        sealed.first_us,
        sealed.last_us,
        json.dumps(sealed.ranges, sort_keys=True),
        _streams_json(sealed.streams),
    )


def _store_columns(bulk: Bulk, number: int, columns: Mapping[str, Encoded]) -> None:
    rows = [(number, name, kept.form, kept.base, kept.step, kept.data) for name, kept in columns.items()]
    bulk.append_rows("segment_column", _COLUMN_TABLE, rows)


def _streams_json(streams: Mapping[int, tuple[int, int]]) -> str:
    return json.dumps({str(stream): places for stream, places in sorted(streams.items())})


def streams_of(bulk: Bulk) -> dict[int, dict[int, tuple[int, int]]]:
    """Segment -> stream -> (first, last) offset of its rows."""
    return {
        number: {int(stream): (first, last) for stream, (first, last) in json.loads(text).items()}
        for number, text in bulk.rows("SELECT id, streams FROM segment ORDER BY id")
    }


def replace_columns(
    bulk: Bulk, number: int, columns: Mapping[str, Encoded], streams: Mapping[int, tuple[int, int]]
) -> None:
    """Put other values into some columns of a segment; its rows for other programs are to be listed anew."""
    drop_rows(bulk, number)
    names = json.dumps(list(columns))
    bulk.run(
        "DELETE FROM segment_column WHERE segment = ? AND name IN (SELECT value FROM json_each(?))", number, names
    )
    _store_columns(bulk, number, columns)
    bulk.run(
        "UPDATE segment SET streams = ?, revision = revision + 1 WHERE id = ?", _streams_json(streams), number
    )


def drop_segment(bulk: Bulk, number: int) -> None:
    """Remove segment `number` and its tables."""
    drop_rows(bulk, number)
    bulk.run(f"DROP TABLE segment_{number}_value")
    bulk.run("DELETE FROM segment_column WHERE segment = ?", number)
    bulk.run("DELETE FROM segment WHERE id = ?", number)


def read_columns(bulk: Bulk, number: int, names: Sequence[str] = EVENT_COLUMNS) -> dict[str, Column]:
    """These columns of a segment."""
    rows = bulk.rows("SELECT rows FROM segment WHERE id = ?", number)[0][0]
    stored = bulk.rows(
        "SELECT name, form, base, step, data FROM segment_column WHERE segment = ? AND name IN"
        " (SELECT value FROM json_each(?))",
        number,
        json.dumps(list(names)),
    )
    try:
        return {name: Column(Encoded(*rest), rows) for name, *rest in stored}
    except ValueError as error:
        raise CaseError(f"the case is damaged: {error}", where=bulk.path, hint="run `leakline verify`") from error


def load_segment(bulk: Bulk, number: int) -> pa.Table:
    """Segment `number` back as a table of SEGMENT_SCHEMA, ready to be filtered and sealed again."""
    try:
        return _loaded(bulk, number)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, pa.ArrowException) as error:
        raise CaseError(
            f"the case is damaged: segment {number} contradicts itself", where=bulk.path, hint="run `leakline verify`"
        ) from error


def _loaded(bulk: Bulk, number: int) -> pa.Table:
    ranges = json.loads(bulk.rows("SELECT ranges FROM segment WHERE id = ?", number)[0][0])
    columns = read_columns(bulk, number)
    texts = bulk.table(f"SELECT text FROM segment_{number}_value ORDER BY id").column("text")
    values = texts.cast(pa.utf8()).combine_chunks()
    lineages = {n: lineage_number(text) for n, text in bulk.rows("SELECT id, lineage FROM stream")}
    found = []
    for field in SEGMENT_SCHEMA:
        if field.name == "lineage":
            streams, _ = columns["stream"].values
            found.append(_mapped(streams, lineages))
        elif field.name in ranges:
            found.append(_as_dictionary(columns[field.name], values, *ranges[field.name]))
        else:
            found.append(_as_numbers(columns[field.name], field.type))
    return pa.table(found, schema=SEGMENT_SCHEMA)


def _mapped(numbers: np.ndarray[tuple[int], np.dtype[np.int64]], to: Mapping[int, int]) -> pa.Array:
    distinct, inverse = np.unique(numbers, return_inverse=True)
    return pa.array(np.array([to[number] for number in distinct.tolist()], np.int64)[inverse])


def _as_numbers(column: Column, kind: pa.DataType) -> pa.Array:
    values, present = column.values
    missing = None if present is True else ~np.broadcast_to(np.asarray(present), len(values))
    return pa.array(values, mask=missing).cast(kind)


def _as_dictionary(column: Column, values: pa.Array, first: int, count: int) -> pa.Array:
    codes = column.codes(first).astype(np.int64) - 1
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, values.slice(first - 1, count))


def unlisted(bulk: Bulk) -> list[int]:
    """Segments whose rows other programs cannot see yet."""
    return [row[0] for row in bulk.rows("SELECT id FROM segment WHERE listed = 0 ORDER BY id")]


def list_rows(bulk: Bulk, number: int) -> None:
    """Write a segment's rows as a table, for other programs. The view `events` is to be refreshed."""
    columns = read_columns(bulk, number)
    same = _same(columns)
    rows = bulk.rows("SELECT rows FROM segment WHERE id = ?", number)[0][0]
    table = {"row": pa.array(np.arange(1, rows + 1, dtype=np.int64))}
    table |= {name: _as_numbers(columns[name], pa.int64()) for name in varying(same)}
    bulk.run(rows_ddl(number, same))
    bulk.append(f"segment_{number}_event", pa.table(table))
    bulk.run("UPDATE segment SET listed = 1 WHERE id = ?", number)


def drop_rows(bulk: Bulk, number: int) -> None:
    """Take a segment's rows from other programs. The view `events` is to be refreshed."""
    if bulk.rows("SELECT 1 FROM segment WHERE id = ? AND listed = 1", number):
        bulk.run("DROP VIEW IF EXISTS events")
        bulk.run(f"DROP TABLE segment_{number}_event")
        bulk.run("UPDATE segment SET listed = 0 WHERE id = ?", number)


def _same(columns: Mapping[str, Column]) -> Same:
    return {name: column.same for name, column in columns.items() if column.is_same}


def refresh_view(bulk: Bulk) -> None:
    """Let the view `events` show the segments whose rows are listed now."""
    listed: dict[int, dict[str, int | None]] = {
        number: {} for (number,) in bulk.rows("SELECT id FROM segment WHERE listed = 1")
    }
    for number, name, base in bulk.rows("SELECT segment, name, base FROM segment_column WHERE form = 'same'"):
        if number in listed:
            listed[number][name] = base
    wanted = events_view_ddl(listed)
    if bulk.rows("SELECT sql FROM sqlite_master WHERE type = 'view' AND name = 'events'") != [(wanted,)]:
        bulk.run("DROP VIEW IF EXISTS events")
        bulk.run(wanted)
