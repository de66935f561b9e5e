"""Workers: tasks go in, results come out in the same order, with bounded memory."""

import multiprocessing
import os
import signal
from collections import deque
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from timeline.ingest.work import Result, Task, work
from timeline.model.errors import LeaklineError
from timeline.store.spawning import hidden_main

START_AT_BYTES = 16 << 20


class Pool:
    """Ordered execution: at most `2 * jobs + 1` tasks are under way. A context manager."""

    def __init__(self, executor: Executor, jobs: int) -> None:
        self._executor = executor
        self._bound = 2 * jobs
        self._futures: deque[Future[Result]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)

    def submit(self, task: Task) -> None:
        """Hand a task to a worker."""
        with hidden_main():  # the first submission starts the processes
            self._futures.append(self._executor.submit(work, task))

    def take(self, *, wait: bool) -> Result | None:
        """The oldest result that was not taken yet, if it is ready; else None.

        Waits for it if told so, or while too many tasks are under way. LeaklineError when a worker process was killed.
        """
        if not self._futures or not (wait or len(self._futures) > self._bound or self._futures[0].done()):
            return None
        try:
            return self._futures.popleft().result()
        except BrokenExecutor as error:
            hint = "free memory or use --jobs 1, then run again"
            raise LeaklineError("a worker process was killed", hint=hint) from error


def make_pool(jobs: int | None, total_bytes: int) -> Pool:
    """A pool of `jobs` worker processes (None: one for every core but that of the writer).

    Small evidence, and `jobs` 1, is decoded by a thread beside the one that reads: no process to start, less memory.
    Measured on two cores: as fast as two workers for lines, 0.9 times for CloudTrail.
    """
    wanted = jobs if jobs is not None else max(1, (os.cpu_count() or 1) - 1)
    if wanted <= 1 or (jobs is None and total_bytes < START_AT_BYTES):
        return Pool(ThreadPoolExecutor(1, "leakline-decode"), 1)
    context = multiprocessing.get_context("spawn")
    return Pool(ProcessPoolExecutor(wanted, mp_context=context, initializer=_ignore_interrupts), wanted)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
