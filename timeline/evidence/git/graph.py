"""The commits of a repository as a graph: their order, what refs reach, who is whose ancestor."""

import re
from array import array
from collections.abc import Iterable
from typing import Final, NamedTuple

from timeline.evidence.git.objects import Refused, hashes_to_name

NOWHERE, REFLOG, REFS = 0, 1, 2
MAX_ANCESTOR_STEPS: Final = 20_000_000
"""Steps that all ancestor questions of one repository may take together."""

_PLAIN: Final = re.compile(
    rb"tree ([0-9a-f]+)\n((?:parent [0-9a-f]+\n)*)author [^\n]*\ncommitter [^>\n]*> (\d{1,18}) [^>\n]*\n"
)  # nearly all commits; what the other two find in them is the same
_HEAD: Final = re.compile(rb"tree ([0-9a-f]+)\n((?:parent [0-9a-f]+\n)*)")
_COMMITTED: Final = re.compile(rb"^committer [^\n]*> (\d{1,18})(?: [^\n]*)?$", re.MULTILINE)


class Tag(NamedTuple):
    """A tag object: its id, where it lies in the spool, and the object that it names; None where it names none."""

    oid: bytes
    start: int
    size: int
    target: bytes | None


class Graph:
    """Commits numbered in canonical order: (committer time, id); a time that cannot be read counts as 0.

    `parents[i]` are numbers of present parents; `absent[i]`, where there are some, the ids of those not there.
    """

    def __init__(self, oids: list[bytes], starts: "array[int]", sizes: "array[int]", trees: list[bytes]) -> None:
        self.oids = oids
        self.starts = starts
        self.sizes = sizes
        self.trees = trees
        self.number = {oid: number for number, oid in enumerate(oids)}
        self.parents: list[tuple[int, ...]] = []
        self.absent: dict[int, tuple[bytes, ...]] = {}
        self.reach = bytearray(len(oids))
        self._generations: array[int] | None = None
        self._steps = 0

    def __len__(self) -> int:
        return len(self.oids)

    def connect(self, named: Iterable[bytes]) -> None:
        """Resolve the parent ids that each commit names (one text of ids per commit, in canonical order)."""
        number = self.number
        for index, text in enumerate(named):
            only = number.get(text[7:-1])  # a single parent; several make no id
            if only is not None:
                self.parents.append((only,))
                continue
            ids = text.split()[1::2]
            known = tuple(number[oid] for oid in ids if oid in number)
            self.parents.append(known)
            if len(known) != len(ids):
                self.absent[index] = tuple(dict.fromkeys(oid for oid in ids if oid not in number))

    def mark(self, tips: Iterable[bytes], level: int) -> None:
        """Raise all commits that `tips` reach to `level` (REFS or REFLOG)."""
        reach, parents = self.reach, self.parents
        stack = [self.number[oid] for oid in tips if oid in self.number]
        while stack:
            here = stack.pop()
            if reach[here] < level:
                reach[here] = level
                stack.extend(parents[here])

    def holes(self) -> dict[bytes, list[bytes]]:
        """Ids of commits that are named as parents and are not there, each with the commits that name it."""
        found: dict[bytes, list[bytes]] = {}
        for index, ids in self.absent.items():
            for oid in ids:
                found.setdefault(oid, []).append(self.oids[index])
        return found

    def is_ancestor(self, old: bytes, new: bytes) -> bool | None:
        """Whether `old` lies in the history of `new`; None where it cannot be told (not there, cut, or too costly)."""
        goal, start = self.number.get(old), self.number.get(new)
        if goal is None or start is None:
            return None
        generations = self._generation_numbers()
        floor = generations[goal]
        seen = {start}
        stack = [start]
        cut = False
        while stack:
            here = stack.pop()
            if here == goal:
                return True
            cut = cut or here in self.absent
            for parent in self.parents[here]:
                if parent not in seen and generations[parent] >= floor:
                    seen.add(parent)
                    stack.append(parent)
            self._steps += 1
            if self._steps > MAX_ANCESTOR_STEPS:
                return None
        return None if cut else False

    def _generation_numbers(self) -> "array[int]":
        """One more than the greatest of the parents' (1 for roots); an ancestor's is always smaller."""
        if self._generations is not None:
            return self._generations
        generations = array("q", bytes(8 * len(self)))
        for index in range(len(self)):
            stack = [index]
            while stack:
                here = stack[-1]
                waiting = [p for p in self.parents[here] if not generations[p]] if not generations[here] else []
                if waiting:
                    stack.extend(waiting)
                    continue
                if not generations[here]:
                    generations[here] = 1 + max((generations[p] for p in self.parents[here]), default=0)
                stack.pop()
        self._generations = generations
        return generations


class Gathered:
    """The commits and tags of a repository as they come, in any order. `refused` are those that are not what they are named."""

    def __init__(self) -> None:
        self.tags: list[Tag] = []
        self.forged: dict[bytes, tuple[int, int]] = {}
        self.refused: dict[bytes, Refused] = {}
        self._commits: list[tuple[int, bytes, int, int, bytes, bytes]] = []

    def take(self, oid: bytes, kind: bytes, start: int, text: bytes) -> None:
        """Take one object: its type, its place in the spool and its bytes."""
        if kind not in {b"commit", b"tag"}:
            self.refused[oid] = b"unreadable"
        elif not hashes_to_name(kind, text, oid):
            self.refused[oid] = b"forged"
            self.forged[oid] = (start, len(text))
        elif kind == b"tag":
            self.tags.append(Tag(oid, start, len(text), _tagged(text)))
        else:
            plain = _PLAIN.match(text)
            tree, parents, seconds = plain.groups() if plain else _head_of(text)
            self._commits.append((int(seconds), oid, start, len(text), tree, parents))

    def graph(self) -> Graph:
        """The graph of all commits, once all are there."""
        rows = sorted(self._commits)
        self._commits.clear()
        graph = Graph(
            [row[1] for row in rows],
            array("q", [row[2] for row in rows]),
            array("l", [row[3] for row in rows]),
            [row[4] for row in rows],
        )
        graph.connect(row[5] for row in rows)
        return graph


def _head_of(text: bytes) -> tuple[bytes, bytes, bytes]:
    """Tree, parent lines and committer time of a commit; b"" where they cannot be read, b"0" for the time."""
    head = _HEAD.match(text)
    tree, parents, end = (head[1], head[2], head.end()) if head else (b"", b"", 0)
    time = _COMMITTED.search(text, end)
    return tree, parents, time[1] if time else b"0"


def _tagged(text: bytes) -> bytes | None:
    first = text.partition(b"\n")[0]
    return first.removeprefix(b"object ") if first.startswith(b"object ") else None
