"""Numbers, sizes and durations as people type them."""

import re
from decimal import Decimal
from typing import Final

from timeline.model.time import DAY_US, HOUR_US, MINUTE_US, SECOND_US


class BadValueError(ValueError):
    """A value that cannot be read; `expected` says what could stand there."""

    def __init__(self, what: str, expected: str) -> None:
        super().__init__(what)
        self.expected = expected


LARGEST: Final = 2**63 - 1
_NUMBER: Final = re.compile(
    r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d[\d_]{0,39})(?:\.\d{1,30})?|[+-]?\.\d{1,30})((?:[eE][+-]?\d{1,3})?)\s?([A-Za-z]*)",
    re.ASCII,
)
_POWERS: Final = {letter: power for power, letter in enumerate("kmgtp", 1)}
_DURATION: Final = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s?([a-z]+)\s?", re.IGNORECASE | re.ASCII)
_UNITS_US: Final = {
    unit: width
    for width, units in {
        1: "us", 1000: "ms", SECOND_US: "s sec secs second seconds", MINUTE_US: "m min mins minute minutes",
        HOUR_US: "h hr hrs hour hours", DAY_US: "d day days", 7 * DAY_US: "w week weeks",
    }.items()
    for unit in units.split()
}  # fmt: skip
SIZES: Final = "a number of bytes: 1500, 10MB, 1.5GiB"


def read_number(text: str, *, sized: bool) -> Decimal:
    """Read `404`, `1_000`, `1,000`, `1.5`, `1e6`; with `sized` also `10MB` (millions) and `1.5GiB` (powers of 1024)."""
    expected = SIZES if sized else "a number"
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise BadValueError(f"not a number: {text}", expected)
    digits, exponent, unit = match.groups()
    number = Decimal(digits.replace(",", "").replace("_", "") + exponent)
    if unit and not sized:
        raise BadValueError(f"a unit where none can be: {unit}", expected)
    number *= _factor(unit, expected)
    if abs(number) > LARGEST:
        raise BadValueError(f"a number too large: {text}", f"at most {LARGEST}")
    return number


def _factor(unit: str, expected: str) -> int:
    lowered = unit.lower()
    if lowered in {"", "b", "byte", "bytes"}:
        return 1
    power = _POWERS.get(lowered[0])
    if power is not None and lowered[1:] in {"", "b"}:
        return int(1000**power)
    if power is not None and lowered[1:] in {"i", "ib"}:
        return int(1024**power)
    raise BadValueError(f"not a unit of size: {unit}", expected)


def read_integer(text: str, *, sized: bool) -> int:
    """Read a whole number; sizes may have a fraction as long as it is a whole number of bytes."""
    number = read_number(text, sized=sized)
    if number != number.to_integral_value():
        raise BadValueError(f"not a whole number: {text}", SIZES if sized else "a whole number")
    return int(number)


def read_duration(text: str) -> int | None:
    """Read `90s`, `5m`, `1h30m`, `2 days` -> microseconds; None when the text is no duration."""
    at, total = 0, Decimal(0)
    text = text.strip()
    while at < len(text):
        match = _DURATION.match(text, at)
        if match is None or match[2].lower() not in _UNITS_US:
            return None
        total += Decimal(match[1]) * _UNITS_US[match[2].lower()]
        at = match.end()
    return int(total) if at else None
