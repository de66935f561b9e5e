"""What a crew goes by when its processes are killed: who may work beside whom, and what is still worth a try."""

import threading
from typing import Final

_IN_A_ROW: Final = 8
_STILLBORN: Final = 2  # in a row


class Gate:
    """Many tasks may be at work at a time, or one alone, which has all the memory there is."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._alone = False
        self._closed = False

    def enter(self, *, alone: bool, wait: bool) -> bool:
        """Whether the task may go to work. Waits for it if told so; then False means that the gate was closed."""
        with self._changed:
            if wait:
                self._changed.wait_for(lambda: self._closed or not self._alone)
            if self._closed or self._alone:
                return False
            if not alone:
                self._inside += 1
                return True
            self._alone = True
            self._changed.wait_for(lambda: self._closed or not self._inside)
            return not self._closed

    def leave(self, *, alone: bool) -> None:
        """The task is at work no more."""
        with self._changed:
            if alone:
                self._alone = False
            else:
                self._inside -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """Let nobody in any more, and let no one wait."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class Misfortune:
    """Counts what was lost to killed processes, tells of it in `notes`, and says when to stop trying.

    After many deaths in a row most tasks are given up without a try, so that a run ends in bounded time whatever the cause
    is: one is tried after a pause of 1, 2, 4 ... tasks, and the first that lives ends it. So no more tasks are given up
    untried than about as many as came before them in that row. They are not decoded in the main process instead: what
    kills workers would kill the run, and the next run at the same place.
    """

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.homeless = False  # whether processes die before they take a task, so that there is no use in them
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._stillborn = 0
        self._pause = 1
        self._left = 0
        self._killed = 0
        self._untried = 0

    def worth_a_try(self) -> bool:
        """Whether to try the next task; if not, it counts as given up."""
        with self._lock:
            if self._in_a_row < _IN_A_ROW:
                return True
            if self._left:
                self._left -= 1
                self._untried += 1
                self._tell()
                return False
            self._left = self._pause
            self._pause *= 2
            return True

    def lived(self) -> None:
        """A process did a task."""
        with self._lock:
            self._in_a_row = self._left = self._stillborn = 0
            self._pause = 1

    def died(self) -> None:
        """A task was given up, as the processes were killed that had it."""
        with self._lock:
            self._in_a_row += 1
            self._killed += 1
            self._stillborn = 0
            self._tell()

    def stillborn(self) -> None:
        """A process died before it took a task."""
        with self._lock:
            self._stillborn += 1
            self.homeless = self.homeless or self._stillborn >= _STILLBORN
            self._tell()

    def _tell(self) -> None:
        notes = []
        if self._killed:
            notes.append(
                f"chunks that killed their worker process twice: {self._killed:,}; their records are rejects, their bytes are kept"
            )
        if self._untried:
            notes.append(
                f"chunks after them that were not tried any more: {self._untried:,}; `leakline reparse` decodes them again"
            )
        if self.homeless:
            notes.append("worker processes end as soon as they start here: decoding went on in the main process")
        self.notes[:] = notes
