"""Git bundle files: the header is read here, the pack behind it goes into a file of ours."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from timeline.evidence.git.papers import Ref
from timeline.model.errors import EvidenceError

MAX_HEADER_BYTES: Final = 64 * 1024 * 1024
_SIGNATURE: Final = re.compile(rb"# v([23]) git bundle")
_PREREQUISITE: Final = re.compile(rb"-([0-9a-f]{40}(?:[0-9a-f]{24})?)(?: (.*))?")
_REF: Final = re.compile(rb"([0-9a-f]{40}(?:[0-9a-f]{24})?) (.+)")
_BLOCK: Final = 1 << 20


@dataclass(slots=True)
class Bundle:
    """What a bundle's header says. `prerequisites`, (id, comment), are commits that its reader must have already."""

    version: int
    object_format: bytes = b"sha1"
    filter: bytes | None = None
    prerequisites: list[tuple[bytes, bytes]] = field(default_factory=list)
    refs: list[Ref] = field(default_factory=list)
    odd_lines: int = 0


class Readable(Protocol):
    """A stream of bytes: a file, or a decompressed container."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; b"" at the end."""
        ...


class HashingReader:
    """Reads a stream through, keeping the SHA-256 of all of it."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._rest = b""

    def _block(self) -> bytes:
        block = self._stream.read(_BLOCK)
        self._digest.update(block)
        return block

    def line(self, limit: int) -> bytes | None:
        """The next line without its end; None at the end of the stream or where it is longer than `limit`."""
        while (end := self._rest.find(b"\n")) < 0 and len(self._rest) <= limit:
            block = self._block()
            if not block:
                return None
            self._rest += block
        if end < 0 or end > limit:
            return None
        line, self._rest = self._rest[:end], self._rest[end + 1 :]
        return line

    def copy_rest(self, target: Path, check: Callable[[], None]) -> None:
        """Write everything not read yet to `target`; `check` is called between blocks, and may raise."""
        with target.open("wb") as file:
            block = self._rest
            while block:
                file.write(block)
                check()
                block = self._block()

    def drain(self) -> str:
        """The SHA-256 of the whole stream, in hex."""
        while self._block():
            pass
        return self._digest.hexdigest()


def read_bundle_header(reader: HashingReader, where: str) -> Bundle:
    """Read up to the blank line before the pack. EvidenceError where it is no bundle that we know."""
    first = reader.line(64)
    match = _SIGNATURE.fullmatch(first or b"")
    if match is None:
        raise EvidenceError("not a Git bundle of version 2 or 3", where=where)
    bundle = Bundle(int(match[1]))
    left = MAX_HEADER_BYTES
    while (line := reader.line(left)) is not None:
        left -= len(line) + 1
        if not line:
            break
        _take_line(bundle, line)
    else:
        raise EvidenceError("the bundle ends inside its header", where=where, hint="get an uncut copy of the file")
    bundle.refs.sort(key=lambda ref: ref.name)
    bundle.prerequisites.sort()
    return bundle


def _take_line(bundle: Bundle, line: bytes) -> None:
    if line.startswith(b"@") and bundle.version >= 3:
        key, _, value = line[1:].partition(b"=")
        if key == b"object-format":
            bundle.object_format = value
        elif key == b"filter":
            bundle.filter = value
        else:
            bundle.odd_lines += 1
    elif match := _PREREQUISITE.fullmatch(line):
        bundle.prerequisites.append((match[1], match[2] or b""))
    elif match := _REF.fullmatch(line):
        bundle.refs.append(Ref(match[2], match[1]))
    else:
        bundle.odd_lines += 1
