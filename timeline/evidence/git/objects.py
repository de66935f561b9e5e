"""Which commits and tags an isolated repository holds, reachable or not, and whether their bytes hash to their names."""

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Final, Literal

from timeline.evidence.git.isolate import Isolated
from timeline.evidence.git.run import complaint

MAX_OBJECT: Final = 12 * 1024 * 1024
"""A commit or tag longer than this is refused: no honest one is, and git would hold all of it in memory."""
MAX_OBJECTS_BYTES: Final = 4 * 1024**3
"""All commits and tags together: a small pack can hold far more, by repetition."""
LONG: Final = 64 * 1024

Refused = Literal[b"unreadable", b"forged", b"long"]

_LIST: Final = (
    *("cat-file", "--batch-all-objects", "--unordered", "--buffer"),
    "--batch-check=%(objecttype) %(objectname) %(objectsize)",
)
_LISTED: Final = re.compile(rb"\n(?:commit|tag) ([0-9a-f]+) (\d+)(?=\n)")
_SHA1: Final = hashlib.sha1(usedforsecurity=False)  # copied: a new one costs more
_SHA256: Final = hashlib.sha256()
_MISSING: Final = re.compile(rb"\n([0-9a-f]+) missing(?=\n)")


def list_objects(isolated: Isolated, take: Callable[[list[bytes]], None]) -> dict[bytes, Refused]:
    """Ask git for every object that it holds, and hand the ids of commits and tags on as they come.

    They come in the order in which git holds them (which is the quickest to read), long ones last. Gives those that are
    refused: damaged objects of any type, and what is too long.
    """
    refused: dict[bytes, Refused] = {}
    long: dict[bytes, int] = {}
    held = 0
    with isolated.git.start(_LIST) as running:
        rest = b"\n"
        while block := running.read():
            block = rest + block
            cut = block.rfind(b"\n")
            rest = block[cut:]
            if b" missing\n" in block:
                refused.update((oid, b"unreadable") for oid in _MISSING.findall(block, 0, cut + 1))
            found = _LISTED.findall(block, 0, cut + 1)
            sizes = [int(size) for _, size in found]
            held += sum(sizes)
            long.update((oid, size) for (oid, _), size in zip(found, sizes, strict=True) if size > LONG)
            take([oid for oid, _ in found if oid not in long])
        code = running.wait()
        if errors := running.errors():
            isolated.notes.append(f"git found damaged objects or packs: {complaint(errors)}")
        if code != 0 or running.timed_out:
            isolated.notes.append("git stopped while it listed the objects; those after are missing")
    refused.update(_too_long(long, held))
    take([oid for oid in long if oid not in refused])
    return refused


def _too_long(sizes: dict[bytes, int], held: int) -> dict[bytes, Refused]:
    """What is too long by itself; and where all together is too long, the longest, by ever lower limits."""
    refused: dict[bytes, Refused] = {}
    left = dict(sizes)
    limit = MAX_OBJECT
    while left:
        long = [oid for oid, size in left.items() if size > limit]
        refused.update(dict.fromkeys(long, b"long"))
        held -= sum(left.pop(oid) for oid in long)
        if held <= MAX_OBJECTS_BYTES or limit <= LONG:
            break
        limit //= 2
    return refused


def hashes_to_name(kind: bytes, body: bytes, oid: bytes) -> bool:
    """Whether these bytes are the object of that name."""
    digest = (_SHA1 if len(oid) == 40 else _SHA256).copy()
    digest.update(b"%b %d\0%b" % (kind, len(body), body))
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
