"""The events that match a condition, as one ordered sequence over all segments.

Within a segment, rows are in canonical order, so a match list per segment is enough: a place in the whole is found by
seeking in time and merging from there. Without a condition nothing is listed at all.
"""

import heapq
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from timeline.store.events import Placed, placed_rows
from timeline.store.reader import UNDATED, Reader, Segment

RowSource = Callable[[Segment, int | None], Sequence[int]]
"""(segment, limit) -> matching rows in ascending order, at most `limit` of them (None: all)."""

_PAGE = 256


class Matches:
    """Matches of one condition. Methods must be called inside a snapshot of `reader`."""

    def __init__(self, reader: Reader, rows: RowSource) -> None:
        self._reader = reader
        self._find = rows
        self._version = 0
        self._rows: dict[int, Sequence[int]] = {}

    def count(self) -> int:
        """How many events match."""
        return sum(len(rows) for _, rows in self._listed())

    def page(self, offset: int, limit: int) -> list[Placed]:
        """Matches [offset, offset+limit) in canonical order."""
        if limit <= 0:
            return []
        wanted = offset + limit
        if not self._is_listed() and wanted <= 2_000:  # the first page does not wait for the whole list
            parts = [(segment, self._find(segment, wanted)) for segment in self._reader.segments]
            return list(islice(self._merged([(segment, rows, 0) for segment, rows in parts]), offset, wanted))
        listed = self._listed()
        if len(listed) == 1:
            segment, rows = listed[0]
            return list(placed_rows(self._reader, segment, rows[offset:wanted]))
        starts, skip = self._seek(listed, offset)
        return list(islice(self._merged(starts), skip, skip + limit))

    def all(self) -> Iterator[Placed]:
        """Every match in canonical order."""
        return self._merged([(segment, rows, 0) for segment, rows in self._listed()])

    def offset_of_time(self, us: int) -> int:
        """How many matches come before `us`."""
        return sum(self._before(segment, rows, us) for segment, rows in self._listed())

    def offset_of(self, placed: Placed) -> int | None:
        """Offset of a row among the matches; None when it does not match."""
        listed = self._listed()
        own = next((rows for segment, rows in listed if segment.number == placed.segment), ())
        at = bisect_left(own, placed.row)
        if at == len(own) or own[at] != placed.row:
            return None
        starts = [(segment, rows, self._before(segment, rows, placed.order.us)) for segment, rows in listed]
        offset = sum(start for _, _, start in starts)
        for item in self._merged(starts):
            if (item.segment, item.row) == (placed.segment, placed.row):
                return offset
            offset += 1
        return None

    def _is_listed(self) -> bool:
        return self._version == self._reader.version

    def _listed(self) -> list[tuple[Segment, Sequence[int]]]:
        if not self._is_listed():
            self._rows = {segment.number: self._find(segment, None) for segment in self._reader.segments}
            self._version = self._reader.version
        return [(segment, self._rows[segment.number]) for segment in self._reader.segments]

    def _before(self, segment: Segment, rows: Sequence[int], us: int) -> int:
        return bisect_left(rows, self._reader.first_row_at(segment, us))

    def _seek(
        self, listed: list[tuple[Segment, Sequence[int]]], offset: int
    ) -> tuple[list[tuple[Segment, Sequence[int], int]], int]:
        """(start per segment, how many merged matches to skip from there) for the match at `offset`."""
        low = min((segment.first_us for segment, _ in listed if segment.first_us is not None), default=0)
        high = max((segment.last_us for segment, _ in listed if segment.last_us is not None), default=0) + 1
        if offset >= sum(self._before(segment, rows, UNDATED) for segment, rows in listed):
            low = UNDATED
        else:
            while high - low > 1:  # the last time with at most `offset` matches before it
                middle = (low + high) // 2
                if sum(self._before(segment, rows, middle) for segment, rows in listed) <= offset:
                    low = middle
                else:
                    high = middle
        starts = [(segment, rows, self._before(segment, rows, low)) for segment, rows in listed]
        return starts, offset - sum(start for _, _, start in starts)

    def _merged(self, starts: list[tuple[Segment, Sequence[int], int]]) -> Iterator[Placed]:
        feeds = [self._feed(segment, rows, start) for segment, rows, start in starts if start < len(rows)]
        return feeds[0] if len(feeds) == 1 else heapq.merge(*feeds, key=lambda placed: placed.order)

    def _feed(self, segment: Segment, rows: Sequence[int], start: int) -> Iterator[Placed]:
        size = 64
        while start < len(rows):
            yield from placed_rows(self._reader, segment, rows[start : start + size])
            start += size
            size = min(size * 2, _PAGE * 16)


def every_row(segment: Segment, limit: int | None) -> Sequence[int]:
    """The row source without a condition."""
    return range(1, 1 + (segment.rows if limit is None else min(limit, segment.rows)))


def packed(rows: Iterator[int]) -> "array[int]":
    """Rows in four bytes each."""
    return array("I", rows)
