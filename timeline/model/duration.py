"""Durations as people write them: `90s`, `-1h`, `1m30s`, `250ms`. Integer microseconds inside."""

import re
from typing import Final

from timeline.model.time import DAY_US, HOUR_US, MINUTE_US, SECOND_US

_UNITS_US: Final = {"d": DAY_US, "h": HOUR_US, "m": MINUTE_US, "s": SECOND_US, "ms": 1000, "us": 1}
_DURATION: Final = re.compile(r"([+-]?)((?:[0-9]{1,12}(?:d|h|ms|us|m|s))+)")
_PART: Final = re.compile(r"([0-9]+)(d|h|ms|us|m|s)")
_LIMIT_US: Final = 36_525 * DAY_US


def parse_duration(text: str) -> int:
    """Microseconds of `90s`, `-1h`, `1m30s`, `2d`, `250ms`; a sign stands for the whole.

    ValueError when the text is not a duration, lacks a unit (`90`), or is longer than a century.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a duration: {text[:40]}; write it with units, such as 90s, -1h or 1m30s")
    total = sum(int(number) * _UNITS_US[unit] for number, unit in _PART.findall(match[2]))
    if total > _LIMIT_US:
        raise ValueError(f"longer than a century: {text[:40]}")
    return -total if match[1] == "-" else total


def show_duration(us: int) -> str:
    """Write the text that `parse_duration` reads back as the same value: `1h`, `-1m30s`, `0s`."""
    if us == 0:
        return "0s"
    rest = abs(us)
    parts: list[str] = []
    for unit, size in _UNITS_US.items():
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return ("-" if us < 0 else "") + "".join(parts)
