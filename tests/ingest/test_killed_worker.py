"""A killed worker process costs at most the chunk that it had, and that is accounted for."""

import multiprocessing
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pytest

from tests.evidence_files import access_line, access_log, ingested, new_case, put
from tests.ingest.deadly import DiesAtOnce, deadly
from timeline.ingest import misfortune, pipeline
from timeline.ingest.crew import KILLED, UNTRIED, Crew
from timeline.ingest.misfortune import Gate, Misfortune
from timeline.ingest.pool import Pool
from timeline.ingest.work import Part, Result, Task, work
from timeline.ingest.worker_process import Work
from timeline.model.parser import Chunk, DecodeContext
from timeline.session import reparsing
from timeline.session.ingesting import IngestOptions

LINES = 3


def part(evidence: bytes, first: int = 0) -> Part:
    data = b"".join(access_line(n).encode() + b"\n" for n in range(first, first + LINES))
    return Part("web.access", Chunk(data, 0, 1, None, b"", DecodeContext(source="a.log")), LINES, evidence, 0)


def task(*evidence: bytes) -> Task:
    return Task(tuple(part(one, 10 * n) for n, one in enumerate(evidence)))


def run(tasks: Sequence[Task], do: Work = deadly, jobs: int = 2) -> tuple[list[Result], list[str]]:
    found = []
    with Pool(Crew(jobs, do), jobs) as pool:
        for item in tasks:
            pool.submit(item)
            if (result := pool.take(wait=False)) is not None:
                found.append(result)
        while (result := pool.take(wait=True)) is not None:
            found.append(result)
        return found, pool.notes


def reasons(result: Result) -> list[str]:
    return [refusal.reason for account in result.accounts for refusal in account.rejects]


def summary(results: Sequence[Result]) -> list[tuple[int, list[str]]]:
    return [(result.rows, reasons(result)) for result in results]


GOOD: tuple[int, list[str]] = (LINES, [])
LOST = (0, [KILLED] * LINES)


def test_a_task_whose_worker_is_killed_once_is_done_after_all(tmp_path: Path) -> None:
    once = b"once " + bytes(tmp_path / "flag")
    found, notes = run([task(b"a"), task(once), task(b"b"), task(b"c")])
    assert summary(found) == [GOOD] * 4
    assert notes == []


def test_only_the_guilty_task_is_given_up_and_its_evidence_is_kept() -> None:
    names = [b"a", b"b", b"always", b"c", b"answering", b"d", b"e"]
    found, notes = run([task(name) for name in names])
    assert summary(found) == [GOOD, GOOD, LOST, GOOD, LOST, GOOD, GOOD]
    refused = found[2].accounts[0].rejects
    lengths = [len(access_line(n)) for n in range(LINES)]
    assert [(r.record, r.length) for r in refused] == list(zip((1, 2, 3), lengths, strict=True))
    assert refused[1].offset == lengths[0] + 1
    assert found[2].frames == work(task(b"always")).frames
    assert len(notes) == 1
    assert "twice: 2;" in notes[0]


def test_of_a_group_only_the_guilty_chunk_is_given_up(tmp_path: Path) -> None:
    once = b"once " + bytes(tmp_path / "flag")
    whole = task(b"a", b"always", b"b", once, b"c")
    found, _ = run([task(b"x"), whole, task(b"y")])
    assert [result.rows for result in found] == [LINES, 4 * LINES, LINES]
    group = found[1]
    assert [account.rows for account in group.accounts] == [LINES, 0, LINES, LINES, LINES]
    assert [len(account.rejects) for account in group.accounts] == [0, LINES, 0, 0, 0]
    assert group.frames == work(whole).frames
    told = pa.ipc.open_stream(group.events).read_all()
    wanted = pa.ipc.open_stream(work(Task((*whole.parts[:1], *whole.parts[2:]))).events).read_all()
    assert told.to_pylist() == wanted.to_pylist()


def test_a_group_of_which_nothing_is_left() -> None:
    found, _ = run([task(b"always", b"always")])
    assert (found[0].events, reasons(found[0])) == (b"", [KILLED] * 2 * LINES)


def test_a_worker_out_of_memory_is_a_killed_worker() -> None:
    found, _ = run([task(b"a"), task(b"greedy"), task(b"b")])
    assert summary(found) == [GOOD, LOST, GOOD]


