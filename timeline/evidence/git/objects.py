"""Every commit and tag of an isolated repository, reachable or not, with bytes that hash to their names."""

import hashlib
import mmap
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final, Literal

from timeline.evidence.git.isolate import Isolated
from timeline.evidence.git.run import complaint

MAX_OBJECT: Final = 12 * 1024 * 1024
"""A commit or tag longer than this is refused: no honest one is, and git would hold all of it in memory."""
MAX_OBJECTS_BYTES: Final = 4 * 1024**3
"""All commits and tags together: a small pack can hold far more, by repetition."""
_LONG: Final = 64 * 1024
MAX_RESTARTS: Final = 200

Refused = Literal[b"unreadable", b"forged", b"long"]

_LISTED: Final = re.compile(rb"^(?:(commit|tag) ([0-9a-f]+) (\d+)|([0-9a-f]+) missing)$", re.MULTILINE)
_ANSWER: Final = re.compile(rb"([0-9a-f]+) (?:missing|([a-z]+) (\d+))\n")


@dataclass(frozen=True, slots=True)
class Listing:
    """Ids of all commits and tags, in the order in which git holds them (which is the quickest to read)."""

    commits: list[bytes]
    tags: list[bytes]
    refused: dict[bytes, Refused]


@dataclass(frozen=True, slots=True)
class Body:
    """Where a commit or tag lies in the spool."""

    oid: bytes
    kind: bytes
    start: int
    size: int


def list_objects(isolated: Isolated) -> Listing:
    """Ask git for every object that it holds; also objects that are damaged are named."""
    found = Listing([], [], {})
    sizes: dict[bytes, int] = {}
    held = 0
    arguments = ["cat-file", "--batch-all-objects", "--unordered", "--buffer"]
    arguments.append("--batch-check=%(objecttype) %(objectname) %(objectsize)")
    with isolated.git.start(arguments) as running:
        rest = b""
        while block := running.read():
            block = rest + block
            cut = block.rfind(b"\n") + 1
            rest = block[cut:]
            for kind, oid, size, missing in _LISTED.findall(block[:cut]):
                if missing:
                    found.refused[missing] = b"unreadable"
                    continue
                held += int(size)
                if int(size) > _LONG:
                    sizes[oid] = int(size)
                (found.commits if kind == b"commit" else found.tags).append(oid)
        code = running.wait()
        if errors := running.errors():
            isolated.notes.append(f"git found damaged objects or packs: {complaint(errors)}")
        if code != 0 or running.timed_out:
            isolated.notes.append("git stopped while it listed the objects; those after are missing")
    return _without_long(found, sizes, held)


def _without_long(found: Listing, sizes: dict[bytes, int], held: int) -> Listing:
    """Refuse what is too long by itself; and where all together is too long, the longest, by ever lower limits."""
    limit = MAX_OBJECT
    while sizes:
        long = {oid for oid, size in sizes.items() if size > limit}
        found.refused.update(dict.fromkeys(long, b"long"))
        held -= sum(sizes.pop(oid) for oid in long)
        if held <= MAX_OBJECTS_BYTES or limit <= _LONG:
            break
        limit //= 2
    return Listing(
        [oid for oid in found.commits if oid not in found.refused],
        [oid for oid in found.tags if oid not in found.refused],
        found.refused,
    )


class Spool:
    """The bytes of commits and tags as `git cat-file --batch` wrote them, in a file of ours, mapped into memory."""

    def __init__(self, mapped: mmap.mmap | bytes) -> None:
        self._mapped = mapped

    def body(self, start: int, size: int) -> bytes:
        """The bytes of one object."""
        return self._mapped[start : start + size]

    def bodies(self) -> Iterator[Body]:
        """Every object in the spool, in order."""
        position = 0
        match_at = _ANSWER.match
        while match := match_at(self._mapped, position):
            position = match.end()
            if match[2] is None:
                yield Body(match[1], b"missing", position, 0)
                continue
            size = int(match[3])
            if position + size > len(self._mapped):
                return
            yield Body(match[1], match[2], position, size)
            position += size + 1


@contextmanager
def spooled(isolated: Isolated, oids: Sequence[bytes]) -> Iterator[Spool]:
    """Have git write these objects into a file of ours. An object that ends git is left out."""
    path = isolated.scratch / "objects.spool"
    with path.open("w+b") as spool:
        left: Sequence[bytes] = oids
        for _ in range(MAX_RESTARTS):
            start = spool.seek(0, os.SEEK_END)
            if _cat(isolated, left, spool) or not left:
                break
            spool.seek(start)
            answers, length = _whole_answers(spool.read())
            spool.truncate(start + length)
            left = left[answers + 1 :]
        spool.flush()
        if spool.seek(0, os.SEEK_END) == 0:
            yield Spool(b"")
            return
        with mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield Spool(mapped)


def _cat(isolated: Isolated, oids: Iterable[bytes], spool: IO[bytes]) -> bool:
    asked = isolated.scratch / "objects.asked"
    asked.write_bytes(b"".join(oid + b"\n" for oid in oids))
    with asked.open("rb") as stdin:
        return isolated.git.run(["cat-file", "--batch", "--buffer"], stdin=stdin, stdout=spool).code == 0


def _whole_answers(data: bytes) -> tuple[int, int]:
    """(number, length in bytes) of the whole answers that a spool begins with."""
    count, end = 0, 0
    for body in Spool(data).bodies():
        count += 1
        end = body.start + body.size + (body.kind != b"missing")
    return count, end


def hashes_to_name(kind: bytes, body: bytes, oid: bytes) -> bool:
    """Whether these bytes are the object of that name."""
    framed = b"%b %d\0%b" % (kind, len(body), body)
    digest = hashlib.sha1(framed, usedforsecurity=False) if len(oid) == 40 else hashlib.sha256(framed)
    return digest.hexdigest().encode() == oid


def present(isolated: Isolated, oids: Iterable[bytes]) -> set[bytes]:
    """Those of `oids` that the repository holds, of whatever type."""
    asked = isolated.scratch / "present.asked"
    asked.write_bytes(b"".join(oid + b"\n" for oid in sorted(set(oids))))
    if not asked.stat().st_size:
        return set()
    with asked.open("rb") as stdin:
        ended = isolated.git.run(["cat-file", "--batch-check=%(objectname)", "--buffer"], stdin=stdin)
    return {line for line in ended.output.split(b"\n") if line and b" " not in line}
