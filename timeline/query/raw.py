"""What a RawTest means on one raw record. Iterative throughout: records are hostile and may nest deeply."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from timeline.query.matching import Matcher, value_matcher
from timeline.query.tree import Bounds, RawTest

_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)


class RawRecord:
    """One raw record, read and decoded at most once, and only if a test asks."""

    def __init__(self, raw: Callable[[], bytes], fields: Callable[[], Mapping[str, object]]) -> None:
        self._raw = raw
        self._fields = fields
        self._text: str | None = None
        self._folded: str | None = None
        self._values: Mapping[str, object] | None = None

    def holds(self, test: RawTest) -> bool:
        """Whether the record fulfils the test."""
        if test.path is None:
            if test.op == "contains" and test.ignore_case:
                return test.value.casefold() in self._folded_text()
            return _matcher(test.op, test.value, test.ignore_case)(self._whole_text())
        if self._values is None:
            self._values = self._fields()
        return any(_value_holds(test, value) for value in walk_path(self._values, test.path))

    def _whole_text(self) -> str:
        if self._text is None:
            self._text = self._raw().decode("utf-8", "replace")
        return self._text

    def _folded_text(self) -> str:
        if self._folded is None:
            self._folded = self._whole_text().casefold()
        return self._folded


def walk_path(fields: object, path: tuple[str, ...]) -> Iterator[object]:
    """Yield every value at `path` that is not null: mappings by key, arrays by any element.

    A name that is a number also counts into an array from 0. An array at the end of the path gives its
    elements; a mapping there is given itself.
    """
    pending: list[tuple[object, int]] = [(fields, 0)]
    while pending:
        value, depth = pending.pop()
        if isinstance(value, list | tuple):
            name = path[depth] if depth < len(path) else ""
            if name.isdecimal() and int(name[:9]) < len(value):
                pending.append((value[int(name[:9])], depth + 1))
            pending.extend((element, depth) for element in reversed(value))
        elif depth == len(path):
            if value is not None:
                yield value
        elif isinstance(value, Mapping) and path[depth] in value:
            pending.append((value[path[depth]], depth + 1))


def scalar_text(value: object) -> str | None:
    """Write a JSON scalar as people do in a query (`true`, `404`); None for a mapping or an array."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return None if isinstance(value, Mapping | list | tuple) else str(value)


def number_of(value: object) -> float | None:
    """Read the number that a JSON value is or spells; None when it is none (booleans are none)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value) if value.lstrip("+-").isdecimal() else float(value)
    return None


def _value_holds(test: RawTest, value: object) -> bool:
    if test.op == "present":
        return True
    if test.op == "range":
        number = number_of(value)
        return number is not None and (test.bounds or Bounds()).holds(number)
    text = scalar_text(value)
    if text is None:
        return False
    if _matcher(test.op, test.value, test.ignore_case)(text):
        return True
    return test.op == "exact" and not isinstance(value, str) and _same_number(value, test.value)


def _same_number(value: object, wanted: str) -> bool:
    number = number_of(wanted)
    return number is not None and number_of(value) == number


@lru_cache(maxsize=4096)
def _matcher(op: str, value: str, ignore_case: bool) -> Matcher:
    return value_matcher(op, value, ignore_case)