def test_a_fault_of_the_work_itself_is_told_and_ends_all_processes() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError: a fault of the work itself"):
        run([task(b"a"), task(b"faulty"), *(task(b"b") for _ in range(10))])
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("leakline-worker")]


def test_workers_that_die_again_and_again_are_tried_less_and_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misfortune, "_IN_A_ROW", 2)
    names = [b"always"] * 4 + [b"a"] * 4
    found, notes = run([task(name) for name in names], jobs=1)
    untried = (0, [UNTRIED] * LINES)
    assert summary(found) == [LOST, LOST, LOST, untried, GOOD, GOOD, GOOD, GOOD]
    assert all(result.frames[0] for result in found)
    assert len(notes) == 2
    assert "not tried any more: 1;" in notes[1]


def test_trying_gets_rarer_until_one_lives() -> None:
    row = Misfortune()
    tried = 0
    for _ in range(10_000):
        if row.worth_a_try():
            tried += 1
            row.died()
    assert tried < 30
    while not row.worth_a_try():
        pass
    row.lived()
    assert [row.worth_a_try() for _ in range(100)] == [True] * 100


def test_where_no_worker_can_start_this_process_does_the_work() -> None:
    found, notes = run([task(b"a"), task(b"b", b"c"), task(b"d")], DiesAtOnce())
    assert [result.rows for result in found] == [LINES, 2 * LINES, LINES]
    assert len(notes) == 1
    assert "in the main process" in notes[0]


def test_a_process_that_the_system_refuses_is_one_that_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", refuse)
    before = len(os.listdir("/proc/self/fd"))
    found, notes = run([task(b"a"), task(b"b")])
    assert summary(found) == [GOOD, GOOD]
    assert len(notes) == 1
    assert len(os.listdir("/proc/self/fd")) == before


def test_leaving_early_waits_for_nothing() -> None:
    with Pool(Crew(2, deadly), 2) as pool:
        for _ in range(5):
            pool.submit(task(b"hanging"))
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("leakline-worker")]
    assert not [child.name for child in multiprocessing.active_children() if child.name == "leakline-decode"]


@pytest.mark.parametrize("module", [pipeline, reparsing])
def test_a_run_goes_on_and_tells_of_what_was_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: ModuleType
) -> None:
    lines = access_log(range(6))
    folder = put(tmp_path / "e", {"a.log": lines, "b.log": "always here\n" + lines, "c.log": access_log([7])})
    reading: IngestOptions = {"kind": "web.access", "jobs": 1}
    with ingested(tmp_path / "whole.db", folder, **reading) as whole, new_case(tmp_path / "c.db") as case:
        if module is reparsing:
            case.ingest([folder], **reading)
        monkeypatch.setattr(module, "make_pool", lambda *_: Pool(Crew(2, deadly), 2))
        summary = case.reparse("b.log") if module is reparsing else case.ingest([folder], **reading)
        assert [note for note in summary.notes if "twice: 1;" in note]
        lost = [reject for reject in case.rejects() if reject.reason == KILLED]
        assert [(reject.source, reject.record) for reject in lost] == [("b.log", n) for n in range(1, 8)]
        assert [problem for check in case.verify() for problem in check.problems] == []
        monkeypatch.undo()
        case.reparse("b.log")
        assert case.digest() == whole.digest()


def test_one_that_has_to_be_alone_waits_for_the_others_and_holds_up_the_next() -> None:
    gate = Gate()
    assert gate.enter(alone=False, wait=True)
    inside = threading.Event()

    def go_alone() -> None:
        if gate.enter(alone=True, wait=True):
            inside.set()

    lone = threading.Thread(target=go_alone)
    lone.start()
    while gate.enter(alone=False, wait=False):  # until the other has come to the gate
        gate.leave(alone=False)
    assert not inside.is_set()
    gate.leave(alone=False)
    assert inside.wait(10)
    assert not gate.enter(alone=False, wait=False)
    gate.leave(alone=True)
    assert gate.enter(alone=False, wait=True)
    lone.join()


def test_a_closed_gate_lets_nobody_wait() -> None:
    gate = Gate()
    gate.enter(alone=False, wait=True)
    answers: list[bool] = []
    lone = threading.Thread(target=lambda: answers.append(gate.enter(alone=True, wait=True)))
    lone.start()
    gate.close()
    lone.join(10)
    assert answers == [False]
    assert not gate.enter(alone=False, wait=True)
