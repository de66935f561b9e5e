"""The events that match a condition, as one ordered sequence over all segments.

Within a segment, rows are in canonical order, so a match list per segment is enough: a place in the whole is found by
splitting all lists at one event, and only the rows of the page are read. Without a condition nothing is listed at all.
"""

import heapq
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Protocol

import numpy as np

from timeline.store.columns import Bools
from timeline.store.events import Order, Placed, order_at, placed_rows
from timeline.store.reader import UNDATED, Reader, Segment

_FIRST_PAGES = 2_000
_FEED_ROWS = 4096
Listed = list[tuple[Segment, Sequence[int]]]


class RowSource(Protocol):
    """Where matches come from. Methods are called inside a snapshot."""

    @property
    def state(self) -> object:
        """Stays equal while the matches do."""
        ...

    def rows(self, segment: Segment, limit: int | None) -> Sequence[int]:
        """Matching rows of a segment in ascending order, at most `limit` of them (None: all)."""
        ...

    def count(self, segment: Segment) -> int:
        """How many rows of a segment match."""
        ...


class Matches:
    """Matches of one condition. Methods must be called inside a snapshot of `reader`."""

    def __init__(self, reader: Reader, source: RowSource) -> None:
        self._reader = reader
        self._source = source
        self._state: object = None
        self._lists: Listed = []

    def count(self) -> int:
        """How many events match; lists none of them."""
        return sum(self._source.count(segment) for segment in self._reader.segments)

    def page(self, offset: int, limit: int) -> list[Placed]:
        """Matches [offset, offset+limit) in canonical order; from 0 for a negative offset."""
        if limit <= 0:
            return []
        offset = max(0, offset)
        wanted = offset + limit
        at_once = wanted <= _FIRST_PAGES and not self._is_listed()  # the first page does not wait for the whole list
        lists = self._first(wanted) if at_once else self._listed()
        starts = self._split(lists, offset, [0] * len(lists))
        ends = self._split(lists, wanted, starts)
        found = [
            placed
            for (segment, rows), start, end in zip(lists, starts, ends, strict=True)
            for placed in placed_rows(self._reader, segment, rows[start:end])
        ]
        return sorted(found, key=lambda placed: placed.order)

    def _first(self, wanted: int) -> Listed:
        """Enough of the matches, by segment, to have the first `wanted` among them."""
        lists: Listed = []
        dated = 0
        last_us: int | None = None
        for segment in sorted(self._reader.segments, key=_begin):
            if dated >= wanted and last_us is not None and last_us < _begin(segment):
                break
            rows = self._source.rows(segment, wanted)
            lists.append((segment, rows))
            dated += bisect_right(rows, segment.dated_rows)
            if segment.last_us is not None:
                last_us = segment.last_us if last_us is None else max(last_us, segment.last_us)
        return lists

    def all(self) -> Iterator[Placed]:
        """Every match in canonical order."""
        feeds = [self._feed(segment, rows) for segment, rows in self._listed() if rows]
        return feeds[0] if len(feeds) == 1 else heapq.merge(*feeds, key=lambda placed: placed.order)

    def offset_of_time(self, us: int) -> int:
        """How many matches come before `us`."""
        return sum(bisect_left(rows, self._reader.first_row_at(segment, us)) for segment, rows in self._listed())

    def offset_of(self, placed: Placed) -> int | None:
        """Offset of a row among the matches; None when it does not match."""
        lists = self._listed()
        own = next((rows for segment, rows in lists if segment.number == placed.segment), ())
        at = bisect_left(own, placed.row)
        if at == len(own) or own[at] != placed.row:
            return None
        return sum(self._before(segment, rows, placed.order, 0, len(rows)) for segment, rows in lists)

    def _is_listed(self) -> bool:
        return self._state == self._source.state

    def _listed(self) -> Listed:
        if not self._is_listed():
            self._lists = [(segment, self._source.rows(segment, None)) for segment in self._reader.segments]
            self._state = self._source.state
        return self._lists

    def _before(self, segment: Segment, rows: Sequence[int], order: Order, low: int, high: int) -> int:
        """How many of the rows come before `order`, known to be between `low` and `high`."""
        first, end = segment.dated_rows + 1, segment.rows + 1
        if order.us != UNDATED:
            first, end = self._reader.first_rows_at(segment, (order.us, order.us + 1))
        low = bisect_left(rows, first, low, high)
        high = bisect_left(rows, end, low, high)
        return bisect_left(rows, order, low, high, key=lambda row: order_at(self._reader, segment, row))

    def _split(self, lists: Listed, wanted: int, low: list[int]) -> list[int]:
        """How many matches of each list are among the first `wanted` of all, known to be at least `low`.

        The middles of what is undecided vote for an event near the border; with it at least a quarter is decided.
        """
        if wanted >= sum(len(rows) for _, rows in lists):
            return [len(rows) for _, rows in lists]
        room = wanted - sum(low)
        low, high = list(low), [min(len(rows), at + room) for (_, rows), at in zip(lists, low, strict=True)]
        while sum(low) < wanted < sum(high):
            pivot, own = self._middle(lists, low, high)
            cuts = [
                self._before(segment, rows, pivot, low[n], high[n]) if n != own else (low[n] + high[n]) // 2
                for n, (segment, rows) in enumerate(lists)
            ]
            if sum(cuts) < wanted:
                low = cuts
                low[own] += 1
            else:
                high = cuts
        return low if sum(low) == wanted else high

    def _middle(self, lists: Listed, low: list[int], high: list[int]) -> tuple[Order, int]:
        """The weighted median, by time, of the lists' undecided middles, and the list that it is from."""
        middles = sorted(
            (self._time(segment, rows[(low[n] + high[n]) // 2]), n)
            for n, (segment, rows) in enumerate(lists)
            if low[n] < high[n]
        )
        weights = accumulate(high[n] - low[n] for _, n in middles)
        half = sum(high[n] - low[n] for _, n in middles) / 2
        own = next(n for (_, n), weight in zip(middles, weights, strict=True) if weight >= half)
        segment, rows = lists[own]
        return order_at(self._reader, segment, rows[(low[own] + high[own]) // 2]), own

    def _time(self, segment: Segment, row: int) -> int:
        return self._reader.time_of(segment, row) if row <= segment.dated_rows else UNDATED

    def _feed(self, segment: Segment, rows: Sequence[int]) -> Iterator[Placed]:
        for start in range(0, len(rows), _FEED_ROWS):
            yield from placed_rows(self._reader, segment, rows[start : start + _FEED_ROWS])


def _begin(segment: Segment) -> int:
    return UNDATED if segment.first_us is None else segment.first_us


def every_row(segment: Segment, limit: int | None) -> Sequence[int]:
    """Rows of a segment without a condition."""
    return range(1, 1 + (segment.rows if limit is None else min(limit, segment.rows)))


def packed(mask: Bools, limit: int | None) -> "array[int]":
    """The rows of a mask in ascending order, at most `limit`, in four bytes each."""
    places = np.flatnonzero(mask)[:limit]
    found = array("I")
    found.frombytes((places + 1).astype(np.uint32).tobytes())
    return found
