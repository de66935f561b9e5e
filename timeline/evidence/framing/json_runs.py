"""Many records at once: a piece of a JSON list that is sound by itself is split by msgspec, at hundreds of MB/s.

A list's beginning up to some comma is sound by itself exactly where that comma separates two records. So a likely comma
is looked for near the end of what is there, and msgspec says whether it is one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

import msgspec

GAP: Final = re.compile(rb"[ \t\r\n,\x1e]*+")
FIRST_KEY: Final = re.compile(rb'\{[ \t\r\n]*+("(?:[^"\\]|\\.){0,256}+")[ \t\r\n]*+:', re.DOTALL)

_LIST_END: Final = re.compile(rb"\][ \t\r\n]*+\}?[ \t\r\n]*+\Z")
_BLANKS: Final = b" \t\r\n"
_SEPARATOR_BYTES: Final = 256
_CANDIDATES: Final = 4
_RAW_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(frozen=True, slots=True)
class Run:
    """Records in a row, none of them refused: where each begins in the stream, and how long it is."""

    starts: list[int]
    lengths: list[int]

    @property
    def end(self) -> int:
        """The first byte after the last record."""
        return self.starts[-1] + self.lengths[-1]


def likely_borders(data: bytes, start: int, stop: int, key: str | None, *, last: bool) -> Iterator[int]:
    """Where the list's text from `start` might be cut between two records before `stop`: likely places, best first.

    `key` is the first key of the list's records, quoted as written, where it is known. `last`: the stream ends with
    `data`, so that the list may end there too.
    """
    if last and stop == len(data) and (end := _LIST_END.search(data, max(start, stop - 64), stop)):
        yield end.start()
    found = FIRST_KEY.match(data, start)
    first = key.encode("latin-1") if key else found[1] if found else None
    at = stop
    for _ in range(_CANDIDATES if first else 0):
        at = data.rfind(first or b"", start + 1, at)
        if at < 0:
            return
        comma = comma_before(data, start, at)
        if comma is not None:
            yield comma


def comma_before(data: bytes, start: int, key: int) -> int | None:
    """Where the comma stands, if `}, {` (or `], {`) stands before the key at `key`."""
    begin = max(start, key - _SEPARATOR_BYTES)
    opened = data[begin:key].rstrip(_BLANKS)
    separated = opened.removesuffix(b"{").rstrip(_BLANKS)
    closed = separated.removesuffix(b",").rstrip(_BLANKS)
    if not opened.endswith(b"{") or not separated.endswith(b",") or closed[-1:] not in {b"}", b"]"}:
        return None
    return begin + len(separated) - 1


def lengths_between(data: bytes, start: int, cut: int) -> list[int] | None:
    """Lengths of the values between `start` and `cut`; None where that is not sound JSON, or nothing."""
    try:
        values: list[Any] = _RAW_LIST.decode(b"".join((b"[", memoryview(data)[start:cut], b"]")))
    except (msgspec.DecodeError, RecursionError):
        return None
    return list(map(len, values)) or None


def even_starts(data: bytes, start: int, lengths: list[int]) -> list[int] | None:
    """Where the values begin, the first at `start`; None unless the same text stands between them, and then a bracket.

    Between two values of sound JSON are only blanks and a comma. So where that text is followed by a bracket, it is all
    that is there, and the next value begins at the bracket.
    """
    gap = GAP.match(data, start + lengths[0])
    between = gap[0] if gap else b""
    starts = list(accumulate(map(len(between).__add__, lengths), initial=start))
    starts.pop()
    before = len(between)
    borders = [data[at - before : at + 1] for at in starts[1:]]
    return starts if borders.count(between + b"{") == len(borders) else None
