"""Times as people type them -> spans of microseconds UTC. The present is an argument; the clock is never read."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final

from timeline.model.time import (
    DAY_US,
    HOUR_US,
    MAX_US,
    MIN_US,
    MINUTE_US,
    SECOND_US,
    from_us,
    parse_iso,
    to_us,
    zone_named,
)
from timeline.query.values import BadValueError, read_duration

EXPECTED: Final = "a time: 2026-03-30, 2026-03-30T22:36:48Z, -2h, yesterday"
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(Z|[+-]\d\d:?\d\d)?)?)?)?", re.ASCII)
_EPOCH: Final = re.compile(r"(\d{10})(?:\.(\d{1,6}))?|(\d{13})|(\d{16})", re.ASCII)
_RELATIVE: Final = re.compile(r"([+-])?\s?(\d[\w\s.]*?)(\s+ago)?", re.IGNORECASE | re.ASCII)
_DAY_WORD: Final = re.compile(r"(today|yesterday|tomorrow)\b[\s,]*(?:at\s+)?(.*)", re.IGNORECASE | re.DOTALL)
_ACCESS_LOG: Final = re.compile(r"\[?(\d{1,2}/[A-Z][a-z]{2}/\d{4}):(\d\d:\d\d:\d\d(?: [+-]\d{4})?)\]?")
_TWO_WAYS: Final = re.compile(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)")
_ABBREVIATION: Final = re.compile(r"(?<=[\d\s])([A-Z]{2,5})\s*$", re.IGNORECASE)
_ZONE_NAME: Final = re.compile(r"\s+([A-Za-z]+(?:/[A-Za-z0-9_+-]+)+)\s*$")
_REMARK: Final = re.compile(r"\s*\([\w ]+\)\s*$")
_PARTS: Final = ("year", "month", "day", "hour", "minute", "second")
_DAYS_FROM_TODAY: Final = {"today": 0, "yesterday": -1, "tomorrow": 1}
_ZONES_MEANT: Final = {
    "PST": "-08:00 or America/Los_Angeles", "PDT": "-07:00 or America/Los_Angeles",
    "MST": "-07:00 or America/Denver", "MDT": "-06:00 or America/Denver",
    "CST": "-06:00, +08:00, America/Chicago or Asia/Shanghai", "CDT": "-05:00 or America/Chicago",
    "EST": "-05:00 or America/New_York", "EDT": "-04:00 or America/New_York",
    "BST": "+01:00 or Europe/London", "IST": "+05:30, +01:00, +02:00, Asia/Kolkata or Europe/Dublin",
    "CET": "+01:00 or Europe/Berlin", "CEST": "+02:00 or Europe/Berlin", "MEZ": "+01:00 or Europe/Berlin",
    "EET": "+02:00 or Europe/Helsinki", "EEST": "+03:00 or Europe/Helsinki", "WET": "+00:00 or Europe/Lisbon",
    "MSK": "+03:00 or Europe/Moscow", "JST": "+09:00 or Asia/Tokyo", "KST": "+09:00 or Asia/Seoul",
    "SGT": "+08:00 or Asia/Singapore", "HKT": "+08:00 or Asia/Hong_Kong", "AEST": "+10:00 or Australia/Sydney",
    "AEDT": "+11:00 or Australia/Sydney", "SAST": "+02:00 or Africa/Johannesburg", "BRT": "-03:00 or America/Sao_Paulo",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of time that a text names: start <= t < end, microseconds UTC. A day is 23 to 25 hours long."""

    start_us: int
    end_us: int


