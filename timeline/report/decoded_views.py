r"""A text as it reads once its escapes are undone, with the way back to the original's positions.

A secret may be split by escapes: `ghp%5Fab`, `\"password\":\"x\"`, `&amp;sig=`, `\u0026token=`. Rules look at
every view; hits are mapped back, so that what is replaced is the text as it stands.
"""

import binascii
import re
from bisect import bisect_right
from collections.abc import Iterator
from html import unescape
from typing import Final

_ESCAPE: Final = re.compile(
    r"%[0-9A-Fa-f]{2}"
    r"|\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[nrtbf]|[!-/:-@\[-`{-~])"
    r"|&(?:amp|quot|apos|lt|gt|#[0-9]{1,5}|#[xX][0-9A-Fa-f]{1,4});"
    r"|\u2060"
)
_NAMED: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
MAX_ROUNDS: Final = 3
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{20,65536}")
_READABLE: Final = re.compile(rb"[\t\n\r -~]{12,}")
_URL_SAFE: Final = str.maketrans("-_", "+/")
_LEAST_BASE64: Final = 20  # letters: what is shorter holds no secret


class View:
    """A decoded text. `origin(start, end)` gives the span in the original that a span of it came from."""

    __slots__ = ("_at", "_parent", "_start", "_stop", "text")

    def __init__(self, text: str, parent: "View | None" = None) -> None:
        self._parent = parent
        self._at: list[int] = [0]  # where each piece begins in the decoded text,
        self._start: list[int] = [0]  # where it begins in the parent's text,
        self._stop: list[int] = [-1]  # and where it ends there; -1: a plain run, one character for one
        self.text: str = text if parent is None else self._decode(parent.text)

    def _decode(self, source: str) -> str:
        pieces: list[str] = []
        length = done = 0
        for match in _ESCAPE.finditer(source):
            start, stop = match.span()
            if start > done:
                pieces.append(source[done:start])
                self._piece(length, done, -1)
                length += start - done
            char = _plain(match[0])
            if char:
                pieces.append(char)
                self._piece(length, start, stop)
                length += len(char)
            done = stop
        pieces.append(source[done:])
        self._piece(length, done, -1)
        return "".join(pieces)

    def _piece(self, at: int, start: int, stop: int) -> None:
        self._at.append(at)
        self._start.append(start)
        self._stop.append(stop)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Span in the original text that the non-empty span [start, end) of this view came from."""
        if self._parent is None:
            return start, end
        first, _ = self._place(start)
        _, last = self._place(end - 1)
        return self._parent.origin(first, last)

    def _place(self, position: int) -> tuple[int, int]:
        piece = bisect_right(self._at, position) - 1
        if self._stop[piece] >= 0:
            return self._start[piece], self._stop[piece]
        place = self._start[piece] + position - self._at[piece]
        return place, place + 1


def _plain(escape: str) -> str:
    if escape[0] == "%":
        return chr(int(escape[1:], 16))
    if escape[0] == "&":
        return unescape(escape)
    if escape[0] != "\\":
        return ""
    kind = escape[1]
    if kind in "uUx" and len(escape) > 2:
        code = int(escape.lstrip("\\uUx"), 16)
        return chr(code) if code < 0x110000 else ""
    return _NAMED.get(kind, kind)


def views(text: str) -> Iterator[View]:
    """Give the text itself and then each further decoding, until nothing is left to undo; at most three."""
    view = View(text)
    yield view
    for _ in range(MAX_ROUNDS):
        if _ESCAPE.search(view.text) is None:
            return
        view = View("", view)
        yield view


def encoded_texts(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, what it says) of each part of the text that is readable text in base64.

    Letters that only look like base64 may stand before and after it (`user/QUJD`), so all four beginnings are tried.
    """
    if len(text) < _LEAST_BASE64:
        return
    for match in _BASE64.finditer(text):
        run = match[0].translate(_URL_SAFE)
        for shift in range(4):
            body = run[shift:]
            whole = len(body) // 4 * 4
            rest = len(body) - whole
            padded = body[:whole] + (body[whole:] + "=" * (4 - rest) if rest > 1 else "")
            for said in _READABLE.finditer(binascii.a2b_base64(padded)):
                start, end = (match.start() + shift + place * 4 for place in (said.start() // 3, -(-said.end() // 3)))
                yield start, min(end, match.end()), said[0].decode("ascii")
