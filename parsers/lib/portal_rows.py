"""Rows of exports that portals make of JSON logs: their columns become the members that the log's own reader looks for.

Portals flatten a log by dots (`outcome.result`) or name its members for people (`IP address`, `TimeGenerated [UTC]`), so
a format gives the names that differ, squeezed: in lower case, of letters, digits and dots only.
"""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, Final

from parsers.lib.csv_records import csv_header
from parsers.lib.json_reading import Record
from parsers.lib.times import Stamp, Times
from timeline.model.parser import NO, Sample, Sniff

_SIGNS: Final = re.compile(r"[^\w.]|_")
_UTC_MARK: Final = re.compile(r"[\[(]UTC[\])]$", re.IGNORECASE)
_LONGEST_HEADER: Final = 16_384
_UTC: Final = Times()
_WRITTEN: Final = (
    "%m/%d/%Y, %I:%M:%S.%f %p", "%m/%d/%Y, %I:%M:%S %p", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y, %H:%M:%S", "%m/%d/%Y %H:%M:%S",
    "%a %b %d %Y %H:%M:%S GMT%z", "%b %d, %Y, %I:%M:%S %p", "%b %d, %Y %I:%M:%S %p",
)  # fmt: skip


@lru_cache(maxsize=4096)
def squeezed(column: str) -> str:
    """A column's name without case, blanks and signs, and without `[UTC]` behind it."""
    return _SIGNS.sub("", _UTC_MARK.sub("", column.strip()).lower())


def nested(row: Record, names: Mapping[str, str]) -> Record:
    """The row as a nested record. `names`: squeezed column -> dotted name of the member; other columns keep their own.

    Empty cells are no members. Of two columns for one member the first that says something counts.
    """
    found: Record = {}
    for column, value in row.items():
        if value in ("", "-", None):
            continue
        holder = found
        *outer, last = _path(column, names.get(squeezed(column), column))
        for name in outer:
            inside = holder.setdefault(name, {})
            holder = inside if isinstance(inside, dict) else {}
        holder.setdefault(last, value)
    return found


@lru_cache(maxsize=4096)
def _path(column: str, name: str) -> tuple[str, ...]:
    parts = tuple(name.split("."))
    return parts if all(parts) and len(parts) <= 12 else (column,)


def utc_time(value: object) -> Stamp | None:
    """A time of a portal's export: ISO, as written in the United States, or as a browser writes it; UTC without a zone."""
    if not isinstance(value, str):
        return None
    stamp = _UTC.iso(value)  # most are
    if stamp is None:
        plain = value.partition(" (")[0].strip().replace("\u202f", " ")
        stamp = _UTC.iso(plain) or _UTC.written(plain, *_WRITTEN)
    return stamp and Stamp(stamp.us, stamp.precision_us, "stated")


def sniff_header(
    sample: Sample, mark: bytes, *needed: Collection[str], also: Collection[str] = (), reason: str = "the header"
) -> Sniff:
    """By a header with one of each of the `needed` squeezed names; surer with two of `also`. `mark` is in every header."""
    if mark not in sample.data[:_LONGEST_HEADER]:
        return NO
    first = sample.lines[0] if sample.lines else ""
    if len(first) > _LONGEST_HEADER or first[:1] in {"", "{", "["}:
        return NO
    names = {squeezed(name) for name in csv_header(first.encode("utf-8", "replace")).names}
    if not all(names.intersection(choice) for choice in needed):
        return NO
    marks = names.intersection(also)
    shown = ", ".join(sorted(marks)[:4])
    return Sniff(96 if len(marks) > 1 else 85, (f"{reason} names {shown}" if shown else f"{reason} names its columns",))


def values_of(row: Mapping[str, Any], prefix: str, stop: int) -> list[Record]:
    """Numbered columns as a list: `Target1DisplayName`, `Target2DisplayName` with the prefix `Target`, up to `stop`."""
    found = []
    for number in range(1, stop + 1):
        start = f"{prefix}{number}"
        item = {name.removeprefix(start): value for name, value in row.items() if name.startswith(start) and value}
        if item:
            found.append(item)
    return found
