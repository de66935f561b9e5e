"""Where a raw search found something, kept so that any record can be asked about."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from timeline.store.raw_search import Bools, Integers, apart

_MOST_HITS: Final = 4 << 20  # 64 MiB; beyond it hits that are near each other become one
_LEAST_GAP: Final = 256
_BEYOND: Final = np.iinfo(np.int64).max
_NONE: Final = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class HitBatch:
    """Hits of one stream, apart from each other and in order: byte ranges [start, end).

    A record that ends at or before `searched_to` has all its hits in this batch and those before.
    """

    stream: int
    starts: Integers
    ends: Integers
    searched_to: int


class RawHits:
    """The hits of a search. At most `most` of them are kept apart: beyond that they cover more, never less."""

    def __init__(self, most: int = _MOST_HITS) -> None:
        self._most = most
        self._gap = 0
        self._count = 0
        self._new: dict[int, list[HitBatch]] = {}
        self._streams: dict[int, tuple[Integers, Integers]] = {}

    def add(self, batch: HitBatch) -> None:
        """Add the hits of a batch. Those of a stream must come in order."""
        if len(batch.starts):
            self._new.setdefault(batch.stream, []).append(batch)
            self._count += len(batch.starts)
            if self._count > self._most:
                self._join_near()

    def __len__(self) -> int:
        return self._count

    def starts(self, stream: int) -> Integers:
        """Starts of a stream's hits, ascending."""
        return self._of(stream)[0]

    def ends(self, stream: int) -> Integers:
        """Ends of a stream's hits, ascending, each beyond its start and at or before the next start."""
        return self._of(stream)[1]

    def touches(self, stream: int, offset: int, length: int) -> bool:
        """Whether a hit lies in or reaches into these bytes of a stream; never where `length` is 0."""
        return bool(self.touched(stream, np.array([offset]), np.array([length]))[0])

    def touched(self, stream: int, offsets: npt.NDArray[Any], lengths: npt.NDArray[Any]) -> Bools:
        """`touches` for many byte ranges of a stream, in any order."""
        starts, ends = self._of(stream)
        first = np.searchsorted(ends, offsets, side="right")  # the first hit that ends beyond the range's start
        touched: Bools = (np.append(starts, _BEYOND)[first] < offsets + lengths) & (lengths > 0)
        return touched

    def touched_rows(self, streams: npt.NDArray[Any], offsets: npt.NDArray[Any], lengths: npt.NDArray[Any]) -> Bools:
        """`touches` for the rows of a segment: each has a stream, an offset and a length there."""
        touched = np.zeros(len(streams), np.bool_)
        order = np.argsort(streams, kind="stable")
        numbers, firsts = np.unique(streams[order], return_index=True)
        for number, rows in zip(numbers.tolist(), np.split(order, firsts[1:]), strict=False):
            if len(self.starts(number)):
                touched[rows] = self.touched(number, offsets[rows], lengths[rows])
        return touched

    def _of(self, stream: int) -> tuple[Integers, Integers]:
        new = self._new.pop(stream, ())
        if new:
            old = self._streams.get(stream, (_NONE, _NONE))
            starts = np.concatenate([old[0], *(batch.starts for batch in new)])
            ends = np.concatenate([old[1], *(batch.ends for batch in new)])
            self._count -= len(starts)
            self._streams[stream] = apart(starts, ends, self._gap)
            self._count += len(self._streams[stream][0])
        return self._streams.get(stream, (_NONE, _NONE))

    def _join_near(self) -> None:
        """Join hits until half as many as may be are left, or one a stream."""
        streams = {*self._streams, *self._new}
        for stream in streams:
            self._of(stream)
        while self._count > max(self._most // 2, len(streams)):
            self._gap = max(_LEAST_GAP, 2 * self._gap)
            for stream in streams:
                self._streams[stream] = apart(*self._streams[stream], self._gap)
            self._count = sum(len(starts) for starts, _ in self._streams.values())
