"""What analysts said, out of one case and into another: two who work on copies of a case say it together in the end.

What was said last counts, whoever said it, by the clocks of those who said it. What an import finds to be older than what this case
says of the same is kept, but does not count.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from timeline.model.source import AnnotationVerb
from timeline.store.annotations import Operation, log, summary, writing
from timeline.store.connection import explained, open_writer
from timeline.store.reader import Reader
from timeline.text import storable

SUPERSEDED: Final = 3
"""`undone` of what was older than what the case said already when it came."""
_ROWS: Final = (
    "SELECT at_us, analyst, event_key, hint_us, verb, value FROM annotation WHERE undone IN (0, 3) ORDER BY at_us, id"
)
_ONE_OF: Final = frozenset({"severity", "why", "decide"})  # of which an event or finding has one, or none
_TEXTS: Final = frozenset({"comment", "why", "decide"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One operation, who said it, and when (microseconds UTC, by that person's clock)."""

    at_us: int
    analyst: str
    said: Operation

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it the same statement in two cases. Texts are left out: one may have been redacted on its way."""
        value = None if self.said.verb in _TEXTS else self.said.value
        return self.at_us, self.analyst, self.said.key, self.said.verb, value

    @property
    def about(self) -> tuple[str, str, str | None]:
        """What only the last statement counts of; comments are about themselves."""
        verb, value = self.said.verb, self.said.value
        if verb in {"star", "unstar"}:
            return self.said.key, "star", None
        if verb in {"tag", "untag"}:
            return self.said.key, "tag", value
        if verb in _ONE_OF:
            return self.said.key, verb, None
        return self.said.key, verb, f"{self.at_us} {self.analyst}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two analysts said something else of the same; `counts` was said later."""

    counts: Statement
    other: Statement


@dataclass(frozen=True, slots=True)
class Merge:
    """What an import does: new statements, those of them that do not count, and where two disagree."""

    new: tuple[Statement, ...]
    known: int
    superseded: frozenset[int]
    conflicts: tuple[Conflict, ...]


def statements(reader: Reader) -> list[Statement]:
    """All that is said and not taken back, also what does not count any more, by time."""
    return list(_of_rows(reader.rows(_ROWS)))


def _of_rows(rows: Iterable[Sequence[object]]) -> Iterator[Statement]:
    for at_us, analyst, key, hint, verb, value in rows:
        yield Statement(at_us, analyst, Operation(key, hint, verb, value))  # type: ignore[arg-type]  # as the table has them


def planned(there: Iterable[Statement], coming: Iterable[Statement]) -> Merge:
    """What comes of merging statements into those that are there."""
    identities: set[tuple[object, ...]] = set()
    last: dict[tuple[str, str, str | None], Statement] = {}
    for one in sorted(there, key=_order):
        identities.add(one.identity)
        last[one.about] = one
    new: list[Statement] = []
    superseded: set[int] = set()
    conflicts: list[Conflict] = []
    known = 0
    for one in sorted(coming, key=_order):
        if one.identity in identities:
            known += 1
            continue
        identities.add(one.identity)
        other = last.get(one.about)
        wins = other is None or _order(one) >= _order(other)
        if other is not None and other.analyst != one.analyst and _differ(one.said, other.said):
            conflicts.append(Conflict(one, other) if wins else Conflict(other, one))
        if wins:
            last[one.about] = one
        else:
            superseded.add(len(new))
        new.append(one)
    return Merge(tuple(new), known, frozenset(superseded), tuple(conflicts))


def _order(one: Statement) -> tuple[int, str, str, str]:
    return one.at_us, one.analyst, one.said.verb, one.said.value or ""


def _differ(one: Operation, other: Operation) -> bool:
    verb: AnnotationVerb = one.verb
    return (verb, one.value) != (other.verb, other.value)


def merge(path: Path, coming: Sequence[Statement], *, analyst: str, at_us: int, source: str) -> Merge:
    """Write what is new, as one step and one entry of the custody log; nothing where nothing is."""
    with explained(path), closing(open_writer(path)) as connection:
        there = list(_of_rows(connection.execute(_ROWS)))
    plan = planned(there, coming)
    if not plan.new:
        return plan
    with writing(path) as connection:
        step = int(connection.execute("SELECT coalesce(max(step), 0) + 1 FROM annotation").fetchone()[0])
        connection.executemany(
            "INSERT INTO annotation (step, at_us, analyst, event_key, hint_us, verb, value, undone)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            _inserted(plan, step),
        )
        detail: dict[str, object] = {
            "step": step, "from": storable(source), "statements": len(plan.new),
            "what": summary(one.said for one in plan.new)[:2000],
        }  # fmt: skip
        log(connection, at_us=at_us, analyst=storable(analyst), action="import annotations", detail=detail)
    return plan


def _inserted(plan: Merge, step: int) -> Iterator[tuple[object, ...]]:
    for place, one in enumerate(plan.new):
        said = one.said
        state = SUPERSEDED if place in plan.superseded else 0
        yield step, one.at_us, storable(one.analyst), said.key, said.hint_us, said.verb, said.value and storable(said.value), state
