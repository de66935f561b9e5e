"""Pieces of a needle in a block of bytes, with NumPy: it compares some 4 GB/s on a core and lets other threads run.

The rarest byte sets of a piece (by a sample of the data) are compared everywhere, the others only where those are found.
"""

import threading
from collections.abc import Callable, Sequence
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

_BLOCK: Final = 256 << 10  # with its masks it stays in a core's cache
_SAMPLE: Final = 1 << 13
_SPARSE: Final = 128  # fewer than one in so many are looked at one by one
_DENSE: Final = 32  # more than one in so many bytes: the block is one hit
_PROBES: Final = 8  # of a long run's bytes, evenly apart: where they are not all of its set, it is not
_MOST_ARRAYS: Final = 32
_NONE: Final = np.empty(0, np.int64)
_EMPTY: Final = np.empty(0, np.uint8)


class Finder:
    """Finds the pieces of a needle. May be used by several threads at once."""

    def __init__(self, needle: RawNeedle) -> None:
        self._pieces = [_Piece(piece) for piece in needle.pieces]
        self.reach = max(piece.length for piece in self._pieces) - 1
        self._local = threading.local()

    def find(self, data: bytes | memoryview) -> tuple[Integers, Integers]:
        """Starts and ends of all places where a piece stands, apart from each other and in order.

        Where they are very many, a hit covers all of a block from the first to the last.
        """
        if not data:
            return _NONE, _NONE
        text = np.frombuffer(data, np.uint8)
        rates = _rates(text)
        orders = [piece.by_rate(rates) for piece in self._pieces]
        work: _Workspace = self._local.__dict__.setdefault("work", _Workspace())
        parts = []
        for first in range(0, len(text), _BLOCK):
            work.text = text[first : first + _BLOCK + self.reach]
            starts, ends = self._in_block(work, orders)
            parts.append((starts + first, ends + first))
        work.text = _EMPTY
        starts = np.concatenate([_NONE, *(part[0] for part in parts)])
        return apart(starts, np.concatenate([_NONE, *(part[1] for part in parts)]))

    def _in_block(self, work: "_Workspace", orders: list[list["_Run"]]) -> tuple[Integers, Integers]:
        is_ascii = bool(work.text.max() < 0x80)
        found: list[tuple[Integers, Integers]] = []
        for piece, runs in zip(self._pieces, orders, strict=True):
            count = min(_BLOCK, len(work.text) - piece.length + 1)
            if count > 0 and (piece.may_be_ascii or not is_ascii):
                starts = _starts(runs, work, count)
                if len(starts):
                    found.append((starts, starts + piece.length))
        starts, ends = in_order(found)
        if len(starts) * _DENSE > _BLOCK:
            return starts[:1], ends.max(keepdims=True)
        return starts, ends


def in_order(parts: Sequence[tuple[Integers, Integers]]) -> tuple[Integers, Integers]:
    """Ranges of several parts, each in order, as one."""
    if len(parts) < 2:
        return parts[0] if parts else (_NONE, _NONE)
    starts, ends = (np.concatenate([part[place] for part in parts]) for place in (0, 1))
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

    def by_rate(self, rates: Rates) -> list["_Run"]:
        """Its runs, the rarest first."""
        return sorted(self._runs, key=lambda run: run.rate(rates))


class _Run:
    """A byte set that `length` bytes of a piece in a row are of, from its place `start` on."""

    def __init__(self, found: ByteSet, start: int, length: int) -> None:
        self._set = found
        self._start = start
        self._length = length
        self._places = [start + place for place in sorted(range(length), key=_backwards)]
        self._members = np.array(sorted(found))
        self._is_member = np.isin(np.arange(256), self._members)
        self._test = _test(found, self._is_member)

    def rate(self, rates: Rates) -> float:
        """How often the run is met, roughly."""
        return float(rates[self._members].sum()) ** min(self._length, 4)

    def mask(self, work: "_Workspace", count: int) -> Bools:
        """For each of the first `count` bytes, whether a piece that begins there may hold this run."""
        members = work.members(self._set, self._test)
        return _in_a_row(members[self._start : self._start + count + self._length - 1], self._length)

    def probed(self, text: Bytes, count: int) -> Integers | None:
        """Where a piece may begin, for all that some bytes of this run tell; None when they tell too little."""
        step = self._length // _PROBES
        if step < 2:
            return None
        samples = _Workspace(np.ascontiguousarray(text[self._start :: step])).members(self._set, self._test)
        found = np.flatnonzero(_in_a_row(samples, _PROBES)) * step  # of each start, its first sample and those after it
        if len(found) * step * _SPARSE > count * _PROBES:
            return None
        starts = (found[:, np.newaxis] - np.arange(step - 1, -1, -1)).ravel()
        return starts[(starts >= 0) & (starts < count)]

    def kept(self, text: Bytes, starts: Integers) -> Integers:
        """Those starts of a piece where this run is met."""
        for place in self._places:
            if not len(starts):
                break
            starts = starts[self._is_member.take(text.take(starts + place))]
        return starts


