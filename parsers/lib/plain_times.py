"""Times in JSON records: ISO 8601 texts and epoch numbers, with what they state."""

from datetime import UTC, tzinfo
from functools import lru_cache
from typing import NamedTuple

from timeline.model.time import MAX_US, MIN_US, SECOND_US, parse_iso, zone_named


class Moment(NamedTuple):
    """Microseconds UTC, the width of what was stated, and `timestamp_basis`."""

    us: int
    precision_us: int
    basis: str


_EPOCH_UNITS = ((10**11, SECOND_US), (10**14, 1000), (10**17, 1))


@lru_cache(maxsize=65_536)
def iso(text: str, zone: str | None = None) -> Moment | None:
    """An ISO 8601 time; one that states no offset is taken in `zone` (None: UTC). None when it is not one."""
    found = parse_iso(text, zone_of(zone))
    if found is None:
        return None
    us, precision, stated = found
    return Moment(us, precision, "stated" if stated else "zone_assumed")


@lru_cache(maxsize=64)
def zone_of(name: str | None) -> tzinfo:
    """The zone of a name; UTC for None and for one that does not exist (the pipeline has checked it)."""
    try:
        return UTC if name is None else zone_named(name)
    except ValueError:
        return UTC


def epoch(number: float) -> Moment | None:
    """An epoch number in seconds, milliseconds or microseconds, told apart by size. None when no calendar has it."""
    if number != number or number in {float("inf"), float("-inf")}:
        return None
    size = abs(number)
    for limit, unit in _EPOCH_UNITS:
        if size < limit:
            us = int(number * unit)
            whole = isinstance(number, int) or number.is_integer()
            return Moment(us, unit if whole else 1, "stated") if MIN_US <= us <= MAX_US else None
    return None


def moment(value: object, zone: str | None = None) -> Moment | None:
    """An ISO text, an epoch number, or an epoch number written as text."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return epoch(value)
    if not isinstance(value, str):
        return None
    found = iso(value, zone)
    if found is None and value.isdigit() and len(value) < 18:
        return epoch(int(value))
    return found
