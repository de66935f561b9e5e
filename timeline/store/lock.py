"""One writer at a time: an advisory lock beside the case file that names who holds it."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from timeline.model.errors import CaseBusyError, StorageError


class WriterLock:
    """Context manager; CaseBusyError, naming the process, when another one is writing to the case."""

    def __init__(self, case: Path) -> None:
        self._path = case.with_name(case.name + ".lock")
        self._case = case
        self._descriptor = -1

    def __enter__(self) -> Self:
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise StorageError(
                f"cannot lock the case: {error.strerror}", where=self._case, hint="check the folder's permissions"
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._descriptor, 64).decode("ascii", "replace").strip() or "unknown"
            os.close(self._descriptor)
            raise CaseBusyError(
                f"process {holder} is writing to the case", where=self._case, hint="wait for it, then try again"
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # the file stays: removing it would let two processes hold locks on two files of one name
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)
