"""Members of zip and tar archives, nested one level, read where they are: nothing is extracted under its own name."""

import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal

from timeline.evidence.layers import first_decompressed, unwrap
from timeline.evidence.reading import BLOCK_BYTES, FileReader, NoReader, Peekable, Reader
from timeline.evidence.tar import BLOCK, TarReader, is_tar
from timeline.evidence.zip import zip_entries
from timeline.model.errors import EvidenceError

MAX_MEMBERS: Final = 1_000_000
MAX_DEPTH: Final = 2
_SEPARATOR: Final = "!/"
_LOOK_BYTES: Final = 4096

Place = tuple[int, ...]
Shape = Literal["zip", "tar"]


@dataclass(frozen=True, slots=True)
class Member:
    """One regular member, or one that cannot be read (`problem`). `name` has "!/" between levels of nesting.

    `place` holds its ordinal per level, from 0; empty for a problem of the archive itself (`name` is then "").
    `size` in bytes, `mtime_us` in microseconds UTC; None when not stated. `reader` gives the bytes until the next
    member is asked for.
    """

    name: str
    place: Place
    size: int | None
    mtime_us: int | None
    problem: str | None
    reader: Reader


def shape_of(path: Path) -> Shape | None:
    """Whether a file is an archive, by its content, also inside gz, bz2, xz or zst. EvidenceError when unreadable."""
    try:
        with open(path, "rb", buffering=0) as file:
            begin = first_decompressed(file.read(_LOOK_BYTES), BLOCK)
    except OSError as error:
        raise EvidenceError(f"cannot be read: {error.strerror}", where=path) from error
    if begin is not None:
        return _shape_of_head(begin)
    with closing(FileReader(path)) as reader:
        return _shape(unwrap(Peekable(reader))[0])


def _shape(reader: Peekable) -> Shape | None:
    return _shape_of_head(reader.peek(BLOCK))


def _shape_of_head(head: bytes) -> Shape | None:
    if re.match(rb"PK(?:\x03\x04|\x05\x06|00PK\x03\x04)", head):
        return "zip"
    return "tar" if is_tar(head) else None


def members(path: Path, wanted: Collection[Place] | None = None) -> Iterator[Member]:
    """Go through an archive once, in its own order; `wanted` limits it to these places.

    Folders are left out. Whatever ends the pass early comes as a last member without place. Never raises for content;
    EvidenceError when the file cannot be opened.
    """
    with closing(FileReader(path)) as file:
        reader, layers = unwrap(Peekable(file))
        yield from _Pass(wanted).members(reader, path if not layers else None, _shape(reader), "", ())


class _Pass:
    """One way through an archive and those inside it."""

    def __init__(self, wanted: Collection[Place] | None) -> None:
        self._wanted = None if wanted is None else frozenset(wanted)
        self._levels = None if wanted is None else {place[:depth] for place in wanted for depth in range(len(place))}
        self._seen = 0

    def members(
        self, reader: Peekable, path: Path | None, shape: Shape | None, prefix: str, above: Place
    ) -> Iterator[Member]:
        """The members of the archive that `reader` gives; `path` is a file that holds just these bytes, if one does."""
        if shape == "tar":
            yield from self._tar(reader, prefix, above)
        elif path is not None:
            yield from self._zip(path, prefix, above)
        else:
            with tempfile.NamedTemporaryFile(prefix="leakline-") as spool:
                problem = _copy(reader, spool)
                if problem:
                    yield _failed(prefix, above, problem)
                yield from self._zip(Path(spool.name), prefix, above)

    def _tar(self, reader: Peekable, prefix: str, above: Place) -> Iterator[Member]:
        archive = TarReader(reader)
        for number, entry in enumerate(archive.entries()):
            if entry.kind == "folder":
                continue
            problem = None if entry.kind == "file" else f"{entry.kind} in an archive, not followed"
            member = Member(prefix + entry.name, (*above, number), entry.size, entry.mtime_us, problem, entry.reader)
            yield from self._member(member)
            if self._seen > MAX_MEMBERS:
                return
        if archive.problem:
            yield _failed(prefix, above, archive.problem)

    def _zip(self, path: Path, prefix: str, above: Place) -> Iterator[Member]:
        try:
            for number, entry in enumerate(zip_entries(path)):
                place = (*above, number)
                if entry.kind == "folder" or self._seen > MAX_MEMBERS or not self._is_wanted(place):
                    continue
                with closing(entry.open()) as reader:
                    problem = entry.problem
                    if entry.kind != "file":
                        problem = f"{entry.kind} in an archive, not followed"
                    yield from self._member(
                        Member(prefix + entry.name, place, entry.size, entry.mtime_us, problem, reader)
                    )
        except EvidenceError as error:
            yield _failed(prefix, above, error.what)

    def _is_wanted(self, place: Place) -> bool:
        return self._wanted is None or self._levels is None or place in self._wanted or place in self._levels

    def _member(self, member: Member) -> Iterator[Member]:
        """The member itself, or, where it is an archive, its members."""
        if not self._is_wanted(member.place):
            return
        self._seen += 1
        if self._seen > MAX_MEMBERS:
            yield _failed(member.name, (), f"more than {MAX_MEMBERS:,} members, the rest was not read")
            return
        problem = member.problem or _unsafe(member.name.rpartition(_SEPARATOR)[2])
        if problem:
            yield Member(member.name, member.place, member.size, member.mtime_us, problem, NoReader(problem))
            return
        if self._wanted is not None and member.place in self._wanted:
            yield member
            return
        inside, _ = unwrap(Peekable(member.reader))
        shape = _shape(inside)
        if shape is None:
            yield member
        elif len(member.place) >= MAX_DEPTH:
            problem = "an archive in an archive in an archive, not read"
            yield Member(member.name, member.place, member.size, member.mtime_us, problem, NoReader(problem))
        else:
            yield from self.members(inside, None, shape, member.name + _SEPARATOR, member.place)


def _failed(prefix: str, above: Place, problem: str) -> Member:
    return Member(prefix.removesuffix(_SEPARATOR), above, None, None, problem, NoReader(problem))


def _unsafe(name: str) -> str | None:
    parts = name.replace("\\", "/").split("/")
    if not name or parts[0] == "" or ".." in parts or re.match(r"[A-Za-z]:", name):
        return "a path that leaves its folder, in an archive: not read"
    return None


def _copy(reader: Reader, target: IO[bytes]) -> str | None:
    while block := reader.read(BLOCK_BYTES):
        target.write(block)
    target.flush()
    return reader.problem
