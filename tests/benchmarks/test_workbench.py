"""Data is made once, a case is all of its files, and the time to search is taken from what the ingest says."""

import json
from pathlib import Path

import pytest

from tests.benchmarks import workbench
from tests.benchmarks.early_rows import seconds_to_first_row
from tests.benchmarks.figures import Measured
from tests.benchmarks.make_access import AccessShape, write_access_log
from tests.benchmarks.processes import Run, RunFailedError
from tests.benchmarks.workbench import Workbench, searchable, size_of, summary


def ingest_run(took: float, **told: float) -> Run:
    return Run(took, 2, 1, "note\n" + json.dumps(told) + "\n")


def test_the_time_to_search_keeps_the_start_of_the_process() -> None:
    runs = (ingest_run(5.0, seconds=4.5, searchable_seconds=2.0), ingest_run(6.0, seconds=5.5, searchable_seconds=2.5))
    assert [done.seconds for done in searchable(Measured(runs)).runs] == [2.5, 3.0]


def test_an_ingest_that_does_not_say_when_it_can_be_searched_counts_whole() -> None:
    assert searchable(Measured((ingest_run(5.0, seconds=4.5),))).seconds == 5.0


def test_a_summary_that_is_no_object_is_refused() -> None:
    with pytest.raises(TypeError, match="printed 3"):
        summary(Run(1.0, 0, 0, "3\n"))


def test_data_is_made_once_and_never_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def make(path: Path, count: int) -> None:
        made.append(count)
        path.write_bytes(b"x" * count)
        if len(made) == 1:
            raise OSError("the disk is full")

    monkeypatch.setattr(workbench, "MAKERS", {"letters": make})
    bench = Workbench(tmp_path, {})
    with pytest.raises(OSError, match="full"):
        bench.data("letters", 7)
    assert [size_of(bench.data("letters", 7)) for _ in range(2)] == [7, 7]
    assert made == [7, 7]


def test_a_case_is_all_of_its_files(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, {})
    for suffix in ("", "-wal", ".lock"):
        (tmp_path / f"one.db{suffix}").write_bytes(b"abc")
    (tmp_path / "other.db").write_bytes(b"abc")
    assert bench.case_bytes("one") == 9
    bench.forget("one")
    assert [path.name for path in tmp_path.iterdir()] == ["other.db"]


def test_a_smaller_run_says_what_it_is_short_of(tmp_path: Path) -> None:
    assert Workbench(tmp_path, {}).short_of("10 M events") is None
    assert Workbench(tmp_path, {}, lines=1_000).short_of("10 M events") == "not at 10 M events"


def test_a_case_is_ingested_by_the_command_and_kept(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, {}, lines=500)
    log = bench.data("narrow", 500)
    done = bench.ingest("kept", log)
    assert summary(done)["events"] == 500
    before = bench.case("kept").stat().st_ino
    assert bench.ingested("kept", log).stat().st_ino == before


def test_the_first_row_of_a_running_ingest_is_seen(tmp_path: Path) -> None:
    write_access_log(tmp_path / "log", AccessShape(500))
    assert 0 < seconds_to_first_row(tmp_path / "case.db", tmp_path / "log") < 60


def test_an_ingest_without_a_row_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes").write_bytes(b"\n")
    with pytest.raises(RunFailedError, match="no row after"):
        seconds_to_first_row(tmp_path / "case.db", tmp_path / "notes")