def read_time(text: str, *, now_us: int, zone: tzinfo = UTC) -> Span:
    """Read a time; one without zone is meant in `zone`. BadValueError says what to write instead.

    A date names the whole day, 22:36 the whole minute, 22:36:48 the whole second; `-2h` and `now` name one microsecond.
    """
    typed = " ".join(text.split())
    if not typed or len(typed) > 100:
        raise BadValueError("no time" if not typed else "too long for a time", EXPECTED)
    try:
        span = _named(typed, now_us, zone) or _written(typed, zone)
    except OverflowError as error:
        raise BadValueError(f"outside the calendar: {typed}", "a year from 1 to 9999") from error
    if not MIN_US <= span.start_us < span.end_us <= MAX_US + 1:
        raise BadValueError(f"outside the calendar: {typed}", "a year from 1 to 9999")
    return span


def _named(text: str, now_us: int, zone: tzinfo) -> Span | None:
    """Read what is meant relative to the present, and epoch numbers."""
    if text.lower() == "now":
        return Span(now_us, now_us + 1)
    if word := _DAY_WORD.fullmatch(text):
        today = from_us(now_us, zone)
        if today is None:
            raise OverflowError
        day = today.date() + timedelta(days=_DAYS_FROM_TODAY[word[1].lower()])
        return _written(f"{day.isoformat()} {word[2]}".strip(), zone)
    if epoch := _EPOCH.fullmatch(text):
        if epoch[1]:
            width = 10 ** (6 - len(epoch[2] or ""))
            start = int(epoch[1]) * SECOND_US + int((epoch[2] or "0").ljust(6, "0"))
            return Span(start, start + width)
        start, width = (int(epoch[3]) * 1000, 1000) if epoch[3] else (int(epoch[4]), 1)
        return Span(start, start + width)
    relative = _RELATIVE.fullmatch(text)
    duration = read_duration(relative[2]) if relative else None
    if relative is None or duration is None:
        return None
    if not relative[1] and not relative[3]:
        raise BadValueError(f"{text} from when?", f"-{relative[2]} or {relative[2]} ago")
    at = now_us + (duration if relative[1] == "+" and not relative[3] else -duration)
    return Span(at, at + 1)


def _written(text: str, zone: tzinfo) -> Span:
    """Read what stands on the calendar."""
    text, zone, named = _without_zone(text, zone)
    if (span := _partial(text, zone)) is not None:
        return span
    try:
        read = parse_iso(text, zone)
    except ValueError as error:  # an offset of 24 hours or more
        raise BadValueError(f"no such offset: {text}", "an offset like +02:00") from error
    if read is not None:
        return Span(read[0], read[0] + read[1])
    if access := _ACCESS_LOG.fullmatch(text):
        text = f"{access[1].replace('/', ' ')} {access[2]}"
    _refuse_two_ways(text)
    return _guessed(text, zone, named)


def _without_zone(text: str, zone: tzinfo) -> tuple[str, tzinfo, bool]:
    """Cut a zone's name off the end -> (the rest, the zone, whether one was named)."""
    if re.search(r"[+-]\d{4}\s*\(", text):
        text = _REMARK.sub("", text)
    if name := _ZONE_NAME.search(text):
        try:
            return text[: name.start()], zone_named(name[1]), True
        except ValueError as error:
            raise BadValueError(f"no such zone: {name[1]}", "a zone like Europe/Berlin or +02:00") from error
    short = _ABBREVIATION.search(text)
    if short is None:
        return text, zone, False
    letters = short[1].upper()
    if letters in {"UTC", "GMT"}:
        return text[: short.start()].rstrip(), UTC, True
    if letters in _ZONES_MEANT:
        raise BadValueError(f"{short[1]} can mean several zones", _ZONES_MEANT[letters])
    return text, zone, False


def _partial(text: str, zone: tzinfo) -> Span | None:
    """Read a year, month, day or hour in ISO form, as the whole of it."""
    match = _DATE.fullmatch(text)
    if match is None:
        compact = re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)", text, re.ASCII)
        return _partial("-".join(compact.groups()), zone) if compact else None
    year, month, day, hour, offset = match.groups()
    try:
        if hour:
            there = zone_named(offset) if offset else zone
            start = to_us(datetime(int(year), int(month), int(day), int(hour), tzinfo=there))
            return Span(start, start + HOUR_US)
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise BadValueError(f"no such day: {text}", EXPECTED) from error
    return _days(first, _next(first, bool(month), bool(day)), zone)


