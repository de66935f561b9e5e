"""Coverage: from which vantage points a case could have seen something, and when."""

from dataclasses import dataclass
from typing import Final, Literal

State = Literal["on", "partial", "off", "unknown"]
"""on: what happens there is logged, and the log is here. partial: some of it. off: it was not logged, or is gone.
unknown: nothing here tells."""


@dataclass(frozen=True, slots=True, order=True)
class Vantage:
    """What is looked at from where: `name` of the pack (`cloudtrail.data`), and the scope in it (an account, a bucket)."""

    name: str
    scope: str


@dataclass(frozen=True, slots=True)
class Interval:
    """State of a vantage in [start_us, end_us), microseconds UTC; `why` in words, `keys` of the events that say so."""

    vantage: Vantage
    start_us: int
    end_us: int
    state: State
    why: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """All intervals, by vantage and time, without gaps over `span`; None without dated events."""

    span: tuple[int, int] | None
    intervals: tuple[Interval, ...]
    problems: tuple[str, ...] = ()


NO_COVERAGE: Final = Coverage(None, ())


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """Whether a resource was read in [start_us, end_us].

    `read`: events show it. `not read`: none does, and what supports that covers all of the time. `not answerable`: none
    does, and nothing here would have shown one in the holes.
    """

    resource: str
    start_us: int
    end_us: int
    answer: Literal["read", "not read", "not answerable"]
    reads: tuple[str, ...]
    more_reads: int
    support: tuple[Interval, ...]
    holes: tuple[Interval, ...]
    why: str
