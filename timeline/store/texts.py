"""Which of a segment's distinct texts fulfil a test, where their order does not tell."""

from collections.abc import Iterator
from typing import Final

from timeline.query.matching import literal_prefix, prefix_bounds, text_matcher
from timeline.query.tree import TextTest
from timeline.store.reader import Reader, Segment

_BORDER: Final = "\0"  # between texts that are searched as one


def matching_ids(reader: Reader, segment: Segment, test: TextTest) -> list[int]:
    """Ids of the values of the test's field that fulfil it, ascending."""
    first, count = segment.ranges.get(test.field, (1, 0))
    low, end = first, first + count
    if test.op == "wildcard" and not test.ignore_case and isinstance(test.value, str):
        prefix = literal_prefix(test.value)
        low, end = reader.value_bounds(segment, test.field, *prefix_bounds(prefix)) if prefix else (low, end)
    part = _contained(test)
    joined = reader.joined(segment, low, end, _BORDER) if part and low < end else None
    if part and joined is not None and (test.op == "contains" or joined.isascii()):
        return list(_containing(joined, part, low, ignore_case=test.ignore_case))
    matches = text_matcher(test)
    return [number for number, text in enumerate(reader.distinct(segment, low, end), low) if matches(text)]


def _contained(test: TextTest) -> str | None:
    """The text that a value need only contain to fulfil the test; None where it is not so simple."""
    if not isinstance(test.value, str) or _BORDER in test.value:
        return None
    if test.op == "contains":
        return test.value or None
    if test.op == "wildcard" and len(test.value) > 2 and test.value[0] == test.value[-1] == "*":
        inner = test.value[1:-1]
        return inner if inner.isascii() and not set(inner) & set("*?\\") else None
    return None


def _containing(joined: str, part: str, first: int, *, ignore_case: bool) -> Iterator[int]:
    """Number, from `first`, of each of the joined texts that contains `part`."""
    if ignore_case:
        joined, part = joined.casefold(), part.casefold()
    number, counted = first, 0
    at = joined.find(part)
    while at >= 0:
        number += joined.count(_BORDER, counted, at)
        yield number
        counted = joined.find(_BORDER, at)
        if counted < 0:
            return
        at = joined.find(part, counted)
