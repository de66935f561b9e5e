"""What a raw search tells of an expression, against the truth of it on each row."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.query import And, Not, Or, RawTest
from timeline.query.tree import EVERYTHING, Column, Node
from timeline.store.columns import Mask
from timeline.store.raw_bounds import may_be, needles_of
from timeline.store.raw_rows import FoundRows

ROWS = 12
SOUGHT = [RawTest(None, "contains", word) for word in ("AKIA", "token")]
OTHER = RawTest(("a",), "exact", "b")
leaves = st.sampled_from([*SOUGHT, OTHER, Column(0), Column(1), EVERYTHING])
nodes = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(Not), st.lists(inner, max_size=3).map(tuple).map(And), st.lists(inner, max_size=3).map(tuple).map(Or)
    ),
    max_leaves=7,
)
truths = st.lists(st.booleans(), min_size=ROWS, max_size=ROWS)


def holds(node: Node, row: int, columns: Sequence[Sequence[bool]], raw: dict[RawTest, list[bool]]) -> bool:
    match node:
        case And(parts):
            return all(holds(part, row, columns, raw) for part in parts)
        case Or(parts):
            return any(holds(part, row, columns, raw) for part in parts)
        case Not(part):
            return not holds(part, row, columns, raw)
        case Column(index):
            return columns[index][row]
        case RawTest():
            return raw[node][row]
        case _:
            return True


def sought(rows: Mapping[RawTest, FoundRows]) -> Callable[[RawTest, bool], Mask]:
    return lambda test, wanted: rows[test].may_be(wanted) if test in rows else True


def at(mask: Mask, row: int) -> bool:
    return mask if isinstance(mask, bool) else bool(mask[row])


@given(nodes, st.lists(truths, min_size=2, max_size=2), st.lists(truths, min_size=3, max_size=3), truths, truths)
@settings(max_examples=300, deadline=None)
def test_what_may_be_covers_what_is(
    node: Node, columns: list[list[bool]], raw: list[list[bool]], more: list[bool], less: list[bool]
) -> None:
    truth = dict(zip([*SOUGHT, OTHER], raw, strict=True))
    found = {
        test: FoundRows(np.array(truth[test]) | np.array(more), np.array(truth[test]) & np.array(less)) for test in SOUGHT
    }
    masks = [np.array(column) for column in columns]
    for row in range(ROWS):
        is_true = holds(node, row, columns, truth)
        assert at(may_be(node, is_true, masks.__getitem__, sought(found)), row)


def test_rows_that_no_hit_touches_are_decided() -> None:
    test = SOUGHT[0]
    hit = np.array([True, False])
    unsure, sure = (sought({test: FoundRows(hit, holds)}) for holds in (False, hit))
    assert np.array_equal(may_be(test, True, lambda _: True, unsure), hit)
    assert np.array_equal(may_be(Not(test), False, lambda _: True, unsure), hit)
    assert may_be(Not(test), True, lambda _: True, unsure) is True
    assert np.array_equal(may_be(Not(test), True, lambda _: True, sure), ~hit)
    assert may_be(And((test, Column(0))), True, lambda _: False, unsure) is False


def test_needles_of_an_expression() -> None:
    unknown = RawTest(None, "regex", ".*")
    node = And((SOUGHT[0], Or((Not(SOUGHT[1]), OTHER, Column(0), unknown, EVERYTHING))))
    assert set(needles_of(node)) == set(SOUGHT)
