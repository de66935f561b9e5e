"""The handle by which the pipeline talks to the writer's process (`writer_child`).

Messages go through a pipe whose small buffer is the back pressure; answers (commits, the end, errors) come back through
another. A writer that dies leaves the case at its last commit.
"""

import contextlib
import pickle
import queue
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from timeline.model.errors import CaseError, LeaklineError
from timeline.store.lock import held
from timeline.store.messages import Abandon, Committed, Finish, Finished, Listed, Message, Sync, Synced
from timeline.store.writer_child import started

_MOST_WAITING: Final = 6  # chunks, of some 2 MB each


class _Sender:
    """Sends messages from a thread of its own, so that reading goes on while the writer seals; a few wait at most."""

    def __init__(self, orders: Connection) -> None:
        self._orders = orders
        self._waiting: queue.Queue[object] = queue.Queue(_MOST_WAITING)
        self.broken = False
        self._thread = threading.Thread(target=self._send, name="leakline-send", daemon=True)
        self._thread.start()

    def put(self, message: object) -> None:
        """Have a message sent; waits while too many are waiting."""
        self._waiting.put(message)

    def forget(self) -> None:
        """Send none of those that wait."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()

    def close(self) -> None:
        """Send what waits, and end."""
        self._waiting.put(None)
        self._thread.join(timeout=30)

    def _send(self) -> None:
        while (message := self._waiting.get()) is not None:
            if self.broken:
                continue
            try:
                self._orders.send_bytes(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
            except (OSError, ValueError):  # the writer is gone, or was let go of
                self.broken = True


class WriterHandle:
    """A running writer process for the case file at `path`; a context manager that abandons what was not finished."""

    def __init__(self, path: Path, *, segment_rows: int | None = None, first_flush_rows: int | None = None) -> None:
        options = {"segment_rows": segment_rows, "first_flush_rows": first_flush_rows}
        chosen = {name: value for name, value in options.items() if value is not None}
        child = started()
        self._process, self._orders, self._answers = child.process, child.orders, child.answers
        self._path = path
        self.durable_events = 0
        self.searchable_at: float | None = None  # when the last commit was heard of, by `time.perf_counter`
        self.segments_to_list = 0
        self._finished: Finished | None = None
        self._synced = False
        self._sender = _Sender(child.orders)
        lock = held(path)
        self._sender.put((str(path), lock is not None, chosen))
        if lock is not None:
            with contextlib.suppress(OSError):  # a child that died at once is found out by the first message
                send_handle(child.answers, lock, child.process.pid)

    def send(self, message: Message) -> None:
        """Hand over a message; blocks while the writer is busy. Raises what went wrong in the writer."""
        self._drain()
        self._sender.put(message)
        if self._sender.broken:
            self._drain(until_end=True)
            raise self._died()

    def sync(self) -> None:
        """Commit everything sent so far and wait for it."""
        self._synced = False
        self.send(Sync())
        try:
            while not self._synced:
                self._take()
        except EOFError as error:
            raise self._died() from error

    def finish(self, tell: Callable[[], None] = lambda: None) -> Finished:
        """Commit everything and wait for the end; the writer's counts. `tell` is called after each of its answers."""
        self.send(Finish())
        with contextlib.suppress(EOFError):
            while True:
                self._take()
                tell()
        self._process.join()
        if self._finished is None:
            raise self._died()
        return self._finished

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._finished is None:
            self._sender.forget()
            self._sender.put(Abandon())
        self._sender.close()
        if self._finished is None:
            self._process.join(timeout=30)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
        self._orders.close()
        self._answers.close()

    def _drain(self, *, until_end: bool = False) -> None:
        """Take the answers that are there, or all until the writer ends."""
        try:
            while until_end or self._answers.poll():
                self._take()
        except EOFError:
            return

    def _take(self) -> None:
        try:
            told = self._answers.recv_bytes()
        except OSError as error:  # killed in the middle of an answer
            raise EOFError from error
        answer: Any = pickle.loads(told)  # noqa: S301  # from our own child, through a private pipe
        match answer:
            case Committed(events):
                self.durable_events = events
                self.searchable_at = time.perf_counter()
            case Listed(segments):
                self.segments_to_list = segments
            case Finished():
                self._finished = answer
            case Synced():
                self._synced = True
            case LeaklineError():
                raise answer

    def _died(self) -> CaseError:
        self._process.join(timeout=5)
        code = self._process.exitcode or 0
        how = f": killed by signal {-code}" if code < 0 else ""
        return CaseError(
            f"the writer process ended early{how}",
            where=self._path,
            hint="what was committed is safe; see that memory is free, then run the same command again",
        )
