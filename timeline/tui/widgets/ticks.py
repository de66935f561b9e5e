"""The time scale over a histogram: which moments get a label, and the line with the labels. Pure: no widget."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from typing import Final

from timeline.model.time import DAY_US, HOUR_US, MINUTE_US, SECOND_US, from_us, to_us

_LEAST_GAP: Final = 10  # cells from one label to the next
_SMALL_STEPS: Final = tuple(SECOND_US * n for n in (1, 5, 15, 30)) + tuple(
    MINUTE_US * n for n in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
)
_DAY_STEPS: Final = (1, 2, 7, 14)
_MONTH_STEPS: Final = (1, 3, 6, 12, 24, 60, 120, 600, 1200)


def ticks(start_us: int, width_us: int, bins: int, zone: tzinfo) -> list[tuple[int, str]]:
    """(bin, label) of the round moments in `bins` bins of `width_us` from `start_us` on, far enough apart to read."""
    end_us = start_us + width_us * bins
    first, last = from_us(start_us, zone), from_us(end_us, zone)
    if first is None or last is None or bins <= 0 or width_us <= 0:
        return []
    gap_us = width_us * _LEAST_GAP
    found: list[tuple[int, str]] = []
    with suppress(OverflowError):  # the calendar ends before the last step does
        for moment, label in _moments(first, last, gap_us):
            place = (to_us(moment) - start_us) // width_us
            if 0 <= place < bins:
                found.append((place, label))
    return found


def _moments(first: datetime, last: datetime, gap_us: int) -> Iterator[tuple[datetime, str]]:
    for step in _SMALL_STEPS:
        if step >= gap_us:
            yield from _within_days(first, last, step)
            return
    for days in _DAY_STEPS:
        if days * DAY_US >= gap_us:
            yield from _days(first, last, days)
            return
    months = next((months for months in _MONTH_STEPS if months * 30 * DAY_US >= gap_us), _MONTH_STEPS[-1])
    yield from _months(first, last, months)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def _within_days(first: datetime, last: datetime, step: int) -> Iterator[tuple[datetime, str]]:
    """Multiples of `step` after each midnight of the zone, so that a change of clocks does not shift them for long."""
    day = _midnight(first)
    spec = "%H:%M:%S" if step < MINUTE_US else "%H:%M"
    while day <= last:
        seen_us = (first.replace(tzinfo=None) - day.replace(tzinfo=None)) // timedelta(microseconds=1)
        for place in range(max(0, seen_us // step * step), DAY_US, step):
            moment = day + timedelta(microseconds=place)
            if moment > last:
                break
            if first <= moment:
                yield moment, f"{day.day} {day:%b}" if place == 0 and step >= HOUR_US else f"{moment:{spec}}"
        day += timedelta(days=1)


def _days(first: datetime, last: datetime, days: int) -> Iterator[tuple[datetime, str]]:
    day = _midnight(first) - timedelta(days=first.toordinal() % days)
    month = 0
    while day <= last:
        if day >= first:
            yield day, f"{day.day} {day:%b}" if day.month != month else str(day.day)
            month = day.month
        day += timedelta(days=days)


def _months(first: datetime, last: datetime, months: int) -> Iterator[tuple[datetime, str]]:
    number = (first.year * 12 + first.month - 1) // months * months
    while number // 12 <= min(last.year, 9998):
        moment = _midnight(first).replace(year=max(1, number // 12), month=number % 12 + 1, day=1)
        if first <= moment <= last:
            yield moment, f"{moment:%b} {moment.year}" if months < 12 else str(moment.year)
        number += months


def scale_line(labels: list[tuple[int, str]], width: int) -> str:
    """The labels in a line of `width` cells, each after a mark at its bin; one that would touch another is left out."""
    line = [" "] * width
    free = 0
    for place, label in labels:
        end = place + len(label) + 1
        if place < free or end > width:
            continue
        line[place:end] = f"╷{label}"
        free = end + 1
    return "".join(line)
