"""Times as the screens show them: the zones to switch between, times of day, days, and times that people type."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final

from timeline.model.errors import UsageError
from timeline.model.event import Event
from timeline.model.time import (
    DAY_US,
    HOUR_US,
    MINUTE_US,
    SECOND_US,
    from_us,
    show_span,
    zone_named,
)

_NAMES_OF_UTC: Final = frozenset({"UTC", "UCT", "GMT", "ZULU", "Z", "UNIVERSAL", "GREENWICH"})
UNDATED: Final = "undated"
_TIME_OF_DAY = re.compile(r"\d{2}:\d\d(:\d\d)?")


@dataclass(frozen=True, slots=True)
class DisplayZone:
    """A zone to show times in; `name` is what people call it."""

    name: str
    zone: tzinfo


DISPLAY_UTC: Final = DisplayZone("UTC", UTC)


def display_zones(case_zone: str) -> tuple[DisplayZone, ...]:
    """UTC, the case's zone and this machine's zone, without repetitions; a zone that is not known is left out."""
    zones = [DISPLAY_UTC]
    for name in (case_zone, local_zone_name()):
        if not name or name.removeprefix("Etc/").upper() in _NAMES_OF_UTC or name in {zone.name for zone in zones}:
            continue
        try:
            zones.append(DisplayZone(name, zone_named(name)))
        except ValueError:
            continue
    return tuple(zones)


def local_zone_name() -> str | None:
    """The IANA name of this machine's zone, from TZ or /etc/localtime; None when neither tells."""
    stated = os.environ.get("TZ", "").lstrip(":")
    if stated:
        return stated
    try:
        target = Path("/etc/localtime").resolve()
    except OSError:
        return None
    _, marker, name = str(target).partition("zoneinfo/")
    return name if marker else None


def offset_name(display: DisplayZone, us: int | None) -> str:
    """`UTC` or the offset in force at `us`: `+02:00`."""
    moment = None if us is None else from_us(us, display.zone)
    if display.zone is UTC or moment is None:
        return display.name
    text = moment.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def day_name(us: int | None, zone: tzinfo) -> str:
    """`Mon 30 March 2026`; `undated`; the raw number when no calendar can show it."""
    if us is None:
        return UNDATED
    moment = from_us(us, zone)
    return f"{us} us" if moment is None else f"{moment:%a} {moment.day} {moment:%B} {moment.year}"


def time_of_day(event: Event, zone: tzinfo) -> str:
    """`22:36:48`, finer or coarser only as the record is; `~` where the time rests on an assumption."""
    if event.timestamp is None:
        return UNDATED
    moment = from_us(event.timestamp, zone)
    if moment is None:
        return "off calendar"
    mark = "" if event.timestamp_basis in {None, "stated"} else "~"
    return _to_precision(moment, event.timestamp_precision or SECOND_US) + mark


def since_text(us: int | None, reference_us: int | None) -> str:
    """How long after (`+41 min 12 s`) or before (`-3 s`) another moment; `-` where one of them is not known."""
    if us is None or reference_us is None:
        return UNDATED if us is None else "-"
    sign = "-" if us < reference_us else "+"
    return f"{sign}{show_span(abs(us - reference_us)) or '0 s'}"


def _to_precision(moment: datetime, precision_us: int) -> str:
    if precision_us >= DAY_US:
        return "day only"
    if precision_us >= HOUR_US:
        return f"{moment:%H}h"
    if precision_us >= MINUTE_US:
        return f"{moment:%H:%M}"
    if precision_us >= SECOND_US:
        return f"{moment:%H:%M:%S}"
    digits = 3 if precision_us >= 1000 else 6
    return f"{moment:%H:%M:%S}.{moment.microsecond:06d}"[: 9 + digits]


def moment_text(us: int | None, display: DisplayZone, precision_us: int | None) -> str:
    """The whole moment in a zone, with its offset; `undated`; the raw number when no calendar can show it."""
    if us is None:
        return UNDATED
    moment = from_us(us, display.zone)
    if moment is None:
        return f"{us} us"
    precision = precision_us or SECOND_US
    offset = "UTC" if display.zone is UTC else f"{moment:%z} {display.name}"
    if precision >= DAY_US:
        return f"{moment:%Y-%m-%d} {offset}"
    return f"{moment:%Y-%m-%d} {_to_precision(moment, precision)} {offset}"


def typed_moment(text: str, display: DisplayZone, near_us: int | None) -> int:
    """What a person means by a time: as in queries, or a time of day on the day of the event under the cursor.

    Without offset it is in the shown zone; `-2h` counts from the event, never from the clock on the wall. Microseconds
    UTC. UsageError when it cannot be understood.
    """
    from timeline.query.times import read_time

    near = from_us(near_us, display.zone) if near_us is not None else None
    if near is not None and _TIME_OF_DAY.fullmatch(text.strip()):
        text = f"{near:%Y-%m-%d} {text.strip()}"
    try:
        return read_time(text, now_us=near_us or 0, zone=display.zone).start_us
    except ValueError as problem:
        raise UsageError(str(problem), hint=getattr(problem, "expected", None)) from problem


def day_bounds(us: int, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """Midnight before and after a moment, in `zone`; None when no calendar can show it."""
    moment = from_us(us, zone)
    if moment is None:
        return None
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return start, start + timedelta(days=1)
