"""Finds where a JSON value ends, by its structure alone: strings and brackets. Never recurses, never holds the text."""

import re
from typing import Final, Literal

_TO_STRUCTURE: Final = re.compile(rb'[^"{}\[\]]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"{}\[\]]*+)*+', re.DOTALL)
_TO_QUOTE: Final = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
# the regular expressions keep a note per repetition: short steps bound that memory
_STEP: Final = 64 * 1024
_CLOSER: Final = {0x7B: 0x7D, 0x5B: 0x5D}
_QUOTE: Final = 0x22

Outcome = Literal["closed", "more", "broken"]


class ValueScanner:
    """Scans one value piece by piece, from offset `start` on: an object, an array, or (`text`) a string.

    `position` is where scanning goes on, as an offset in the stream. `closers` are brackets that are open already.
    `mismatched` says that a bracket closed another kind of bracket.
    """

    def __init__(self, start: int, *, text: bool = False, closers: bytes = b"") -> None:
        self.start = start
        self.position = start + text
        self.mismatched = False
        self._open = bytearray(closers)
        self._depth = len(closers)
        self._strict = True
        self._in_string = text

    def loosen(self) -> None:
        """From now on any closing bracket closes what is open, and memory does not grow with the depth."""
        self._strict = False
        self._open.clear()

    def scan(self, data: bytes, base: int, limit: int | None = None) -> Outcome:
        """Go on in `data`, whose first byte has offset `base`, up to offset `limit`.

        closed: the value ends before `position`. more: all was read. broken: the bracket at `position` does not match.
        """
        stop = len(data) if limit is None else min(len(data), limit - base)
        at = self.position - base
        outcome: Outcome = "more"
        while at < stop:
            at = self._step(data, at, min(stop, at + _STEP))
            if at >= stop:
                break
            byte = data[at]
            if byte == _QUOTE:
                self._in_string = not self._in_string
                at += 1
                if not self._in_string and not self._depth:
                    outcome = "closed"
                    break
            elif byte in _CLOSER and not self._in_string:
                self._depth += 1
                if self._strict:
                    self._open.append(_CLOSER[byte])
                at += 1
            elif byte in _CLOSERS and not self._in_string:
                if not self._close(byte):
                    outcome = "broken"
                    break
                at += 1
                if not self._depth:
                    outcome = "closed"
                    break
            elif self._in_string and at + 1 >= stop:
                break
        self.position = base + at
        return outcome

    @property
    def in_string(self) -> bool:
        """Whether a string is open at `position`."""
        return self._in_string

    @property
    def innermost(self) -> bytes:
        """The bracket that would close what is open innermost; b"" at the top."""
        return bytes(self._open[-1:])

    def _step(self, data: bytes, at: int, stop: int) -> int:
        pattern = _TO_QUOTE if self._in_string else _TO_STRUCTURE
        found = pattern.match(data, at, stop)
        return found.end() if found else at

    def _close(self, byte: int) -> bool:
        if self._strict:
            if self._open[-1:] != bytes((byte,)):
                return False
            self._open.pop()
        self._depth -= 1
        return True


_CLOSERS: Final = frozenset(_CLOSER.values())
