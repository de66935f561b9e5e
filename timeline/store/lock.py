"""One writer at a time: an advisory lock beside the case file that names who holds it.

The writer's process shares the lock of the one that started it: where that is killed, its writer may still be in the
middle of a commit, and is waited for. The kernel lets go of the lock when both have ended, however that happens, so a lock
file that was left behind locks nobody out. What it says is not trusted: only a process that runs and began when the file
says so is named. The case may come from somebody else, with a link in the lock's place.
"""

import contextlib
import errno
import fcntl
import os
import re
import stat
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from timeline.model.errors import CaseBusyError, LeaklineError, StorageError
from timeline.text import visible

_HOLDER: Final = re.compile(rb"(\d{1,9}) (\d{1,19}|-)\n")  # process, and its start in clock ticks since the system's
_MOST_BYTES: Final = 64
_COMMAND_LENGTH: Final = 80
_PROC: Final = Path("/proc")
_ORPHAN_S: Final = 15
_ORPHAN_POLL_S: Final = 0.05
_BUSY: Final = frozenset({errno.EWOULDBLOCK, errno.EACCES})

_held: dict[Path, int] = {}


def held(case: Path) -> int | None:
    """The descriptor of the lock that this process has on a case; None when it has none."""
    return _held.get(case)


class WriterLock:
    """Context manager; CaseBusyError, naming the process, when another one is writing to the case.

    StorageError when the folder allows no lock, or something else lies in its place.
    """

    def __init__(self, case: Path) -> None:
        self._path = case.with_name(case.name + ".lock")
        self._case = case
        self._descriptor = -1

    def __enter__(self) -> Self:
        descriptor = self._opened()
        try:
            _lock(descriptor)
        except OSError as error:
            failure = self._failure(descriptor, error)
            os.close(descriptor)
            raise failure from error
        self._descriptor = _held[self._case] = descriptor
        self._say(f"{os.getpid()} {_started(os.getpid()) or '-'}\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # the file stays: removing it would let two processes hold locks on two files of one name
        self._say("")
        del _held[self._case]
        os.close(self._descriptor)

    def _opened(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            descriptor = os.open(self._path, flags, 0o600)
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.EISDIR, errno.ENXIO}:
                raise self._foreign() from error
            hint = "check the folder's permissions"
            raise StorageError(f"cannot lock the case: {error.strerror}", where=self._case, hint=hint) from error
        found = os.fstat(descriptor)
        if (
            not stat.S_ISREG(found.st_mode) or found.st_nlink > 1 or found.st_size > _MOST_BYTES
        ):  # it would lose its content
            os.close(descriptor)
            raise self._foreign()
        return descriptor

    def _foreign(self) -> StorageError:
        return StorageError("a link or another file lies in the lock's place", where=self._path, hint="move it away")

    def _failure(self, descriptor: int, error: OSError) -> LeaklineError:
        if error.errno not in _BUSY:
            hint = "copy the case to a local disk"
            return StorageError(f"cannot lock the case: {error.strerror}", where=self._case, hint=hint)
        since = datetime.fromtimestamp(int(os.fstat(descriptor).st_mtime), UTC)
        return CaseBusyError(
            f"{_named(descriptor)} is writing to the case, since {since:%Y-%m-%d %H:%M:%S} UTC",
            where=self._case,
            hint="wait for it, then try again",
        )

    def _say(self, text: str) -> None:
        with contextlib.suppress(OSError):  # a full disk: the lock holds without a name
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode(), 0)


def _lock(descriptor: int) -> None:
    """Take the lock. OSError when another process has it, but that of a dead process's writer is waited for."""
    until = time.monotonic() + _ORPHAN_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder, runs = _holder(descriptor)
            if error.errno not in _BUSY or holder is None or runs or time.monotonic() > until:
                raise
            time.sleep(_ORPHAN_POLL_S)
        else:
            return


def _holder(descriptor: int) -> tuple[int | None, bool]:
    """The process that the lock file speaks of, None when it says no such thing, and whether that runs."""
    parts = _HOLDER.fullmatch(os.pread(descriptor, _MOST_BYTES, 0))
    if parts is None or int(parts[1]) == 0:
        return None, False
    process, start = int(parts[1]), parts[2].decode()
    return process, (_started(process) or "-") == start and _runs(process)  # else another one may have its number


def _named(descriptor: int) -> str:
    """The process that the lock file speaks of, if it runs, with its command; else `another process`."""
    process, runs = _holder(descriptor)
    if process is None or not runs:
        return "another process"
    command = _command(process)
    return f"process {process} ({command})" if command else f"process {process}"


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def _started(process: int) -> str | None:
    """When a process began, in the kernel's ticks; None when it is not there, or the system does not tell (proc(5))."""
    try:
        told = (_PROC / str(process) / "stat").read_bytes()
    except OSError:
        return None
    after_name = told[told.rfind(b")") + 1 :].split()
    return after_name[19].decode() if len(after_name) > 19 else None


def _command(process: int) -> str:
    """The command line, from the name of the program on; "" when it is not told."""
    try:
        words = (_PROC / str(process) / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return ""
    names = [os.path.basename(word) for word in words]
    first = names.index("leakline") if "leakline" in names else 0
    return visible(" ".join([*names[first : first + 1], *words[first + 1 :]]).strip(), _COMMAND_LENGTH)
