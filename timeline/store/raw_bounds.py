"""What a raw search tells of an expression before any record is read.

A row that no hit touches does not fulfil the raw test; one that is touched may, and one that holds all of a plain text does.
"""

from collections.abc import Callable
from functools import reduce

from timeline.query.tree import All, And, Column, Node, Not, Or, RawTest
from timeline.store.columns import Mask, both, either, neither
from timeline.store.raw_needle import needle_of
from timeline.store.raw_pieces import RawNeedle


def needles_of(node: Node) -> dict[RawTest, RawNeedle]:
    """The raw tests of an expression that can be sought in whole frames, and what to seek for each."""
    match node:
        case And(nodes) | Or(nodes):
            return reduce(dict.__or__, map(needles_of, nodes), {})
        case Not(part):
            return needles_of(part)
        case RawTest():
            needle = needle_of(node)
            return {} if needle is None else {node: needle}
        case _:
            return {}


def may_be(node: Node, wanted: bool, column: Callable[[int], Mask], raw: Callable[[RawTest, bool], Mask]) -> Mask:
    """Rows whose truth of the node may be `wanted`: on all others it is not, and no record need be read for that.

    `column` gives the rows that fulfil a test of the plan, `raw` those whose truth of a raw test may be `wanted`.
    """
    match node:
        case Column(index):
            return column(index) if wanted else neither(column(index))
        case RawTest():
            return raw(node, wanted)
        case Not(part):
            return may_be(part, not wanted, column, raw)
        case And(nodes) | Or(nodes):
            every = isinstance(node, And) == wanted
            found: Mask = every
            for part in nodes:
                found = (both if every else either)(found, may_be(part, wanted, column, raw))
            return found
        case All():
            return wanted
        case _:
            raise TypeError(f"not a residual: {type(node).__name__}")
