"""A killed worker process costs at most the chunk that it had, and that is accounted for."""

from pathlib import Path

import pytest

from tests.evidence_files import access_line
from tests.ingest.deadly import deadly
from timeline.ingest import pool as pools
from timeline.ingest.pool import KILLED, Pool
from timeline.ingest.work import Part, Result, Task
from timeline.model.parser import Chunk, DecodeContext


def task(evidence: bytes, lines: int = 3) -> Task:
    data = b"".join(access_line(n).encode() + b"\n" for n in range(lines))
    return Task((Part("web.access", Chunk(data, 0, 1, None, b"", DecodeContext(source="a.log")), lines, evidence, 0),))


def run(pool: Pool, tasks: list[Task]) -> list[Result]:
    found = []
    with pool:
        for item in tasks:
            pool.submit(item)
            if (result := pool.take(wait=False)) is not None:
                found.append(result)
        while (result := pool.take(wait=True)) is not None:
            found.append(result)
    return found


def reasons(result: Result) -> list[str]:
    return [refusal.reason for account in result.accounts for refusal in account.rejects]


def test_a_task_whose_worker_is_killed_once_is_done_after_all(tmp_path: Path) -> None:
    tasks = [task(b"a"), task(b"once " + bytes(tmp_path / "flag")), task(b"b"), task(b"c")]
    pool = Pool(pools._processes, 2, deadly)
    assert [(result.rows, reasons(result)) for result in run(pool, tasks)] == [(3, [])] * 4
    assert pool.notes == []


def test_only_the_guilty_task_is_given_up_and_its_evidence_is_kept() -> None:
    tasks = [task(b"a"), task(b"b"), task(b"always"), task(b"c"), task(b"d")]
    found = run(Pool(pools._processes, 2, deadly), tasks)
    assert [reasons(result) for result in found] == [[], [], [KILLED] * 3, [], []]
    assert [refusal.record for refusal in found[2].accounts[0].rejects] == [1, 2, 3]
    assert all(result.frames[0] for result in found)


def test_workers_that_die_again_and_again_are_done_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pools, "_GIVE_UP_AFTER", 2)
    pool = Pool(pools._processes, 1, deadly)
    found = run(pool, [task(b"always"), task(b"always"), task(b"a"), task(b"b"), task(b"c")])
    assert [reasons(result) for result in found] == [[KILLED] * 3, [KILLED] * 3, [], [], []]
    assert len(pool.notes) == 1
    assert "main process" in pool.notes[0]
