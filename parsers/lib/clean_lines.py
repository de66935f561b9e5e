r"""Clean lines of the common and combined formats, a chunk at a time: found and read by their bytes, without splitting.

    192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /a?b=c HTTP/1.1" 200 512
    192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /a?b=c HTTP/1.1" 200 512 "-" "curl/8.5.0"
    www.example.com 192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET / HTTP/1.1" 200 512 "-" "-" "-"

A line is clean when it is ASCII without backslash and carriage return, has two, six or eight quotes in the places of its
format, a time with offset, a status of three digits and a size. What stands before the time is checked once for each
distinct text. Every other line is left to `parsers.lib.access_line`, which reads a clean line alike.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import action_and_resource, clients, outcome_of
from parsers.lib.access_line import PREFIXES
from parsers.lib.clf_time import day_us
from parsers.lib.columns import constant, event_batch, known
from parsers.lib.splitting import first_match
from timeline.model.parser import Chunk
from timeline.model.time import HOUR_US, MINUTE_US, SECOND_US

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]

_SHAPES: Final = (6, 2, 8)  # how many quotes a line has
_NEWLINE, _QUOTE, _SPACE, _OPEN, _CLOSE, _ZERO, _DASH, _PLUS = b'\n" []0-+'
_ODD: Final = b"\\\r"
_TIME_LENGTH: Final = 26
_SHORTEST_HEAD: Final = _TIME_LENGTH + 10  # `h - - [` before the time and `] ` behind it
_NO_DIGITS: Final = ~np.isin(np.arange(_TIME_LENGTH), [0, 1, 7, 8, 9, 10, 12, 13, 15, 16, 18, 19, 22, 23, 24, 25])
_FIXED: Final = ((2, ord("/")), (6, ord("/")), (11, ord(":")), (14, ord(":")), (17, ord(":")), (20, _SPACE))
_MOST_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class CleanLines:
    """Events of the clean lines of a chunk, in their order, and the places (from 0) of its lines that are not clean."""

    events: pa.RecordBatch
    others: Integers


@dataclass(frozen=True, slots=True)
class _Head:
    """The lines of one shape: row (place among the chunk's lines), first byte, end, and each of their quotes."""

    rows: Integers
    starts: Integers
    ends: Integers
    quotes: tuple[Integers, ...]

    def kept(self, good: Bools) -> "_Head":
        if good.all():
            return self
        return _Head(self.rows[good], self.starts[good], self.ends[good], tuple(q[good] for q in self.quotes))


def clean_lines(kind: str, chunk: Chunk) -> CleanLines | None:
    """Read the clean lines of a chunk of whole lines; None when there are none, or its lines are given by spans."""
    if chunk.spans is not None or b'"' not in chunk.data:
        return None
    text = np.frombuffer(chunk.data, np.uint8)
    starts, ends = _borders(text)
    quotes = np.flatnonzero(text == _QUOTE)
    first = np.searchsorted(quotes, starts)
    counts = np.diff(np.append(first, len(quotes)))
    counts[_odd_lines(chunk.data, text, starts)] = 0
    batches = []
    left = np.ones(len(starts), np.bool_)
    for count in _SHAPES:
        rows = np.flatnonzero(counts == count)
        if len(rows):
            places = tuple(quotes[first[rows] + n] for n in range(count))
            for lines, batch in _read(kind, chunk, text, _Head(rows, starts[rows], ends[rows], places)):
                left[lines.rows] = False
                batches.append(batch)
    return CleanLines(in_order(batches), np.flatnonzero(left)) if batches else None


def in_order(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    """Batches of different records of one chunk as one, by record."""
    if len(batches) == 1:
        return batches[0]
    table = pa.Table.from_batches(batches).unify_dictionaries().combine_chunks()
    table = table.take(pc.sort_indices(table.column("record"))).combine_chunks()
    return table.to_batches()[0] if table.num_rows else batches[0]


def _borders(text: Bytes) -> tuple[Integers, Integers]:
    """(first byte, end) of each line, without line ends."""
    newlines = np.flatnonzero(text == _NEWLINE)
    starts = np.concatenate([np.zeros(1, np.int64), newlines + 1])
    if len(starts) > 1 and starts[-1] == len(text):
        return starts[:-1], newlines
    return starts, np.append(newlines, len(text))


def _odd_lines(data: bytes, text: Bytes, starts: Integers) -> Integers:
    """Places of the lines that hold a byte which only the exact splitter understands."""
    places = [np.flatnonzero(text == char) for char in _ODD if data.find(char) >= 0]
    if not data.isascii():
        places.append(np.flatnonzero(text >= 0x80))
    if not places:
        return np.zeros(0, np.int64)
    return np.unique(np.searchsorted(starts, np.concatenate(places), side="right") - 1)


def _read(kind: str, chunk: Chunk, text: Bytes, lines: _Head) -> Iterator[tuple[_Head, pa.RecordBatch]]:
    """The lines that are clean to their last byte, and their events; nothing where there are none."""
    lines = lines.kept(lines.quotes[0] - lines.starts >= _SHORTEST_HEAD)
    lines = lines.kept(_in_place(text, lines))
    if not len(lines.rows):
        return
    us, good_time = _times(text, lines.quotes[0] - 28)
    size_ends = lines.ends if len(lines.quotes) == 2 else lines.quotes[2] - 1
    sizes, sized, good_size = _numbers(text, lines.quotes[1] + 6, size_ends)
    status, good_status = _statuses(text, lines.quotes[1] + 2)
    prefixes = _cut(chunk.data, lines.starts, lines.quotes[0] - 30).dictionary_encode()
    matched, heads = first_match(prefixes.dictionary, PREFIXES)
    good = good_time & good_size & good_status & _as_bools(matched)[prefixes.indices.to_numpy()]
    if not good.all():
        lines, us, status, sizes, sized = lines.kept(good), us[good], status[good], sizes[good], sized[good]
        prefixes = prefixes.filter(pa.array(good))
    if not len(lines.rows):
        return
    yield lines, _events(kind, chunk, lines, us, status, pa.array(sizes, mask=~sized), prefixes, heads)


def _in_place(text: Bytes, lines: _Head) -> Bools:
    """Lines whose quotes, brackets and spaces stand where their format has them."""
    quotes = lines.quotes
    begin, end = quotes[0], quotes[1]
    good: Bools = (text[begin - 1] == _SPACE) & (text[begin - 2] == _CLOSE)
    good &= (text[begin - 29] == _OPEN) & (text[begin - 30] == _SPACE)
    good &= end + 6 < lines.ends
    close = np.minimum(end + 6, len(text) - 1)
    good &= (text[close - 5] == _SPACE) & (text[close - 1] == _SPACE)
    if len(quotes) > 2:
        good &= (text[quotes[2] - 1] == _SPACE) & (quotes[2] - 1 > end + 6)
        for close, begin in zip(quotes[3:-1:2], quotes[4::2], strict=True):
            good &= (begin == close + 2) & (text[close + 1] == _SPACE)
        good &= quotes[-1] == lines.ends - 1
    return good


def _times(text: Bytes, begins: Integers) -> tuple[Integers, Bools]:
    """(microseconds UTC, which are times) of the 26 bytes from each of these places on."""
    every = np.lib.stride_tricks.sliding_window_view(text, _TIME_LENGTH)[begins]
    first = np.concatenate([np.ones(1, np.bool_), (every[1:] != every[:-1]).any(axis=1)])  # lines come many a second
    found = every[first]
    digits = found - np.uint8(_ZERO)
    good: Bools = ((digits <= 9) | _NO_DIGITS).all(axis=1)
    for place, char in _FIXED:
        good &= found[:, place] == char
    good &= (found[:, 21] == _PLUS) | (found[:, 21] == _DASH)
    hour, minute, second, east_hours, east_minutes = (_two(digits, place) for place in (12, 15, 18, 22, 24))
    good &= (hour < 24) & (minute < 60) & (second < 60) & (east_hours < 24) & (east_minutes < 60)
    midnight, is_day = _midnights(found)
    east = east_hours * HOUR_US + east_minutes * MINUTE_US
    us = midnight + hour * HOUR_US + minute * MINUTE_US + second * SECOND_US
    us -= np.where(found[:, 21] == _DASH, -east, east)
    lengths = np.diff(np.append(np.flatnonzero(first), len(every)))
    return np.repeat(us, lengths), np.repeat(good & is_day, lengths)


def _two(digits: Bytes, place: int) -> Integers:
    return digits[:, place].astype(np.int64) * 10 + digits[:, place + 1]


def _midnights(found: Bytes) -> tuple[Integers, Bools]:
    """(microseconds UTC of the day's beginning, which are days) of times whose first 11 bytes are the day."""
    days = np.ascontiguousarray(found[:, :11])
    changes = np.flatnonzero((days[1:] != days[:-1]).any(axis=1)) + 1
    begins = np.concatenate([np.zeros(1, np.int64), changes])
    values = [_day(days[place].tobytes()) for place in begins.tolist()]
    lengths = np.diff(np.append(begins, len(days)))
    midnights = np.array([0 if value is None else value for value in values], np.int64)
    return np.repeat(midnights, lengths), np.repeat(np.array([value is not None for value in values]), lengths)


def _day(text: bytes) -> int | None:
    parts = text.split(b"/")
    if len(parts) != 3 or not parts[0].isdigit() or not parts[2].isdigit():
        return None
    return day_us(text.decode("ascii"))


def _numbers(text: Bytes, begins: Integers, ends: Integers) -> tuple[Integers, Bools, Bools]:
    """(value, which have one, which are well formed) of texts that are digits, or `-` for none."""
    lengths = ends - begins
    none: Bools = (lengths == 1) & (text[np.minimum(begins, len(text) - 1)] == _DASH)
    good: Bools = (lengths > 0) & (lengths <= _MOST_DIGITS)
    values = np.zeros(len(begins), np.int64)
    for place in range(int(lengths[good].max()) if good.any() else 0):
        inside = place < lengths
        digit = text[np.maximum(ends - 1 - place, 0)] - np.uint8(_ZERO)
        good &= (digit <= 9) | ~inside | none
        values += np.where(inside, digit, 0) * np.int64(10**place)
    return values, ~none, good


def _statuses(text: Bytes, begins: Integers) -> tuple[Integers, Bools]:
    """(status, which are three digits) from each of these places on."""
    digits = [text[begins + n] - np.uint8(_ZERO) for n in range(3)]
    good = (digits[0] <= 9) & (digits[1] <= 9) & (digits[2] <= 9)
    return digits[0].astype(np.int64) * 100 + digits[1].astype(np.int64) * 10 + digits[2], good


def _cut(data: bytes, begins: Integers, ends: Integers) -> pa.Array:
    """The texts [begin, end) of the data, which are ASCII, stand in order and do not overlap."""
    borders = np.empty(2 * len(begins) + 1, np.int32)
    borders[0:-1:2] = begins
    borders[1::2] = ends
    borders[-1] = ends[-1] if len(ends) else 0
    texts = pa.Array.from_buffers(pa.utf8(), 2 * len(begins), [None, pa.py_buffer(borders), pa.py_buffer(data)])
    return texts.take(pa.array(np.arange(0, 2 * len(begins), 2)))


def _events(
    kind: str,
    chunk: Chunk,
    lines: _Head,
    us: Integers,
    status: Integers,
    sizes: pa.Array,
    prefixes: pa.DictionaryArray,
    heads: dict[str, pa.Array],
) -> pa.RecordBatch:
    count = len(lines.rows)
    requests = _cut(chunk.data, lines.quotes[0] + 1, lines.quotes[1]).dictionary_encode()
    action, resource = action_and_resource({"request": requests.dictionary}, len(requests.dictionary))
    agents = None
    if len(lines.quotes) > 2:
        agents = _per_text(_cut(chunk.data, lines.quotes[4] + 1, lines.quotes[5]).dictionary_encode(), known)
    stated, outcome = _status_columns(status)
    people = len(prefixes.dictionary)
    return event_batch(
        count,
        {
            "timestamp": pa.array(us),
            "timestamp_desc": constant("request", count),
            "timestamp_precision": pa.array(np.full(count, SECOND_US)),
            "timestamp_basis": constant("stated", count),
            "record": pa.array(lines.rows + chunk.first_record),
            "offset": pa.array(lines.starts + chunk.offset),
            "length": pa.array((lines.ends - lines.starts).astype(np.int32)),
            "kind": constant(kind, count),
            "action": _placed(action, requests.indices),
            "outcome": outcome,
            "actor": _placed(known(heads.get("user", pa.nulls(people, pa.utf8()))), prefixes.indices),
            "src_ip": _placed(clients(heads, people), prefixes.indices),
            **({} if agents is None else {"user_agent": agents}),
            "resource": _placed(resource, requests.indices),
            "bytes_out": sizes,
            "status": stated,
        },
    )


def _status_columns(status: Integers) -> tuple[pa.Array, pa.Array]:
    """(status, outcome) of each line; a status of 000 is none."""
    names = pa.array([None if number == 0 else outcome_of(number) for number in range(1000)], pa.utf8())
    numbers = np.unique(status)
    places = pa.array(np.searchsorted(numbers, status).astype(np.int32))
    return pa.array(status.astype(np.int32), mask=status == 0), _placed(names.take(pa.array(numbers)), places)


def _per_text(coded: pa.DictionaryArray, change: Callable[[pa.Array], pa.Array]) -> pa.DictionaryArray:
    return _placed(change(coded.dictionary), coded.indices)


def _placed(values: pa.Array, places: pa.Array) -> pa.DictionaryArray:
    """A column that has at each row the value at that place; equal values become one."""
    coded = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(coded.indices.take(places), coded.dictionary)


def _as_bools(mask: pa.Array) -> Bools:
    found: Bools = mask.to_numpy(zero_copy_only=False)
    return found
