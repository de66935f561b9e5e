"""Counts over events: histogram, facets, spans. Per segment on columns, merged by text."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from timeline.model.source import Histogram
from timeline.store.columns import Integers, Mask, both
from timeline.store.conditions import Condition
from timeline.store.reader import Reader, Segment
from timeline.store.top import counted, top_values

_FARTHEST_US: Final = 2**62 - 1  # the difference of two such times still is an integer of 64 bits
Group = tuple[int, int | None, int]
"""(bin, id of the value or None, how many events)."""


def span(reader: Reader, condition: Condition) -> tuple[int, int] | None:
    """(first, last) time of the matching dated events, us UTC; None without any."""
    found = [own for segment in reader.segments if (own := _span(reader, condition, segment)) is not None]
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def _span(reader: Reader, condition: Condition, segment: Segment) -> tuple[int, int] | None:
    """Rows ascend with time, so the first and the last match are enough."""
    mask = condition.mask(segment)
    if segment.first_us is None or segment.last_us is None or mask is False:
        return None
    if mask is True:
        return segment.first_us, segment.last_us
    places = np.flatnonzero(mask[: segment.dated_rows])
    if not len(places):
        return None
    return reader.time_of(segment, int(places[0]) + 1), reader.time_of(segment, int(places[-1]) + 1)


def histogram(reader: Reader, condition: Condition, *, start_us: int, end_us: int, bins: int, by: str) -> Histogram:
    """Dated matches in [start_us, end_us] counted in `bins` equal bins, one series per value of the text field `by`."""
    bins = max(1, bins)
    start_us, end_us = max(start_us, -_FARTHEST_US), min(end_us, _FARTHEST_US)
    width = max(1, -(-(end_us + 1 - start_us) // bins))
    edges = [*(start_us + place * width for place in range(bins)), end_us + 1]
    series: dict[str, list[int]] = {}
    for segment in reader.segments:
        if segment.first_us is None or segment.last_us is None:
            continue
        if segment.last_us < start_us or segment.first_us > end_us:
            continue
        found = list(_binned(reader, condition.mask(segment), segment, edges, by))
        texts = reader.texts(segment, {value for _, value, _ in found})
        for place, value, count in found:
            counts = series.setdefault("" if value is None else texts[value], [0] * bins)
            counts[place] += count
    return Histogram(start_us, width, {name: tuple(series[name]) for name in sorted(series)})


def _binned(reader: Reader, mask: Mask, segment: Segment, edges: Sequence[int], by: str) -> Iterator[Group]:
    """Rows ascend with time, so the rows of a bin are those between two rows."""
    if mask is False:
        return
    borders = np.array(reader.first_rows_at(segment, edges), np.int64) - 1
    column = reader.column(segment, by)
    if column.is_same:
        for place, count in enumerate(_between(mask, borders).tolist()):
            if count:
                yield place, column.same, count
        return
    first, values = segment.ranges.get(by, (1, 0))
    codes = column.codes(first)
    for place in np.flatnonzero(np.diff(borders)).tolist():
        low, high = int(borders[place]), int(borders[place + 1])
        part = codes[low:high] if mask is True else codes[low:high][mask[low:high]]
        found, counts = counted(part, values)
        if len(found) and found[-1] > values:
            raise reader.damaged(f"segment {segment.number} has texts that its dictionary has not")
        for code, count in zip(found.tolist(), counts.tolist(), strict=True):
            yield place, first + code - 1 if code else None, count


def _between(mask: Mask, borders: Integers) -> Integers:
    """How many rows of the mask stand between each two borders."""
    if isinstance(mask, bool):
        return np.diff(borders)
    places = np.flatnonzero(mask)
    return np.diff(np.searchsorted(places, borders))


def facet(reader: Reader, condition: Condition, field: str, *, text: bool, limit: int) -> list[tuple[str | None, int]]:
    """The `limit` most frequent values of a field among the matches, by count, then by text; None: events without one."""
    if text:
        return top_values(reader, condition, field, limit)
    counts: Counter[str | None] = Counter()
    for segment in reader.segments:
        for value, count in _numbers(reader, condition, segment, field):
            counts[value] += count
    return sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))[:limit]


def _numbers(reader: Reader, condition: Condition, segment: Segment, field: str) -> Iterator[tuple[str | None, int]]:
    mask = condition.mask(segment)
    column = reader.column(segment, field)
    values, present = column.values
    there = both(mask, present)
    missing = condition.count(segment)
    if there is not False:
        numbers, counts = np.unique(values if there is True else values[there], return_counts=True)
        missing -= int(counts.sum())
        yield from ((str(number), count) for number, count in zip(numbers.tolist(), counts.tolist(), strict=True))
    if missing:
        yield None, missing
