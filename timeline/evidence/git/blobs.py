"""The contents of files in a repository, reachable or not, in the order in which git holds them."""

import re
import tempfile
from collections.abc import Iterable, Iterator
from typing import Final

from timeline.evidence.git.isolate import Isolated
from timeline.evidence.git.run import Running

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of a file whose contents are read. Larger ones are counted."""
MOST_TIPS: Final = 500
_LIST: Final = (
    *("cat-file", "--batch-all-objects", "--unordered", "--buffer"),
    "--batch-check=%(objecttype) %(objectname) %(objectsize)",
)
_LISTED: Final = re.compile(rb"(?:^|\n)blob ([0-9a-f]+) (\d+)(?=\n)")
_TREE_LINE: Final = re.compile(rb"(?:^|\0)\d+ blob ([0-9a-f]+)\t")


class Blobs:
    """All blobs of an isolated repository, to be iterated once: (object id, bytes). Raises Cancelled.

    Afterwards `count` and `read_bytes` say how much was read, `too_large` how many were passed over for their size, and
    `damaged` whether git could not give some of them.
    """

    def __init__(self, isolated: Isolated, largest: int = LARGEST) -> None:
        self._isolated = isolated
        self._largest = largest
        self.count = 0
        self.read_bytes = 0
        self.too_large = 0
        self.damaged = False
        self.total = 0

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        oids = self._listed()
        self.total = len(oids)
        with tempfile.TemporaryFile(dir=self._isolated.scratch) as asked:
            asked.write(b"\n".join(oids) + b"\n" if oids else b"")
            asked.seek(0)
            with self._isolated.git.start(("cat-file", "--batch", "--buffer"), stdin=asked) as running:
                yield from self._answers(running)
                if running.wait() != 0 or running.timed_out:
                    self.damaged = True

    def _listed(self) -> list[bytes]:
        with self._isolated.git.start(_LIST) as running:
            output = running.read_all()
            if running.wait() != 0:
                self.damaged = True
        found = _LISTED.findall(output)
        kept = [oid for oid, size in found if int(size) <= self._largest]
        self.too_large = len(found) - len(kept)
        return kept

    def _answers(self, running: Running) -> Iterator[tuple[bytes, bytes]]:
        held = bytearray()
        while True:
            head = _line(running, held)
            if head is None:
                return
            parts = head.split(b" ")
            if len(parts) != 3:  # `<oid> missing`
                self.damaged = True
                continue
            body = _bytes(running, held, int(parts[2]) + 1)
            if body is None:
                self.damaged = True
                return
            self.count += 1
            self.read_bytes += len(body) - 1
            yield parts[0], body[:-1]


def _line(running: Running, held: bytearray) -> bytes | None:
    while (end := held.find(b"\n")) < 0:
        block = running.read()
        if not block:
            return None
        held += block
    line = bytes(held[:end])
    del held[: end + 1]
    return line


def _bytes(running: Running, held: bytearray, count: int) -> bytes | None:
    while len(held) < count:
        block = running.read()
        if not block:
            return None
        held += block
    found = bytes(held[:count])
    del held[:count]
    return found


def tip_blobs(isolated: Isolated, tips: Iterable[bytes]) -> set[bytes]:
    """Ids of all blobs in the trees of these commits or tags; what git cannot read is left out."""
    found: set[bytes] = set()
    for oid in sorted(set(tips))[:MOST_TIPS]:
        ended = isolated.git.run(("ls-tree", "-r", "-z", oid.decode("ascii")))
        found.update(_TREE_LINE.findall(ended.output))
    return found
