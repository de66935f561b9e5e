"""Times of JSON records: ISO 8601 texts and epoch numbers, each with how precise it is and what its zone rests on.

Reference for the texts: https://datatracker.ietf.org/doc/html/rfc3339, taken loosely (blank for T, offset left out).
"""

from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, NamedTuple

from timeline.model.event import EventValues
from timeline.model.time import EPOCH, MAX_US, MIN_US, SECOND_US, parse_iso, zone_named

MILLISECOND_US: Final = 1_000
_LONGEST: Final = 48  # characters of the longest time that is looked at


class Stamp(NamedTuple):
    """A time: microseconds UTC, the width of the stated interval in us, and its basis (`stated` or `zone_assumed`)."""

    us: int
    precision_us: int
    basis: str

    def values(self) -> EventValues:
        """As the event's fields."""
        return {"timestamp": self.us, "timestamp_precision": self.precision_us, "timestamp_basis": self.basis}


class Times:
    """Reads times for one chunk. `zone` names the zone of times that state none; None or an unknown one: UTC."""

    def __init__(self, zone: str | None = None) -> None:
        self._zone: tzinfo = UTC
        if zone is not None:
            try:
                self._zone = zone_named(zone)
            except ValueError:  # case.yaml is checked where it is read; a decoder goes on
                self._zone = UTC

    def iso(self, value: object) -> Stamp | None:
        """The time of `2026-03-30T22:36:48.424Z`, `2026-03-31 00:36:48+02:00`; None where it is no such text."""
        if not isinstance(value, str) or len(value) > _LONGEST:
            return None
        return _iso(value, self._zone)

    def epoch(self, value: object, unit_us: int) -> Stamp | None:
        """The time of a count since 1970, also as text or with a fraction; one count is `unit_us` microseconds.

        Digits finer than microseconds are cut off. None where it is no number or no calendar can show it.
        """
        if isinstance(value, int) and not isinstance(value, bool):
            return _stamp(value * unit_us, unit_us)
        if isinstance(value, float) or (isinstance(value, str) and len(value) <= _LONGEST):
            return _fraction(str(value), unit_us)
        return None


@lru_cache(maxsize=65_536)
def _iso(text: str, zone: tzinfo) -> Stamp | None:
    if len(text) == 20 and text[10] == "T" and text[19] == "Z" and text[4] == "-" and text.isascii():
        try:  # the form of nearly all providers; the days and the times of day repeat themselves
            return Stamp(_day_us(text[:10]) + _time_of_day_us(text[11:]), SECOND_US, "stated")
        except ValueError:
            pass
    try:
        found = parse_iso(text, zone)
    except ValueError:  # an offset that no place on earth has
        return None
    if found is None:
        return None
    us, precision_us, stated = found
    return Stamp(us, precision_us, "stated" if stated else "zone_assumed")


@lru_cache(maxsize=4_096)
def _day_us(text: str) -> int:
    return (datetime.fromisoformat(f"{text}T00:00:00Z") - EPOCH).days * 86_400 * SECOND_US


@lru_cache(maxsize=86_400)
def _time_of_day_us(text: str) -> int:
    delta = datetime.fromisoformat(f"1970-01-01T{text}") - EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND_US


def _fraction(text: str, unit_us: int) -> Stamp | None:
    try:
        count = Decimal(text)
    except InvalidOperation:
        return None
    if not (count.is_finite() and -MAX_US <= count <= MAX_US):
        return None
    digits = -int(count.normalize().as_tuple().exponent)
    precision_us = max(1, unit_us // 10 ** min(digits, 12)) if digits > 0 else unit_us
    return _stamp(int(count * unit_us), precision_us)


def _stamp(us: int, precision_us: int) -> Stamp | None:
    return Stamp(us, precision_us, "stated") if MIN_US <= us <= MAX_US else None
