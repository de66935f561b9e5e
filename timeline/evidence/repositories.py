"""Recognises Git repositories among folders, without running Git or following anything that they point to."""

import os
from collections.abc import Iterator
from pathlib import Path

_POINTER = b"gitdir:"


def is_repository(folder: Path) -> bool:
    """A bare repository, a mirror, or what lies inside a `.git`: HEAD, objects, and refs of one kind or another."""
    return (
        _lies(folder / "HEAD")
        and _is_folder(folder / "objects")
        and any(_lies(folder / name) for name in ("refs", "packed-refs", "reftable"))
    )


def is_work_tree(folder: Path) -> bool:
    """A folder with a `.git` folder that is a repository, or what is left of one (no HEAD, but objects)."""
    git = folder / ".git"
    return not os.path.islink(git) and _is_folder(git) and (_lies(git / "HEAD") or _is_folder(git / "objects"))


def submodules(git: Path) -> Iterator[Path]:
    """Repositories under `modules/` of a `.git` folder, at any depth, in order of their names."""
    waiting = [git / "modules"]
    while waiting:
        folder = waiting.pop()
        if os.path.islink(folder) or not _is_folder(folder):
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


def _is_folder(path: Path) -> bool:
    """Whether it is a folder, as far as one may look: unlike `Path.is_dir` it never raises."""
    return os.path.isdir(path)


def _lies(path: Path) -> bool:
    return os.path.lexists(path)
