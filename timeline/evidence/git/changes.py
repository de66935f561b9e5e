"""The changed paths of commits, as `git diff-tree` states them, from one process that is started again when it dies."""

import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import IO, Final, NamedTuple

from timeline.evidence.git.isolate import Isolated
from timeline.evidence.git.objects import present
from timeline.evidence.git.run import Running

MAX_PATHS: Final = 100_000
MAX_PATHS_BYTES: Final = 64 * 1024 * 1024
MAX_DEATHS: Final = 500
MAX_LOST_SECONDS: Final = 300.0
"""What commits that end git (tree bombs) may cost together; those after are not asked for any more."""
QUIET_SECONDS: Final = 60.0
_LEAST_ENTRY: Final = 64  # bytes: no raw entry is shorter, so a shorter section needs no counting

ARGUMENTS: Final = (
    *("diff-tree", "--stdin", "-r", "--root", "-c", "--raw", "-z"),
    *("--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv"),
)


class Changes(NamedTuple):
    """Changed paths of one commit. `cut`: there are more. `unknown`: a parent or tree is missing."""

    raw: bytes
    cut: bool = False
    unknown: bool = False


UNKNOWN: Final = Changes(b"", unknown=True)


class ChangeReader:
    """Asks one process for commits in their order; a commit that ends git is marked and passed over."""

    def __init__(self, isolated: Isolated) -> None:
        self._isolated = isolated
        self._mark = b"=" + secrets.token_hex(16).encode() + b"\n"
        self._trees: set[bytes] | None = None
        self._death = UNKNOWN
        self._deaths = 0
        self._lost_seconds = 0.0

    def read(self, oids: Sequence[bytes], trees: Sequence[bytes]) -> Iterator[Changes]:
        """The changes of each commit, in order."""
        done = 0
        while done < len(oids):
            if self._deaths >= MAX_DEATHS or self._lost_seconds > MAX_LOST_SECONDS:
                self._isolated.notes.append("changed paths were given up: too many commits whose trees git cannot read")
                yield from [UNKNOWN] * (len(oids) - done)
                return
            asked = self._asked(oids[done:], trees[done:])
            started = time.monotonic()
            for changes in self._run(asked):
                done += 1
                yield changes
                started = time.monotonic()
            if done < len(oids):
                self._deaths += 1
                self._lost_seconds += time.monotonic() - started
                yield self._death
                done += 1

    def _asked(self, oids: Sequence[bytes], trees: Sequence[bytes]) -> list[bytes | None]:
        """What to ask: after the first death, commits whose root tree is missing are not asked for (None)."""
        if not self._deaths:
            return list(oids)
        if self._trees is None:
            self._trees = present(self._isolated, trees)
        there = self._trees
        return [oid if tree in there else None for oid, tree in zip(oids, trees, strict=True)]

    def _run(self, asked: Sequence[bytes | None]) -> Iterator[Changes]:
        """Changes of each commit until git ends; `_death` says how it ended when that was too early."""
        with tempfile.TemporaryFile(dir=self._isolated.scratch) as stdin:
            stdin.write(b"".join((oid + b"\n" if oid else b"") + self._mark for oid in asked))
            stdin.seek(0)
            yield from self._answers(asked, stdin)

    def _answers(self, asked: Sequence[bytes | None], stdin: IO[bytes]) -> Iterator[Changes]:
        with self._isolated.git.start((*ARGUMENTS, "--no-commit-id"), stdin=stdin) as running:
            for oid, changes in zip(asked, self._sections(running), strict=False):
                yield changes if oid else UNKNOWN
            self._death = UNKNOWN if lacks_objects(self._isolated, running) else Changes(b"", cut=True)

    def _sections(self, running: Running) -> Iterator[Changes]:
        """The output between marks. A section above the caps is cut, and read on only to find its end."""
        mark = self._mark
        buffer = bytearray()
        head: bytes | None = None
        while block := running.read(QUIET_SECONDS):
            searched = max(0, len(buffer) - len(mark))
            buffer += block
            start = 0
            while (found := buffer.find(mark, max(start, searched))) >= 0:
                if head is not None:
                    yield Changes(head, cut=True)
                    head = None
                else:
                    yield capped(bytes(buffer[start:found]))
                start = found + len(mark)
            del buffer[:start]
            if head is None and len(buffer) > MAX_PATHS_BYTES:
                head = capped(bytes(buffer)).raw
            if head is not None:
                del buffer[: -len(mark)]


def lacks_objects(isolated: Isolated, running: Running) -> bool:
    """Whether git complained that an object is not there; other complaints are noted."""
    errors = running.errors()
    lacking = "unable to read" in errors and not running.timed_out
    if "error: " in errors and not lacking:
        isolated.notes.append("git could not read some commits' changed paths; they are shown without")
    return lacking


def capped(raw: bytes) -> Changes:
    """The entries of one commit, cut behind the last that the caps allow."""
    if len(raw) <= MAX_PATHS_BYTES and (len(raw) < MAX_PATHS * _LEAST_ENTRY or raw.count(b"\0") <= 2 * MAX_PATHS):
        return Changes(raw)
    position = 0
    for _ in range(MAX_PATHS):
        following = raw.find(b"\0", raw.find(b"\0", position) + 1, MAX_PATHS_BYTES) + 1
        if not following:
            break
        position = following
    return Changes(raw[:position], cut=True)
