"""Tree -> Plan: numbered tests, a boolean expression over them, and what is left to decide on raw records.

Functions go down the tree by `map`, one Python frame a level: a query may be nested 100 levels deep.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

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


@dataclass(frozen=True, slots=True)
class Plan:
    """What the store needs to answer a query.

    `tests`: every test but the raw ones, each once. `sql`: a boolean expression of AND, OR, NOT,
    parentheses, `0`, `1` and placeholders `{n}` for test n; nested no deeper than the query plus the
    logarithm of its longest list. It holds for every match, and for nothing else when `residual` is None.
    `residual`: what must also hold for a candidate, over `Column` and `RawTest` leaves; see `evaluate`.
    Each test must be rendered so that it is never NULL.
    """

    tests: tuple[Test, ...]
    sql: str
    residual: Node | None

    def render(self, conditions: Sequence[str]) -> str:
        """Put condition n in place of each `{n}`."""
        return self.sql.format(*conditions)


def compile_query(node: Node) -> Plan:
    """Compile a tree to its plan. Never fails on a tree that `parse` made."""
    numbers: dict[Test, int] = {}
    numbered = _number(node, numbers)
    residual = _residual(numbered)
    return Plan(tuple(numbers), _sql(numbered), None if isinstance(residual, All) else residual)


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


def _sql(node: Node, wanted: bool = True) -> str:
    """Write an expression true wherever `node` may be `wanted`; a raw test may always be either."""
    match node:
        case All():
            return "1" if wanted else "0"
        case RawTest():
            return "1"
        case Column(index):
            return f"{{{index}}}" if wanted else f"NOT {{{index}}}"
        case Not(part):
            return _sql(part, not wanted)
        case And(nodes) | Or(nodes):
            word = "AND" if isinstance(node, And) == wanted else "OR"
            return _joined(word, list(map(_sql, nodes, repeat(wanted))))
        case _:
            raise TypeError(f"not numbered: {type(node).__name__}")


def _joined(word: str, parts: list[str]) -> str:
    """Join the parts as a balanced tree, constants folded: SQLite limits an expression to 1000 levels."""
    absorbing, neutral = ("0", "1") if word == "AND" else ("1", "0")
    if absorbing in parts:
        return absorbing
    kept = [part for part in parts if part != neutral]
    if not kept:
        return neutral
    while len(kept) > 8:
        kept = [_group(word, kept[at : at + 8]) for at in range(0, len(kept), 8)]
    return _group(word, kept)


def _group(word: str, parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else "(" + f" {word} ".join(parts) + ")"


def _residual(node: Node) -> Node:
    """Keep what SQL has not decided: conjuncts with a raw test, ordered by cost."""
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
