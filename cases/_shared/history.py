"""Commits and tags of a story's people, and what collectors make of them: a bundle, or a mirror with reflogs."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from _shared.clock import HOUR, SECOND
from _shared.git_objects import Objects, bundle


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who commits: name, address and hours from UTC on their clock."""

    name: str
    email: str
    hours: int = 0

    def signature(self, when: int) -> str:
        """Write name, address, seconds and zone as in a commit; `when` in microseconds UTC."""
        sign = "-" if self.hours < 0 else "+"
        return f"{self.name} <{self.email}> {when // SECOND} {sign}{abs(self.hours):02d}00"

    def midnight(self, day: int) -> int:
        """Give the midnight of this person's clock on the day that begins at `day` in UTC."""
        return day - self.hours * HOUR


@dataclass(slots=True)
class History:
    """Objects of a repository, with its commits as (id, time, author) in the order of their making."""

    objects: Objects = field(default_factory=Objects)
    commits: list[tuple[str, int, Author]] = field(default_factory=list)

    def commit(
        self,
        tree: Mapping[str, bytes],
        parents: Sequence[str],
        who: Author,
        when: int,
        message: str,
        *,
        authored: int | None = None,
    ) -> str:
        """Write a commit and give its id; `authored` is the author's time where it is not the committer's."""
        lines = [f"tree {self.objects.write_tree(tree)}", *(f"parent {parent}" for parent in parents)]
        lines += [f"author {who.signature(when if authored is None else authored)}", f"committer {who.signature(when)}"]
        oid = self.objects.write("commit", "\n".join([*lines, "", message, ""]).encode())
        self.commits.append((oid, when, who))
        return oid

    def bundle(self, refs: Sequence[tuple[str, str]], head: str) -> bytes:
        """Give a bundle with these refs (name, object id) and HEAD."""
        return bundle(self.objects, [*refs, ("HEAD", head)])

    def mirror(self, refs: Mapping[str, str], reflogs: Mapping[str, Sequence[str]], branch: str) -> dict[str, bytes]:
        """Give the files of a bare repository by path: a pack with its index, loose refs, reflogs line by line."""
        pack, index = self.objects.pack(), pack_index(self.objects)
        name = f"objects/pack/pack-{pack[-20:].hex()}"
        files = {
            "HEAD": f"ref: {branch}\n".encode(),
            "config": b"[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tlogAllRefUpdates = always\n",
            f"{name}.pack": pack,
            f"{name}.idx": index,
        }
        files |= {ref: f"{oid}\n".encode() for ref, oid in refs.items()}
        return files | {f"logs/{ref}": "".join(f"{line}\n" for line in lines).encode() for ref, lines in reflogs.items()}


def pack_index(objects: Objects) -> bytes:
    """Give the index (version 2) of `objects.pack()`."""
    pack = objects.pack()
    entries: dict[str, tuple[int, int]] = {}
    offset, seen = 12, Objects()
    for oid, (kind, body) in objects.bodies.items():
        seen.bodies = {oid: (kind, body)}
        packed = seen.pack()[12:-20]
        entries[oid] = (zlib.crc32(packed), offset)
        offset += len(packed)
    ordered = sorted(entries)
    out = bytearray(b"\xfftOc" + (2).to_bytes(4, "big"))
    for first in range(256):
        out += sum(int(oid[:2], 16) <= first for oid in ordered).to_bytes(4, "big")
    out += b"".join(bytes.fromhex(oid) for oid in ordered)
    out += b"".join(entries[oid][0].to_bytes(4, "big") for oid in ordered)
    out += b"".join(entries[oid][1].to_bytes(4, "big") for oid in ordered)
    out += pack[-20:]
    return bytes(out) + hashlib.sha1(out, usedforsecurity=False).digest()
