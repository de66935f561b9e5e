"""Work that kills its own process, for tests of the crew. Runs in worker processes."""

import os
import signal
from multiprocessing import connection
from pathlib import Path

from timeline.ingest.work import Result, Task, work


def deadly(task: Task) -> Result:
    """Die by what the evidence of some chunk begins with, its records where that is stored already.

    `always`; `once PATH` while there is no such file; `answering` in the middle of telling the result;
    `hanging` never.
    """
    for part in task.parts:
        word, _, rest = (part.evidence or part.chunk.data).partition(b" ")
        if word == b"always":
            die()
        if word == b"once":
            flag = Path(os.fsdecode(rest))
            if not flag.exists():
                flag.touch()
                die()
        if word == b"answering":
            connection.Connection._send = die_on_the_way  # type: ignore[attr-defined]  # private; the way of all bytes
        if word == b"hanging":
            signal.pause()
        if word == b"faulty":
            raise ZeroDivisionError("a fault of the work itself")
        if word == b"greedy":
            raise MemoryError
    return work(task)


def die() -> None:
    """As kill -9 and the kernel do that is short of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_on_the_way(self: "connection.Connection[bytes, bytes]", data: bytes) -> None:
    """Write a part of an answer and die."""
    os.write(self.fileno(), bytes(data[: len(data) // 2]))
    die()


class DiesAtOnce:
    """A callable that kills the process which takes it in, and works in the one that made it."""

    def __reduce__(self) -> tuple[object, ...]:
        return die, ()

    def __call__(self, task: Task) -> Result:
        return work(task)
