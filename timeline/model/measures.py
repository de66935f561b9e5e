"""Measures: what to do, each tied to the findings that call for it, open or done."""

from dataclasses import dataclass
from typing import Literal

from timeline.model.decisions import Decision

Sort = Literal["contain", "prevent"]
DONE = "done"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure for one `target`. `why` is the finding in words, `keys` the first of its events.

    `id` names it in decisions and stays the same as long as measure and target do. `decision` is what an analyst said of it.
    """

    id: str
    name: str
    title: str
    sort: Sort
    how: str
    target: str
    why: str
    keys: tuple[str, ...]
    decision: Decision | None = None

    @property
    def is_done(self) -> bool:
        """Whether an analyst ticked it off."""
        return self.decision is not None and self.decision.state == DONE
