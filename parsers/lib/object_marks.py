"""Telling JSON formats apart by what their first records hold: a cheap look for a mark first, then record by record."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from parsers.lib.json_reading import Record
from timeline.model.parser import NO, Sample, Sniff

_HEAD: Final = 1 << 14  # bytes that are searched for a mark: a file of another format costs some microseconds
_LOOKED_AT: Final = 20  # records
IsOwn = Callable[[Record], bool]


def sniff_objects(sample: Sample, marks: tuple[bytes, ...], is_own: IsOwn, reason: str, *, most: int = 97) -> Sniff:
    """How many of the first records are a format's own, where one of its marks is in the first bytes.

    `most` is the confidence where nearly all are. `reason` says what makes a record one's own.
    """
    data = sample.data
    if all(data.find(mark, 0, _HEAD) < 0 for mark in marks):
        return NO
    objects = first_objects(sample)
    good = sum(map(is_own, objects))
    if not good:
        return NO
    share = good / len(objects)
    confidence = most if share > 0.9 else most - 9 if share >= 0.5 else 40
    return Sniff(confidence, (f"{good} of the first {len(objects)} records {reason}",))


def first_objects(sample: Sample) -> list[Record]:
    """The first records of a sample that are JSON objects, also where its first line is damaged."""
    found = sample.objects
    if found or not any(line.startswith("{") for line in sample.lines):
        return found
    return [item for item in map(_object_in_line, sample.lines[:_LOOKED_AT]) if item is not None]


def _object_in_line(line: str) -> Record | None:
    if not line.startswith("{"):
        return None
    try:
        value: Any = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
