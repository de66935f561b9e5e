"""Which of a segment's distinct texts fulfil a test, where their order does not tell."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from timeline.query.matching import literal_prefix, network_prefixes, prefix_bounds, text_matcher
from timeline.query.tree import RawOp, RawTest, TextTest
from timeline.store.raw_needle import needle_of
from timeline.store.raw_pieces import RawNeedle
from timeline.store.raw_search import Finder
from timeline.store.reader import Reader, Segment

_BORDER: Final = "\0"  # between texts that are searched as one


def matching_ids(reader: Reader, segment: Segment, test: TextTest) -> list[int]:
    """Ids of the values of the test's field that fulfil it, ascending."""
    first, count = segment.ranges.get(test.field, (1, 0))
    low, end = first, first + count
    if test.op == "wildcard" and not test.ignore_case and isinstance(test.value, str):
        prefix = literal_prefix(test.value)
        low, end = reader.value_bounds(segment, test.field, *prefix_bounds(prefix)) if prefix else (low, end)
    if test.op == "contains" and isinstance(test.value, tuple):
        return _holding(reader, segment, (low, end), test, test.value)
    part = _contained(test)
    if part and not test.ignore_case:
        return reader.containing(segment, low, end, part)
    matches = text_matcher(test)
    if test.op == "cidr":
        prefixes = network_prefixes((test.value,) if isinstance(test.value, str) else test.value)
        if prefixes is not None:
            return _beginning(reader, segment, test.field, prefixes, matches)
    needle = None if part else _needle(test)
    joined = reader.joined(segment, low, end, _BORDER) if (part or needle) and low < end else None
    if joined is not None and part and (test.op == "contains" or joined.isascii()):
        return list(_containing(joined.casefold(), part.casefold(), low))
    if joined is not None and needle is not None:
        return [low + place for place, text in _likely(joined, Finder(needle)) if matches(text)]
    return [number for number, text in enumerate(reader.distinct(segment, low, end), low) if matches(text)]


def _holding(
    reader: Reader, segment: Segment, ids: tuple[int, int], test: TextTest, parts: tuple[str, ...]
) -> list[int]:
    """Ids of the texts that hold any of the parts: all are looked for in the joined texts, which are made once."""
    low, end = ids
    joined = None if any(_BORDER in part or not part for part in parts) else reader.joined(segment, low, end, _BORDER)
    if joined is None:
        matches = text_matcher(test)
        return [number for number, text in enumerate(reader.distinct(segment, low, end), low) if matches(text)]
    if test.ignore_case:
        joined, parts = joined.casefold(), tuple(part.casefold() for part in parts)
    return sorted({number for part in _there(joined, parts) for number in _containing(joined, part, low)})


def _there(joined: str, parts: Sequence[str]) -> Iterator[str]:
    """The parts that are in the text: those that begin alike are sought by what they share, which mostly is not there."""
    stem = _stem(min(parts), max(parts))
    if stem and stem not in joined:
        return
    if stem in parts:
        yield stem
    rest: defaultdict[str, list[str]] = defaultdict(list)
    for part in parts:
        if part != stem:
            rest[part[len(stem)]].append(part)
    for alike in rest.values():
        yield from _there(joined, alike)


def _stem(one: str, other: str) -> str:
    """What both begin with."""
    shorter = min(len(one), len(other))
    return one[: next((place for place in range(shorter) if one[place] != other[place]), shorter)]


def _needle(test: TextTest) -> RawNeedle | None:
    """What a text must hold to fulfil a regex or pattern; None where that is not known to be rare."""
    if isinstance(test.value, str) and test.op in {"regex", "wildcard"}:
        op: RawOp = "regex" if test.op == "regex" else "wildcard"
        return needle_of(RawTest(None, op, test.value, test.ignore_case))
    return None


def _likely(joined: str, finder: Finder) -> Iterator[tuple[int, str]]:
    """(place, text) of those of the joined texts in which something is found."""
    data = joined.encode("utf-8", "surrogatepass")
    borders = np.append(np.flatnonzero(np.frombuffer(data, np.uint8) == 0), len(data))
    starts, ends = finder.find(data)
    seen = -1
    for low, high in zip(
        np.searchsorted(borders, starts).tolist(), np.searchsorted(borders, ends - 1).tolist(), strict=True
    ):
        for place in range(max(low, seen + 1), high + 1):
            begin = int(borders[place - 1]) + 1 if place else 0
            yield place, data[begin : int(borders[place])].decode("utf-8", "surrogatepass")
        seen = max(seen, high)


def _beginning(
    reader: Reader, segment: Segment, field: str, prefixes: Sequence[str], matches: Callable[[str], bool]
) -> list[int]:
    """Ids of the texts with one of these prefixes that match."""
    found: set[int] = set()
    for prefix in prefixes:
        low, end = reader.value_bounds(segment, field, *prefix_bounds(prefix))
        found.update(n for n, text in enumerate(reader.distinct(segment, low, end), low) if matches(text))
    return sorted(found)


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


def _containing(joined: str, part: str, first: int) -> Iterator[int]:
    """Number, from `first`, of each of the joined texts that contains `part`."""
    number, counted = first, 0
    at = joined.find(part)
    while at >= 0:
        number += joined.count(_BORDER, counted, at)
        yield number
        counted = joined.find(_BORDER, at)
        if counted < 0:
            return
        at = joined.find(part, counted)
