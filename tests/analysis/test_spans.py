"""Spans of time."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from timeline.analysis.spans import Span, common, merged, without

spans = st.tuples(st.integers(0, 30), st.integers(0, 30))


def moments(*found: Span) -> set[int]:
    return {moment for start, end in found for moment in range(start, end)}


@given(st.lists(spans, max_size=6))
def test_merged(found: list[Span]) -> None:
    done = merged(found)
    assert moments(*done) == moments(*found)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(done))


@given(spans, st.lists(spans, max_size=6))
def test_without(span: Span, taken: list[Span]) -> None:
    assert moments(*without(span, merged(taken))) == moments(span) - moments(*taken)


@given(spans, spans)
def test_common(one: Span, other: Span) -> None:
    found = common(one, other)
    assert moments(*([] if found is None else [found])) == moments(one) & moments(other)


def test_near_spans_are_joined() -> None:
    assert merged([(0, 2), (3, 4), (9, 9)], gap=1) == [(0, 4)]
