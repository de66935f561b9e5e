"""Time: integer microseconds UTC inside, zones and precision at the edges. Nothing here reads the clock on the wall."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# what datetime can show: 0001-01-01 .. 9999-12-31
MIN_US: Final = -62_135_596_800 * SECOND_US
MAX_US: Final = 253_402_300_799 * SECOND_US + 999_999

_FIXED = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?\s?(Z|[+-]\d\d:?\d\d|[+-]\d\d|UTC)?", re.IGNORECASE
)


def zone_named(name: str) -> tzinfo:
    """The zone of an IANA name (`Europe/Berlin`), `UTC` or a fixed offset (`+02:00`). ValueError when there is none."""
    text = name.strip()
    if text.upper() in {"UTC", "Z", "GMT"}:
        return UTC
    if fixed := _FIXED.fullmatch(text):
        delta = timedelta(hours=int(fixed[2]), minutes=int(fixed[3] or 0))
        if delta >= timedelta(hours=24):
            raise ValueError(f"no such offset: {name}")
        return timezone(-delta if fixed[1] == "-" else delta)
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no such zone: {name}") from error


def to_us(moment: datetime) -> int:
    """Microseconds UTC of an aware datetime, exactly."""
    delta = moment - EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND_US + delta.microseconds


def from_us(us: int, zone: tzinfo = UTC) -> datetime | None:
    """The moment in `zone`; None when it is outside what a calendar of four-digit years can show."""
    if not MIN_US + DAY_US <= us <= MAX_US - DAY_US:
        return None
    return (EPOCH + timedelta(microseconds=us)).astimezone(zone)


def parse_iso(text: str, zone: tzinfo | None = None) -> tuple[int, int, bool] | None:
    """Read an ISO 8601 time -> (microseconds UTC, precision in us, whether the text states its offset).

    A time without offset is taken in `zone` (None: UTC). Digits finer than microseconds are cut off. None when the text
    is not such a time.
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        stated = zone_named(offset) if offset else None
        moment = datetime(
            int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=stated or zone or UTC
        )
        us = to_us(moment) + (SECOND_US if second == "60" else 0)
    except (ValueError, OverflowError):
        return None
    precision = SECOND_US if second else MINUTE_US
    if fraction:
        us += int(fraction[:6].ljust(6, "0"))
        precision = 10 ** max(0, 6 - len(fraction))
    return us, precision, stated is not None


def show_us(us: int | None, zone: tzinfo = UTC, precision_us: int | None = None) -> str:
    """`2026-03-30 22:36:48.424+00:00` to the stated precision; the raw number when no calendar can show it; `undated`."""
    if us is None:
        return "undated"
    moment = from_us(us, zone)
    if moment is None:
        return f"{us} us"
    if precision_us is None or precision_us < 1000:
        spec = "microseconds" if moment.microsecond or precision_us is not None else "seconds"
    else:
        spec = "milliseconds" if precision_us < SECOND_US else "seconds"
    return moment.isoformat(sep=" ", timespec=spec)


def show_span(us: int) -> str:
    """A length of time in its two largest units: `2 h 5 min`; below a second in milliseconds."""
    if us < SECOND_US:
        return f"{us / 1000:,.0f} ms"
    seconds = us // SECOND_US
    parts = [(seconds // 86_400, "d"), (seconds // 3_600 % 24, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")]
    return " ".join([f"{count:,} {unit}" for count, unit in parts if count][:2])
