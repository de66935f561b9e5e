"""A worker's own process, and the handle by which a thread of the crew talks to it.

`concurrent.futures` is not used: a process that is killed while it answers makes its executor wait for ever, and one that
is killed at another moment breaks the executor without telling which task it had. Here each process has pipes of its own:
that they end tells that it died, and what it was at is the oldest task without an answer.
"""

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Final

from timeline.ingest.work import Result, Task
from timeline.store.spawning import hidden_main

Work = Callable[[Task], Result]

_READY: Final = b"ready"
_CLOSE_S: Final = 10


class WorkerEnded(Exception):  # noqa: N818  # for the crew only: a fact to act on, not a fault to tell of
    """The process is no more. What it was told and did not answer is undone."""


class Worker:
    """A process that answers each task with its result, in order. `ready` once it has begun to take tasks."""

    def __init__(self, do: Work) -> None:
        context = multiprocessing.get_context("spawn")
        tasks, self._tasks = context.Pipe(duplex=False)
        self._results, results = context.Pipe(duplex=False)
        self.ready = False
        self._process = context.Process(target=_serve, args=(do, tasks, results), name="leakline-decode", daemon=True)
        try:
            with hidden_main():
                self._process.start()
        except OSError as error:  # no process or memory left for it
            self._tasks.close()
            self._results.close()
            raise WorkerEnded from error
        finally:
            tasks.close()
            results.close()

    def send(self, task: Task) -> None:
        """Hand over a task. Give it no third one before the first is answered: both sides would wait."""
        try:
            self._tasks.send_bytes(pickle.dumps(task, pickle.HIGHEST_PROTOCOL))
        except OSError as error:
            self._look_if_ready()
            raise WorkerEnded from error

    def receive(self) -> Result:
        """Wait for the oldest answer. RuntimeError, with its traceback, for a fault of the work itself."""
        try:
            if not self.ready:
                self.ready = self._results.recv_bytes() == _READY
            answer = pickle.loads(self._results.recv_bytes())  # noqa: S301  # from our own child, through a private pipe
        except (EOFError, OSError) as error:
            raise WorkerEnded from error
        if isinstance(answer, Result):
            return answer
        raise RuntimeError(answer)

    def kill(self) -> None:
        """End the process at once, from any thread."""
        self._process.kill()

    def close(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._process.join(_CLOSE_S)
        self._tasks.close()
        self._results.close()

    def _look_if_ready(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            self.ready = self.ready or self._results.recv_bytes() == _READY


def _serve(do: Work, tasks: Connection, results: Connection) -> None:
    """Body of the process: a thread takes the next task in while this one is at work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the main process's affair
    orders: SimpleQueue[bytes | None] = SimpleQueue()
    threading.Thread(target=_take_in, args=(tasks, orders), daemon=True).start()
    with contextlib.suppress(OSError):  # the parent is gone
        results.send_bytes(_READY)
        while (order := orders.get()) is not None:
            results.send_bytes(_answer(do, order))


def _take_in(tasks: Connection, orders: SimpleQueue[bytes | None]) -> None:
    try:
        while True:
            orders.put(tasks.recv_bytes())
    except MemoryError:
        os._exit(1)
    except (EOFError, OSError):  # the parent is gone
        orders.put(None)


def _answer(do: Work, order: bytes) -> bytes:
    """The pickled result, or the traceback as text. No memory left is the end: the next process begins with all of it."""
    try:
        return pickle.dumps(do(pickle.loads(order)), pickle.HIGHEST_PROTOCOL)  # noqa: S301  # from our own parent
    except MemoryError:
        os._exit(1)
    except Exception:  # noqa: BLE001  # a fault of our own, told where it can be seen
        return pickle.dumps(traceback.format_exc())
