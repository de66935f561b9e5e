"""Changed paths of a long history, quickly: two processes, each asked for blocks of neighbours, newest first.

Git keeps the newest trees whole and older ones as differences to them, so going back in time is the cheaper way; and it
writes out its buffer at each line of input that is no commit, so there is one such line, a mark, per block only. Where
anything in a block is not as it should be, it and all after it go to `changes.ChangeReader`, which asks for commits one
by one and knows which of them git cannot read.
"""

import secrets
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain, cycle, islice
from typing import IO, Final, Self

from timeline.evidence.git.changes import ARGUMENTS, ChangeReader, Changes, capped, lacks_objects
from timeline.evidence.git.isolate import Isolated
from timeline.evidence.git.run import Running

LANE_BLOCK: Final = 512
"""Commits in a block: neighbours share trees, and the changes of several blocks fit a pipe."""
MAX_BLOCK_BYTES: Final = 32 * 1024 * 1024
QUIET_SECONDS: Final = 20.0
"""How long git may say nothing before the commits of a block are asked for one by one."""


@contextmanager
def changes_of(isolated: Isolated, oids: Sequence[bytes], trees: Sequence[bytes]) -> Iterator[Iterator[Changes]]:
    """The changes of each commit, in order; `trees` are their root trees. Git is at work when this returns."""
    count = 2 if len(oids) > 4 * LANE_BLOCK else 1
    with ExitStack() as stack:
        lanes = []
        for number in range(count):
            starts = range(number * LANE_BLOCK, len(oids), count * LANE_BLOCK)
            blocks = [slice(start, start + LANE_BLOCK) for start in starts]
            lane = stack.enter_context(_Lane(isolated, [oids[block] for block in blocks]))
            lanes.append(lane.read([trees[block] for block in blocks]))
        yield chain.from_iterable(next(lane) for _, lane in zip(range(0, len(oids), LANE_BLOCK), cycle(lanes)))


class _Lane:
    """One process with its blocks of commits. Leaving the `with` block ends it."""

    def __init__(self, isolated: Isolated, blocks: Sequence[Sequence[bytes]]) -> None:
        self._isolated = isolated
        self._blocks = blocks
        self._mark = b"=" + secrets.token_hex(16).encode() + b"\n"
        self._buffer = bytearray()
        self._stack = ExitStack()
        self._running: Running | None = None

    def __enter__(self) -> Self:
        if self._blocks:
            stdin = self._stack.enter_context(tempfile.TemporaryFile(dir=self._isolated.scratch))
            self._write_asked(stdin)
            self._running = self._stack.enter_context(self._isolated.git.start((*ARGUMENTS, "--always"), stdin=stdin))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _write_asked(self, stdin: IO[bytes]) -> None:
        for block in self._blocks:
            stdin.write(b"\n".join(block[::-1]) + b"\n" + self._mark)
        stdin.seek(0)

    def read(self, trees: Sequence[Sequence[bytes]]) -> Iterator[Iterable[Changes]]:
        """The changes of each block of this lane, in order; those of one are to be read before the next."""
        for number, block in enumerate(self._blocks):
            raw = self._next_block()
            sections = None if raw is None else sections_of(raw, block[::-1])
            if sections is None:
                self._stack.close()
                yield from self._one_by_one(self._blocks[number:], trees[number:])
                return
            yield [capped(section) for section in reversed(sections)]
        if self._running is not None:
            lacks_objects(self._isolated, self._running)

    def _one_by_one(
        self, blocks: Sequence[Sequence[bytes]], trees: Sequence[Sequence[bytes]]
    ) -> Iterator[Iterable[Changes]]:
        reader = ChangeReader(self._isolated).read(list(chain(*blocks)), list(chain(*trees)))
        for block in blocks:
            yield islice(reader, len(block))

    def _next_block(self) -> bytes | None:
        """The output up to the next mark; None where git ended or fell silent before it, or there is too much."""
        assert self._running is not None  # there are blocks
        buffer, mark = self._buffer, self._mark
        found = buffer.find(mark)
        while found < 0:
            searched = max(0, len(buffer) - len(mark))
            more = self._running.read(QUIET_SECONDS)
            if not more or len(buffer) > MAX_BLOCK_BYTES:
                return None
            buffer += more
            found = buffer.find(mark, searched)
        raw = bytes(buffer[:found])
        del buffer[: found + len(mark)]
        return raw


def sections_of(raw: bytes, oids: Sequence[bytes]) -> list[bytes] | None:
    """Take output of `diff-tree --always -z` apart: the entries of each of `oids`. None where it is of others.

    Each section is `OID NUL`, then pairs of entry and path. A path may be the text of the next id: such a one follows
    an odd number of texts, a header an even one.
    """
    sections = []
    start = len(oids[0]) + 1
    if not raw.startswith(oids[0] + b"\0"):
        return None
    for oid in oids[1:]:
        header = b"\0%b\0" % oid
        found = raw.find(header, start - 1)
        while found >= 0 and raw.count(b"\0", start, found + 1) % 2:
            found = raw.find(header, found + 1)
        if found < 0:
            return None
        sections.append(raw[start : found + 1])
        start = found + len(header)
    sections.append(raw[start:])
    return sections
