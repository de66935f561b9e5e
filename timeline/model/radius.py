"""The blast radius: what was taken, object by object, and how many bytes."""

from dataclasses import dataclass
from typing import Literal

Taken = Literal["whole", "part", "some", "unknown"]


@dataclass(frozen=True, slots=True)
class SeenFrom:
    """Downloads of one object as one vantage point logs them.

    `sent` is what `with_bytes` of the `reads` log as sent, added up: traffic, with retries. `most` is the most that one
    reader got, added up over its reads.
    """

    vantage: str
    reads: int
    with_bytes: int
    sent: int
    most: int
    readers: tuple[str, ...]
    first_us: int | None
    last_us: int | None
    first_key: str
    last_key: str


@dataclass(frozen=True, slots=True)
class Download:
    """One object. Vantage points are beside each other and never added: they may log the same download.

    `size` is the object's whole size in bytes, None where nothing tells; `exact` whether a log states it (else it is the
    largest whole answer that one logs). `taken`: whole, when one reader got at least that; part, when less; some, when the
    size is not known; unknown, when no bytes are logged. `obtained` is how much of the object one reader got at most,
    never more than its size; None when unknown.
    """

    name: str
    taken: Taken
    size: int | None
    exact: bool
    obtained: int | None
    seen: tuple[SeenFrom, ...]

    @property
    def reads(self) -> int:
        """Reads as logged from where most are logged."""
        return max(part.reads for part in self.seen)

    @property
    def sent(self) -> int:
        """Bytes logged as sent, from where most are."""
        return max(part.sent for part in self.seen)

    @property
    def upper(self) -> int | None:
        """Size x reads: more cannot have left in reads that are logged. None where the size is not known."""
        return None if self.size is None else self.size * self.reads


@dataclass(frozen=True, slots=True)
class Rest:
    """Objects of one vantage point that are not listed, being many and small: added up, `obtained` as of a Download."""

    vantage: str
    objects: int
    reads: int
    sent: int
    obtained: int


@dataclass(frozen=True, slots=True)
class Vantage:
    """What one vantage point logs of it all. Bytes of several are not to be added."""

    name: str
    title: str
    reads: int
    objects: int
    sent: int
    with_bytes: int


@dataclass(frozen=True, slots=True)
class CompleteSet:
    """Parts that belong together, and how many of them one reader got. `key` is of the last part that it got."""

    name: str
    reader: str
    got: int
    of: int
    key: str

    @property
    def is_complete(self) -> bool:
        """Whether all are there."""
        return self.got == self.of


@dataclass(frozen=True, slots=True)
class Radius:
    """Everything that was taken in a scope.

    `obtained` adds up the distinct data of objects of which it is known, each name space (`s3://`, `http:`) for itself:
    names of the same object in two name spaces are not joined. `flows` are bytes that flow logs count towards the
    readers' addresses, None without such logs: a bound for what passed by the interfaces that they watch, and for no more.
    """

    downloads: tuple[Download, ...]
    vantages: tuple[Vantage, ...]
    obtained: tuple[tuple[str, int], ...]
    unknown: int
    sets: tuple[CompleteSet, ...]
    flows: int | None
    rest: tuple[Rest, ...] = ()
    notes: tuple[str, ...] = ()
