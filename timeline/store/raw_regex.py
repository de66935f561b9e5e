"""A regex, read as far as needed to tell what every text that it matches must hold.

It is read for more than it matches, never for less: what looks around or back, and whatever else is not a fixed part, counts
as anything. Sets and escapes are not read at all: `re` itself is asked which characters they take.
"""

import re
from typing import Final

from timeline.store.raw_letters import caseless_letter, class_letter, exact_letter
from timeline.store.raw_pieces import Element, Gap, either, one, repeated

_FLAGS: Final = {"a": re.ASCII, "i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "u": re.UNICODE}
_MOST_CLASSES: Final = 24  # distinct ones of a regex that `re` is asked about
_OPENING: Final = re.compile(
    r"\((?:\?(?:(?P<look><?[=!])|P<\w+>|(?P<comment>#[^)]*\))|(?P<back>P=\w+\))|(?P<atomic>>)|(?P<condition>\()"
    r"|(?P<on>[a-zA-Z]*)(?:-(?P<off>[a-zA-Z]+))?(?P<end>[:)])))?"
)
_COMMENT: Final = re.compile(r"(?:\(\?#[^)]*\))*")
_ANCHOR: Final = re.compile(r"[$^]|\\[AbBZz]")
_REFERENCE: Final = re.compile(r"\\[1-9][0-9]*")
_CLASS: Final = re.compile(
    r"\[\^?\]?(?:\\.|[^\]\\])*\]|\.|\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|0[0-7]{0,2}|.)",
    re.DOTALL,
)
_PLAIN_ESCAPE: Final = re.compile(r"\\[^a-zA-Z0-9]", re.DOTALL)
_REPEAT: Final = re.compile(r"(?:([*+?])|\{(?=[0-9,])([0-9]*)(?:(,)([0-9]*))?\})[?+]?")
_SIGNS: Final[dict[str, tuple[int, int | None]]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


class _UnknownError(Exception):
    """A construct after which nothing is sure."""


def regex_elements(pattern: str, flags: int) -> list[Element]:
    """The elements of a regex; a gap when nothing is known of it, as for one that does not compile."""
    try:
        re.compile(pattern, flags)
        return _Parser(pattern).whole(flags)
    except (re.error, OverflowError, RecursionError, _UnknownError):
        return [Gap()]


class _Parser:
    """Reads one regex that compiles, from its start to its end."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._classes: set[tuple[str, int]] = set()

    def whole(self, flags: int) -> list[Element]:
        """Read all of it."""
        elements = self._alternatives(flags)
        if self._at < len(self._pattern):
            raise _UnknownError
        return elements

    def _alternatives(self, flags: int) -> list[Element]:
        """Read to the end of a group, or of all."""
        rows: list[list[Element]] = [[]]
        while self._at < len(self._pattern) and self._pattern[self._at] != ")":
            if self._pattern[self._at] == "|":
                self._at += 1
                rows.append([])
            elif (opening := _OPENING.match(self._pattern, self._at)) and opening["end"] == ")":
                flags = _with_flags(flags, opening)
                self._at = opening.end()
            else:
                rows[-1] += self._repeated(self._item(flags))
        return either(rows)

    def _repeated(self, elements: list[Element]) -> list[Element]:
        self._take(_COMMENT)
        found = self._take(_REPEAT)
        if found is None:
            return elements
        if found[1]:
            least, most = _SIGNS[found[1]]
        else:
            least = int(found[2] or 0)
            most = least if found[3] is None else int(found[4]) if found[4] else None
        return repeated(elements, least, most)

    def _item(self, flags: int) -> list[Element]:
        opening = _OPENING.match(self._pattern, self._at)
        if opening is not None:
            return self._group(opening, flags)
        if self._take(_ANCHOR):
            return []
        if self._take(_REFERENCE):
            return [Gap()]
        found = self._take(_CLASS)
        if found is not None:
            return [self._class(found[0], flags)]
        self._at += 1
        return [_literal(self._pattern[self._at - 1], flags)]

    def _class(self, item: str, flags: int) -> Element:
        if _PLAIN_ESCAPE.fullmatch(item):
            return _literal(item[1], flags)
        self._classes.add((item, flags))
        return one(class_letter(item, flags)) if len(self._classes) <= _MOST_CLASSES else Gap()

    def _group(self, opening: re.Match[str], flags: int) -> list[Element]:
        self._at = opening.end()
        if opening["condition"] or self._pattern.startswith("?", self._at):
            raise _UnknownError
        if opening["comment"] or opening["back"]:
            return [Gap()] if opening["back"] else []
        elements = self._alternatives(_with_flags(flags, opening))
        if self._at >= len(self._pattern):
            raise _UnknownError
        self._at += 1
        return [] if opening["look"] else elements

    def _take(self, what: re.Pattern[str]) -> re.Match[str] | None:
        found = what.match(self._pattern, self._at)
        if found is not None:
            self._at = found.end()
        return found


def _literal(char: str, flags: int) -> Element:
    return one(caseless_letter(char, flags) if flags & re.IGNORECASE else exact_letter(char))


def _with_flags(flags: int, opening: re.Match[str]) -> int:
    for letter in opening["on"] or "":
        flags |= _flag(letter)
    if opening["on"] and set(opening["on"]) & set("au"):
        flags &= ~(re.UNICODE if "a" in opening["on"] else re.ASCII)
    for letter in opening["off"] or "":
        flags &= ~_flag(letter)
    return flags


def _flag(letter: str) -> int:
    if letter not in _FLAGS:
        raise _UnknownError  # verbose, or a letter of a later Python
    return _FLAGS[letter]
