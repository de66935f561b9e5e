"""Which rows of a segment a raw search may concern: evidence is searched in whole frames, and hits are told to rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from timeline.query.tree import Node, RawTest
from timeline.store.columns import Integers, Mask, neither
from timeline.store.raw_bounds import needles_of
from timeline.store.raw_hits import RawHits
from timeline.store.raw_needle import is_whole
from timeline.store.raw_scan import RawScan
from timeline.store.reader import Reader, Segment

# A record is read and tested in the time in which so many bytes of evidence are searched.
_BYTES_A_RECORD: Final = 5_000


@dataclass(frozen=True, slots=True)
class FoundRows:
    """What a raw search tells of a segment's rows: only those of `may_hold` can fulfil the test, those of `holds` do."""

    may_hold: Mask
    holds: Mask

    def may_be(self, wanted: bool) -> Mask:
        """Rows on which the truth of the test may be `wanted`."""
        return self.may_hold if wanted else neither(self.holds)


class RawRows:
    """The raw searches of one condition. Methods are called inside a snapshot."""

    def __init__(self, reader: Reader, residual: Node) -> None:
        self._reader = reader
        self._needles = needles_of(residual)
        self._done = 0

    def found(self, segment: Segment, candidates: int) -> Mapping[RawTest, FoundRows]:
        """Test -> its rows, of the tests that can be sought; none where it is cheaper to read `candidates` records.

        Raises Cancelled, and CaseError for a damaged frame.
        """
        if not self._needles:
            return {}
        ranges = self._ranges(segment)
        size = sum(end - start for start, end in ranges.values())
        if candidates * _BYTES_A_RECORD < size * len(self._needles):
            return {}
        found = {}
        for test, needle in self._needles.items():
            scan = RawScan(self._reader, needle, ranges=ranges, cancel=self._reader.cancel, progress=self._tell)
            hits = scan.collect()
            may_hold = self._rows(segment, hits, hits.touched)
            found[test] = FoundRows(may_hold, is_whole(test, needle) and self._rows(segment, hits, hits.held))
        self._done += size
        return found

    def _tell(self, done: int, _total: int) -> None:
        if self._reader.searching is not None:
            total = self._reader.remember(
                "evidence bytes", lambda: sum(s.length for s in self._reader.streams.values())
            )
            self._reader.searching(min(self._done + done, total), total)

    def _ranges(self, segment: Segment) -> dict[int, tuple[int, int]]:
        """Stream -> the byte range that the segment's records are from."""
        lengths, _ = self._reader.column(segment, "length").values
        longest = int(lengths.max())
        found = {}
        for number, (first, last) in segment.streams.items():
            length = self._reader.stream(number).length
            start = min(max(0, first), length)
            found[number] = (start, min(length, max(start, last + longest)))
        return found

    def _rows(self, segment: Segment, hits: RawHits, are: Callable[[int, Integers, Integers], Mask]) -> Mask:
        if not len(hits):
            return False
        offsets, _ = self._reader.column(segment, "offset").values
        lengths, _ = self._reader.column(segment, "length").values
        if len(segment.streams) == 1:
            return are(next(iter(segment.streams)), offsets, lengths)
        mask = np.zeros(segment.rows, np.bool_)
        streams, _ = self._reader.column(segment, "stream").values
        order, borders, numbers = _by_value(streams)
        for number, low, high in zip(numbers, borders[:-1], borders[1:], strict=True):
            if len(hits.starts(number)):
                part = order[low:high]
                mask[part] = are(number, offsets[part], lengths[part])
        return mask


def _by_value(values: Integers) -> tuple[Integers, list[int], list[int]]:
    """(places ordered by value, where each value begins among them and the end, the values)."""
    order = np.argsort(values, kind="stable")
    numbers, begins = np.unique(values[order], return_index=True)
    return order, [*begins.tolist(), len(values)], numbers.tolist()
