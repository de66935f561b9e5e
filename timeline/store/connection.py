"""Opening a case file: creating it, reading it as hostile input, and small writes.

A case from someone else is evidence too: its schema must be exactly ours, and SQLite runs it with everything off that a
schema could abuse.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from timeline.model.errors import CaseBusyError, CaseError, LeaklineError, StorageError
from timeline.store.schema import APPLICATION_ID, FORMAT_VERSION, expected_schema

_HEADER = b"SQLite format 3\x00"
_MIGRATION_TABLES = ("_sqlite_migrations",)
_BUSY_MS = 30_000


def create_case(path: Path, *, case_id: str, redaction_key: str) -> None:
    """Make an empty case file, mode 0600. StorageError when it cannot be written, CaseError when it exists."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        if not path.exists():
            hint = "choose another folder"
            raise StorageError(
                "cannot create the case: a file is where its folder should be", where=path, hint=hint
            ) from error
        raise CaseError("a file is there already", where=path, hint="open it, or choose another name") from error
    except OSError as error:
        raise StorageError(
            f"cannot create the case: {error.strerror}", where=path, hint="choose a folder that you may write to"
        ) from error
    try:
        _fill(path, case_id, redaction_key)
    except BaseException:  # a half-made case would be in the way of the next attempt
        for end in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        raise


def _fill(path: Path, case_id: str, redaction_key: str) -> None:
    from sqlite_utils import Database

    from timeline.store.migrations import migrations

    with explained(path):
        connection = sqlite3.connect(path)
        try:
            connection.execute("PRAGMA page_size=8192")
            connection.execute("PRAGMA journal_mode=WAL")
            database = Database(connection)
            migrations.apply(database)
            rows = [{"key": "case_id", "value": case_id}, {"key": "redaction_key", "value": redaction_key}]
            database.table("meta").insert_all(rows)
            connection.commit()
        finally:
            connection.close()


def open_reader(path: Path, *, check_schema: bool = False) -> sqlite3.Connection:
    """A connection that only reads. CaseError when the file is no case, damaged, or from a newer version."""
    _check_header(path)
    with explained(path):
        try:
            return _reader(path, "mode=ro", check_schema=check_schema)
        except sqlite3.OperationalError:
            # a write-ahead log needs a file beside the case even for reading; where nothing can be written, nobody
            # else writes either, so that SQLite may take the file as it stands
            if not _stands_still(path):
                raise
            return _reader(path, "mode=ro&immutable=1", check_schema=check_schema)


def _reader(path: Path, options: str, *, check_schema: bool) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{options}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        _harden(connection)
        connection.execute("PRAGMA query_only=ON")
        _check_version(connection, path)
        if check_schema:
            _check_schema(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _stands_still(path: Path) -> bool:
    """Whether the case lies where it cannot be written, with nothing left in its write-ahead log."""
    log = path.with_name(path.name + "-wal")
    return not os.access(path.parent, os.W_OK) and not (log.exists() and log.stat().st_size)


def open_writer(path: Path) -> sqlite3.Connection:
    """A connection for small writes (annotations, custody); bulk goes through the writer process."""
    _check_header(path)
    with explained(path):
        connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_MS / 1000)
        _harden(connection)
        connection.execute("PRAGMA synchronous=NORMAL")
        _check_version(connection, path)
    return connection


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into one line each."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _explained(path, error) from error


def _explained(path: Path, error: sqlite3.DatabaseError) -> LeaklineError:
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return CaseBusyError("another program is writing to the case", where=path, hint="wait for it, then try again")
    if primary in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
        return StorageError("the disk is full or fails", where=path, hint="free space, then try again")
    if primary in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN}:
        return StorageError(
            "the case cannot be opened or written here", where=path, hint="check the folder's permissions"
        )
    if primary in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return CaseError(
            "the file is damaged or not a case", where=path, hint="restore it, or ingest the evidence again"
        )
    return CaseError(f"SQLite: {error}", where=path, hint="run `leakline verify`")


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as handle:
            head = handle.read(len(_HEADER))
    except FileNotFoundError as error:
        raise CaseError(
            "there is no such case", where=path, hint="`leakline new` makes one, `leakline ingest` too"
        ) from error
    except OSError as error:
        raise CaseError(f"cannot be read: {error.strerror}", where=path) from error
    if head != _HEADER:
        raise CaseError("not a Leakline case: not an SQLite file", where=path)


def _harden(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 256 << 20)


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise CaseError("not a Leakline case: another program's SQLite file", where=path)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version < FORMAT_VERSION:
        raise CaseError(
            f"made by an unreleased Leakline (format {version}, this one reads {FORMAT_VERSION})",
            where=path,
            hint="ingest the evidence again into a new case",
        )
    if version > FORMAT_VERSION:
        hint = "install the newer version"
        raise CaseError(
            f"made by a newer Leakline (format {version}, this one reads {FORMAT_VERSION})", where=path, hint=hint
        )


def _check_schema(connection: sqlite3.Connection, path: Path) -> None:
    for problem in schema_problems(connection):
        raise CaseError(f"the schema is not a case's: {problem}", where=path, hint="do not trust this file")


def schema_problems(connection: sqlite3.Connection) -> list[str]:
    """What differs from the schema that a case with these segments has, one line each."""
    found = {
        (kind, name): sql
        for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master")
        if name not in _MIGRATION_TABLES and not name.startswith(("sqlite_autoindex", "idx__sqlite_migrations"))
    }
    if ("table", "segment") not in found:
        return ["table segment is missing"]
    if ("table", "segment_column") not in found:
        return ["table segment_column is missing"]
    segments: dict[int, dict[str, int | None] | None] = {
        number: {} if listed else None for number, listed in connection.execute("SELECT id, listed FROM segment")
    }
    for number, name, base in connection.execute("SELECT segment, name, base FROM segment_column WHERE form = 'same'"):
        same = segments.get(number)
        if same is not None:
            same[name] = base
    expected = expected_schema(segments)
    problems = [f"{kind} {name} is missing" for kind, name in expected if (kind, name) not in found]
    problems += [f"{kind} {name} is foreign" for kind, name in found if (kind, name) not in expected]
    shared = found.keys() & expected.keys()
    return problems + [
        f"{kind} {name} differs" for kind, name in sorted(shared) if found[kind, name] != expected[kind, name]
    ]