def _next(first: date, has_month: bool, has_day: bool) -> date | None:
    """Find the day after a day, month or year; None after the last year."""
    try:
        if has_day:
            return first + timedelta(days=1)
        if has_month and first.month < 12:
            return first.replace(month=first.month + 1)
        return first.replace(year=first.year + 1, month=1)
    except (ValueError, OverflowError):
        return None


def _days(first: date, end: date | None, zone: tzinfo) -> Span:
    start_us = to_us(datetime(first.year, first.month, first.day, tzinfo=zone))
    if end is None:
        return Span(start_us, MAX_US + 1)
    return Span(start_us, to_us(datetime(end.year, end.month, end.day, tzinfo=zone)))


def _refuse_two_ways(text: str) -> None:
    """Refuse 03/04/2026, which is in March here and in April there."""
    found = _TWO_WAYS.search(text)
    if found is None:
        return
    first, second, year = int(found[1]), int(found[3]), found[4]
    if first != second and 1 <= first <= 12 and 1 <= second <= 12:
        choices = f"{year}-{first:02d}-{second:02d} or {year}-{second:02d}-{first:02d}"
        raise BadValueError(f"{found[0]} can mean two days", choices)


def _guessed(text: str, zone: tzinfo, named: bool) -> Span:
    """Ask dateutil, twice and with different defaults, to see which parts the text states itself."""
    if re.search(r"\d{4}", text) is None:
        raise BadValueError(f"not a time with a year: {text}", EXPECTED)
    one = _dateutil(text, datetime(2001, 1, 1))  # noqa: DTZ001 - a set of defaults, not a moment
    two = _dateutil(text, datetime(2002, 2, 2, 1, 1, 1, 1))  # noqa: DTZ001 - a set of defaults, not a moment
    stated = {part for part in _PARTS if getattr(one, part) == getattr(two, part)}
    if not {"year", "month"} <= stated:
        raise BadValueError(f"no year and month in: {text}", EXPECTED)
    if one.tzinfo is not None and named:
        raise BadValueError(f"two zones in: {text}", "one zone")
    there = one.tzinfo or zone
    if "day" not in stated or "hour" not in stated:
        first = date(one.year, one.month, one.day if "day" in stated else 1)
        return _days(first, _next(first, True, "day" in stated), there)
    start = to_us(one.replace(tzinfo=there))
    if "minute" not in stated:
        return Span(start, start + HOUR_US)
    if "second" not in stated:
        return Span(start, start + MINUTE_US)
    fraction = one.microsecond == two.microsecond and one.microsecond
    return Span(start, start + (SECOND_US if not fraction else 1000 if fraction % 1000 == 0 else 1))


def _dateutil(text: str, default: datetime) -> datetime:
    from dateutil import parser

    try:
        return parser.parse(text, default=default, tzinfos=_zone_read)
    except (ValueError, TypeError, IndexError, AttributeError, ArithmeticError) as error:
        raise BadValueError(f"not a time: {text}", EXPECTED) from error


def _zone_read(name: str | None, offset_s: int | None) -> tzinfo | None:
    """Say what zone dateutil has read; names are cut off before, so a name left is none that we know."""
    if offset_s is not None:
        return timezone(timedelta(seconds=offset_s))
    if name is not None:
        raise ValueError(f"no such zone: {name}")
    return None


def around(span: Span, margin_us: int) -> Span:
    """Widen a span on both sides, within the calendar."""
    return Span(max(MIN_US, span.start_us - margin_us), min(MAX_US + 1, span.end_us + margin_us))


DEFAULT_MARGIN_US: Final = 5 * MINUTE_US
LONGEST_MARGIN_US: Final = 3660 * DAY_US
