"""Values of number and time fields: single ones, ranges, comparisons, and times around a time."""

import re
from collections.abc import Callable
from datetime import tzinfo
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final, NoReturn

from timeline.query.lexer import FieldName
from timeline.query.times import DEFAULT_MARGIN_US, LONGEST_MARGIN_US, Span, around, read_time
from timeline.query.tree import Bounds, Node, NumberTest
from timeline.query.values import LARGEST, BadValueError, read_duration, read_integer, read_number

Fail = Callable[[str, int, str], NoReturn]
End = tuple[str | None, int]  # of a range: its text, None for an open end, and its offset
_DIGITS_OPEN: Final = re.compile(r"\d+[xX?]+", re.ASCII)
_MARGIN: Final = re.compile(r"(.+?)\s*(?:±|\+-|/(?=[^/]*[a-z]$))\s*(\d[^±/]*)", re.IGNORECASE | re.DOTALL)


class Ranges:
    """Makes number tests. `fail(what, at, expected)` raises for the 0-based offset `at`."""

    def __init__(self, now_us: int, zone: tzinfo, fail: Fail) -> None:
        self._now_us = now_us
        self._zone = zone
        self._fail = fail

    def node(self, name: FieldName, pattern: str, typed: str, at: int) -> Node:
        """The test for one value of a number or time field; `pattern` is its canonical pattern."""
        if pattern == "*" and name.field.kind in {"int", "bytes", "time"}:
            return NumberTest(name.field.name)
        match name.field.kind:
            case "after":
                return NumberTest("timestamp", low=self._time(typed, at).start_us)
            case "before":
                return NumberTest("timestamp", high=self._time(typed, at).start_us - 1)
            case "around":
                found = _MARGIN.fullmatch(typed)
                text, margin = (found[1], found[2]) if found else (typed, None)
                return self.around(text, at, margin, at + (found.start(2) if found else 0))
        if ".." in typed:
            low, high = typed.split("..", 1)
            if not low and not high:
                self._fail("a range without ends", at, "404..500, 404.. or ..500")
            return self.between(name, (low or None, at), (high or None, at + len(low) + 2))
        if name.field.kind == "time":
            span = self._time(typed, at)
            return NumberTest(name.field.name, span.start_us, span.end_us - 1)
        return self._number(name, typed, at)

    def _number(self, name: FieldName, typed: str, at: int) -> Node:
        if _DIGITS_OPEN.fullmatch(typed) and len(typed) < 19:
            low = int(re.sub(r"[xX?]", "0", typed))
            return NumberTest(name.field.name, low, int(re.sub(r"[xX?]", "9", typed)))
        if "*" in typed:
            self._fail(f"`{name.text}` holds numbers, which take no *", at, "4xx, 400..499 or >=400")
        number = self._integer(name, typed, at)
        return NumberTest(name.field.name, number, number)

    def around(self, text: str, at: int, margin: str | None, margin_at: int) -> Node:
        """The test for times within `margin` (None: five minutes) of a time."""
        margin_us: int | None = DEFAULT_MARGIN_US
        if margin is not None:
            margin_us = read_duration(margin)
            if margin_us is None or margin_us > LONGEST_MARGIN_US:
                self._fail(f"not a duration: {margin}", margin_at, "a duration: 30s, 5m, 2h, 1d")
        span = around(self._time(text, at), margin_us or 0)
        return NumberTest("timestamp", span.start_us, span.end_us - 1)

    def compare(self, name: FieldName, operator: str, typed: str, at: int) -> Node:
        """The test for `>10MB`, `<=2026-03-30` and the like."""
        low_text, high_text = (typed, None) if operator.startswith(">") else (None, typed)
        is_open = not operator.endswith("=")
        return self.between(name, (low_text, at), (high_text, at), low_open=is_open, high_open=is_open)

    def between(
        self, name: FieldName, low: End, high: End, *, low_open: bool = False, high_open: bool = False
    ) -> Node:
        """The test for a range."""
        if name.field.kind == "time":
            first = None if low[0] is None else self._low_time(low[0], low[1], low_open)
            last = None if high[0] is None else self._high_time(high[0], high[1], high_open)
        else:
            first = None if low[0] is None else self._low(name, low[0], low[1], low_open)
            last = None if high[0] is None else self._high(name, high[0], high[1], high_open)
        if first is not None and last is not None and first > last:
            self._fail("a range that holds nothing", low[1], "the smaller end first")
        return NumberTest(name.field.name, first, last)

    def bounds(self, low: End, high: End, *, low_open: bool = False, high_open: bool = False) -> Bounds:
        """The range for a value of the raw record, where fractions are possible."""
        first = None if low[0] is None else _plain(self._decimal(low[0], low[1], sized=True))
        last = None if high[0] is None else _plain(self._decimal(high[0], high[1], sized=True))
        if first is not None and last is not None and first > last:
            self._fail("a range that holds nothing", low[1], "the smaller end first")
        return Bounds(first, last, low_open and first is not None, high_open and last is not None)

    def dotted_bounds(self, typed: str) -> Bounds | None:
        """Read `404..500` for the raw record; None when the text is not a range of numbers (`main..dev`)."""
        low, dots, high = typed.partition("..")
        if not dots or not (low or high):
            return None
        try:
            ends = [_plain(read_number(end, sized=True)) if end else None for end in (low, high)]
        except BadValueError:
            return None
        return Bounds(ends[0], ends[1])

    def _time(self, text: str, at: int) -> Span:
        try:
            return read_time(text, now_us=self._now_us, zone=self._zone)
        except BadValueError as error:
            self._fail(str(error), at, error.expected)

    def _low_time(self, text: str, at: int, is_open: bool) -> int:
        span = self._time(text, at)
        return span.end_us if is_open else span.start_us

    def _high_time(self, text: str, at: int, is_open: bool) -> int:
        span = self._time(text, at)
        return (span.start_us if is_open else span.end_us) - 1

    def _integer(self, name: FieldName, text: str, at: int) -> int:
        try:
            return read_integer(text, sized=name.field.kind == "bytes")
        except BadValueError as error:
            self._fail(str(error), at, error.expected)

    def _decimal(self, text: str, at: int, *, sized: bool) -> Decimal:
        try:
            return read_number(text, sized=sized)
        except BadValueError as error:
            self._fail(str(error), at, error.expected)

    def _low(self, name: FieldName, text: str, at: int, is_open: bool) -> int:
        number = self._decimal(text, at, sized=name.field.kind == "bytes")
        low = int(number.to_integral_value(ROUND_CEILING))
        low += is_open and low == number
        if low > LARGEST:
            self._fail(f"nothing is above {text}", at, f"less than {LARGEST}")
        return low

    def _high(self, name: FieldName, text: str, at: int, is_open: bool) -> int:
        number = self._decimal(text, at, sized=name.field.kind == "bytes")
        high = int(number.to_integral_value(ROUND_FLOOR))
        return high - (is_open and high == number)


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
