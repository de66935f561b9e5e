"""The time of a line, put together from what the columns of a log format say.

A format may write one time in several columns: `%{%d/%b/%Y %T}t.%{msec_frac}t %{%z}t`.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from parsers.lib.clf_time import MONTHS, Moment, read_time
from timeline.model.time import MINUTE_US, SECOND_US, to_us, zone_named

_EPOCHS: Final = {"s": SECOND_US, "seconds": SECOND_US, "milliseconds": 1000, "microseconds": 1}
_LONG_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def assemble_time(directives: Sequence[str], texts: Sequence[str], zone: tzinfo | None = None) -> Moment | None:
    """The moment that these values of time directives state together; None when they do not make one.

    Beside the letters of strftime: `text` (CLF or ISO), `seconds` (with or without decimals), `milliseconds`,
    `microseconds` since 1970, and `fraction` (the decimals of the second).
    """
    values = dict(zip(directives, texts, strict=True))
    whole = _whole(values, zone)
    if whole is None or "fraction" not in values or not values["fraction"].isdigit():
        return whole
    digits = values["fraction"][:6]
    return Moment(whole.us - whole.us % SECOND_US + int(digits.ljust(6, "0")), 10 ** (6 - len(digits)), whole.stated)


def _whole(values: dict[str, str], zone: tzinfo | None) -> Moment | None:
    if "text" in values:
        return read_time(values["text"], zone)
    for directive, unit in _EPOCHS.items():
        if directive in values:
            return _since_epoch(values[directive], unit)
    try:
        return _from_calendar(values, zone)
    except (ValueError, OverflowError):
        return None


def _since_epoch(text: str, unit: int) -> Moment | None:
    number, _, decimals = text.partition(".")
    if not number.isdigit() or not (decimals.isdigit() or not decimals):
        return None
    digits = decimals[:6] if unit == SECOND_US else ""
    us = int(number) * unit + (int(digits.ljust(6, "0")) if digits else 0)
    return Moment(us, unit // 10 ** len(digits), True) if us < 2**63 else None


def _from_calendar(values: dict[str, str], zone: tzinfo | None) -> Moment | None:
    day = _day(values)
    if day is None:
        return None
    hour, minute, second = _hour(values), int(values.get("M", "0")), int(values.get("S", "0"))
    stated = _stated_zone(values)
    moment = datetime(day.year, day.month, day.day, hour, minute, min(second, 59), tzinfo=stated or zone or UTC)
    us = to_us(moment) + (SECOND_US if second == 60 else 0)
    return Moment(us, SECOND_US if "S" in values else MINUTE_US, stated is not None)


def _day(values: dict[str, str]) -> date | None:
    if "Y" in values:
        year = int(values["Y"])
    elif "y" in values:
        year = int(values["y"]) + (2000 if int(values["y"]) < 69 else 1900)
    else:
        return None
    if "j" in values:
        return date(year, 1, 1) + timedelta(days=int(values["j"]) - 1)
    month = _month(values)
    day = values.get("d") or values.get("e")
    return None if month is None or day is None else date(year, month, int(day))


def _month(values: dict[str, str]) -> int | None:
    if "m" in values:
        return int(values["m"])
    if "B" in values:
        return _LONG_MONTHS.index(values["B"].capitalize()) + 1
    short = values.get("b") or values.get("h")
    return None if short is None else MONTHS.index(short.capitalize()) + 1


def _hour(values: dict[str, str]) -> int:
    if "H" in values or "k" in values:
        return int(values.get("H") or values["k"])
    half = int(values.get("I") or values.get("l") or "0")
    return half % 12 + (12 if values.get("p", "").upper() == "PM" else 0)


def _stated_zone(values: dict[str, str]) -> tzinfo | None:
    if "z" in values:
        return zone_named(values["z"])
    return UTC if values.get("Z") in {"UTC", "GMT"} else None
