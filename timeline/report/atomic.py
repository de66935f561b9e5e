"""Write a file whole or not at all: into a temporary file beside it, checked, flushed to the disk, then renamed."""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from timeline.model.errors import StorageError

Check = Callable[[Path], None]


@contextmanager
def atomic_text(target: Path, *, check: Check | None = None) -> Iterator[TextIO]:
    """Open a UTF-8 text file that takes `target`'s place when the block ends without an error.

    `check` sees the finished temporary file first; what it raises stops the export and leaves `target` as it was. The
    file is created 0600. A target that is no regular file (a pipe, a terminal) is written to after the check.
    StorageError when the disk is full or the folder read-only.
    """
    special = target.exists() and not target.is_file()
    if special and target.is_dir():
        raise StorageError("is a folder", where=target, hint="name a file")
    with _as_storage_errors(target), _temporary(None if special else target.absolute().parent) as temporary:
        with temporary.open("w", encoding="utf-8", newline="") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        if check is not None:
            check(temporary)
        if special:
            _copy(temporary, target)
        else:
            temporary.replace(target)
            _sync_folder(target.absolute().parent)


def write_text(target: Path, text: str, *, check: Check | None = None) -> None:
    """Put `text` into `target`, whole or not at all."""
    with atomic_text(target, check=check) as out:
        out.write(text)


@contextmanager
def _temporary(folder: Path | None) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=".leakline-", suffix=".part", dir=folder)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


@contextmanager
def _as_storage_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StorageError(_said(error), where=target, hint=_hint(error)) from error


def _said(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "cannot be written: the disk is full"
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return "cannot be written: no permission to write here"
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return "cannot be written: there is no such folder"
    return f"cannot be written: {error.strerror or error}"


def _hint(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "free some space; nothing was left half-written"
    return "choose another place; nothing was left half-written"


def _copy(temporary: Path, target: Path) -> None:
    with temporary.open("rb") as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink)


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # some file systems cannot sync a folder; the file itself is synced
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
