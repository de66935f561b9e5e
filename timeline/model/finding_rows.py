"""What analyses found, as rows to choose from."""

from dataclasses import dataclass
from typing import Final, Literal

Findings = Literal["exposures", "coverage", "bursts", "first seen", "tampering"]
FINDINGS: Final[tuple[Findings, ...]] = ("exposures", "coverage", "bursts", "first seen", "tampering")


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One row: a span (microseconds UTC), what it is about, a word for its state, more in words, and the query of its events.

    `query` is "" where no events belong to it.
    """

    start_us: int
    end_us: int
    state: str
    what: str
    detail: str
    query: str
