"""Recognises Git repositories among folders, without running Git or following anything that they point to."""

import os
from collections.abc import Iterator
from pathlib import Path

_POINTER = b"gitdir:"


def is_repository(folder: Path) -> bool:
    """A bare repository, a mirror, or what lies inside a `.git`: HEAD, objects, and refs of one kind or another."""
    return (
        _lies(folder / "HEAD")
        and (folder / "objects").is_dir()
        and any(_lies(folder / name) for name in ("refs", "packed-refs", "reftable"))
    )


def is_work_tree(folder: Path) -> bool:
    """A folder with a `.git` folder that is a repository, or what is left of one (no HEAD, but objects)."""
    git = folder / ".git"
    return not git.is_symlink() and git.is_dir() and (_lies(git / "HEAD") or (git / "objects").is_dir())


def submodules(git: Path) -> Iterator[Path]:
    """Repositories under `modules/` of a `.git` folder, at any depth, in order of their names."""
    waiting = [git / "modules"]
    while waiting:
        folder = waiting.pop()
        if folder.is_symlink() or not folder.is_dir():
            continue
        if is_repository(folder):
            yield folder
            waiting.append(folder / "modules")
            continue
        try:
            waiting.extend(sorted((Path(entry.path) for entry in os.scandir(folder)), reverse=True))
        except OSError:
            continue


def is_pointer(path: Path) -> bool:
    """A `.git` file that names a repository elsewhere (work trees and submodules have them)."""
    try:
        with path.open("rb") as file:
            return file.read(len(_POINTER)) == _POINTER
    except OSError:
        return False


def _lies(path: Path) -> bool:
    return os.path.lexists(path)
