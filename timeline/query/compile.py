"""Tree -> Plan: numbered tests, a boolean expression over them, and what is left to decide on raw records.

Functions go down the tree by `map`, one Python frame a level: a query may be nested 100 levels deep.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from timeline.model.event import SEARCHED_BY_WORDS
from timeline.query.raw import RawRecord
from timeline.query.tree import (
    EVERYTHING,
    All,
    And,
    Column,
    Node,
    Not,
    Or,
    RawTest,
    Test,
    TextTest,
    WordTest,
    all_of,
    negated,
)

NOTHING: Final = Or(())
"""No event fulfils it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the store needs to answer a query.

    `tests`: every test but the raw ones, each once. `candidates`: what every match fulfils, over `Column` leaves, `Not` of
    them, And, Or and `All`; nothing else fulfils it when `residual` is None. `Or(())` is fulfilled by nothing.
    `residual`: what must also hold for a candidate, over `Column` and `RawTest` leaves; see `evaluate`.
    """

    tests: tuple[Test, ...]
    candidates: Node
    residual: Node | None


def compile_query(node: Node) -> Plan:
    """Compile a tree to its plan. Never fails on a tree that `parse` made."""
    numbers: dict[Test, int] = {}
    numbered = _number(node, numbers)
    residual = _residual(numbered)
    return Plan(tuple(numbers), _candidates(numbered), None if isinstance(residual, All) else residual)


def evaluate(
    residual: Node,
    columns: Sequence[bool] | Mapping[int, bool],
    raw: Callable[[], bytes],
    fields: Callable[[], Mapping[str, object]],
) -> bool:
    """Whether a candidate fulfils the residual.

    `columns[n]` is the truth of test n for this event (only those in `columns_needed` are asked for); `raw`
    gives the record's bytes and `fields` its nested fields, each called at most once and only when needed.
    """
    return _holds(residual, columns, RawRecord(raw, fields))


def columns_needed(residual: Node | None) -> frozenset[int]:
    """Collect the numbers of the tests whose truth `evaluate` may ask for."""
    match residual:
        case Column(index):
            return frozenset((index,))
        case And(nodes) | Or(nodes):
            return frozenset().union(*map(columns_needed, nodes))
        case Not(node):
            return columns_needed(node)
        case _:
            return frozenset()


def _number(node: Node, numbers: dict[Test, int]) -> Node:
    """Replace every test but the raw ones by its Column."""
    match node:
        case And(nodes):
            return And(tuple(map(_number, nodes, repeat(numbers))))
        case Or(nodes):
            return Or(tuple(map(_number, nodes, repeat(numbers))))
        case Not(part):
            return Not(_number(part, numbers))
        case WordTest(op, value, ignore_case):
            tests = (TextTest(field, op, value, ignore_case) for field in SEARCHED_BY_WORDS)
            return Or(tuple(Column(numbers.setdefault(test, len(numbers))) for test in tests))
        case All() | RawTest() | Column():
            return node
        case _:
            return Column(numbers.setdefault(node, len(numbers)))


def _has_raw(node: Node) -> bool:
    match node:
        case And(nodes) | Or(nodes):
            return any(map(_has_raw, nodes))
        case Not(part):
            return _has_raw(part)
        case _:
            return isinstance(node, RawTest)


def _candidates(node: Node, wanted: bool = True) -> Node:
    """Make an expression true wherever `node` may be `wanted`; a raw test may always be either."""
    match node:
        case All():
            return EVERYTHING if wanted else NOTHING
        case RawTest():
            return EVERYTHING
        case Column():
            return node if wanted else Not(node)
        case Not(part):
            return _candidates(part, not wanted)
        case And(nodes) | Or(nodes):
            parts = map(_candidates, nodes, repeat(wanted))
            return _joined(parts, every=isinstance(node, And) == wanted)
        case _:
            raise TypeError(f"not numbered: {type(node).__name__}")


def _joined(parts: Iterable[Node], *, every: bool) -> Node:
    """And (or Or) of the parts, constants folded."""
    absorbing, neutral = (NOTHING, EVERYTHING) if every else (EVERYTHING, NOTHING)
    kept = []
    for part in parts:
        if part == absorbing:
            return absorbing
        if part != neutral:
            kept.append(part)
    if not kept:
        return neutral
    return kept[0] if len(kept) == 1 else And(tuple(kept)) if every else Or(tuple(kept))


def _residual(node: Node) -> Node:
    """Keep what the candidates have not decided: conjuncts with a raw test, ordered by cost."""
    if not _has_raw(node):
        return EVERYTHING
    match node:
        case And(nodes):
            return all_of(_by_cost(map(_residual, nodes)))
        case _:
            return _ordered(node)


def _ordered(node: Node) -> Node:
    match node:
        case And(nodes):
            return And(tuple(_by_cost(map(_ordered, nodes))))
        case Or(nodes):
            return Or(tuple(_by_cost(map(_ordered, nodes))))
        case Not(part):
            return negated(_ordered(part))
        case _:
            return node


def _by_cost(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=_cost)


def _cost(node: Node) -> int:
    """Columns are known, bytes are read, fields are read and decoded."""
    match node:
        case And(nodes) | Or(nodes):
            return max(map(_cost, nodes), default=0)
        case Not(part):
            return _cost(part)
        case RawTest(path):
            return 1 if path is None else 2
        case _:
            return 0


def _holds(node: Node, columns: Sequence[bool] | Mapping[int, bool], record: RawRecord) -> bool:
    match node:
        case And(nodes):
            return all(map(_holds, nodes, repeat(columns), repeat(record)))
        case Or(nodes):
            return any(map(_holds, nodes, repeat(columns), repeat(record)))
        case Not(part):
            return not _holds(part, columns, record)
        case Column(index):
            return bool(columns[index])
        case RawTest():
            return record.holds(node)
        case All():
            return True
        case _:
            raise TypeError(f"not a residual: {type(node).__name__}")
