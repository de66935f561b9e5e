"""Reading evidence, or reading it again, while the screens go on: one run at a time, told of by messages, stopped when asked."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.message import Message

from timeline.model.errors import Cancelled, LeaklineError
from timeline.tui.jobs import Host, Jobs
from timeline.tui.messages import JobDone, JobsChanged

if TYPE_CHECKING:
    from timeline.ingest.progress import Progress

Work = Callable[[Callable[["Progress"], None], threading.Event], str]
"""Told how to tell its progress and what ends it; gives what came of it, in one line."""


@dataclass(frozen=True, slots=True)
class RunState:
    """What is under way. `title`: in words; `stays`: what is left of it when it is stopped, in a sentence.

    Seconds are of a monotonic clock. `progress` None: nothing was told yet.
    """

    title: str
    started_s: float
    now_s: float
    stays: str = ""
    progress: "Progress | None" = None
    is_stopping: bool = False


@dataclass(eq=False)
class EvidenceMoved(Message):
    """The run has come further; its state says how far."""

    def can_replace(self, message: Message) -> bool:
        """Only the newest counts."""
        return isinstance(message, EvidenceMoved)


@dataclass(eq=False)
class EvidenceEnded(Message):
    """The run is over; `said` is what came of it, and `bad` whether that is an error."""

    said: str
    bad: bool = False


class EvidenceRun:
    """The one run. Used from the UI thread; `state` is None while nothing is under way."""

    def __init__(self, host: Host, clock: Callable[[], float] = time.monotonic) -> None:
        self.state: RunState | None = None
        self._host = host
        self._jobs = Jobs(_Aside(host))
        self.clock = clock
        self._cancel = threading.Event()

    @property
    def is_running(self) -> bool:
        """Whether something is under way."""
        return self.state is not None

    def start(self, title: str, work: Work, stays: str) -> bool:
        """Do some work: EvidenceMoved now and then, EvidenceEnded once. False when something else is under way."""
        if self.state is not None:
            return False
        now = self.clock()
        self.state = RunState(title, now, now, stays)
        cancel = self._cancel = threading.Event()

        def tell(progress: "Progress") -> None:
            if self.state is not None:
                self.state = replace(self.state, progress=progress, now_s=self.clock())
                self._host.post_message(EvidenceMoved())

        def body() -> Message:
            try:
                return EvidenceEnded(work(tell, cancel))
            except Cancelled as stopped:
                return EvidenceEnded(f"stopped: {stopped.hint}" if stopped.hint else "stopped")

        self._jobs.write("", body, _failed)
        self._host.post_message(EvidenceMoved())
        return True

    def stop(self) -> None:
        """Ask it to end; EvidenceEnded follows."""
        self._cancel.set()
        if self.state is not None:
            self.state = replace(self.state, is_stopping=True)

    def ended(self) -> None:
        """Forget it: EvidenceEnded has arrived."""
        self.state = None


def _failed(error: LeaklineError) -> Message:
    return EvidenceEnded(str(error), bad=True)


class _Aside:
    """The host, but for what its own jobs are told: a run of hours is no job that anything waits for."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def run_worker(self, work: Callable[[], None], *, group: str, thread: bool, exit_on_error: bool) -> object:
        """Run in a thread."""
        return self._host.run_worker(work, group=f"evidence-{group}", thread=thread, exit_on_error=exit_on_error)

    def post_message(self, message: Message) -> bool:
        """Queue a message."""
        return isinstance(message, JobDone | JobsChanged) or self._host.post_message(message)
