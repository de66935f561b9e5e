"""Which version of a repository or package a leaked copy is: by hashes, byte for byte.

Each commit's tree is followed path by path from its parents' and its own changes, as far as files of the copy are concerned.
Where the two sides of a merge differ in a path and the merge does not list it, the side that changed it last counts.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from timeline.analysis.facts import Facts
from timeline.model.event import Event
from timeline.model.leaked_copy import CopiedFile, CopyMatch, PackageMatch, Version
from timeline.query.tree import TextTest, all_of

MOST_VERSIONS: Final = 50
NO_COMMITS: Final = "the case holds no commits to compare with"
INCOMPLETE: Final = "the changes of some commits are not known; what they hold may be more or less"
BOTH_SIDES: Final = (
    "some merges take a path from one of two sides, and nothing tells from which: the first parent counts"
)


@dataclass(slots=True)
class _Commit:
    """A commit and what is needed of it; `held` is path -> (oid of the file there or None, commit that put it so)."""

    event: Event
    oid: str
    parents: tuple[str, ...]
    paths: Sequence[Mapping[str, Any]]
    is_whole: bool
    place: int = 0
    held: dict[str, tuple[str | None, str]] = field(default_factory=dict)


def match_copy(facts: Facts, files: Sequence[CopiedFile]) -> CopyMatch:
    """What a copy matches in a case."""
    wanted = {oid: file for file in files if file.size for oid in (file.git_sha1, file.git_sha256)}
    notes: list[str] = []
    versions: list[Version] = []
    first_us: dict[str, int] = {}
    known: dict[str, str] = {}
    names = _names(facts)
    repositories = _commits(facts)
    for repository, commits in sorted(repositories.items()):
        for commit in _in_order(commits):
            _follow(commit, commits, wanted.keys(), notes)
            held = {oid for oid, _ in commit.held.values() if oid is not None}
            for oid in held:
                known[oid] = wanted[oid].name
                us = commit.event.timestamp
                if us is not None:
                    first_us[oid] = min(us, first_us.get(oid, us))
            if held:
                versions.append(_version(repository, commit, len(held), names))
    if not repositories:
        notes.append(NO_COMMITS)
    most = max((version.matched for version in versions), default=0)
    best = sorted((v for v in versions if v.matched == most), key=lambda v: (v.us is None, v.us, v.commit))
    packages = _packages(facts, files)
    packed = {package.file for package in packages}
    files = [file for file in files if not file.is_archive or file.name in packed]
    solid = [file for file in files if file.size]
    names_known = {file.name for file in solid if file.git_sha1 in known or file.git_sha256 in known}
    return CopyMatch(
        len(files), len(files) - len(solid), tuple(sorted(names_known)),
        tuple(sorted(file.name for file in solid if file.name not in names_known | packed)),
        tuple(best[:MOST_VERSIONS]), max(0, len(best) - MOST_VERSIONS), 0 < most == len(known), packages,
        max(first_us.values(), default=None), tuple(dict.fromkeys(notes)),
    )  # fmt: skip


def _commits(facts: Facts) -> dict[str, dict[str, _Commit]]:
    """Repository -> object id -> commit."""
    found: defaultdict[str, dict[str, _Commit]] = defaultdict(dict)
    node = all_of([TextTest("kind", "exact", "git.commit"), TextTest("action", "exact", "commit")])
    for event in facts.matching(node):
        raw = facts.raw_fields(event)
        oid, paths = raw.get("oid"), raw.get("paths")
        if isinstance(oid, str) and isinstance(paths, list):
            parents = tuple(parent for parent in raw.get("parents", ()) if isinstance(parent, str))
            is_whole = not raw.get("paths_unknown") and not raw.get("paths_cut")
            found[event.resource or ""][oid] = _Commit(event, oid, parents, paths, is_whole)
    return dict(found)


def _in_order(commits: Mapping[str, _Commit]) -> list[_Commit]:
    """Parents before children; of a cycle, which only a forged record can make, what can be reached without it."""
    order: list[_Commit] = []
    state: dict[str, int] = {}
    for start in sorted(commits):
        stack = [start]
        while stack:
            oid = stack[-1]
            if state.get(oid, 0) == 0:
                state[oid] = 1
                stack += [parent for parent in commits[oid].parents if parent in commits and state.get(parent, 0) == 0]
            else:
                stack.pop()
                if state[oid] == 1:
                    state[oid] = 2
                    commits[oid].place = len(order)
                    order.append(commits[oid])
    return order


def _follow(commit: _Commit, commits: Mapping[str, _Commit], wanted: Collection[str], notes: list[str]) -> None:
    """Work out which wanted files a commit holds, from its parents and its own changes."""
    parents = [commits[oid] for oid in commit.parents if oid in commits]
    held = parents[0].held if parents else {}
    for other in parents[1:]:
        held = _merged(held, other.held, parents[0], other, commits, notes)
    changes = [(entry.get("path"), entry.get("new")) for entry in commit.paths]
    mine = {path: oid for path, oid in changes if isinstance(path, str) and (path in held or oid in wanted)}
    if mine:
        held = {**held, **{path: (oid if oid in wanted else None, commit.oid) for path, oid in mine.items()}}
    if not commit.is_whole or len(parents) < len(commit.parents):
        notes.append(INCOMPLETE)
    commit.held = held


_Held = dict[str, tuple[str | None, str]]


def _merged(
    one: _Held, other: _Held, first: _Commit, second: _Commit, commits: Mapping[str, _Commit], notes: list[str]
) -> _Held:
    if one is other:
        return one
    merged = dict(one)
    for path, theirs in other.items():
        ours = one.get(path)
        if ours is None or (ours != theirs and _is_ancestor(ours[1], second, commits)):
            merged[path] = theirs
        elif ours[0] != theirs[0] and not _is_ancestor(theirs[1], first, commits):
            notes.append(BOTH_SIDES)
    return merged


def _is_ancestor(oid: str, of: _Commit, commits: Mapping[str, _Commit]) -> bool:
    """Whether a commit is among the history of another, itself included."""
    wanted = commits[oid]
    seen = {of.oid}
    stack = [of]
    while stack:
        commit = stack.pop()
        if commit.oid == oid:
            return True
        for parent in commit.parents:
            found = commits.get(parent)
            if found is not None and parent not in seen and found.place >= wanted.place:
                seen.add(parent)
                stack.append(found)
    return False


def _names(facts: Facts) -> dict[str, set[str]]:
    """Object id -> names of tags, branches and packages at it."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for event in facts.matching(TextTest("kind", "in", ("git.ref", "git.tag"))):
        raw = facts.raw_fields(event)
        ref = raw.get("ref") or (event.resource or "").rpartition(" ")[2]
        for name in ("target", "object"):
            if isinstance(raw.get(name), str):
                names[raw[name]].add(str(ref))
    for event in facts.matching(_PUBLISHED):
        head = facts.raw_fields(event).get("gitHead")
        if isinstance(head, str) and event.resource:
            names[head].add(event.resource)
    return names


_PUBLISHED: Final = all_of([TextTest("kind", "exact", "npm.registry"), TextTest("action", "exact", "publish")])


def _version(repository: str, commit: _Commit, matched: int, names: Mapping[str, set[str]]) -> Version:
    found = tuple(sorted(names.get(commit.oid, ())))
    return Version(repository, commit.oid, commit.event.key, commit.event.timestamp, matched, found)


def _packages(facts: Facts, files: Sequence[CopiedFile]) -> tuple[PackageMatch, ...]:
    """Files that are the very tarball of a published version."""
    by_hash = {value: file for file in files for value in (file.npm_shasum, file.npm_integrity)}
    found = []
    for event in facts.matching(_PUBLISHED):
        dist = facts.raw_fields(event).get("dist")
        for name in ("integrity", "shasum"):
            value = dist.get(name) if isinstance(dist, Mapping) else None
            if isinstance(value, str) and value in by_hash:
                found.append(PackageMatch(by_hash[value].name, event.resource or "", event.key, event.timestamp))
                break
    return tuple(found)
