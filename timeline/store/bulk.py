"""The bulk connection: ADBC's SQLite driver. Imported only in the writer's process.

ADBC carries its own SQLite library, and two SQLite libraries in one process drop each other's file locks.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import adbc_driver_manager
import adbc_driver_sqlite.dbapi
import pyarrow as pa

from timeline.model.errors import CaseError, LeaklineError, StorageError
from timeline.store.schema import segment_ddl, segment_index_ddl
from timeline.store.seal import SEGMENT_SCHEMA, Sealed

_BATCH_ROWS = 1 << 16


class Bulk:
    """One write transaction at a time on a case file. Every method raises StorageError or CaseError, one line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = adbc_driver_sqlite.dbapi.connect(str(path), autocommit=True)
        self._cursor = self._connection.cursor()
        for pragma in (
            "busy_timeout=60000",
            "synchronous=NORMAL",
            "cache_size=-32000",
            "temp_store=MEMORY",
            "wal_autocheckpoint=4000",
        ):
            self._cursor.execute(f"PRAGMA {pragma}")
            self._cursor.fetchall()
        self._connection.adbc_connection.set_autocommit(False)

    def run(self, sql: str, *values: Any) -> None:
        """Execute one statement."""
        try:
            self._cursor.execute(sql, values or None)
        except adbc_driver_manager.Error as error:
            raise self._explained(error) from error

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        self.run(sql, *values)
        return list(self._cursor.fetchall())

    def table(self, sql: str) -> pa.Table:
        """A query's result as Arrow."""
        self.run(sql)
        return self._cursor.fetch_arrow_table()

    def append(self, name: str, table: pa.Table, *, temporary: bool = False) -> None:
        """Append Arrow rows to a table."""
        if table.num_rows == 0:
            return
        try:
            reader = table.to_reader(max_chunksize=_BATCH_ROWS)
            self._cursor.adbc_ingest(name, reader, mode="append", temporary=temporary)
        except adbc_driver_manager.Error as error:
            raise self._explained(error) from error

    def append_rows(self, name: str, columns: dict[str, pa.DataType], rows: Sequence[Sequence[Any]]) -> None:
        """Append Python rows to a table, columns in the order of `columns`."""
        if rows:
            arrays = [
                pa.array(values, kind) for values, kind in zip(zip(*rows, strict=True), columns.values(), strict=True)
            ]
            self.append(name, pa.table(arrays, names=list(columns)))

    def commit(self) -> None:
        """End the transaction."""
        try:
            self._connection.commit()
        except adbc_driver_manager.Error as error:
            raise self._explained(error) from error

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        self._connection.rollback()

    def close(self) -> None:
        """Give up the connection; what is not committed is gone."""
        self._cursor.close()
        self._connection.close()

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file and empty it, as far as readers allow."""
        self._connection.adbc_connection.set_autocommit(True)
        try:
            self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self._connection.adbc_connection.set_autocommit(False)

    def _explained(self, error: Exception) -> LeaklineError:
        text = str(error)
        if "disk is full" in text or "disk I/O" in text:
            return StorageError("the disk is full or fails", where=self._path, hint="free space, then ingest again")
        if "readonly" in text:
            return StorageError(
                "the case is read-only", where=self._path, hint="copy it to a folder that you may write to"
            )
        if "locked" in text or "busy" in text:
            return CaseError("another program holds the case", where=self._path, hint="close it, then try again")
        return CaseError(f"SQLite: {text.splitlines()[0]}", where=self._path, hint="run `leakline verify`")


def write_segment(bulk: Bulk, number: int, sealed: Sealed) -> None:
    """Create the tables of segment `number`, fill them, build their indexes and list it in `segment`."""
    import json

    for statement in segment_ddl(number):
        bulk.run(statement)
    bulk.append(f"segment_{number}_value", sealed.values)
    bulk.append(f"segment_{number}_event", sealed.events)
    for statement in segment_index_ddl(number):
        bulk.run(statement)
    bulk.run(
        "INSERT INTO segment (id, rows, dated_rows, first_us, last_us, ranges, streams) VALUES (?, ?, ?, ?, ?, ?, ?)",
        number,
        sealed.rows,
        sealed.dated_rows,
        sealed.first_us,
        sealed.last_us,
        json.dumps(sealed.ranges, sort_keys=True),
        json.dumps(sealed.streams),
    )


def drop_segment(bulk: Bulk, number: int) -> None:
    """Remove segment `number` and its tables."""
    bulk.run(f"DROP TABLE segment_{number}_event")
    bulk.run(f"DROP TABLE segment_{number}_value")
    bulk.run("DELETE FROM segment WHERE id = ?", number)


def load_segment(bulk: Bulk, number: int) -> pa.Table:
    """Segment `number` back as a table of SEGMENT_SCHEMA, ready to be filtered and sealed again."""
    import json

    ranges = json.loads(bulk.rows("SELECT ranges FROM segment WHERE id = ?", number)[0][0])
    events = bulk.table(
        f"SELECT e.*, s.lineage AS lineage FROM segment_{number}_event e JOIN stream s ON s.id = e.stream ORDER BY row"
    )
    values = (
        bulk.table(f"SELECT text FROM segment_{number}_value ORDER BY id")
        .column("text")
        .cast(pa.utf8())
        .combine_chunks()
    )
    columns = []
    for field in SEGMENT_SCHEMA:
        if field.name == "lineage":
            numbers = [int(text, 16) for text in events.column("lineage").to_pylist()]
            columns.append(pa.array(numbers, pa.int64()))
            continue
        column = events.column(field.name)
        if field.name in ranges:
            columns.append(_as_dictionary(column, values, *ranges[field.name]))
        else:
            columns.append(column.cast(field.type))
    return pa.table(columns, schema=SEGMENT_SCHEMA)


def _as_dictionary(ids: pa.ChunkedArray, values: pa.Array, first: int, count: int) -> pa.Array:
    import pyarrow.compute as pc

    indices = pc.subtract(ids.cast(pa.int64()), first).cast(pa.int32())
    flat = indices.combine_chunks() if indices.num_chunks != 1 else indices.chunk(0)
    return pa.DictionaryArray.from_arrays(flat, values.slice(first - 1, count))
