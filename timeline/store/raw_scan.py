"""Raw search over the evidence itself: frames are decompressed and searched in threads, in the order of the evidence.

What is found is where a record may fulfil a raw condition; where nothing is found, none does. NumPy and zstd run beside
each other and beside other threads; one thread reads the case.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import zstandard

from timeline.model.errors import Cancelled, CaseError
from timeline.store.frames import MAX_FRAME_BYTES
from timeline.store.raw_hits import HitBatch, RawHits
from timeline.store.raw_pieces import RawNeedle
from timeline.store.raw_search import Finder, Integers, apart, in_order
from timeline.store.reader import Reader

_TASK_BYTES: Final = 1 << 20
_AHEAD: Final = 4  # tasks that each thread may be ahead of what is taken
_LOOK_S: Final = 0.02
_TELL_S: Final = 0.05
_NONE: Final = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Hit:
    """A byte range [start, end) of a stream: a record that fulfils the condition holds one of them."""

    stream: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Frame:
    stream: int
    offset: int
    length: int

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class _Searched:
    """A searched frame: its hits as offsets in the stream, and the bytes at its ends that may belong to more."""

    frame: _Frame
    starts: Integers
    ends: Integers
    head: bytes
    tail: bytes
    is_ascii: bool


class RawScan:
    """One search for a needle, in all evidence, in `streams`, or in the frames that byte `ranges` of streams reach into.

    `reader` is used by the thread that iterates; `progress` gets bytes done and in all.
    """

    def __init__(
        self,
        reader: Reader,
        needle: RawNeedle,
        *,
        streams: Collection[int] | None = None,
        ranges: Mapping[int, tuple[int, int]] | None = None,
        jobs: int | None = None,
        cancel: threading.Event | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._reader = reader
        self._finder = Finder(needle)
        self._streams = streams if ranges is None else ranges.keys()
        self._ranges = ranges
        self._jobs = jobs or os.cpu_count() or 1
        self._cancel = cancel
        self._progress = progress
        self._local = threading.local()

    def hits(self) -> Generator[Hit]:
        """Every hit, by stream and start."""
        with closing(self.batches()) as batches:
            for batch in batches:
                for start, end in zip(batch.starts.tolist(), batch.ends.tolist(), strict=True):
                    yield Hit(batch.stream, start, end)

    def collect(self, most: int | None = None) -> RawHits:
        """All hits; `most`, see `RawHits`."""
        found = RawHits() if most is None else RawHits(most)
        with closing(self.batches()) as batches:
            for batch in batches:
                found.add(batch)
        return found

    def batches(self) -> Generator[HitBatch]:
        """The hits of one frame after the other, found or not. Cancelled when asked to stop, CaseError for a damaged frame."""
        frames = self._frames()
        total = sum(frame.length for frame in frames)
        done, told = 0, time.monotonic()
        with closing(self._searched(frames)) as searched:
            for frame, batch in _with_borders(searched, self._finder):
                yield batch
                done += frame.length
                if self._progress is not None and time.monotonic() - told >= _TELL_S:
                    told = time.monotonic()
                    self._progress(done, total)
        if self._progress is not None:
            self._progress(total, total)

    def _frames(self) -> list[_Frame]:
        sql = "SELECT stream, offset, length FROM frame"
        if self._streams is None:
            rows = self._reader.rows(f"{sql} ORDER BY stream, offset")
        else:
            parts = (self._reader.rows(f"{sql} WHERE stream = ? ORDER BY offset", (n,)) for n in sorted(self._streams))
            rows = [row for part in parts for row in part if self._is_within(*row)]
        frames = [_Frame(*row) for row in rows]
        for frame in frames:
            if not 0 <= frame.length <= MAX_FRAME_BYTES or frame.offset < 0:
                raise self._damaged(frame, f"claims {frame.length} bytes")
        for before, frame in pairwise(frames):
            if before.stream == frame.stream and before.end > frame.offset:
                raise self._damaged(frame, "begins before the last one ends")
        return frames

    def _is_within(self, stream: int, offset: int, length: int) -> bool:
        if self._ranges is None:
            return True
        start, end = self._ranges[stream]
        return offset < end and offset + length > start

    def _searched(self, frames: list[_Frame]) -> Generator[_Searched]:
        """Search the frames in threads, a few ahead of what is taken."""
        running: deque[Future[list[_Searched]]] = deque()
        stop = threading.Event()
        pool = ThreadPoolExecutor(self._jobs, "raw-search")
        try:
            for group in _grouped(frames):
                running.append(pool.submit(self._search, self._read(group), stop))
                if len(running) >= self._jobs * _AHEAD:
                    yield from self._result(running.popleft())
            while running:
                yield from self._result(running.popleft())
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)

    def _look(self, stop: threading.Event | None = None) -> None:
        self._reader.look()
        if any(event is not None and event.is_set() for event in (self._cancel, stop)):
            raise Cancelled("cancelled")

    def _result(self, future: "Future[list[_Searched]]") -> list[_Searched]:
        while True:
            self._look()
            try:
                return future.result(timeout=_LOOK_S)
            except TimeoutError:
                continue

    def _read(self, group: list[_Frame]) -> list[tuple[_Frame, bytes]]:
        found = []
        with self._reader.snapshot():
            for frame in group:
                self._look()
                rows = self._reader.rows(
                    "SELECT data FROM frame WHERE stream = ? AND offset = ?", (frame.stream, frame.offset)
                )
                if not rows or not isinstance(rows[0][0], bytes):
                    raise self._damaged(frame, "is gone")
                found.append((frame, rows[0][0]))
        return found

    def _search(self, group: list[tuple[_Frame, bytes]], stop: threading.Event) -> list[_Searched]:
        found = []
        for frame, blob in group:
            self._look(stop)
            data = self._decompressed(frame, blob)
            starts, ends = self._finder.find(data)
            reach = self._finder.reach
            tail = data[max(0, len(data) - reach) :]
            found.append(
                _Searched(frame, starts + frame.offset, ends + frame.offset, data[:reach], tail, data.isascii())
            )
        return found

    def _decompressed(self, frame: _Frame, blob: bytes) -> bytes:
        """A frame's bytes; what it claims is checked before memory is given to it."""
        if not hasattr(self._local, "decompressor"):
            self._local.decompressor = zstandard.ZstdDecompressor()
        try:
            if zstandard.frame_content_size(blob) not in {-1, frame.length}:
                raise self._damaged(frame, f"is not of {frame.length} bytes")
            data: bytes = self._local.decompressor.decompress(
                blob, max_output_size=frame.length, allow_extra_data=False
            )
        except zstandard.ZstdError as error:
            raise self._damaged(frame, "cannot be read") from error
        if len(data) != frame.length:
            raise self._damaged(frame, f"has {len(data)} bytes, not {frame.length}")
        return data

    def _damaged(self, frame: _Frame, what: str) -> CaseError:
        return CaseError(f"evidence frame {frame.stream}/{frame.offset} {what}", where=self._reader.path)


