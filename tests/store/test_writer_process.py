"""A writer that is killed is one line, whenever it happens; the case stays at its last commit, and the next one goes on."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evidence_files import access_log, ingested, new_case, put, rows_of
from tests.store import dying
from tests.store.invented import invent, send
from timeline.ingest.progress import Progress
from timeline.model.errors import CaseError, LeaklineError
from timeline.session.case import Case
from timeline.store import writer_child, writer_process
from timeline.store.messages import Sync
from timeline.store.writer_process import WriterHandle

STREAMS = invent(300)


def writers() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.name == "leakline-writer" and child.pid]


@pytest.fixture(autouse=True)
def _no_writer_from_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_child, "_ahead", [])


def killer(handle: WriterHandle, signal_number: int = signal.SIGKILL) -> Callable[[], None]:
    pid = handle._process.pid
    assert pid is not None
    return lambda: os.kill(pid, signal_number)


def send_all(handle: WriterHandle) -> None:
    for _ in range(100):
        send(handle, STREAMS, chunk_records=10)


ACTS: dict[str, Callable[[WriterHandle], object]] = {
    "send": send_all,
    "sync": WriterHandle.sync,
    "finish": WriterHandle.finish,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_writer_that_was_killed_is_found_out(tmp_path: Path, act: Callable[[WriterHandle], object]) -> None:
    with new_case(tmp_path / "c.db") as case, WriterHandle(case.path) as handle:
        killer(handle)()
        with pytest.raises(CaseError) as caught:
            act(handle)
    assert caught.value.what == "the writer process ended early: killed by signal 9"
    assert "run the same command again" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_writer_that_is_killed_meanwhile_is_found_out(tmp_path: Path, act: Callable[[WriterHandle], object]) -> None:
    with new_case(tmp_path / "c.db") as case, WriterHandle(case.path) as handle:
        send(handle, STREAMS, chunk_records=10)
        handle.sync()
        killer(handle, signal.SIGSTOP)()  # so that it is waited for
        death = threading.Timer(0.05, killer(handle))
        death.start()
        with pytest.raises(CaseError, match="ended early: killed by signal 9"):
            act(handle)
        death.join()
        assert len(rows_of(case)) == len([event for stream in STREAMS for group in stream.events for event in group])


def test_what_waits_to_be_sent_holds_up_nobody_after_a_kill(tmp_path: Path) -> None:
    with new_case(tmp_path / "c.db") as case:
        with WriterHandle(case.path) as handle:
            killer(handle, signal.SIGSTOP)()
            for _ in range(3):
                handle.send(Sync())
            killer(handle)()
        assert writers() == []
        assert rows_of(case) == []


def served_by(monkeypatch: pytest.MonkeyPatch, body: Callable[..., None]) -> None:
    """Have the next writer's process run this."""

    def started() -> writer_child.Child:
        monkeypatch.setattr(writer_child, "_serve", body)
        return writer_child._start()

    monkeypatch.setattr(writer_process, "started", started)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_writer_that_is_killed_while_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[WriterHandle], object]
) -> None:
    served_by(monkeypatch, dying.half_an_answer)
    with WriterHandle(tmp_path / "c.db") as handle, pytest.raises(CaseError, match="ended early: killed by signal 9"):
        act(handle)


def test_a_writer_without_memory_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served_by(monkeypatch, dying.starved)
    new_case(tmp_path / "c.db").close()
    failure = "no memory is left to write the case"
    with WriterHandle(tmp_path / "c.db") as handle, pytest.raises(LeaklineError, match=failure):
        send_all(handle)


def killed_at(case: Case, folder: Path, moment: Callable[[Progress], bool]) -> None:
    """Ingest, and kill the writer at that moment."""

    def tell(state: Progress) -> None:
        if moment(state):
            for pid in writers():
                os.kill(pid, signal.SIGKILL)

    with pytest.raises(CaseError, match="ended early: killed by signal 9"):
        case.ingest([folder], jobs=1, progress=tell, segment_rows=500, first_flush_rows=500, chunk_bytes=20_000)


MOMENTS: dict[str, Callable[[Progress], bool]] = {
    "at the start": lambda state: True,
    "after a commit": lambda state: state.durable_events > 0,
    "at the end": lambda state: state.sources_done == 2,
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_an_ingest_goes_on_where_its_writer_was_killed(tmp_path: Path, moment: Callable[[Progress], bool]) -> None:
    folder = put(tmp_path / "e", {"a.log": access_log(range(6000), step=5), "b.log": access_log(range(3000, 3500))})
    with new_case(tmp_path / "c.db") as case, ingested(tmp_path / "whole.db", folder) as whole:
        killed_at(case, folder, moment)
        assert [problem for check in case.verify() for problem in check.problems] == []
        assert {row[0] for row in rows_of(case)} <= {row[0] for row in rows_of(whole)}
        case.ingest([folder], jobs=1)
        assert case.digest() == whole.digest()
        assert writers() == []
