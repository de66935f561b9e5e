"""Rows, maps and lists as Presto and Trino write them into text: `{type=Role, nested={a=1}, list=[x, y]}`.

Athena and CloudTrail Lake export structured columns so. The text is ambiguous (nothing is quoted), so it is read the way
that fits records: a comma begins the next member only where `name=` follows it, and a value that begins as JSON is taken
as JSON. Every value is a text, null or again a row or list.
Reference: https://docs.aws.amazon.com/athena/latest/ug/rows-and-structs.html.
"""

import json
import re
from typing import Any, Final

import msgspec

_KEY: Final = re.compile(r"[\w#$@:./-]{1,128}=")
_LONGEST: Final = 1 << 20  # characters
_DEEPEST: Final = 20
_JSON_TRIES: Final = 16
_JSON_START: Final = re.compile(r'\{\s*"|\[\s*(?:"|\{\s*")')
_TO_END_IN_ROW: Final = re.compile(r"[^,}]*")
_TO_END_IN_LIST: Final = re.compile(r"[^,\]]*")


class _UnfitError(ValueError):
    """The text is none that Presto writes."""


def structure_in(text: str) -> dict[str, Any] | list[Any] | None:
    """The row, map or list that a text spells out, also as JSON; None where it is none."""
    if text[:1] not in {"{", "["} or len(text) > _LONGEST:
        return None
    reader = _Reader(text)
    try:
        value, end = reader.value(0, "", 0)
    except _UnfitError:
        return None
    return value if end == len(text.rstrip()) and isinstance(value, dict | list) else None


class _Reader:
    """Reads one text. JSON inside it is tried for a few times only, so that no text takes time by the square of its length."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tries = _JSON_TRIES

    def value(self, at: int, closer: str, depth: int) -> tuple[Any, int]:
        """The value at a place inside a row (`}`), a list (`]`) or nothing, and where it ends."""
        text = self._text
        if depth > _DEEPEST:
            raise _UnfitError
        first = text[at : at + 1]
        if first in {"{", "["}:
            if self._tries and _JSON_START.match(text, at):
                self._tries -= 1
                if (found := _json_at(text, at)) is not None:
                    return found
            if first == "[":
                return self._list(at, depth)
            if text[at + 1 : at + 2] == "}" or _KEY.match(text, at + 1):
                return self._row(at, depth)
        return self._scalar(at, closer)

    def _row(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        text = self._text
        found: dict[str, Any] = {}
        at += 1
        if text[at : at + 1] == "}":
            return found, at + 1
        while key := _KEY.match(text, at):
            found[key[0][:-1]], at = self.value(key.end(), "}", depth + 1)
            if text[at : at + 1] == "}":
                return found, at + 1
            at += 2  # a comma and a blank
        raise _UnfitError

    def _list(self, at: int, depth: int) -> tuple[list[Any], int]:
        text: str = self._text
        found: list[Any] = []
        at += 1
        if text[at : at + 1] == "]":
            return found, at + 1
        while at < len(text):
            value, at = self.value(at, "]", depth + 1)
            found.append(value)
            if text[at : at + 1] == "]":
                return found, at + 1
            if text[at : at + 2] != ", ":
                break
            at += 2
        raise _UnfitError

    def _scalar(self, at: int, closer: str) -> tuple[str | None, int]:
        text, begin = self._text, at
        pattern = _TO_END_IN_ROW if closer == "}" else _TO_END_IN_LIST
        while True:
            match = pattern.match(text, at)
            at = len(text) if match is None else match.end()
            if at >= len(text):
                raise _UnfitError
            if text[at] == closer:
                break
            if text[at : at + 2] == ", " and (closer == "]" or _KEY.match(text, at + 2)):
                break
            at += 1
        written = text[begin:at]
        return (None if written == "null" else written), at


_JSON: Final = json.JSONDecoder()


def _json_at(text: str, at: int) -> tuple[Any, int] | None:
    """The JSON value at a place and where it ends. Its end is told first, then it is read as strictly as records are."""
    try:
        _, end = _JSON.raw_decode(text, at)
        return msgspec.json.decode(text[at:end]), end
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None
