"""Which format the times of a field have, told from its values."""

import time
from typing import Final

from timeline.model.time import parse_iso

TIME_NAMES: Final = (
    "timestamp", "ts", "time", "datetime", "eventtime", "eventtimestamp", "timegenerated", "createdat", "requesttime",
    "starttime", "timestart", "occurredat", "datetimeutc", "logtime", "datecreate", "created", "date", "at", "when",
)  # fmt: skip
DAYS: Final = ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y")
_PATTERNS: Final = (
    "%d/%b/%Y:%H:%M:%S %z", "%Y-%m-%d %H:%M:%S.%f %z", "%Y-%m-%dT%H:%M:%S.%f %z", "%Y/%m/%d %H:%M:%S", "%Y%m%d%H%M%S",
    "%Y%m%dT%H%M%SZ", "%m/%d/%Y, %I:%M:%S.%f %p", "%m/%d/%Y, %I:%M:%S %p", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M",
    "%a, %d %b %Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S GMT", "%d %b %Y %H:%M:%S", "%b %d, %Y %H:%M:%S", *DAYS,
)  # fmt: skip
_EPOCHS: Final = (("epoch_s", 1), ("epoch_ms", 10**3), ("epoch_us", 10**6), ("epoch_ns", 10**9))
_YEAR_2000_S: Final = 946_684_800
_YEAR_2100_S: Final = 4_102_444_800
_LOOKED_AT: Final = 60  # values: patterns are tried one by one
_SHARE: Final = 0.9


def time_formats(values: tuple[str, ...]) -> tuple[str, ...]:
    """The formats that read nearly all of these values, the likeliest first; () when they are no times."""
    values = values[:_LOOKED_AT]
    wanted = len(values) * _SHARE
    if not values:
        return ()
    if sum(_is_iso(value) for value in values) >= wanted:
        return ("iso",)
    for name, units in _EPOCHS:
        if sum(_is_epoch(value, units) for value in values) >= wanted:
            return (name,)
    if sum(_fits(f"2000 {value.partition('.')[0]}", "%Y %b %d %H:%M:%S") for value in values) >= wanted:
        return ("yearless",)
    return tuple(pattern for pattern in _PATTERNS if sum(_fits(value, pattern) for value in values) >= wanted)


def _is_iso(text: str) -> bool:
    try:
        return parse_iso(text) is not None
    except ValueError:  # an offset of more than a day
        return False


def _is_epoch(text: str, units: int) -> bool:
    if len(text) > 24 or not text.isascii() or not text.replace(".", "", 1).isdecimal():
        return False
    return _YEAR_2000_S <= float(text) / units < _YEAR_2100_S


def _fits(text: str, pattern: str) -> bool:
    if len(text) > 48:
        return False
    try:
        time.strptime(text, pattern)
    except ValueError:
        return False
    return True
