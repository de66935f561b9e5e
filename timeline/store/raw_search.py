"""Pieces of a needle in a block of bytes, with NumPy: it compares some 4 GB/s on a core and lets other threads run.

The rarest byte sets of a piece (by a sample of the data) are compared everywhere, the others only where those are found.
"""

from collections.abc import Callable
from itertools import groupby
from typing import Final

import numpy as np
import numpy.typing as npt

from timeline.store.raw_letters import ByteSet, Piece
from timeline.store.raw_pieces import RawNeedle

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Rates = npt.NDArray[np.float64]
Members = dict[ByteSet, Bools]
"""Byte set -> which bytes of a block are of it."""

_BLOCK: Final = 128 << 10  # with its masks it stays in a core's cache
_SAMPLE: Final = 1 << 13
_SPARSE: Final = 512  # fewer than one in so many are looked at one by one
_DENSE: Final = 32  # more than one in so many bytes: the block is one hit
_NONE: Final = np.empty(0, np.int64)


class Finder:
    """Finds the pieces of a needle. May be used by several threads at once."""

    def __init__(self, needle: RawNeedle) -> None:
        self._pieces = [_Piece(piece) for piece in needle.pieces]
        self.reach = max(piece.length for piece in self._pieces) - 1

    def find(self, data: bytes | memoryview) -> tuple[Integers, Integers]:
        """Starts and ends of all places where a piece stands, apart from each other and in order.

        Where they are very many, a hit covers all of a block from the first to the last.
        """
        if not data:
            return _NONE, _NONE
        text = np.frombuffer(data, np.uint8)
        rates = _rates(text)
        parts = [self._in_block(text, start, rates) for start in range(0, len(text), _BLOCK)]
        starts = np.concatenate([_NONE, *(part[0] for part in parts)])
        return apart(starts, np.concatenate([_NONE, *(part[1] for part in parts)]))

    def _in_block(self, text: Bytes, first: int, rates: Rates) -> tuple[Integers, Integers]:
        block = text[first : first + _BLOCK + self.reach]
        is_ascii = bool(block.max() < 0x80)
        members: Members = {}
        found = []
        for piece in self._pieces:
            count = min(_BLOCK, len(block) - piece.length + 1)
            if count > 0 and (piece.may_be_ascii or not is_ascii):
                starts = piece.starts(block, count, rates, members)
                if len(starts):
                    found.append((starts, starts + piece.length))
        if not found:
            return _NONE, _NONE
        starts = np.concatenate([part[0] for part in found]) + first
        ends = np.concatenate([part[1] for part in found]) + first
        if len(starts) * _DENSE > _BLOCK:
            return starts.min(keepdims=True), ends.max(keepdims=True)
        order = np.argsort(starts, kind="stable")
        return starts[order], ends[order]


def apart(starts: Integers, ends: Integers, gap: int = 0) -> tuple[Integers, Integers]:
    """Ranges in order of their starts, joined where they touch or are at most `gap` bytes apart."""
    if len(starts) < 2:
        return starts, ends
    so_far = np.maximum.accumulate(ends)
    begins = np.empty(len(starts), np.bool_)
    begins[0] = True
    np.greater(starts[1:], so_far[:-1] + gap, out=begins[1:])
    return starts[begins], so_far[np.append(begins[1:], True)]


class _Piece:
    """One piece, as runs of equal byte sets."""

    def __init__(self, piece: Piece) -> None:
        self.length = len(piece)
        self.may_be_ascii = all(min(found) < 0x80 for found in piece)
        self._runs = []
        start = 0
        for found, places in groupby(piece):
            length = len(list(places))
            self._runs.append(_Run(found, start, length))
            start += length

    def starts(self, block: Bytes, count: int, rates: Rates, members: Members) -> Integers:
        """Where in the first `count` bytes of the block the piece begins."""
        runs = sorted(self._runs, key=lambda run: run.rate(rates))
        mask = runs[0].mask(block, count, members)
        used = 1
        while (hits := np.count_nonzero(mask)) and hits * _SPARSE > count and used < len(runs):
            mask = mask & runs[used].mask(block, count, members)
            used += 1
        if not hits:
            return _NONE
        starts = np.flatnonzero(mask)
        for run in runs[used:]:
            starts = run.kept(block, starts)
        return starts


class _Run:
    """A byte set that `length` bytes of a piece in a row are of, from its place `start` on."""

    def __init__(self, found: ByteSet, start: int, length: int) -> None:
        self._set = found
        self._start = start
        self._length = length
        self._members = np.array(sorted(found))
        self._is_member = np.isin(np.arange(256), self._members)
        self._test = _test(found, self._is_member)

    def rate(self, rates: Rates) -> float:
        """How often the run is met, roughly."""
        return float(rates[self._members].sum()) ** min(self._length, 4)

    def mask(self, block: Bytes, count: int, members: Members) -> Bools:
        """For each of the first `count` bytes, whether a piece that begins there may hold this run."""
        if self._set not in members:
            members[self._set] = self._test(block)
        mask = members[self._set][self._start : self._start + count + self._length - 1]
        done = 1
        while done < self._length:
            step = min(done, self._length - done)
            mask = mask[:-step] & mask[step:]
            done += step
        return mask

    def kept(self, block: Bytes, starts: Integers) -> Integers:
        """Those starts of a piece where this run is met."""
        for place in range(self._start, self._start + self._length):
            starts = starts[self._is_member[block[starts + place]]]
        return starts


def _rates(text: Bytes) -> Rates:
    counts = np.bincount(text[:: max(1, len(text) // _SAMPLE)], minlength=256)
    return (counts + 0.1) / max(1, int(counts.sum()))


def _test(found: ByteSet, is_member: Bools) -> Callable[[Bytes], Bools]:
    """The cheapest way to tell which bytes are of a set."""
    low, high = min(found), max(found)
    if low == high:
        return lambda block: block == low
    if len(found) == high - low + 1:
        return lambda block: block - np.uint8(low) <= high - low
    if len(found) == 2 and (low ^ high).bit_count() == 1:
        return lambda block: block | np.uint8(low ^ high) == high
    table = is_member.tobytes()
    return lambda block: np.frombuffer(block.tobytes().translate(table), np.bool_)
