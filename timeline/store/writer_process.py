"""The writer's own process, and the handle by which the pipeline talks to it.

Messages go through a pipe whose small buffer is the back pressure; answers (commits, the end, errors) come back through
another. A writer that dies leaves the case at its last commit.
"""

import contextlib
import multiprocessing
import pickle
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from timeline.model.errors import CaseError, LeaklineError
from timeline.store.messages import Abandon, Committed, Finish, Finished, Listed, Message, Sync, Synced
from timeline.store.spawning import hidden_main

IDLE_S = 0.2  # for how long nothing was asked of a writer that is idle; listing rows earlier would take a core from decoding


class WriterHandle:
    """A running writer process for the case file at `path`; a context manager that abandons what was not finished."""

    def __init__(self, path: Path, *, segment_rows: int | None = None, first_flush_rows: int | None = None) -> None:
        context = multiprocessing.get_context("spawn")
        orders, self._orders = context.Pipe(duplex=False)
        self._answers, answers = context.Pipe(duplex=False)
        options = {"segment_rows": segment_rows, "first_flush_rows": first_flush_rows}
        chosen = {name: value for name, value in options.items() if value is not None}
        self._process = context.Process(
            target=_serve, args=(str(path), orders, answers, chosen), name="leakline-writer", daemon=True
        )
        self._path = path
        with hidden_main():
            self._process.start()
        orders.close()
        answers.close()
        self.durable_events = 0
        self.searchable_at: float | None = None  # when the last commit was heard of, by `time.perf_counter`
        self.segments_to_list = 0
        self._finished: Finished | None = None
        self._synced = False

    def send(self, message: Message) -> None:
        """Hand over a message; blocks while the writer is busy. Raises what went wrong in the writer."""
        self._drain()
        try:
            self._orders.send_bytes(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
        except (BrokenPipeError, ConnectionError, OSError) as error:
            self._drain(until_end=True)
            raise self._died() from error

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
            with contextlib.suppress(OSError, ValueError):
                self._orders.send_bytes(pickle.dumps(Abandon(), pickle.HIGHEST_PROTOCOL))
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
        answer: Any = pickle.loads(self._answers.recv_bytes())  # noqa: S301  # from our own child, through a private pipe
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
        return CaseError(
            "the writer process ended early",
            where=self._path,
            hint="what was committed is safe; run the same command again",
        )


def _serve(path: str, orders: Connection, answers: Connection, options: dict[str, int]) -> None:
    """Body of the writer process."""
    from timeline.store.writer import Writer

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the main process's affair: it says Finish or Abandon

    def tell(answer: object) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionError):
            answers.send_bytes(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))

    writer: Writer | None = None
    try:
        writer = Writer(Path(path), notify=tell, **options)
        while True:
            while not orders.poll(IDLE_S) and writer.list_some():
                pass  # a writer that has nothing else to do
            message = pickle.loads(orders.recv_bytes())  # noqa: S301  # from our own parent, through a private pipe
            if isinstance(message, Finish):
                tell(writer.finish())
                return
            if isinstance(message, Abandon):
                return
            if isinstance(message, Sync):
                writer.sync()
                tell(Synced())
                continue
            writer.apply(message)
    except EOFError:
        return  # the parent is gone: the last commit stands
    except LeaklineError as error:
        tell(error)
    finally:
        if writer is not None:
            writer.close()
