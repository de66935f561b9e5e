"""The most frequent values of a text field, exactly, without looking at every value of every segment.

Each segment's most frequent values are summed by text. What no segment has among these cannot occur more often in all
than the first counts that were left out do together; when that is less than what the last wanted value has, the rest
need not be read (Fagin, Lotem, Naor: "Optimal aggregation algorithms for middleware", 2003).
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from timeline.store.conditions import Condition
from timeline.store.reader import Reader, Segment

_FIRST_LOOK: Final = 1_000
_MORE: Final = 8
_MOST_TEXTS: Final = 500_000  # in memory at once; beyond that, all values are passed over in the order of their texts
_BLOCK: Final = 5_000
Counted = tuple[str | None, int]
_Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SegmentCounts:
    """How often the values of a field occur among the matches of one segment.

    `codes` (1 for the field's first id) ascend and run parallel to `counts`; `missing` matches have no value.
    """

    segment: Segment
    first: int
    codes: _Integers
    counts: _Integers
    missing: int

    def most_frequent(self, size: int) -> tuple[_Integers, int]:
        """(places of at least the `size` most frequent values, the highest count that is left out)."""
        if len(self.counts) <= size:
            return np.arange(len(self.counts)), 0
        order = np.argpartition(self.counts, len(self.counts) - size)
        left_out = order[: len(self.counts) - size]
        return order[len(self.counts) - size :], int(self.counts[left_out].max())


def top_values(reader: Reader, condition: Condition, field: str, limit: int) -> list[Counted]:
    """The `limit` most frequent values of a text field among the matches, by count, then by text; None: without one."""
    tallies = [count_values(reader, condition, segment, field) for segment in reader.segments]
    missing = sum(tally.missing for tally in tallies)
    tallies = [tally for tally in tallies if len(tally.counts)]
    found = _most_frequent(reader, field, tallies, limit) if limit > 0 else []
    if missing:
        found.append((None, missing))
    return sorted(found, key=_by_count)[: max(0, limit)]


def _by_count(item: Counted) -> tuple[int, str]:
    return -item[1], item[0] or ""


def count_values(reader: Reader, condition: Condition, segment: Segment, field: str) -> SegmentCounts:
    """Count the values of a text field in one segment. CaseError for ids that the dictionary has not."""
    first, values = segment.ranges.get(field, (1, 0))
    nothing = np.zeros(0, np.int64)
    mask = condition.mask(segment)
    if mask is False:
        return SegmentCounts(segment, first, nothing, nothing, 0)
    column = reader.column(segment, field)
    if column.is_same:
        count = condition.count(segment)
        if column.same is None:
            return SegmentCounts(segment, first, nothing, nothing, count)
        return SegmentCounts(segment, first, np.array([column.same - first + 1]), np.array([count]), 0)
    codes = column.codes(first)
    found, counts = counted(codes if mask is True else codes[mask], values)
    if len(found) and not 0 <= int(found[-1]) <= values:
        raise reader.damaged(f"segment {segment.number} has texts that its dictionary has not")
    start = 1 if len(found) and not found[0] else 0
    return SegmentCounts(segment, first, found[start:], counts[start:], int(counts[0]) if start else 0)


def counted(codes: npt.NDArray[Any], values: int) -> tuple[_Integers, _Integers]:
    """(codes that occur, ascending; how often each). Codes are not negative; about up to `values`."""
    if len(codes) * 8 < values or not len(codes) or int(codes.max()) > values:
        found, counts = np.unique(codes, return_counts=True)
        return found.astype(np.int64), counts.astype(np.int64)
    every = np.bincount(codes)
    found = np.flatnonzero(every)
    return found, every[found]


def _most_frequent(
    reader: Reader, field: str, tallies: Sequence[SegmentCounts], limit: int
) -> list[tuple[str | None, int]]:
    size = max(_FIRST_LOOK, 4 * limit)
    while True:
        looks = [tally.most_frequent(size) for tally in tallies]
        rest = sum(left_out for _, left_out in looks)
        if sum(len(places) for places, _ in looks) > _MOST_TEXTS:
            return list(_passed_over(reader, tallies, limit))
        sums, seen = _summed(reader, tallies, [places for places, _ in looks])
        bar = min(heapq.nlargest(limit, sums.values()), default=0) if len(sums) >= limit else 0
        if not rest:
            return list(sums.items())
        if bar > rest:
            break
        size *= _MORE
    return [
        (text, sums[text] + _elsewhere(reader, field, tallies, text, seen[text]))
        for text in _possible(sums, seen, looks, bar)
    ]


def _possible(
    sums: dict[str, int], seen: dict[str, set[int]], looks: Sequence[tuple[_Integers, int]], bar: int
) -> list[str]:
    """Texts that may reach `bar` with what segments count of them that were not looked at."""
    rest = sum(left_out for _, left_out in looks)
    return [text for text, count in sums.items() if count + rest - sum(looks[n][1] for n in seen[text]) >= bar]


def _elsewhere(reader: Reader, field: str, tallies: Sequence[SegmentCounts], text: str, seen: set[int]) -> int:
    """How often a text occurs in the segments that were not looked at."""
    total = 0
    low = text.encode("utf-8", "surrogatepass")
    for number, tally in enumerate(tallies):
        if number not in seen:
            reader.look()
            start, end = reader.value_bounds(tally.segment, field, low, low + b"\0")
            code = start - tally.first + 1
            at = int(np.searchsorted(tally.codes, code))
            if start < end and at < len(tally.codes) and tally.codes[at] == code:
                total += int(tally.counts[at])
    return total


def _summed(
    reader: Reader, tallies: Sequence[SegmentCounts], looks: Sequence[_Integers]
) -> tuple[dict[str, int], dict[str, set[int]]]:
    """(text -> sum of the counts that were looked at, text -> which segments those are of)."""
    sums: dict[str, int] = {}
    seen: dict[str, set[int]] = {}
    for number, (tally, places) in enumerate(zip(tallies, looks, strict=True)):
        reader.look()
        ids = (tally.codes[places] + (tally.first - 1)).tolist()
        texts = reader.texts(tally.segment, ids)
        for key, count in zip(ids, tally.counts[places].tolist(), strict=True):
            text = texts[key]
            sums[text] = sums.get(text, 0) + count
            seen.setdefault(text, set()).add(number)
    return sums, seen


def _passed_over(reader: Reader, tallies: Sequence[SegmentCounts], limit: int) -> Iterator[tuple[str | None, int]]:
    """The same by passing over all values of all segments in the order of their texts."""
    merged = heapq.merge(*(_in_order(reader, tally) for tally in tallies))
    sums = ((text, sum(count for _, count in same)) for text, same in groupby(merged, itemgetter(0)))
    yield from heapq.nsmallest(limit, sums, key=_by_count)


def _in_order(reader: Reader, tally: SegmentCounts) -> Iterator[tuple[str, int]]:
    for start in range(0, len(tally.codes), _BLOCK):
        reader.look()
        codes = tally.codes[start : start + _BLOCK]
        low = int(codes[0])
        texts = reader.distinct(tally.segment, tally.first + low - 1, tally.first + int(codes[-1]))
        counts = tally.counts[start : start + _BLOCK].tolist()
        yield from ((texts[code - low], count) for code, count in zip(codes.tolist(), counts, strict=True))
