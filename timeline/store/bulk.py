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

_BATCH_ROWS = 1 << 16


_LOCK = "UPDATE meta SET value = value WHERE key IS NULL"  # changes nothing; the driver begins without a lock


class Bulk:
    """One write transaction at a time on a case file. Every method raises StorageError or CaseError, one line.

    A transaction has the write lock from its first statement to its end. One that only read at first would be refused as
    soon as it wrote, if somebody had starred an event meanwhile.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = adbc_driver_sqlite.dbapi.connect(str(path), autocommit=True)
        self._cursor = self._connection.cursor()
        self._locked = False
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
        self._lock()
        self._execute(sql, values)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        self.run(sql, *values)
        return list(self._cursor.fetchall())

    def look(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query. Outside of a transaction it begins none, so that nobody has to wait."""
        self._execute(sql, values)
        found = list(self._cursor.fetchall())
        if not self._locked:
            self.commit()
        return found

    def table(self, sql: str) -> pa.Table:
        """A query's result as Arrow."""
        self.run(sql)
        return self._cursor.fetch_arrow_table()

    def append(self, name: str, table: pa.Table, *, temporary: bool = False) -> None:
        """Append Arrow rows to a table."""
        if table.num_rows == 0:
            return
        self._lock()
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
        """End the transaction: by the driver, as the DBAPI layer's commit does nothing after it was opened with autocommit."""
        try:
            self._connection.adbc_connection.commit()
        except adbc_driver_manager.Error as error:
            raise self._explained(error) from error
        self._locked = False

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        self._connection.adbc_connection.rollback()
        self._locked = False

    def close(self) -> None:
        """Give up the connection; what is not committed is gone."""
        self._cursor.close()
        self._connection.close()

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file and empty it, as far as readers allow."""
        self._connection.adbc_connection.set_autocommit(True)
        try:
            self._execute("PRAGMA wal_checkpoint(TRUNCATE)", ())
            self._cursor.fetchall()
        finally:
            self._connection.adbc_connection.set_autocommit(False)

    def _lock(self) -> None:
        if not self._locked:
            self._execute(_LOCK, ())
            self._locked = True

    def _execute(self, sql: str, values: Sequence[Any]) -> None:
        try:
            self._cursor.execute(sql, values or None)
        except adbc_driver_manager.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: Exception) -> LeaklineError:
        text = str(error)
        if "disk is full" in text or "disk I/O" in text:
            return StorageError("the disk is full or fails", where=self.path, hint="free space, then ingest again")
        if "readonly" in text:
            return StorageError(
                "the case is read-only", where=self.path, hint="copy it to a folder that you may write to"
            )
        if "locked" in text or "busy" in text:
            return CaseError("another program holds the case", where=self.path, hint="close it, then try again")
        return CaseError(f"SQLite: {text.splitlines()[0]}", where=self.path, hint="run `leakline verify`")
