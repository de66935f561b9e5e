"""Times of records: ISO 8601 and other texts, texts without a year, epoch numbers; each with its precision and its basis.

References: https://datatracker.ietf.org/doc/html/rfc3339, taken loosely (blank for T, offset left out);
https://datatracker.ietf.org/doc/html/rfc3164#section-4.1.2 for times without a year.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, NamedTuple

from timeline.model.event import EventValues
from timeline.model.parser import DecodeContext
from timeline.model.time import EPOCH, MAX_US, MIN_US, SECOND_US, from_us, parse_iso, to_us, zone_named

MILLISECOND_US: Final = 1_000
_LONGEST: Final = 48  # characters of the longest time that is looked at
_BETWEEN: Final = frozenset("T ")
_MOST_DIGITS: Final = 12  # of a fraction of a second


class Stamp(NamedTuple):
    """A time: microseconds UTC, the width of the stated interval in us, and its basis (one of BASES)."""

    us: int
    precision_us: int
    basis: str

    def values(self) -> EventValues:
        """As the event's fields."""
        return {"timestamp": self.us, "timestamp_precision": self.precision_us, "timestamp_basis": self.basis}


class Times:
    """Reads times for one chunk. `zone` names the zone of times that state none; None or an unknown one: UTC.

    `year` is that of times that state none; None: the newest that does not put them behind `evidence_mtime_us`, the
    time of the evidence file (microseconds UTC); without either they cannot be told.
    """

    def __init__(
        self, zone: str | None = None, *, year: int | None = None, evidence_mtime_us: int | None = None
    ) -> None:
        self._year = year
        self._newest_us: Callable[[], int | None] = lambda: evidence_mtime_us
        self._zone: tzinfo = UTC
        if zone is not None:
            try:
                self._zone = zone_named(zone)
            except ValueError:  # case.yaml is checked where it is read; a decoder goes on
                self._zone = UTC

    @classmethod
    def of(cls, context: DecodeContext) -> "Times":
        """The times of a chunk.

        The file's own time is asked for only by what needs it: small files that differ in nothing else are decoded together.
        """
        times = cls(context.zone, year=context.year)
        times._newest_us = lambda: context.evidence_mtime_us
        return times

    def iso(self, value: object) -> Stamp | None:
        """The time of `2026-03-30T22:36:48.424Z`, `2026-03-31 00:36:48+02:00`; None where it is no such text."""
        if not isinstance(value, str) or len(value) > _LONGEST:
            return None
        return _iso(value, self._zone)

    def written(self, value: object, *patterns: str) -> Stamp | None:
        """The time of a text in one of these patterns of `strptime`; None where none fits.

        The patterns name months and weekdays in English (%b, %B, %a, %A), whatever the locale.
        """
        if not isinstance(value, str) or len(value) > _LONGEST:
            return None
        return next((stamp for pattern in patterns if (stamp := _written(value, pattern, self._zone))), None)

    def yearless(self, value: object) -> Stamp | None:
        """The time of `Feb 22 16:45:20` or `Feb  2 16:45:20.123`; None where it is no such text or no year can be told."""
        if not isinstance(value, str) or len(value) > _LONGEST:
            return None
        return _yearless(value, self._zone, self._year, self._newest_us() if self._year is None else None)

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
    if text[10:11] in _BETWEEN and text[4] == "-" and text.isascii():
        try:  # the forms of nearly all providers; the days and the times of day repeat themselves
            stamp = _usual(text, zone)
        except ValueError:
            stamp = None
        if stamp is not None:
            return stamp
    try:
        found = parse_iso(text, zone)
    except ValueError:  # an offset that no place on earth has
        return None
    if found is None:
        return None
    us, precision_us, stated = found
    return Stamp(us, precision_us, "stated" if stated else "zone_assumed")


def _usual(text: str, zone: tzinfo) -> Stamp | None:
    """The time of `2026-03-30T22:36:48`, also with a fraction, with Z or an offset behind it; None or ValueError: look again."""
    if text[7] != "-" or text[13:17:3] != "::":
        return None
    seconds, rest = text[11:19], text[19:]
    if rest == "Z":
        return Stamp(_day_us(text[:10]) + _time_of_day_us(seconds), SECOND_US, "stated")
    if rest[-1:] == "Z" and rest[0] == ".":
        digits = rest[1:-1]
        if not digits.isdecimal() or len(digits) > _MOST_DIGITS:
            return None
        us = _day_us(text[:10]) + _time_of_day_us(seconds) + int(digits[:6].ljust(6, "0"))
        return Stamp(us, 10 ** max(0, 6 - len(digits)), "stated")
    rest = rest.removeprefix(" ")
    if not rest and zone is UTC and len(seconds) == len("22:36:48"):
        return Stamp(_day_us(text[:10]) + _time_of_day_us(seconds), SECOND_US, "zone_assumed")
    if rest[:1] in {"+", "-"} and len(rest) in {len("+0200"), len("+02:00")}:
        us = _day_us(text[:10]) + _time_of_day_us(seconds) + _to_utc_us(rest)
        return Stamp(us, SECOND_US, "stated")
    return None


