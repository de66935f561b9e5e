import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.evidence_files import new_case
from timeline.model.errors import CaseBusyError, CaseError, LeaklineError, StorageError
from timeline.session.case import open_case
from timeline.store import connection
from timeline.store.connection import create_case
from timeline.store.lock import WriterLock


@pytest.fixture
def case_file(tmp_path: Path) -> Path:
    new_case(tmp_path / "case.db").close()
    return tmp_path / "case.db"


def refused(path: Path) -> str:
    with pytest.raises(CaseError) as caught:
        open_case(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_case_is_private_to_its_owner(case_file: Path) -> None:
    assert case_file.stat().st_mode & 0o777 == 0o600


def test_what_is_not_sqlite_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    path.write_bytes(b"not a database at all")
    assert "not an SQLite file" in refused(path)
    path.write_bytes(b"")
    assert "not an SQLite file" in refused(path)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE t (x)")
    assert "another program" in refused(tmp_path / "other.db")


def test_a_newer_case_is_refused(case_file: Path) -> None:
    with closing(sqlite3.connect(case_file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "newer Leakline (format 99" in refused(case_file)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE extra (x)",
        "CREATE TRIGGER evil AFTER INSERT ON annotation BEGIN DELETE FROM custody; END",
        "DROP VIEW rejects",
        "CREATE VIEW segment_1_event AS SELECT 1 AS row",
        "DROP INDEX source_stream",
    ],
)
def test_a_foreign_schema_is_refused(case_file: Path, statement: str) -> None:
    with closing(sqlite3.connect(case_file)) as connection:
        connection.execute(statement)
    assert "schema is not a case's" in refused(case_file)


def test_a_damaged_file_is_a_clear_error(case_file: Path) -> None:
    data = bytearray(case_file.read_bytes())
    data[100:4000] = b"\xff" * 3900
    case_file.write_bytes(data)
    with pytest.raises(CaseError):
        open_case(case_file)


def test_a_missing_case_says_how_to_make_one(tmp_path: Path) -> None:
    assert "leakline ingest" in refused(tmp_path / "none.db")


def test_a_file_is_never_overwritten(case_file: Path) -> None:
    with pytest.raises(CaseError, match="a file is there already"):
        create_case(case_file, case_id="a", redaction_key="00")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError):
        create_case(tmp_path / "file" / "case.db", case_id="a", redaction_key="00")


def test_the_second_writer_is_told_who_is_first(case_file: Path) -> None:
    import os

    with WriterLock(case_file), pytest.raises(CaseBusyError, match=f"process {os.getpid()} "), WriterLock(case_file):
        pass
    with WriterLock(case_file):
        pass


def test_readers_cannot_write(case_file: Path) -> None:
    with open_case(case_file) as case, pytest.raises(LeaklineError), case.reading() as reader:
        reader.connection.execute("DELETE FROM custody")


def on_read_only_media(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite fail as it does where the files of a write-ahead log cannot be made (tests may run as root)."""
    plain = connection._reader

    def reader(path: Path, options: str, *, check_schema: bool) -> sqlite3.Connection:
        if "immutable" not in options:
            raise sqlite3.OperationalError("unable to open database file")
        return plain(path, options, check_schema=check_schema)

    monkeypatch.setattr(connection, "_reader", reader)
    monkeypatch.setattr("os.access", lambda *_: False)


def test_a_case_on_read_only_media_can_be_read(case_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_read_only_media(monkeypatch)
    with open_case(case_file) as case:
        assert [entry.action for entry in case.custody()] == ["create"]


def test_what_is_left_in_the_log_is_not_passed_over(case_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case_file.with_name(case_file.name + "-wal").write_bytes(b"something")
    on_read_only_media(monkeypatch)
    with pytest.raises(LeaklineError):
        open_case(case_file)
