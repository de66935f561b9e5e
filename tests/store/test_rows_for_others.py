"""The tables of rows and the view `events`: there after each run, the same as the columns, and never in the way."""

import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.evidence_files import access_log, ingested, new_case, put, rows_of, trail_file
from tests.store.invented import Kept, invent, send, write
from tests.store.test_view import found, view
from timeline.session.case import Case, open_case
from timeline.session.ingesting import IngestOptions
from timeline.store.messages import Message

HOUR_US = 3_600_000_000
SMALL: IngestOptions = {"jobs": 1, "segment_rows": 40, "first_flush_rows": 40}
KILLED = """
import os, pickle, sys
from pathlib import Path
from timeline.store.writer import Writer

path, messages, listed = sys.argv[1:]
writer = Writer(Path(path), notify=lambda told: None, segment_rows=20, first_flush_rows=20)
*before, last = pickle.loads(Path(messages).read_bytes())
for message in before:
    writer.apply(message)
writer.sync()
for _ in range(int(listed)):
    writer.list_some()
writer.apply(last)
os._exit(9)
"""


def killed(path: Path, messages: Sequence[Message], *, listed: int) -> Case:
    """A case whose writer took these messages, listed the rows of so many segments and was killed over the last one."""
    new_case(path).close()
    kept = path.with_suffix(".messages")
    kept.write_bytes(pickle.dumps(list(messages)))
    run = subprocess.run([sys.executable, "-c", KILLED, path, kept, str(listed)], check=False, stderr=subprocess.PIPE)
    assert (run.returncode, run.stderr) == (9, b"")
    return open_case(path)


