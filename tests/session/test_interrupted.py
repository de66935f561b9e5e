"""Killed, cancelled, out of disk: what was committed stands, and the next run goes on from there."""

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.evidence_files import access_log, ingested, new_case, put, trail_file
from timeline.ingest.progress import Progress
from timeline.model.errors import CaseError, LeaklineError
from timeline.session.case import open_case


def _ingest_and_wait(case: str, folder: str, told: str) -> None:
    """Ingest in a process of its own; note on the disk that something is committed."""

    def tell(state: Progress) -> None:
        if state.durable_events:
            Path(told).write_text(str(state.durable_events))

    with new_case(Path(case)) as opened:
        opened.ingest([Path(folder)], jobs=1, progress=tell, segment_rows=500, first_flush_rows=500, chunk_bytes=20_000)


def evidence(tmp_path: Path) -> Path:
    return put(
        tmp_path / "e", {"access.log": access_log(range(12_000), step=5), "b.log": access_log(range(3000, 4000))}
    )


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.2])
def test_a_killed_ingest_loses_and_doubles_nothing(tmp_path: Path, delay: float) -> None:
    folder = evidence(tmp_path)
    told = tmp_path / "told"
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_ingest_and_wait, args=(str(tmp_path / "k.db"), str(folder), str(told)))
    process.start()
    deadline = time.monotonic() + 60
    while process.is_alive() and not told.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(delay)  # the moment of death is the point of this test
    if process.pid is not None:
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    with ingested(tmp_path / "whole.db", folder) as whole, open_case(tmp_path / "k.db") as killed:
        with killed.find() as matches:
            assert matches.count() > 0  # what was told to be durable is
        until = time.monotonic() + 30
        while True:  # the orphaned writer ends as soon as it sees that its parent is gone
            try:
                killed.ingest([folder], jobs=1)
                break
            except CaseError:
                assert time.monotonic() < until
        assert killed.digest() == whole.digest()
        assert [problem for check in killed.verify() for problem in check.problems] == []


def test_a_cancelled_ingest_keeps_what_was_read_and_goes_on(tmp_path: Path) -> None:
    folder = evidence(tmp_path)
    cancel = threading.Event()

    def tell(state: Progress) -> None:
        if state.events:
            cancel.set()

    with new_case(tmp_path / "c.db") as case:
        summary = case.ingest([folder], jobs=1, progress=tell, cancel=cancel, chunk_bytes=20_000)
        assert summary.cancelled
        assert 0 < summary.events < 13_000
        again = case.ingest([folder], jobs=1)
        assert summary.events + again.events == 13_000
        with ingested(tmp_path / "whole.db", folder) as whole:
            assert case.digest() == whole.digest()


def test_an_array_goes_on_in_its_middle(tmp_path: Path) -> None:
    folder = put(tmp_path / "e", {"trail.json": trail_file(range(3000))})
    cancel = threading.Event()

    def tell(state: Progress) -> None:
        if state.events > 500:
            cancel.set()

    with new_case(tmp_path / "c.db") as case:
        first = case.ingest([folder], jobs=1, progress=tell, cancel=cancel, chunk_bytes=10_000)
        assert first.cancelled
        with case.reading() as reader:
            (offset,) = reader.rows("SELECT resume_offset FROM stream")[0]
        assert offset > 100_000
        again = case.ingest([folder], jobs=1, chunk_bytes=10_000)
        assert first.events + again.events == 3000
        with ingested(tmp_path / "whole.db", folder) as whole:
            assert case.digest() == whole.digest()
        assert [problem for check in case.verify() for problem in check.problems] == []


def test_a_full_disk_is_one_line_and_the_case_stays_sound(tmp_path: Path) -> None:
    folder = evidence(tmp_path)
    with new_case(tmp_path / "c.db") as case:
        case.ingest([put(tmp_path / "first", {"first.log": access_log(range(50))})], jobs=1)
        before = case.digest()
        limit = _limit_file_size(400_000)
        try:
            with pytest.raises(LeaklineError) as caught:
                case.ingest([folder], jobs=1)
        finally:
            _limit_file_size(limit)
        assert "\n" not in str(caught.value)
        assert [problem for check in case.verify() for problem in check.problems] == []
        case.ingest([folder], jobs=1)
        assert case.digest() != before


def _limit_file_size(size: int) -> int:
    """Make writes beyond `size` fail, as on a full disk; children inherit it. The limit before."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    return soft
