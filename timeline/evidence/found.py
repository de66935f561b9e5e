"""A source as the walk finds it, before anything of it is read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to ingest, or one that cannot be (`problem` says why in one line; then nothing else is tried).

    `name` is the path relative to the ingested folder, with "/" (a file given by itself: its own name; a member:
    "dump.zip!/logs/a.json"; standard input: "-" or the name given). `path` is where it is on disk (for a member the
    archive, for "git" the repository folder). `member` is the name inside the archive, `place` the member's ordinal
    there, from 0; in a nested archive one ordinal per level. `size` in bytes and `mtime_us` in microseconds UTC are of
    the member where `form` is "member"; None when not known.
    """

    name: str
    path: Path
    form: Literal["file", "member", "git", "stdin"]
    member: str | None = None
    size: int | None = None
    mtime_us: int | None = None
    problem: str | None = None
    place: tuple[int, ...] = ()
