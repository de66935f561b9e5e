"""Telling JSON formats apart by what their first records hold: a cheap look for a mark first, then record by record."""

import json
from collections.abc import Callable
from typing import Any, Final

import msgspec

from parsers.lib.json_reading import Record
from timeline.model.parser import NO, Sample, Sniff

_HEAD: Final = 1 << 14  # bytes that are searched for a mark: a file of another format costs some microseconds
_LOOKED_AT: Final = 20  # records
_DECODER: Final = json.JSONDecoder()
IsOwn = Callable[[Record], bool]


def sniff_objects(
    sample: Sample, marks: tuple[bytes, ...], is_own: IsOwn, reason: str, *, most: int = 97, inside: str | None = None
) -> Sniff:
    """How many of the first records are a format's own, where one of its marks is in the first bytes.

    `most` is the confidence where nearly all are. `reason` says what makes a record one's own. `inside` names the list in
    which an API's answer has the records, to be looked into where the answer is one line longer than the sample.
    """
    data = sample.data
    if all(data.find(mark, 0, _HEAD) < 0 for mark in marks):
        return NO
    objects = first_objects(sample)
    if not objects and inside is not None and not sample.whole:
        objects = _objects_in_list(data, inside)
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


def _objects_in_list(data: bytes, name: str) -> list[Record]:
    """The first objects of the list at a name of a document that is cut off."""
    text = data.decode("utf-8", "replace")
    key = text.find(f'"{name}"', 0, _HEAD)
    position = text.find("[", key) + 1 if key >= 0 else 0
    found: list[Record] = []
    while position and len(found) < _LOOKED_AT:
        while text[position : position + 1] in {" ", ",", "\t", "\r", "\n"}:
            position += 1
        try:
            value, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):  # the end of the list, or of the sample
            break
        if isinstance(value, dict):
            found.append(value)
    return found


def _object_in_line(line: str) -> Record | None:
    if not line.startswith("{"):
        return None
    try:
        value: Any = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
