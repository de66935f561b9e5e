"""The commits of a repository as a graph: their order, what refs reach, who is whose ancestor."""

import re
from array import array
from collections.abc import Iterable, Sequence
from typing import Final

from timeline.evidence.git.objects import Body, Refused, Spool, hashes_to_name

NOWHERE, REFLOG, REFS = 0, 1, 2
MAX_ANCESTOR_STEPS: Final = 20_000_000
"""Steps that all ancestor questions of one repository may take together."""

_HEAD: Final = re.compile(rb"tree ([0-9a-f]+)\n((?:parent [0-9a-f]+\n)*)")
_COMMITTED: Final = re.compile(rb"^committer [^\n]*> (\d{1,18})(?: [^\n]*)?$", re.MULTILINE)


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


def build_graph(spool: Spool, bodies: Sequence[Body], refused: dict[bytes, Refused]) -> Graph:
    """The graph of those commits whose bytes hash to their names; the others are added to `refused`."""
    rows: list[tuple[int, bytes, int, int, bytes, bytes]] = []
    for body in bodies:
        text = spool.body(body.start, body.size)
        if not hashes_to_name(b"commit", text, body.oid):
            refused[body.oid] = b"forged"
            continue
        head = _HEAD.match(text)
        tree, parents, end = (head[1], head[2], head.end()) if head else (b"", b"", 0)
        time = _COMMITTED.search(text, end)
        rows.append((int(time[1]) if time else 0, body.oid, body.start, body.size, tree, parents))
    rows.sort()
    graph = Graph(
        [row[1] for row in rows],
        array("q", [row[2] for row in rows]),
        array("l", [row[3] for row in rows]),
        [row[4] for row in rows],
    )
    graph.connect(row[5] for row in rows)
    return graph