@lru_cache(maxsize=1_024)
def _to_utc_us(offset: str) -> int:
    """What is to be added to a local time. ValueError where it is no offset that a place on earth has."""
    hours, minutes = offset[1:3], offset[3:].removeprefix(":")
    if not (hours + minutes).isdecimal() or len(minutes) != len("00"):
        raise ValueError
    return to_us(datetime.fromisoformat(f"1970-01-01T00:00:00{offset}"))


@lru_cache(maxsize=4_096)
def _day_us(text: str) -> int:
    return (datetime.fromisoformat(f"{text}T00:00:00Z") - EPOCH).days * 86_400 * SECOND_US


@lru_cache(maxsize=86_400)
def _time_of_day_us(text: str) -> int:
    delta = datetime.fromisoformat(f"1970-01-01T{text}Z") - EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND_US


_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"
)  # fmt: skip
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FIELDS: Final = {
    "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d\d)", "m": r"(?P<m>\d{1,2})", "d": r"\s?(?P<d>\d{1,2})",
    "b": f"(?P<b>{'|'.join(_MONTHS)})", "B": f"(?P<B>{'|'.join(_MONTH_NAMES)})",
    "a": f"(?:{'|'.join(_DAYS)})", "A": f"(?:{'|'.join(_DAY_NAMES)})",
    "H": r"(?P<H>\d{1,2})", "I": r"(?P<I>\d{1,2})", "M": r"(?P<M>\d{1,2})", "S": r"(?P<S>\d{1,2})",
    "f": r"(?P<f>\d{1,12})", "p": r"(?P<p>am|pm)", "z": r"(?P<z>Z|UTC|GMT|[+-]\d\d:?\d\d)", "%": "%",
}  # fmt: skip


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"%(.)", pattern)
    made = "".join(_FIELDS[part] if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile(made, re.IGNORECASE | re.ASCII)


@lru_cache(maxsize=65_536)
def _written(text: str, pattern: str, zone: tzinfo) -> Stamp | None:
    match = _pattern(pattern).fullmatch(text.strip())
    if match is None:
        return None
    found = match.groupdict()
    month = found.get("m") or _month(found.get("b") or (found.get("B") or "")[:3])
    if found.get("Y") is None and found.get("y") is None:
        return None
    year = found.get("Y") or f"20{found['y']}"
    return _moment(f"{year}-{int(month):02}-{int(found['d']):02}", found, zone)


def _moment(day: str, found: Mapping[str, str | None], zone: tzinfo) -> Stamp | None:
    """The stamp of a day and the parts of a time of day."""
    hour = int(found.get("H") or 0)
    half = found.get("I")
    if half is not None:
        hour = int(half) % 12 + (12 if (found.get("p") or "").lower() == "pm" else 0)
    minute, second = int(found.get("M") or 0), found.get("S")
    time = f"{hour:02}:{minute:02}" + ("" if second is None else f":{int(second):02}")
    if found.get("f") is not None:
        time += f".{found['f']}"
    return _iso(f"{day}T{time}{found.get('z') or ''}".replace("GMT", "UTC").replace("gmt", "UTC"), zone)


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()) + 1 if name.lower() in _MONTHS else 0


_YEARLESS: Final = re.compile(
    r"(?P<b>[A-Za-z]{3})\s{1,2}(?P<d>\d{1,2})\s(?P<H>\d\d):(?P<M>\d\d):(?P<S>\d\d)(?:[.,](?P<f>\d{1,9}))?", re.ASCII
)
_YEARS_BACK: Final = 8  # to the last leap year, over a year 1900 that was none


@lru_cache(maxsize=65_536)
def _yearless(text: str, zone: tzinfo, year: int | None, newest_us: int | None) -> Stamp | None:
    match = _YEARLESS.fullmatch(text.strip())
    newest = None if newest_us is None else from_us(newest_us, zone)
    if match is None or (year is None and newest is None):
        return None
    month = _month(match["b"])
    years = (year,) if year is not None or newest is None else range(newest.year, newest.year - _YEARS_BACK - 1, -1)
    for tried in years:
        stamp = _moment(f"{tried:04}-{month:02}-{int(match['d']):02}", match.groupdict(), zone)
        if stamp is not None and (year is not None or newest_us is None or stamp.us <= newest_us):
            return Stamp(stamp.us, stamp.precision_us, "year_inferred")
    return None


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