def _grouped(frames: list[_Frame]) -> Iterator[list[_Frame]]:
    """Frames in groups of about _TASK_BYTES, so that thousands of tiny ones cost no thousands of tasks."""
    group: list[_Frame] = []
    size = 0
    for frame in frames:
        if group and size + frame.length > _TASK_BYTES:
            yield group
            group, size = [], 0
        group.append(frame)
        size += frame.length
    if group:
        yield group


def _with_borders(searched: Iterator[_Searched], finder: Finder) -> Iterator[tuple[_Frame, HitBatch]]:
    """Each frame's hits with those that reach from it into the next."""
    before: _Searched | None = None
    last = b""  # the last bytes of the stream up to here, from as many frames as they take
    for found in searched:
        if before is not None and before.frame.stream == found.frame.stream:
            yield before.frame, _joined(before, *_over_border(before.frame, last, found, finder))
            last = (last + found.tail)[max(0, len(last) + len(found.tail) - finder.reach) :]
        else:
            if before is not None:
                yield before.frame, _joined(before, _NONE, _NONE)
            last = found.tail
        before = found
    if before is not None:
        yield before.frame, _joined(before, _NONE, _NONE)


def _over_border(before: _Frame, last: bytes, found: _Searched, finder: Finder) -> tuple[Integers, Integers]:
    """Hits that begin in a frame, or one before it, and end in the next, also where the case lacks the bytes between."""
    border = found.frame.offset
    starts, ends = finder.find(last + found.head)
    crosses = (starts < len(last)) & (ends > len(last))
    shift = border - len(last)
    return np.maximum(starts[crosses] + shift, before.offset), ends[crosses] + shift


def _joined(found: _Searched, starts: Integers, ends: Integers) -> HitBatch:
    """The hits of a frame with those over its end."""
    hits = (found.starts, found.ends)
    if len(starts):
        hits = apart(*in_order([hits, (starts, ends)]))
    other_text = None if found.is_ascii else (found.frame.offset, found.frame.end)
    return HitBatch(found.frame.stream, *hits, found.frame.end, other_text)
