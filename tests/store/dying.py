"""Bodies of writer processes that die, for tests of the handle."""

import os
import signal
from multiprocessing.connection import Connection


def half_an_answer(orders: "Connection[object, object]", answers: "Connection[object, object]") -> None:
    """Be killed in the middle of an answer to the first order."""
    orders.recv_bytes()
    os.write(answers.fileno(), (1000).to_bytes(4, "big") + b"the beginning of it")
    os.kill(os.getpid(), signal.SIGKILL)


def no_memory(*_: object) -> None:
    """Fail as an allocation does."""
    raise MemoryError


def starved(orders: "Connection[object, object]", answers: "Connection[object, object]") -> None:
    """Serve as a writer that gets no memory."""
    from timeline.store import writer, writer_child

    writer.Writer.apply = no_memory  # type: ignore[assignment,method-assign]  # in this process, which serves nobody else
    writer_child._serve(orders, answers)
