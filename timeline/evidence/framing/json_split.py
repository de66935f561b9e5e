"""Splits JSON lists, envelopes and rows of objects into records, piece by piece, and takes up again after damage.

Where the text is sound JSON, msgspec splits it (hundreds of MB/s); the rest goes through `ValueScanner`. Both find the
same borders: a list's beginning up to some comma is sound by itself exactly where that comma separates two records.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from timeline.evidence.framing.framed import BROKEN, CHUNK_BYTES, CUT_OFF, LONG_RECORD, MAX_RECORD_BYTES, NOT_JSON
from timeline.evidence.framing.json_mode import envelope_start
from timeline.evidence.framing.json_runs import (
    FIRST_KEY,
    GAP,
    Run,
    comma_before,
    even_starts,
    lengths_between,
    likely_borders,
)
from timeline.evidence.framing.json_values import ValueScanner

_COLON: Final = re.compile(rb"[ \t\r\n]*+:")
_LINE_OBJECT: Final = re.compile(rb"\n(?=\{)")
_SCALAR: Final = re.compile(rb"(?:true|false|null|-?[0-9][0-9.eE+-]*)\Z")
# text that is no JSON is refused in pieces of at most this length
_STRAY_IN_LIST: Final = re.compile(rb'[^,\[\]{"]{1,65536}+')
_STRAY: Final = re.compile(rb"[^\n\[{]{1,65536}+")
_STRAY_BYTES: Final = 65536
_LOOK_AHEAD: Final = 4096
_FAST_BYTES: Final = 512
# taking up again behind damage means to scan twice; text made to be damaged everywhere must not make that quadratic
_MAX_RESCANNED: Final = 32 * 1024 * 1024

Item = tuple[int, int, str | None]
"""(offset in the stream, length, None for a record or the reason why it is refused)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the splitter stands between two records; with the offset, all that is needed to go on.

    `where` is top (between documents), list, envelope (in its list) or tail (behind that list). `name` is the
    envelope's. `key` is the first key of the list's records, quoted as written: where it comes up again behind a
    broken record, the next record begins. `rescanned` counts the bytes that were read again behind damage.
    """

    where: str = "top"
    name: str | None = None
    key: str | None = None
    rescanned: int = 0

    def state(self) -> dict[str, str | int | None]:
        """Its parts by name."""
        return {"where": self.where, "name": self.name, "key": self.key, "rescanned": self.rescanned}

    def moved(self, where: str) -> "Place":
        """The place after a bracket that opens or closes something."""
        return Place(where, self.name, None, self.rescanned)


class JsonSplitter:
    """Finds the records of a stream. `position` is the offset of the first byte that is not consumed."""

    def __init__(
        self, place: Place, offset: int, *, chunk_bytes: int = CHUNK_BYTES, max_record_bytes: int = MAX_RECORD_BYTES
    ) -> None:
        self.place = place
        self.position = offset
        self._chunk = chunk_bytes
        self._max = max_record_bytes
        self._scanner: ValueScanner | None = None
        self._long = False
        self._slow_until = 0

    def items(self, data: bytes, base: int, *, last: bool) -> Iterator[Item | Run]:
        """Records and refusals in `data`, which begins at offset `base`; `last`: the stream ends with it.

        A run is no longer than a chunk. When it is given, `position` is its end.
        """
        more, split = True, False
        while more:
            if self._scanner is not None:
                found = self._value(data, base, last=last)
            else:
                gap = GAP.match(data, self.position - base)
                self.position = base + (gap.end() if gap else 0)
                if self.position - base >= len(data):
                    return
                if self.place.where in {"list", "envelope"} and self.position >= self._slow_until:
                    if split and not last and base + len(data) - self.position < self._chunk:
                        return  # what is left makes a better run together with what follows
                    yield from self._fast(data, base, last=last)
                    split = True
                    continue
                found = self._begin(data, base, last=last)
            more = found is not None
            if found:
                yield found

    # -- one by one ---------------------------------------------------------------------------------------------

    def _begin(self, data: bytes, base: int, *, last: bool) -> Item | tuple[()] | None:
        """At the first byte of something: an item, () when the place changed, None when more bytes are needed."""
        at = self.position - base
        byte = data[at : at + 1]
        top = self.place.where == "top"
        if byte == b"]" and not top:
            self.position += 1
            if self.place.where == "list":
                self.place = self.place.moved("top")
                return ()
            self.place = self.place.moved("tail")
            self._scanner = ValueScanner(self.position, closers=b"}")
            self._scanner.loosen()
            return ()
        if byte == b"[" and top:
            self.position += 1
            self.place = self.place.moved("list")
            return ()
        if byte == b"{" and top and self.place.name is not None:
            if not last and len(data) - at < _LOOK_AHEAD:
                return None
            if found := envelope_start(self.place.name).match(data, at, at + _LOOK_AHEAD):
                self.position = base + found.end()
                self.place = self.place.moved("envelope")
                return ()
        if byte in {b"{", b"["} or (byte == b'"' and not top):
            self._scanner = ValueScanner(self.position, text=byte == b'"')
            self._long = False
            return ()
        return self._stray(data, base, last=last)

    def _stray(self, data: bytes, base: int, *, last: bool) -> Item | None:
        at = self.position - base
        if not last and len(data) - at <= _STRAY_BYTES and self._stray_end(data, at) == len(data):
            return None
        end = self._stray_end(data, at)
        text = data[at:end].rstrip(b" \t\r\n")
        start, self.position = self.position, base + end
        return start, len(text), None if _SCALAR.match(text) else NOT_JSON

    def _stray_end(self, data: bytes, at: int) -> int:
        pattern = _STRAY if self.place.where == "top" else _STRAY_IN_LIST
        found = pattern.match(data, at)
        return found.end() if found else at + 1

    def _value(self, data: bytes, base: int, *, last: bool) -> Item | tuple[()] | None:
        """Go on with the value that was begun."""
        scanner = self._scanner
        assert scanner is not None
        if self.place.where == "tail":
            return self._tail(data, base, scanner, last=last)
        start = scanner.start
        limit = None if self._long else start + self._max + 1
        outcome = scanner.scan(data, base, limit)
        if outcome == "closed" and scanner.position - start <= self._max:
            return self._finish(scanner.position, BROKEN if scanner.mismatched else None, data, base)
        if outcome == "closed":
            return self._finish(scanner.position, LONG_RECORD, data, base)
        if outcome == "broken":
            return self._mismatch(data, base, scanner, last=last)
        if not self._long and base + len(data) > start + self._max:
            if next_record := self._next_record(data, base, start + self._max + 1):
                return self._finish(next_record, LONG_RECORD, data, base)
            self._long = True
            scanner.loosen()
            return ()
        if self._long:
            self.position = scanner.position
        if not last:
            return None
        if self._long:
            return self._finish(base + len(data), LONG_RECORD, data, base)
        return self._finish(self._next_record(data, base, None) or base + len(data), CUT_OFF, data, base)

    def _mismatch(self, data: bytes, base: int, scanner: ValueScanner, *, last: bool) -> Item | tuple[()] | None:
        seen = scanner.position + _LOOK_AHEAD
        if not last and base + len(data) < seen:
            return None
        if next_record := self._next_record(data, base, seen):
            return self._finish(next_record, BROKEN, data, base)
        scanner.loosen()
        scanner.mismatched = True
        return ()

    def _tail(self, data: bytes, base: int, scanner: ValueScanner, *, last: bool) -> tuple[()] | None:
        outcome = scanner.scan(data, base)
        self.position = scanner.position
        if outcome == "closed":
            self._scanner = None
            self.place = self.place.moved("top")
            return ()
        if last:
            self._scanner = None
            self.position = base + len(data)
        return () if last else None

    def _finish(self, end: int, reason: str | None, data: bytes, base: int) -> Item:
        assert self._scanner is not None
        start = self._scanner.start
        if end < self._scanner.position:
            again = self.place.rescanned + self._scanner.position - end
            self.place = replace(self.place, rescanned=again)
        self._scanner = None
        self._long = False
        self.position = end
        if reason is None and self.place.key is None and self.place.where != "top":
            self._learn(data[start - base : start - base + _LOOK_AHEAD])
        return start, end - start, reason

    def _learn(self, record: bytes) -> None:
        if found := FIRST_KEY.match(record):
            self.place = replace(self.place, key=found[1].decode("latin-1"))

    def _next_record(self, data: bytes, base: int, limit: int | None) -> int | None:
        """Offset at which the record that was begun is over, because another one visibly begins before `limit`."""
        assert self._scanner is not None
        if self.place.rescanned > _MAX_RESCANNED:
            return None
        start = self._scanner.start + 1 - base
        stop = len(data) if limit is None else min(len(data), limit - base)
        if self.place.where == "top":
            found = _LINE_OBJECT.search(data, start, stop)
            return base + found.end() if found else None
        if self.place.key is None:
            return None
        key = self.place.key.encode("latin-1")
        at = data.find(key, start, stop)
        while at >= 0:
            comma = comma_before(data, start, at)
            if comma is not None and _COLON.match(data, at + len(key), stop):
                return base + comma
            at = data.find(key, at + 1, stop)
        return None

    # -- many at once -------------------------------------------------------------------------------------------

    def _fast(self, data: bytes, base: int, *, last: bool) -> Iterator[Item | Run]:
        start = self.position - base
        stop = min(len(data), start + self._chunk)
        if stop - start < _FAST_BYTES:
            self._slow_until = base + stop
            return
        for cut in likely_borders(data, start, stop, self.place.key, last=last):
            if (lengths := lengths_between(data, start, cut)) is not None:
                if self.place.key is None:
                    self._learn(data[start : start + min(lengths[0], _LOOK_AHEAD)])
                if max(lengths) <= self._max and (starts := even_starts(data, start, lengths)):
                    run = Run([base + at for at in starts] if base else starts, lengths)
                    self.position = run.end
                    yield run
                else:
                    yield from self._given(data, base, lengths)
                return
        self._slow_until = base + stop

    def _given(self, data: bytes, base: int, lengths: list[int]) -> Iterator[Item]:
        at = self.position - base
        for length in lengths:
            gap = GAP.match(data, at)
            at = gap.end() if gap else at
            self.position = base + at + length
            yield base + at, length, None if length <= self._max else LONG_RECORD
            at += length
