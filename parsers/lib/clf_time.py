"""Times of access logs: `30/Mar/2026:23:17:59 +0000`, one by one and as whole columns.

Reference: https://httpd.apache.org/docs/current/mod/mod_log_config.html (`%t`), nginx `$time_local` and
`$time_iso8601`.
Months are English whatever the locale of this machine.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from timeline.model.time import HOUR_US, MINUTE_US, SECOND_US, parse_iso, to_us

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBER = {name: number for number, name in enumerate(MONTHS, 1)}
_DAY = r"(?P<day>[0-9]{1,2}/[A-Z][a-z]{2}/[0-9]{4})"
_CLOCK = r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9]|60)"
_OFFSET = r"(?P<offset>[+-](?:[01][0-9]|2[0-3])[0-5][0-9])"
_STATED = (
    rf"^(?P<day>[0-9]{{2}}/[A-Z][a-z]{{2}}/[0-9]{{4}}):(?P<clock>(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]) {_OFFSET}$"
)
_ONE = re.compile(f"{_DAY}:{_CLOCK}(?P<fraction>[.,][0-9]{{1,9}})?(?: {_OFFSET})?")


class Moment(NamedTuple):
    """Microseconds UTC, the width of the stated interval in us, and whether the text states its offset."""

    us: int
    precision_us: int
    stated: bool


class TimeColumns(NamedTuple):
    """What a column of time texts says; null where a text is no time. `basis` is `stated` or `zone_assumed`."""

    us: pa.Array
    precision_us: pa.Array
    basis: pa.Array


@lru_cache(maxsize=4096)
def day_us(text: str) -> int | None:
    """Microseconds UTC of midnight of `30/Mar/2026`; None when there is no such day."""
    day, month, year = text.split("/")
    try:
        return to_us(datetime(int(year), _MONTH_NUMBER[month], int(day), tzinfo=UTC))
    except (KeyError, ValueError):
        return None


def offset_us(text: str) -> int:
    """Microseconds east of Greenwich of `+0200`."""
    size = int(text[1:3]) * HOUR_US + int(text[3:5]) * MINUTE_US
    return -size if text[0] == "-" else size


def read_time(text: str, zone: tzinfo | None = None) -> Moment | None:
    """Read a time in CLF, with or without fraction and offset, or in ISO 8601; None when it is neither.

    A time without offset is taken in `zone` (None: UTC).
    """
    match = _ONE.fullmatch(text)
    if match is None:
        iso = parse_iso(text, zone)
        return None if iso is None else Moment(*iso)
    midnight = day_us(match["day"])
    if midnight is None:
        return None
    us = midnight + (int(match["hour"]) * 3600 + int(match["minute"]) * 60 + int(match["second"])) * SECOND_US
    precision = SECOND_US
    if fraction := match["fraction"]:
        us += int(fraction[1:7].ljust(6, "0"))
        precision = 10 ** max(0, 7 - len(fraction))
    if match["offset"] is not None:
        return Moment(us - offset_us(match["offset"]), precision, True)
    return Moment(us - _zone_offset_us(us, zone), precision, False)


def _zone_offset_us(local_us: int, zone: tzinfo | None) -> int:
    """The offset that `zone` had at a local time; 0 where no calendar can say."""
    from timeline.model.time import from_us

    local = from_us(local_us)
    if zone is None or local is None:
        return 0
    return local_us - to_us(local.replace(tzinfo=zone))


def read_times(texts: pa.Array, read: Callable[[str], Moment | None]) -> TimeColumns:
    """Read a column of texts: CLF with offset by vector arithmetic, others by `read`, once per distinct text."""
    parts = pc.extract_regex(texts, _STATED)
    if parts.null_count == len(parts):
        return _read_distinct(texts, read)
    us = _clf_us(parts)
    good = pc.is_valid(us)
    fast = TimeColumns(
        us,
        pc.if_else(good, pa.scalar(SECOND_US, pa.int64()), pa.scalar(None, pa.int64())),
        pc.if_else(good, pa.scalar("stated"), pa.scalar(None, pa.utf8())),
    )
    if parts.null_count == 0:
        return fast
    rest = pc.if_else(pc.is_valid(parts), pa.scalar(None, pa.utf8()), texts)
    slow = _read_distinct(rest, read)
    return TimeColumns(*(pc.coalesce(one, other) for one, other in zip(fast, slow, strict=True)))


def _clf_us(parts: pa.StructArray) -> pa.Array:
    days = pc.struct_field(parts, "day").dictionary_encode()
    offsets = pc.struct_field(parts, "offset").dictionary_encode()
    midnights = pa.array([day_us(text) for text in days.dictionary.to_pylist()], pa.int64())
    easts = pa.array([offset_us(text) for text in offsets.dictionary.to_pylist()], pa.int64())
    clock = pc.binary_join_element_wise("1970-01-01", pc.struct_field(parts, "clock"), " ")  # Arrow reads no bare clock
    days_and_zone = pc.subtract(midnights.take(days.indices), easts.take(offsets.indices))
    return pc.add(days_and_zone, clock.cast(pa.timestamp("us")).cast(pa.int64()))


def _read_distinct(texts: pa.Array, read: Callable[[str], Moment | None]) -> TimeColumns:
    coded = texts.dictionary_encode()
    moments = [read(text) for text in coded.dictionary.to_pylist()]
    us = pa.array([None if moment is None else moment.us for moment in moments], pa.int64())
    precision = pa.array([None if moment is None else moment.precision_us for moment in moments], pa.int64())
    basis = pa.array([None if m is None else "stated" if m.stated else "zone_assumed" for m in moments], pa.utf8())
    return TimeColumns(*(values.take(coded.indices) for values in (us, precision, basis)))
