"""Clocks: what is odd in the times of a repository, how far logs are apart, and what order is not established."""

from dataclasses import dataclass
from typing import Literal

Oddity = Literal[
    "authored after committed", "older than its parent", "committed after its push", "zone jumps", "round times"
]


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something odd in the times of commits. `us` is the commit's time (microseconds UTC), `words` say what."""

    sort: Oddity
    us: int
    actor: str | None
    resource: str | None
    words: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skew:
    """How far the clock of `other` (path of a source) is ahead of `one`'s, as `matches` requests tell that both log.

    `median_us` is positive where `other` is ahead; the middle nine tenths lie from `low_us` to `high_us`. `keys` are of the
    first request, as each logs it. `offset_us` is the clock offset that would set `other` right, counted from what its
    records state; None where the difference is within what the logs' precision explains, or too uneven for a clock.
    """

    rule: str
    title: str
    one: str
    other: str
    matches: int
    median_us: int
    low_us: int
    high_us: int
    precision_us: int
    offset_us: int | None
    keys: tuple[str, str]

    @property
    def words(self) -> str:
        """What it says of the clocks."""
        if self.offset_us is not None:
            return "ahead" if self.median_us > 0 else "behind"
        return "agree" if abs(self.median_us) <= self.precision_us else "uneven"


@dataclass(frozen=True, slots=True)
class Unordered:
    """Two marked events of different clocks whose times overlap: which came first is not established."""

    first_key: str
    second_key: str
    first_us: int
    second_us: int
    within_us: int


@dataclass(frozen=True, slots=True)
class Assumed:
    """Events of a source whose time is not stated in full (`basis`: zone_assumed, year_inferred, offset_applied)."""

    source: str
    basis: str
    events: int


@dataclass(frozen=True, slots=True)
class Clocks:
    """All of it, and `notes` on what was not looked at."""

    anomalies: tuple[Anomaly, ...]
    skews: tuple[Skew, ...]
    unordered: tuple[Unordered, ...]
    assumed: tuple[Assumed, ...]
    notes: tuple[str, ...] = ()
