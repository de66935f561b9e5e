"""A disk that fills: one line says so, the case keeps its last commit, and the same command goes on from there."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.commands.conftest import Leakline, leakline
from tests.evidence_files import NOW_US, access_log, ingested, new_case, put, rows_of, trail_file
from timeline.model.errors import StorageError
from timeline.session.case import open_case
from timeline.store.connection import explained

__all__ = ["leakline"]  # a fixture

FULL = "the disk is full or fails"


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, here and in processes started meanwhile: writing fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def evidence(tmp_path: Path) -> Path:
    return put(
        tmp_path / "e",
        {
            "a.log": access_log(range(12_000), step=5),
            "b.log": access_log(range(3000, 4000)),
            "t.json": trail_file(range(500)),
        },
    )


@pytest.mark.parametrize("size", [0, 8192, 60_000])
def test_a_case_that_cannot_be_made_leaves_nothing_in_the_way(tmp_path: Path, size: int) -> None:
    path = tmp_path / "c.db"
    with room_for(size), pytest.raises(StorageError) as caught:
        new_case(path)
    assert str(caught.value) == f"{path}: {FULL} (free space, then try again)"
    assert list(tmp_path.iterdir()) == []
    new_case(path).close()


@pytest.mark.parametrize("size", [360_000, 700_000])
def test_the_same_ingest_completes_what_a_full_disk_stopped(leakline: Leakline, tmp_path: Path, size: int) -> None:
    folder = evidence(tmp_path)
    case = tmp_path / "c.db"
    put(tmp_path / "first", {"first.log": access_log(range(9000, 9050))})
    assert leakline("ingest", case, tmp_path / "first").code == 0
    with room_for(size):
        ran = leakline("ingest", case, folder)
    assert (ran.code, ran.fault) == (2, f"{case}: {FULL} (free space, then ingest again)")
    assert leakline("verify", case).code == 0
    assert int(leakline("search", case, "source:first.log", "--count").out) == 50
    assert leakline("ingest", case, folder).code == 0
    assert leakline("verify", case).code == 0
    with ingested(tmp_path / "whole.db", tmp_path / "first") as whole:
        whole.ingest([folder], jobs=1)
        assert leakline("status", case, "--digest").out.split() == [whole.digest()]


def test_what_was_committed_before_the_disk_was_full_is_there(tmp_path: Path) -> None:
    folder = evidence(tmp_path)
    durable = []
    with ingested(tmp_path / "c.db", put(tmp_path / "first", {"first.log": access_log([1])})) as case:
        with room_for(700_000), pytest.raises(StorageError, match=FULL):
            case.ingest(
                [folder], jobs=1, segment_rows=1000, first_flush_rows=1000, chunk_bytes=20_000,
                progress=lambda state: durable.append(state.durable_events),
            )  # fmt: skip
        kept = {row[0] for row in rows_of(case, "-source:first.log")}
        assert len(kept) >= durable[-1] > 0
        with ingested(tmp_path / "whole.db", folder) as whole:
            assert kept <= {row[0] for row in rows_of(whole)}


@pytest.mark.parametrize("size", [0, 4096])
def test_a_star_on_a_full_disk_is_refused_whole(leakline: Leakline, tmp_path: Path, size: int) -> None:
    case = tmp_path / "c.db"
    ingested(case, put(tmp_path / "e", {"a.log": access_log(range(20))})).close()
    with room_for(size):
        ran = leakline("annotate", case, "--query", "actor:user1", "--star")
    assert ran.code == 2
    assert FULL in ran.fault
    assert leakline("search", case, "is:starred", "--count").out == "0\n"
    assert leakline("verify", case).code == 0
    assert leakline("annotate", case, "--query", "actor:user1", "--star").code == 0
    assert leakline("search", case, "is:starred", "--count").out == "4\n"


def test_a_case_can_be_read_while_the_disk_is_full(tmp_path: Path) -> None:
    ingested(tmp_path / "c.db", put(tmp_path / "e", {"a.log": access_log(range(20))})).close()
    with room_for(40_000), open_case(tmp_path / "c.db", analyst="kim", now_us=lambda: NOW_US) as case:
        assert len(rows_of(case, "actor:user1")) == 4


def test_sqlite_says_full_in_two_ways(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("PRAGMA max_page_count=2")
        with pytest.raises(StorageError, match=FULL), explained(tmp_path / "x.db"):
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
        connection.execute("PRAGMA max_page_count=1000")
        connection.execute("INSERT INTO t VALUES (zeroblob(1000))")
        with room_for(0), pytest.raises(StorageError, match=FULL), explained(tmp_path / "x.db"):
            connection.commit()
