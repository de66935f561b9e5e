"""A folder of evidence, read without ever following a symbolic link and without opening anything but regular files."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

MAX_SMALL_FILE: Final = 16 * 1024 * 1024
"""Cap for files that are small in every honest repository: config, packed-refs, HEAD, shallow, grafts."""

_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Folder:
    """One real folder, held open, so that nothing above it can be exchanged while it is read.

    `place` is its path relative to the repository, for notes. What is passed over (links, pipes, files above their cap,
    unreadable files) is added to `notes`, one line each; the list is shared with the folders below.
    """

    def __init__(self, handle: int, path: Path, place: str, notes: list[str]) -> None:
        self._handle = handle
        self.path = path
        self._place = place
        self.notes = notes

    @classmethod
    @contextmanager
    def opened(cls, path: Path, notes: list[str]) -> Iterator[Self]:
        """The folder at `path`, closed again at the end. OSError where it is not a real folder or cannot be read."""
        folder = cls(os.open(path, _FOLDER_FLAGS), path, "", notes)
        try:
            yield folder
        finally:
            folder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the handle."""
        os.close(self._handle)

    def place_of(self, name: str) -> str:
        """`name` with the folders above it, relative to the repository."""
        return f"{self._place}/{name}" if self._place else name

    def note(self, name: str, what: str) -> None:
        """Remember that `name` was passed over, and why."""
        self.notes.append(f"{self.place_of(name)}: {what}")

    def folder(self, name: str) -> "Folder | None":
        """The sub-folder `name`; None where there is none, or where it is not a real folder (then noted)."""
        try:
            handle = os.open(name, _FOLDER_FLAGS, dir_fd=self._handle)
        except FileNotFoundError:
            return None
        except OSError:
            self._note_odd(name, wanted="folder")
            return None
        return Folder(handle, self.path / name, self.place_of(name), self.notes)

    @contextmanager
    def within(self, *names: str) -> Iterator["Folder | None"]:
        """The folder below along `names`, closed again at the end; None where any step is missing or not a folder."""
        opened: list[Folder] = []
        here: Folder | None = self
        try:
            for name in names:
                here = here.folder(name) if here is not None else None
                if here is not None:
                    opened.append(here)
            yield here
        finally:
            for folder in reversed(opened):
                folder.close()

    def entries(self) -> list[tuple[str, str]]:
        """(name, "file" | "folder" | "link" | "other") of all that lies in it, sorted by name; [] where unreadable."""
        try:
            with os.scandir(self._handle) as found:
                return sorted((entry.name, _form(entry)) for entry in found)
        except OSError as error:
            self.note("", f"cannot be listed: {error.strerror}")
            return []

    def read(self, name: str, limit: int = MAX_SMALL_FILE) -> bytes | None:
        """The regular file `name`, at most `limit` bytes of it (more: noted). None where there is no such file."""
        try:
            handle = os.open(name, _FILE_FLAGS, dir_fd=self._handle)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            self._note_odd(name, wanted="file")
            return None
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                self.note(name, "not a regular file, passed over")
                return None
            try:
                data = file.read(limit + 1)
            except OSError as error:
                self.note(name, f"cannot be read: {error.strerror}")
                return None
        if len(data) > limit:
            self.note(name, f"longer than {limit} bytes, the rest was passed over")
        return data[:limit]

    def link(self, name: str) -> str | None:
        """Where the symbolic link `name` says it points, as text that nobody follows; None where it is not a link."""
        try:
            return os.readlink(name, dir_fd=self._handle)
        except OSError:
            return None

    def _note_odd(self, name: str, wanted: str) -> None:
        try:
            mode = os.stat(name, dir_fd=self._handle, follow_symlinks=False).st_mode
        except OSError as error:
            self.note(name, f"cannot be read: {error.strerror}")
            return
        if stat.S_ISLNK(mode):
            self.note(name, "symbolic link, not followed")
        elif wanted == "folder" and not stat.S_ISDIR(mode):
            self.note(name, "not a folder, passed over")
        else:
            self.note(name, "cannot be opened")


def _form(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "link"
    if entry.is_file(follow_symlinks=False):
        return "file"
    return "folder" if entry.is_dir(follow_symlinks=False) else "other"
