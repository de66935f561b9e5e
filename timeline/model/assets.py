"""Assets: what was at stake and what of it was taken, by class."""

from dataclasses import dataclass

from timeline.model.radius import CompleteSet


@dataclass(frozen=True, slots=True)
class Asset:
    """All objects of one class that logs show being downloaded.

    `obtained` adds up distinct bytes of those whose bytes are logged (`unknown` of them are not); times are microseconds
    UTC, None without dated reads; `keys` are of the first and last read; `windows` names those in which objects lay open;
    `largest` are names of the objects with most bytes.
    """

    name: str
    title: str
    objects: int
    whole: int
    unknown: int
    reads: int
    obtained: int
    readers: tuple[str, ...]
    first_us: int | None
    last_us: int | None
    keys: tuple[str, ...]
    windows: tuple[str, ...]
    sets: tuple[CompleteSet, ...]
    largest: tuple[str, ...]
