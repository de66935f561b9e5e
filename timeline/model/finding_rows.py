"""What analyses found, as rows to choose from."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Findings = Literal[
    "exposures", "coverage", "bursts", "first seen", "tampering", "hypotheses", "actors", "downloads", "clocks",
    "secrets", "assets", "measures", "noise", "links",
]  # fmt: skip
FINDINGS: Final[tuple[Findings, ...]] = get_args(Findings)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One row: a span (microseconds UTC), what it is about, a word for its state, more in words, and the query of its events.

    The span is None where there is none, `query` "" where no events belong to it. `subject` names what an analyst may decide,
    as one of `choices`: the first says yes, a second no; "" where there is nothing to decide.
    """

    start_us: int | None
    end_us: int | None
    state: str
    what: str
    detail: str
    query: str
    subject: str = ""
    choices: tuple[str, ...] = ()
