"""Workers: tasks go in, results come out in the same order, with bounded memory."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from types import TracebackType
from typing import Protocol, Self

from timeline.ingest.work import Result, Task, work
from timeline.model.errors import LeaklineError
from timeline.store.spawning import hidden_main

START_AT_BYTES = 16 << 20


class Pool(Protocol):
    """Ordered execution: `submit` may block; `ready` gives results in the order of submission."""

    def submit(self, task: Task) -> None:
        """Take a task."""
        ...

    def ready(self, *, everything: bool = False) -> Iterator[Result]:
        """Results that are due: those beyond the bound, or all of them."""
        ...


class InlinePool:
    """Work in this process: no start-up cost; for small evidence."""

    def __init__(self) -> None:
        self._results: deque[Result] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._results.clear()

    def submit(self, task: Task) -> None:
        """Do the task at once."""
        self._results.append(work(task))

    def ready(self, *, everything: bool = False) -> Iterator[Result]:
        """All results so far."""
        del everything
        while self._results:
            yield self._results.popleft()


class ProcessPool:
    """Work in `jobs` processes; at most twice as many tasks are under way."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        context = multiprocessing.get_context("spawn")
        self._executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_ignore_interrupts)
        self._futures: deque[Future[Result]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)

    def submit(self, task: Task) -> None:
        """Hand the task to a worker."""
        with hidden_main():  # the first submission starts the processes
            self._futures.append(self._executor.submit(work, task))

    def ready(self, *, everything: bool = False) -> Iterator[Result]:
        """Results in order; waits for the oldest while too many are under way."""
        while self._futures and (everything or len(self._futures) > 2 * self._jobs or self._futures[0].done()):
            try:
                yield self._futures.popleft().result()
            except BrokenExecutor as error:
                raise LeaklineError(
                    "a worker process was killed", hint="free memory or use --jobs 1, then run again"
                ) from error


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def make_pool(jobs: int | None, total_bytes: int) -> InlinePool | ProcessPool:
    """A pool of `jobs` workers (None: as the machine has cores); small evidence is decoded without any."""
    wanted = jobs if jobs is not None else (os.cpu_count() or 1)
    if jobs is None and total_bytes < START_AT_BYTES:
        return InlinePool()
    return InlinePool() if wanted <= 1 else ProcessPool(wanted)
