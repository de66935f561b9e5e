"""Worker threads for blocking calls: lanes that cancel their predecessor, a queue of writes, one wall for errors."""

import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol, Self

from textual.message import Message

from timeline.model.errors import Cancelled, LeaklineError
from timeline.tui.messages import JobDone, JobsChanged, Notice

Body = Callable[[threading.Event], Message | None]
OnError = Callable[[LeaklineError], Message]


class Host(Protocol):
    """The screen that workers belong to and report to."""

    def run_worker(self, work: Callable[[], None], *, group: str, thread: bool, exit_on_error: bool) -> object:
        """Run in a thread."""
        ...

    def post_message(self, message: Message) -> bool:
        """Queue a message; safe from any thread."""
        ...


def _notice(error: LeaklineError) -> Message:
    return Notice(str(error), bad=True)


class TimeLimit:
    """Sets `cancel` when what is inside takes longer than that many seconds; None: no limit. `is_over` says that it did."""

    def __init__(self, seconds: float | None, cancel: threading.Event) -> None:
        self.is_over = False
        self._cancel = cancel
        self._timer = None if seconds is None else threading.Timer(seconds, self._end)

    def _end(self) -> None:
        if not self._cancel.is_set():
            self.is_over = True
            self._cancel.set()

    def __enter__(self) -> Self:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()


class Jobs:
    """Starts and counts workers. Used from the UI thread; bodies run in threads and answer with messages only.

    Textual's own `exclusive` workers would drop a waiting thread silently; here each job always ends with JobDone, so
    that `busy` can be trusted, and a superseded one is told through its threading.Event.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._next = 0
        self._running: dict[int, str] = {}
        self._cancels: dict[str, threading.Event] = {}
        self._latest: dict[int, str] = {}
        self._waiting: dict[str, Callable[[], None]] = {}
        self._queue: deque[Callable[[], Message | None]] = deque()
        self._queue_lock = threading.Lock()
        self._draining = False

    @property
    def busy(self) -> bool:
        """Whether a worker runs or its messages are still on their way."""
        return bool(self._running)

    def start(self, lane: str, label: str, body: Body, on_error: OnError = _notice) -> threading.Event:
        """Run `body(cancel)` in a thread and post what it returns; an earlier job of the lane is cancelled."""
        self.cancel(lane)
        cancel = self._cancels[lane] = threading.Event()
        self._run(lane, label, partial(self._walled, cancel, body, on_error))
        return cancel

    def latest(self, lane: str, label: str, body: Body) -> None:
        """Run `body` once the lane is free; of those that wait, only the newest.

        For calls that cannot be cancelled: a key that is held down must not fill every thread with them.
        """
        if lane in self._latest.values():
            self.cancel(lane)
            self._waiting[lane] = partial(self.latest, lane, label, body)
        else:
            self.start(lane, label, body)
            self._latest[self._next] = lane

    def write(self, label: str, body: Callable[[], Message | None], on_error: OnError = _notice) -> None:
        """Run `body` after all earlier writes; never cancelled."""
        with self._queue_lock:
            self._queue.append(partial(self._walled, threading.Event(), lambda _: body(), on_error))
            if self._draining:
                return
            self._draining = True
        self._run("write", label, self._drain)

    def aside(self, body: Callable[[], None]) -> None:
        """Run `body` in a thread; nobody waits for it and nothing comes of it."""

        def silently(_: threading.Event) -> None:
            body()

        cancel = threading.Event()
        cancel_after = partial(self._walled, cancel, silently, _notice)
        self._run("aside", "", cancel_after)

    def _drain(self) -> None:
        while True:
            with self._queue_lock:
                if not self._queue:
                    self._draining = False
                    return
                body = self._queue.popleft()
            body()

    def cancel(self, lane: str) -> None:
        """Tell the lane's job that nobody waits for it."""
        if (cancel := self._cancels.get(lane)) is not None:
            cancel.set()

    def cancel_all(self) -> None:
        """Tell every cancellable job; writes are finished."""
        for cancel in self._cancels.values():
            cancel.set()

    def done(self, number: int) -> None:
        """Forget a job whose JobDone has arrived."""
        self._running.pop(number, None)
        lane = self._latest.pop(number, "")
        if (waiting := self._waiting.pop(lane, None)) is not None:
            waiting()
        self._tell()

    def _run(self, lane: str, label: str, body: Callable[[], object]) -> None:
        self._next += 1
        number = self._next
        self._running[number] = label
        self._tell()
        work = partial(self._and_done, body, number)
        self._host.run_worker(work, group=lane, thread=True, exit_on_error=False)

    def _tell(self) -> None:
        self._host.post_message(JobsChanged(tuple(dict.fromkeys(filter(None, self._running.values())))))

    def _and_done(self, body: Callable[[], object], number: int) -> None:
        try:
            body()
        finally:
            self._host.post_message(JobDone(number))

    def _walled(self, cancel: threading.Event, body: Body, on_error: OnError) -> None:
        """The wall: nothing that a case call raises may end the app."""
        if cancel.is_set():
            return
        try:
            message = body(cancel)
        except Cancelled:
            return
        except LeaklineError as error:
            message = on_error(error)
        except Exception as error:  # noqa: BLE001 the UI worker's wall: shown as one line, the app goes on
            message = on_error(LeaklineError(f"unexpected {type(error).__name__}: {error}"))
        if message is not None and not cancel.is_set():
            self._host.post_message(message)
