"""Which stored streams may begin as a source does: a filter, so that few have to be hashed or read back to be sure.

Streams are filed under hashes of their first bytes, and under the first 64 themselves: a few hundred bytes for each of a
hundred thousand streams. Python's own hash serves, since a false friend costs time only.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from typing import Final

BEGINNING_BYTES: Final = 2048
_RUNGS: Final = (2048, 1024, 512, 256, 64, 16, 0)  # a stream is filed under the longest that it has
_WHOLE_RUNGS: Final = (1024, 256)  # a log is filed under all of these that it has
_START_BYTES: Final = 64

Shelf = dict[int, list[int]]


class Beginnings:
    """Stream numbers by how the streams begin. `read(numbers)` gives the first 2 KiB of each that is stored, in order."""

    def __init__(self, read: Callable[[Sequence[int]], Iterable[bytes]]) -> None:
        self._read = read
        self._lengths: dict[int, int] = {}
        self._short: dict[int, Shelf] = {rung: {} for rung in _RUNGS}
        self._logs: dict[int, Shelf] = {rung: {} for rung in _WHOLE_RUNGS}
        self._starts: list[tuple[bytes, int]] = []
        self._unread: list[tuple[int, bool, bool]] = []
        self._unknown: set[int] = set()

    def add(self, number: int, length: int, head: bytes | None, *, short: bool, log: bool) -> None:
        """File a stream of `length` bytes that begins with `head` (None: to be read back once that is needed).

        `short`: a source may begin with all of it, and go on. `log`: a source may be its beginning.
        """
        self._lengths[number] = length
        if head is None:
            self._unread.append((number, short, log))
            return
        if len(head) < min(length, BEGINNING_BYTES):  # the case holds its hash, not its bytes
            self._unknown.add(number)
            return
        if short:
            rung = next(rung for rung in _RUNGS if rung <= length)
            self._short[rung].setdefault(hash(head[:rung]), []).append(number)
        if log:
            insort(self._starts, (head[:_START_BYTES], number))
            for rung in _WHOLE_RUNGS:
                if rung <= length:
                    self._logs[rung].setdefault(hash(head[:rung]), []).append(number)

    def begun_by(self, head: bytes) -> set[int]:
        """The streams that may be the beginning of a source that begins with `head`."""
        self._read_rest()
        found = set(self._unknown)
        for rung in _RUNGS:
            if rung <= len(head) and self._short[rung]:
                found.update(self._short[rung].get(hash(head[:rung]), ()))
        return {number for number in found if self._lengths[number] <= len(head)}

    def beginning_with(self, source: bytes) -> set[int]:
        """The streams that may begin with the whole of a source, and go on."""
        self._read_rest()
        rung = next((rung for rung in _WHOLE_RUNGS if rung <= len(source)), None)
        found = self._started(source[:_START_BYTES]) if rung is None else self._logs[rung].get(hash(source[:rung]), ())
        return {number for number in (*found, *self._unknown) if self._lengths[number] > len(source)}

    def _started(self, start: bytes) -> list[int]:
        place = bisect_left(self._starts, (start, 0))
        found = []
        while place < len(self._starts) and self._starts[place][0].startswith(start):
            found.append(self._starts[place][1])
            place += 1
        return found

    def _read_rest(self) -> None:
        unread, self._unread = self._unread, []
        if unread:
            heads = self._read([number for number, _, _ in unread])
            for (number, short, log), head in zip(unread, heads, strict=True):
                self.add(number, self._lengths[number], head, short=short, log=log)
