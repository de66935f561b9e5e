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

    A record that ends at or before `searched_to` has all its hits in this batch and those before. `other_text`: the byte
    range that was searched for this batch when it holds more than ASCII, else None.
    """

    stream: int
    starts: Integers
    ends: Integers
    searched_to: int
    other_text: tuple[int, int] | None = None


class RawHits:
    """The hits of a search. At most `most` of them are kept apart: beyond that they cover more, never less."""

    def __init__(self, most: int = _MOST_HITS) -> None:
        self._most = most
        self._gap = 0
        self._count = 0
        self._new: dict[int, list[HitBatch]] = {}
        self._streams: dict[int, tuple[Integers, Integers]] = {}
        self._other_text: dict[int, list[tuple[int, int]]] = {}

    def add(self, batch: HitBatch) -> None:
        """Add the hits of a batch. Those of a stream must come in order."""
        if batch.other_text is not None:
            self._other_text.setdefault(batch.stream, []).append(batch.other_text)
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
        return _touched(*self._of(stream), offsets, lengths)

    def held(self, stream: int, offsets: npt.NDArray[Any], lengths: npt.NDArray[Any]) -> Bools:
        """For many byte ranges of a stream: whether a hit lies in them whole, and nothing there can be but ASCII."""
        starts, ends = self._of(stream)
        first = np.searchsorted(starts, offsets)  # ranges that were joined begin with a hit of their own
        held: Bools = np.append(ends, _BEYOND)[first] <= offsets + lengths
        other = np.array(self._other_text.get(stream, ()), np.int64).reshape(-1, 2)
        return held & ~_touched(other[:, 0], other[:, 1], offsets, lengths)

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


def _touched(starts: Integers, ends: Integers, offsets: npt.NDArray[Any], lengths: npt.NDArray[Any]) -> Bools:
    """Which ranges of `lengths` at `offsets` one of those from `starts` to `ends` (apart, in order) reaches into."""
    first = np.searchsorted(ends, offsets, side="right")  # the first that ends beyond the range's start
    touched: Bools = (np.append(starts, _BEYOND)[first] < offsets + lengths) & (lengths > 0)
    return touched
