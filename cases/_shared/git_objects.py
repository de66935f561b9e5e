"""Git objects, a pack of them and a bundle around it, written by hand (gitformat-pack, gitformat-bundle)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from _shared.stored import zlib_stored

_TYPE_NUMBERS = {"commit": 1, "tree": 2, "blob": 3, "tag": 4}
ObjectType = Literal["commit", "tree", "blob", "tag"]


@dataclass(slots=True)
class Objects:
    """Objects by id, in the order in which they were first written."""

    bodies: dict[str, tuple[ObjectType, bytes]] = field(default_factory=dict)

    def write(self, kind: ObjectType, body: bytes) -> str:
        """Add an object and give its id; the same object again is kept once."""
        head = f"{kind} {len(body)}\0".encode()
        oid = hashlib.sha1(head + body, usedforsecurity=False).hexdigest()
        self.bodies.setdefault(oid, (kind, body))
        return oid

    def write_tree(self, files: Mapping[str, bytes]) -> str:
        """Add the trees and blobs of `files` (path -> content) and give the id of the root tree."""
        folders: dict[str, dict[str, bytes]] = {}
        entries: list[tuple[str, str, str]] = []
        for path, content in files.items():
            top, _, rest = path.partition("/")
            if rest:
                folders.setdefault(top, {})[rest] = content
            else:
                entries.append((top, "100644", self.write("blob", content)))
        entries += [(f"{name}/", "40000", self.write_tree(inner)) for name, inner in folders.items()]
        body = b""
        for name, mode, oid in sorted(entries, key=lambda entry: entry[0].encode()):
            body += f"{mode} {name.rstrip('/')}\0".encode() + bytes.fromhex(oid)
        return self.write("tree", body)

    def pack(self) -> bytes:
        """Give all objects as a pack of version 2, none of them as a delta."""
        out = bytearray(b"PACK" + (2).to_bytes(4, "big") + len(self.bodies).to_bytes(4, "big"))
        for kind, body in self.bodies.values():
            out += _object_header(_TYPE_NUMBERS[kind], len(body)) + zlib_stored(body)
        return bytes(out) + hashlib.sha1(out, usedforsecurity=False).digest()


def _object_header(type_number: int, size: int) -> bytes:
    first = type_number << 4 | size & 0x0F
    size >>= 4
    out = bytearray()
    while size:
        out.append(first | 0x80)
        first = size & 0x7F
        size >>= 7
    out.append(first)
    return bytes(out)


def bundle(objects: Objects, refs: Sequence[tuple[str, str]]) -> bytes:
    """Give a bundle of version 2 with the refs (name, object id) and every object."""
    lines = "".join(f"{oid} {name}\n" for name, oid in refs)
    return f"# v2 git bundle\n{lines}\n".encode() + objects.pack()
