"""Workers: tasks go in, results come out in the same order, with bounded memory; a killed worker costs at most its task."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from timeline.ingest.work import Result, Task, given_up, work
from timeline.store.spawning import hidden_main

START_AT_BYTES: Final = 16 << 20
KILLED: Final = "decoding it killed the worker process, twice"
_GIVE_UP_AFTER: Final = 8  # tasks in a row
_NO_MORE: Final = (
    f"{_GIVE_UP_AFTER} chunks in a row killed their worker processes: the rest is decoded in the main process"
)
Work = Callable[[Task], Result]
Workers = Callable[[int], Executor]


@dataclass(slots=True)
class _Job:
    """A task under way. `tries`: how often it was under way when workers were killed."""

    task: Task
    future: Future[Result]
    tries: int = 0


class Pool:
    """Ordered execution: at most `2 * jobs + 1` tasks are under way. A context manager.

    When a worker process is killed, its executor does not tell which task it had. All that were under way are tried again
    together; when workers are killed once more, one after the other, each with a process of its own. A task whose
    process is killed then too is given up: its records are rejects, its evidence is kept. `notes` tells of it.
    """

    def __init__(self, workers: Workers, jobs: int, do: Work = work) -> None:
        self._workers = workers
        self._jobs = jobs
        self._do = do
        self._executor = workers(jobs)
        self._under_way: deque[_Job] = deque()
        self._given_up = 0
        self.notes: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)

    def submit(self, task: Task) -> None:
        """Hand a task to a worker."""
        self._under_way.append(_Job(task, self._start(task)))

    def take(self, *, wait: bool) -> Result | None:
        """The oldest result that was not taken yet, if it is ready; else None.

        Waits for it if told so, or while too many tasks are under way.
        """
        jobs = self._under_way
        if not jobs or not (wait or len(jobs) > 2 * self._jobs or jobs[0].future.done()):
            return None
        while True:
            try:
                result = jobs[0].future.result()
            except BrokenExecutor:
                self._recover()
                continue
            jobs.popleft()
            return result

    def _start(self, task: Task) -> Future[Result]:
        with hidden_main():  # the first submission starts the processes
            try:
                return self._executor.submit(self._do, task)
            except BrokenExecutor as error:  # found out when the task's turn comes
                future: Future[Result] = Future()
                future.set_exception(error)
                return future

    def _recover(self) -> None:
        """Go on after a worker was killed."""
        self._renew(self._workers)
        lost = [job for job in self._under_way if not _has_result(job.future)]
        suspects = [job for job in lost if job.tries]
        for job in suspects:
            job.future = self._alone(job.task)
        for job in lost:
            if job not in suspects:
                job.tries += 1
                job.future = self._start(job.task)

    def _alone(self, task: Task) -> Future[Result]:
        """The result of a task that has a process of its own; given up when that is killed."""
        future: Future[Result] = Future()
        if self._given_up >= _GIVE_UP_AFTER:
            return self._start(task)
        with self._workers(1) as executor, hidden_main():
            try:
                future.set_result(executor.submit(self._do, task).result())
            except BrokenExecutor:
                future.set_result(given_up(task, KILLED))
                self._given_up += 1
            else:
                self._given_up = 0
        if self._given_up >= _GIVE_UP_AFTER:
            self.notes.append(_NO_MORE)
            self._renew(_threads)
        return future

    def _renew(self, workers: Workers) -> None:
        if self._given_up >= _GIVE_UP_AFTER:
            workers = _threads
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = workers(self._jobs)


def _has_result(future: Future[Result]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def make_pool(jobs: int | None, total_bytes: int) -> Pool:
    """A pool of `jobs` worker processes (None: one for every core but that of the writer).

    Small evidence, and `jobs` 1, is decoded by two threads beside the one that reads: no process to start, less memory, and
    what decodes whole columns lets other threads run.
    """
    wanted = jobs if jobs is not None else max(1, (os.cpu_count() or 1) - 1)
    if wanted <= 1 or (jobs is None and total_bytes < START_AT_BYTES):
        return Pool(_threads, 2)
    return Pool(_processes, wanted)


def _threads(jobs: int) -> Executor:
    return ThreadPoolExecutor(jobs, "leakline-decode")


def _processes(jobs: int) -> Executor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_ignore_interrupts)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