class _Workspace:
    """A block of bytes, and arrays for what is asked of it. They are taken again for the next: fresh memory costs more."""

    def __init__(self, text: Bytes | None = None) -> None:
        self._arrays: dict[ByteSet | int, Bytes] = {}
        self._known: set[ByteSet | int] = set()
        self.text = _EMPTY if text is None else text

    @property
    def text(self) -> Bytes:
        """The block's bytes."""
        return self._text

    @text.setter
    def text(self, text: Bytes) -> None:
        self._text = text
        self._known.clear()

    def members(self, found: ByteSet, test: "_Test") -> Bools:
        """Which bytes are of a set, by its test."""
        out = self._room(found)
        if found not in self._known:
            test(self, out.view(np.bool_))
            self._known.add(found)
        return out.view(np.bool_)

    def folded(self, bit: int) -> Bytes:
        """The bytes, each with this bit set."""
        out = self._room(bit)
        if bit not in self._known:
            np.bitwise_or(self._text, np.uint8(bit), out=out)
            self._known.add(bit)
        return out

    def less(self, low: int) -> Bytes:
        """The bytes less a number; what is below it is high then. Valid until it is asked again."""
        return np.subtract(self._text, np.uint8(low), out=self._room(0))

    def _room(self, key: ByteSet | int) -> Bytes:
        array = self._arrays.get(key)
        if array is None or len(array) < len(self._text):
            array = np.empty(len(self._text), np.uint8)
            if len(self._arrays) < _MOST_ARRAYS or key in self._arrays:
                self._arrays[key] = array
            self._known.discard(key)
        return array[: len(self._text)]


_Test = Callable[[_Workspace, Bools], object]
"""Writes which bytes of a block are of a set."""


def _starts(runs: list[_Run], work: _Workspace, count: int) -> Integers:
    """Where in the first `count` bytes of the block all these runs are met."""
    probed = runs[0].probed(work.text, count)
    if probed is not None:
        return _kept(runs, work.text, probed)
    mask = runs[0].mask(work, count)
    used = 1
    while (hits := np.count_nonzero(mask)) and hits * _SPARSE > count and used < len(runs):
        mask = mask & runs[used].mask(work, count)
        used += 1
    if not hits:
        return _NONE
    return _kept(runs[used:], work.text, np.flatnonzero(mask))


def _kept(runs: list[_Run], text: Bytes, starts: Integers) -> Integers:
    for run in runs:
        starts = run.kept(text, starts)
    return starts


def _in_a_row(mask: Bools, length: int) -> Bools:
    """Where `length` True begin; shorter by as many places as no longer hold them all."""
    done = 1
    while done < length:
        step = min(done, length - done)
        mask = mask[:-step] & mask[step:]
        done += step
    return mask


def _backwards(number: int) -> str:
    """Sorts numbers so that neighbours, which tell the least of each other, are far apart."""
    return f"{number:032b}"[::-1]


def _rates(text: Bytes) -> Rates:
    step = max(64, len(text) // _SAMPLE * 64)
    sample = text[: len(text) // step * step].reshape(-1, step)[:, :64] if len(text) > _SAMPLE else text
    counts = np.bincount(sample.ravel(), minlength=256)
    return (counts + 0.1) / max(1, int(counts.sum()))


def _test(found: ByteSet, is_member: Bools) -> _Test:
    """The cheapest way to tell which bytes are of a set."""
    low, high = min(found), max(found)
    if low == high:
        return lambda work, out: np.equal(work.text, low, out=out)
    if len(found) == high - low + 1:
        return lambda work, out: np.less_equal(work.less(low), high - low, out=out)
    if len(found) == 2 and (low ^ high).bit_count() == 1:
        return lambda work, out: np.equal(work.folded(low ^ high), high, out=out)
    table = is_member.tobytes()
    return lambda work, out: np.copyto(out, np.frombuffer(work.text.tobytes().translate(table), np.bool_))
