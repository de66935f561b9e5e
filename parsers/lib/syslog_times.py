"""Heads of syslog lines as columns: time, host and program, with the classic time without a year or rsyslog's time.

Mar 30 22:36:48 bastion sshd[4411]
2026-03-30T22:36:48.123456+02:00 bastion sshd[4411]
"""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.clf_time import TimeColumns
from parsers.lib.columns import per_distinct
from parsers.lib.times import Stamp, Times
from timeline.model.time import SECOND_US

CLASSIC: Final = "[A-Z][a-z]{2} (?: [1-9]|[0-3][0-9]) (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
MODERN: Final = (
    "20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"\.[0-9]{6}[+-](?:0[0-9]|1[0-2]):(?:00|30|45)"
)
LONGEST_HEAD: Final = 64  # bytes; a longer one may have a host, a program or a process id that is longer than allowed
_CLASSIC_BYTES: Final = len("Mar 30 22:36:48")
_MINUTE: Final = len("Mar 30 22:36")
_MODERN_BYTES: Final = len("2026-03-30T22:36:48.123456+02:00")
_MODERN_MINUTE: Final = len("2026-03-30T22:36")
_LAST_SECOND: Final = 59
_NO_NUMBER: Final = pa.scalar(None, pa.int64())


def read_head_times(heads: pa.Array, times: Times) -> tuple[TimeColumns, pa.Array, pa.Array]:
    """(time, host, program) of heads of up to LONGEST_HEAD bytes whose time is CLASSIC or MODERN."""
    modern = pc.match_substring_regex(heads, "^[0-9]")
    if not modern.true_count:
        return _of(heads, _classic(heads, times), _CLASSIC_BYTES)
    if modern.true_count == len(heads):
        return _of(heads, _modern(heads, times), _MODERN_BYTES)
    order = pc.sort_indices(pa.concat_arrays([pc.indices_nonzero(pc.invert(modern)), pc.indices_nonzero(modern)]))
    old, new = heads.filter(pc.invert(modern)), heads.filter(modern)
    first, second = _of(old, _classic(old, times), _CLASSIC_BYTES), _of(new, _modern(new, times), _MODERN_BYTES)
    time = TimeColumns(
        *(pa.concat_arrays([one, two]).take(order) for one, two in zip(first[0], second[0], strict=True))
    )
    return time, *(pa.concat_arrays([one, two]).take(order) for one, two in zip(first[1:], second[1:], strict=True))


def _of(heads: pa.Array, time: TimeColumns, size: int) -> tuple[TimeColumns, pa.Array, pa.Array]:
    words = pc.split_pattern(_sliced(heads, size + 1, LONGEST_HEAD), " ")
    program = pc.list_element(pc.split_pattern(pc.list_element(words, 1), "[", max_splits=1), 0)
    return time, pc.list_element(words, 0), program


def _classic(heads: pa.Array, times: Times) -> TimeColumns:
    """Times without a year. A minute of which the first and the last second are so far apart is read at once."""
    minutes = _sliced(heads, 0, _MINUTE).dictionary_encode()
    begins = [_begin(text, times) for text in minutes.dictionary.to_pylist()]
    us = pa.array([None if stamp is None else stamp.us for stamp in begins], pa.int64()).take(minutes.indices)
    seconds = _sliced(heads, _MINUTE + 1, _CLASSIC_BYTES).cast(pa.int64())
    found = _same_basis(pc.add(us, pc.multiply(seconds, SECOND_US)), SECOND_US, "year_inferred")
    if not found.us.null_count:
        return found
    left = pc.if_else(pc.is_valid(found.us), pa.scalar(None, pa.utf8()), _sliced(heads, 0, _CLASSIC_BYTES))
    singly = per_distinct(left, lambda text: None if text is None else _us(times.yearless(text)), pa.int64())
    return _same_basis(pc.coalesce(found.us, singly), SECOND_US, "year_inferred")


def _begin(minute: str, times: Times) -> Stamp | None:
    """The time of a minute's first second; None where its last one is not of the same minute of the same year."""
    first, last = times.yearless(f"{minute}:00"), times.yearless(f"{minute}:{_LAST_SECOND}")
    return first if first is not None and last is not None and last.us - first.us == _LAST_SECOND * SECOND_US else None


def _modern(heads: pa.Array, times: Times) -> TimeColumns:
    """Times of rsyslog. Minutes are read once each, with their offset."""
    minute, offset = _sliced(heads, 0, _MODERN_MINUTE), _sliced(heads, _MODERN_BYTES - len("+02:00"), _MODERN_BYTES)
    begins = pc.binary_join_element_wise(minute, offset, ":00")
    us = per_distinct(begins, lambda text: _us(times.iso(text)), pa.int64())
    seconds = _sliced(heads, _MODERN_MINUTE + 1, _MODERN_MINUTE + 3).cast(pa.int64())
    fraction = _sliced(heads, _MODERN_MINUTE + 4, _MODERN_MINUTE + 10).cast(pa.int64())
    return _same_basis(pc.add(us, pc.add(pc.multiply(seconds, SECOND_US), fraction)), 1, "stated")


def _us(stamp: Stamp | None) -> int | None:
    return None if stamp is None else stamp.us


def _same_basis(us: pa.Array, precision_us: int, basis: str) -> TimeColumns:
    good = pc.is_valid(us)
    return TimeColumns(
        us,
        pc.if_else(good, pa.scalar(precision_us, pa.int64()), _NO_NUMBER),
        pc.if_else(good, basis, pa.scalar(None, pa.utf8())),
    )


def _sliced(texts: pa.Array, start: int, stop: int) -> pa.Array:
    return pc.binary_slice(texts.view(pa.binary()), start, stop).view(pa.utf8())
