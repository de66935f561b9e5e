"""Workers: tasks go in, results come out in the same order, with bounded memory."""

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Protocol, Self

from timeline.ingest.crew import Crew
from timeline.ingest.registry import parser_named
from timeline.ingest.work import Result, Task, work

START_AT_BYTES: Final = 16 << 20
LARGE_BYTES: Final = 48 << 20
_FEW: Final = 2


class Hands(Protocol):
    """What does the tasks of a pool."""

    @property
    def notes(self) -> list[str]:
        """A list that may grow, and change, while there is work."""
        ...

    def submit(self, task: Task) -> Future[Result]:
        """Begin a task."""
        ...

    def close(self) -> None:
        """Drop what was not begun, and end."""
        ...


class Pool:
    """Ordered execution: at most `2 * jobs + 1` tasks are under way. A context manager.

    `notes` tell of chunks that were given up as they killed worker processes; complete when all results are taken.
    """

    def __init__(self, hands: Hands, jobs: int) -> None:
        self._hands = hands
        self._bound = 2 * jobs
        self._under_way: deque[Future[Result]] = deque()
        self.notes = hands.notes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hands.close()

    def submit(self, task: Task) -> None:
        """Hand a task to a worker."""
        self._under_way.append(self._hands.submit(task))

    def take(self, *, wait: bool) -> Result | None:
        """The oldest result that was not taken yet, if it is ready; else None.

        Waits for it if told so, or while too many tasks are under way.
        """
        under_way = self._under_way
        if not under_way or not (wait or len(under_way) > self._bound or under_way[0].done()):
            return None
        return under_way.popleft().result()


class Threads:
    """Threads of this process, which have what it has."""

    def __init__(self, jobs: int) -> None:
        self._executor = ThreadPoolExecutor(jobs, "leakline-decode")
        self.notes: list[str] = []

    def submit(self, task: Task) -> Future[Result]:
        """Begin a task."""
        return self._executor.submit(work, task)

    def close(self) -> None:
        """Drop what was not begun, and wait for the rest."""
        self._executor.shutdown(wait=True, cancel_futures=True)


class ByKind:
    """Processes for records of JSON, which are decoded one by one, and threads for the rest, which lets other threads run."""

    def __init__(self, processes: int, threads: int) -> None:
        self._crew = Crew(processes)
        self._threads = Threads(threads)
        self.notes = self._crew.notes

    def submit(self, task: Task) -> Future[Result]:
        """Begin a task. Processes are started when the first has come."""
        one_by_one = parser_named(task.parts[0].kind).FRAMING == "json"
        return (self._crew if one_by_one else self._threads).submit(task)

    def close(self) -> None:
        """Drop what was not begun, and end."""
        self._crew.close()
        self._threads.close()


def make_pool(jobs: int | None, total_bytes: int) -> Pool:
    """A pool of `jobs` worker processes; `jobs` 1, and small evidence: two threads beside the one that reads.

    None: as many processes as leave a core to the writer; where that is but one or two, only for records of JSON in large
    evidence. Measured on two cores: CloudTrail is ingested 1.3 times as fast by two processes, an access log no faster.
    """
    wanted = jobs if jobs is not None else max(1, (os.cpu_count() or 1) - 1)
    if jobs is None and wanted <= _FEW and (os.cpu_count() or 1) > 1 and total_bytes >= LARGE_BYTES:
        return Pool(ByKind(max(2, wanted), 2), 2)
    if wanted <= 1 or (jobs is None and total_bytes < START_AT_BYTES):
        return Pool(Threads(2), 2)
    return Pool(Crew(wanted), wanted)
