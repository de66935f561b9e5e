"""Finds the sources among the paths given: files, archive members, repositories; skips nothing without saying so.

Names and order depend on the evidence alone, not on the order of arguments or of the file system. Members of an archive
come in the archive's own order, behind each other, so that it can be read in one pass.
"""

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from timeline.evidence.archives import members, shape_of
from timeline.evidence.found import Found
from timeline.evidence.repositories import is_pointer, is_repository, is_work_tree, submodules
from timeline.model.errors import EvidenceError

__all__ = ["Found", "find_sources"]

_SPECIAL = {stat.S_IFSOCK: "socket", stat.S_IFIFO: "FIFO", stat.S_IFCHR: "device", stat.S_IFBLK: "device"}


def find_sources(paths: Sequence[Path], *, exclude: Collection[Path] = ()) -> Iterator[Found]:
    """Every source under `paths`, sorted by name, each once; `exclude` are files or folders of the case itself.

    Symbolic links inside folders are not followed; one that is itself given as a path is. A path that is not there is a
    Found with a problem.
    """
    excluded = frozenset(os.path.realpath(path) for path in exclude)
    roots = sorted({Path(os.path.realpath(path)) for path in paths})
    outer = [root for root in roots if not any(root != other and root.is_relative_to(other) for other in roots)]
    seen: dict[Path, Found] = {}
    by_root: dict[Path, list[Found]] = {}
    for root in [*outer, *(root for root in roots if root not in outer)]:
        for found in _under(root, excluded):
            if found.path not in seen:
                seen[found.path] = found
                by_root.setdefault(root, []).append(found)
    for found in sorted(_named(by_root), key=lambda found: found.name):
        yield from _with_members(found)


# -- files and folders ----------------------------------------------------------------------------------------------


def _under(root: Path, excluded: frozenset[str]) -> Iterator[Found]:
    """Everything at or under one path that was given, symbolic links in it resolved."""
    if str(root) in excluded:
        return
    name = _text(root.name)
    if not os.path.lexists(root):
        yield Found(name, root, "file", problem="no such file or folder")
    elif not os.path.isdir(root):
        yield _file(root, name)
    elif is_repository(root):
        yield Found(f"{_text(root.parent.name)}/.git" if name == ".git" else name, root, "git")
    elif is_work_tree(root):
        yield from _repositories(root, f"{name}/", excluded)
    else:
        yield from _folder(root, "", excluded)


def _folder(top: Path, prefix: str, excluded: frozenset[str]) -> Iterator[Found]:
    waiting = [(top, prefix)]
    while waiting:
        folder, prefix = waiting.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            name = prefix.rstrip("/") or _text(folder.name)
            yield Found(name, folder, "file", problem=f"cannot be read: {error.strerror}")
            continue
        for entry in entries:
            path, name = Path(entry.path), prefix + _text(entry.name)
            if entry.path in excluded:
                continue
            if not entry.is_dir(follow_symlinks=False):
                yield _file(path, name)
            elif is_repository(path):
                yield Found(name, path, "git")
            elif is_work_tree(path):
                yield from _repositories(path, f"{name}/", excluded)
            else:
                waiting.append((path, f"{name}/"))


def _repositories(tree: Path, prefix: str, excluded: frozenset[str]) -> Iterator[Found]:
    """The repository of a work tree, its submodules, and repositories in the tree; other files are no evidence."""
    git = tree / ".git"
    yield Found(f"{prefix}.git", git, "git")
    for module in submodules(git):
        yield Found(f"{prefix}.git/{_text(module.relative_to(git).as_posix())}", module, "git")
    waiting = [(tree, prefix)]
    while waiting:
        folder, prefix = waiting.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            yield Found(prefix.rstrip("/"), folder, "file", problem=f"cannot be read: {error.strerror}")
            continue
        for entry in entries:
            path, name = Path(entry.path), prefix + _text(entry.name)
            if entry.path in excluded or path == git:
                continue
            if entry.name == ".git" and not entry.is_dir(follow_symlinks=False):
                yield _file(path, name)
            elif entry.is_dir(follow_symlinks=False):
                if is_work_tree(path):
                    yield from _repositories(path, f"{name}/", excluded)
                elif is_repository(path):
                    yield Found(name, path, "git")
                else:
                    waiting.append((path, f"{name}/"))


def _file(path: Path, name: str) -> Found:
    try:
        status = path.lstat()
    except OSError as error:
        return Found(name, path, "file", problem=f"cannot be read: {error.strerror}")
    kind = stat.S_IFMT(status.st_mode)
    problem = None
    if kind == stat.S_IFLNK:
        problem = "symbolic link, not followed"
    elif kind != stat.S_IFREG:
        problem = f"{_SPECIAL.get(kind, 'special file')}, not read"
    elif path.name == ".git" and is_pointer(path):
        problem = "points to a repository elsewhere (gitdir:), not followed"
    return Found(name, path, "file", None, status.st_size, status.st_mtime_ns // 1000, problem)


def _text(name: str) -> str:
    """A file name as text that can be stored; bytes that are no UTF-8 become escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


# -- names ----------------------------------------------------------------------------------------------------------


def _named(by_root: dict[Path, list[Found]]) -> Iterator[Found]:
    """Names made unambiguous: by as many parent folders as it takes, where two given paths hold the same name."""
    depth = dict.fromkeys(by_root, 0)
    for _ in range(max((len(root.parts) for root in by_root), default=0)):
        held = {root: {_name(root, found, depth[root]) for found in founds} for root, founds in by_root.items()}
        counts = Counter(name for names in held.values() for name in names)
        clashing = [root for root, names in held.items() if any(counts[name] > 1 for name in names)]
        growing = [root for root in clashing if depth[root] < len(root.parts) - 1]
        if not growing:
            break
        for root in growing:
            depth[root] += 1
    taken: Counter[str] = Counter()
    for root in sorted(by_root):
        for found in by_root[root]:
            name = _name(root, found, depth[root])
            taken[name] += 1
            name = name if taken[name] == 1 else f"{name}#{taken[name]}"
            yield found if name == found.name else replace(found, name=name)


def _name(root: Path, found: Found, depth: int) -> str:
    """`depth` parts of the given path before the name (of a path whose own name is in it already: its parents)."""
    if not depth:
        return found.name
    own = found.path == root or found.name.startswith(f"{_text(root.name)}/.git")
    parts = root.parts[1:-1] if own else root.parts[1:]
    front = parts[-depth:]
    return "/".join((*(_text(part) for part in front), found.name))


# -- archives -------------------------------------------------------------------------------------------------------


def _with_members(found: Found) -> Iterator[Found]:
    if found.form != "file" or found.problem:
        yield found
        return
    try:
        if shape_of(found.path) is None:
            yield found
            return
        taken: Counter[str] = Counter()
        member = None
        for member in members(found.path):
            name = f"{found.name}!/{member.name}" if member.name else found.name
            taken[name] += 1
            name = name if taken[name] == 1 else f"{name}#{taken[name]}"
            yield Found(
                name, found.path, "member", member.name, member.size, member.mtime_us, member.problem, member.place
            )
        if member is None:
            yield replace(found, problem="an archive that holds no files")
    except EvidenceError as error:
        yield replace(found, problem=error.what)
