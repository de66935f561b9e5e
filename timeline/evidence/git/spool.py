"""The bytes of all commits and tags, in a file of ours: one git writes it, another lists them, and we read, all at once."""

import mmap
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Final

from timeline.evidence.git.isolate import Isolated
from timeline.evidence.git.objects import Refused, list_objects

MAX_RESTARTS: Final = 200

_CAT: Final = ("cat-file", "--batch", "--buffer")
_ANSWER: Final = re.compile(rb"([0-9a-f]+) (?:missing|([a-z]+) (\d+))\n")
_BLOCK: Final = 1 << 20

Take = Callable[[bytes, bytes, int, bytes], None]
"""Takes an object: its id, type, place in the spool and bytes. What git has not after all is of type "missing"."""


class Spool:
    """Commits and tags as `git cat-file --batch` wrote them, mapped into memory. Not all that was `asked` for is there.

    `refused` are objects that could not be listed, or are too long to be asked for.
    """

    def __init__(self, mapped: mmap.mmap | bytes, asked: Sequence[bytes], refused: dict[bytes, Refused]) -> None:
        self._mapped = mapped
        self.asked = asked
        self.refused = refused

    def body(self, start: int, size: int) -> bytes:
        """The bytes of one object."""
        return self._mapped[start : start + size]


@contextmanager
def spooled(isolated: Isolated, take: Take) -> Iterator[Spool]:
    """Have git write every commit and tag that it holds, each of which `take` is given. One that ends git is left out."""
    with (isolated.scratch / "objects.spool").open("w+b") as file:
        asked: list[bytes] = []
        answers = _Answers(file, take)
        with isolated.git.start(_CAT, stdin=subprocess.PIPE, stdout=file) as writer:

            def ask(oids: list[bytes]) -> None:
                asked.extend(oids)
                writer.send(b"".join(oid + b"\n" for oid in oids))
                answers.read_some()

            refused = list_objects(isolated, ask)
            writer.end_input()
            whole = writer.wait() == 0
        answers.read_all()
        if not whole:
            _go_on(isolated, asked, answers)
        if not answers.end:
            yield Spool(b"", asked, refused)
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield Spool(mapped, asked, refused)


class _Answers:
    """What `cat-file --batch` writes into a file, read while that grows. `count` are whole answers, `end` is behind them."""

    def __init__(self, file: IO[bytes], take: Take) -> None:
        self.file = file
        self.count = 0
        self.end = 0
        self._take = take
        self._rest = b""

    def read_all(self) -> None:
        """Take what there is."""
        while self.read_some():
            pass

    def read_some(self) -> bool:
        """Take some of what has been written since; False where that is nothing."""
        more = os.pread(self.file.fileno(), _BLOCK, self.end + len(self._rest))
        if not more:
            return False
        data, position = self._rest + more, 0
        length, match_at, take = len(data), _ANSWER.match, self._take
        while match := match_at(data, position):
            oid, kind, digits = match.groups()
            start = stop = match.end()
            if kind is not None:
                stop += int(digits)
                if stop >= length:
                    break
            take(oid, kind or b"missing", self.end + start, data[start:stop])
            position = stop + (kind is not None)
            self.count += 1
        self._rest = data[position:]
        self.end += position
        return True

    def cut(self) -> None:
        """Cut off the half answer at the end."""
        self._rest = b""
        self.file.truncate(self.end)
        self.file.seek(self.end)


def _go_on(isolated: Isolated, asked: Sequence[bytes], answers: _Answers) -> None:
    """Start git again behind each object that ended it."""
    first, left = 0, asked
    for _ in range(MAX_RESTARTS):
        answers.cut()
        left = left[answers.count - first + 1 :]
        first = answers.count
        with isolated.git.start(_CAT, stdin=subprocess.PIPE, stdout=answers.file) as writer:
            writer.send(b"".join(oid + b"\n" for oid in left))
            writer.end_input()
            whole = writer.wait() == 0
        answers.read_all()
        if whole:
            return
