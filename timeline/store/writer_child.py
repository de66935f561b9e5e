"""The writer's process itself. Imports little, so that it can be started before the heavy imports of its parent."""

import contextlib
import multiprocessing
import pickle
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import Final

from timeline.model.errors import LeaklineError, StorageError
from timeline.store.spawning import hidden_main

IDLE_S: Final = (
    0.2  # for how long nothing was asked of a writer that is idle; listing rows earlier would take a core from decoding
)


@dataclass(frozen=True, slots=True)
class Child:
    """A started process that waits to be told its case: `orders` go to it, `answers` come from it."""

    process: BaseProcess
    orders: Connection
    answers: Connection


_ahead: list[Child] = []


def start_ahead() -> None:
    """Start a writer's process for the first one that will ask for it. Its imports run beside those of the caller."""
    if not _ahead:
        _ahead.append(_start())


def started() -> Child:
    """A process for a writer: the one that was started ahead, or a new one."""
    return _ahead.pop() if _ahead else _start()


def _start() -> Child:
    context = multiprocessing.get_context("spawn")
    orders_out, orders = context.Pipe(duplex=False)
    answers, answers_in = context.Pipe()  # duplex, as only such a one carries the lock
    process = context.Process(target=_serve, args=(orders_out, answers_in), name="leakline-writer", daemon=True)
    with hidden_main():
        process.start()
    orders_out.close()
    answers_in.close()
    return Child(process, orders, answers)


def _serve(orders: Connection, answers: Connection) -> None:
    """Body of the process: the first order is (path, whether the lock is handed over, Writer's options), messages follow."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the main process's affair: it says Finish or Abandon
    from timeline.store.messages import Abandon, Finish, Sync, Synced
    from timeline.store.writer import Writer

    def tell(answer: object) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionError):
            answers.send_bytes(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))

    writer: Writer | None = None
    path = None
    try:
        path, locked, options = pickle.loads(orders.recv_bytes())  # noqa: S301  # from our own parent, through a private pipe
        if locked:
            recv_handle(answers)  # and kept as long as the process lives
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
    except MemoryError:
        hint = "what was committed is safe; free some, then run the same command again"
        tell(StorageError("no memory is left to write the case", where=path, hint=hint))
    finally:
        if writer is not None:
            writer.close()