def tables(case: Case) -> dict[int, bool]:
    """Segment -> whether there is a table of its rows, as the case says too."""
    with closing(sqlite3.connect(f"{case.path.as_uri()}?mode=ro", uri=True)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        segments = connection.execute("SELECT id, listed FROM segment").fetchall()
    assert [f"segment_{number}_event" in names for number, _ in segments] == [bool(listed) for _, listed in segments]
    assert sum(name.endswith("_event") for name in names) == sum(listed for _, listed in segments)
    return {number: bool(listed) for number, listed in segments}


def assert_listed(case: Case) -> None:
    """Other programs see every event of the case as Leakline does, and the case can be opened and proves itself."""
    assert all(tables(case).values())
    assert sorted(view(case, "events"), key=repr) == sorted(found(case), key=repr)
    with open_case(case.path) as fresh:
        assert [problem for check in fresh.verify() for problem in check.problems] == []


def revisions(case: Case) -> int:
    with case.reading() as reader, reader.snapshot():
        return sum(segment.revision for segment in reader.segments)


def test_each_run_lists_what_it_added(tmp_path: Path) -> None:
    with new_case(tmp_path / "c.db") as case:
        assert_listed(case)
        for number in range(3):
            case.ingest([put(tmp_path / str(number), {f"{number}.log": access_log(range(number, 100, 3))})], **SMALL)
            assert_listed(case)
        assert len(tables(case)) >= 3


def test_a_segment_whose_columns_say_all_the_same(tmp_path: Path) -> None:
    with ingested(tmp_path / "c.db", put(tmp_path / "e", {"a.log": access_log([5])})) as case:
        assert_listed(case)
        assert len(view(case, "events")) == 1


def test_events_that_are_pointed_at_another_sighting(tmp_path: Path) -> None:
    """Whichever file comes second, one of the two orders moves sealed events to it."""
    files: dict[str, str | bytes] = {"a.json": trail_file(range(20)), "b.json": trail_file(range(10, 30))}
    moved = []
    for name, order in (("ab", list(files)), ("ba", list(reversed(files)))):
        with new_case(tmp_path / f"{name}.db") as case, case.find() as matches:
            case.ingest([put(tmp_path / name / "first", {order[0]: files[order[0]]})], **SMALL)
            assert {event.source for event in matches.page(0, 2_500)} == {order[0]}
            case.ingest([put(tmp_path / name / "second", {order[1]: files[order[1]]})], **SMALL)
            moved.append(revisions(case))
            assert_listed(case)
            with case.find() as fresh:  # what was kept of the columns is read anew
                assert list(matches.events()) == list(fresh.events())
                assert matches.page(0, 2_500) == fresh.page(0, 2_500)
    assert min(moved) == 0 < max(moved)


def test_a_clock_offset(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.log": access_log(range(0, 90, 2)), "b.log": access_log(range(1, 90, 2))}
    with ingested(tmp_path / "c.db", put(tmp_path / "e", files), segment_rows=40, first_flush_rows=40) as case:
        before = view(case, "events")
        for offset in (HOUR_US, -HOUR_US, 0):
            case.reparse("a.log", clock_offset_us=offset)
            assert_listed(case)
            assert (sorted(view(case, "events"), key=repr) == sorted(before, key=repr)) == (not offset)


def test_a_merge(tmp_path: Path) -> None:
    large: IngestOptions = {"jobs": 1, "segment_rows": 400, "first_flush_rows": 400}
    with new_case(tmp_path / "c.db") as case:
        counts = []
        for number in range(8):
            case.ingest([put(tmp_path / str(number), {f"{number}.log": access_log(range(number, 160, 8))})], **large)
            assert_listed(case)
            counts.append(len(tables(case)))
    assert counts == [1, 2, 3, 4, 5, 6, 7, 1]


def test_a_removal(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.log": access_log(range(60)), "b.json": trail_file(range(20)), "c.json": trail_file(range(10, 30)),
    }  # fmt: skip
    with ingested(tmp_path / "c.db", put(tmp_path / "e", files), segment_rows=40, first_flush_rows=40) as case:
        for name in ("b.json", "a.log", "c.json"):
            assert tables(case)
            case.remove(name)
            assert_listed(case)
        assert tables(case) == {}
        assert view(case, "events") == []


@pytest.mark.parametrize("listed", [0, 2])
def test_a_writer_that_is_killed_before_it_listed_all(tmp_path: Path, listed: int) -> None:
    kept = Kept()
    send(kept, invent(150), chunk_records=20)
    with (
        write(tmp_path / "whole.db", invent(150), chunk_records=20, segment_rows=20) as whole,
        killed(tmp_path / "c.db", [*kept.messages, kept.messages[-1]], listed=listed) as case,
    ):
        states = list(tables(case).values())
        assert states == [True] * listed + [False] * (len(states) - listed)
        assert len(states) > 5
        assert set(view(case, "events")) <= set(found(case))
        assert len(view(case, "events")) == sum(rows_in(case)[:listed])
        for query in ("", "actor:alice*", "-status:404 raw.n:>40"):
            assert rows_of(case, query) == rows_of(whole, query)
        assert case.facet("actor") == whole.facet("actor")
        assert case.digest() == whole.digest()
        assert [problem for check in case.verify() for problem in check.problems] == []
        case.annotate_matches("status:404", star=True)
        case.ingest([put(tmp_path / "e", {"later.log": access_log(range(30))})], jobs=1)
        assert_listed(case)
        assert len(found(case)) == len(found(whole)) + 30


def rows_in(case: Case) -> list[int]:
    """How many rows each segment has."""
    with case.reading() as reader, reader.snapshot():
        return [segment.rows for segment in reader.segments]


@pytest.mark.parametrize("change", ["remove", "offset"])
def test_a_change_of_segments_that_were_not_listed(tmp_path: Path, change: str) -> None:
    kept = Kept()
    send(kept, invent(150), chunk_records=20)
    with killed(tmp_path / "c.db", [*kept.messages, kept.messages[-1]], listed=2) as case:
        if change == "remove":
            case.remove("a.log")
        else:
            case.reparse("a.log", clock_offset_us=HOUR_US)
        assert_listed(case)
        assert found(case)
