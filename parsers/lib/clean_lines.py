r"""Clean lines of the common and combined formats, a chunk at a time: found and read by their bytes, without splitting.

    192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /a?b=c HTTP/1.1" 200 512
    192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /a?b=c HTTP/1.1" 200 512 "-" "curl/8.5.0"
    192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /a?b=c HTTP/1.1" 200 512 "-" "curl/8.5.0" 0.004 "-"
    www.example.com 192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET / HTTP/1.1" 200 512 "-" "-" "-"

A line is clean when it is UTF-8 without escaped quote, has its quotes in the places of its format, a time with offset, a
status of three digits and a size. What stands before the time is checked once for each distinct text. Every other line
is left to `parsers.lib.access_line`, which reads a clean line alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import outcome_of
from parsers.lib.byte_values import (
    STATUS_BYTES,
    TIME_BYTES,
    Bools,
    Bytes,
    Integers,
    clf_times,
    statuses,
    whole_numbers,
    words_of,
)
from parsers.lib.clean_texts import coded_column, cut, read_heads, read_requests, read_texts
from parsers.lib.columns import Lines, constant, event_batch
from timeline.model.parser import Chunk
from timeline.model.time import SECOND_US

_SHAPES: Final = (6, 2, 8, 10, 12)  # how many quotes a line has
_NEWLINE, _RETURN, _QUOTE, _SPACE, _BACKSLASH = b'\n\r" \\'
_BLOCK: Final = 1 << 18  # bytes looked at together; what is made of them stays in the processor's cache
_DENSEST: Final = 4  # bytes for each quote or line end that a log has at least; what has fewer is not worth the memory
_SHORTEST_HEAD: Final = TIME_BYTES + len("h - -")
_OUTCOMES: Final = ("success", "denied", "failure", None)
_OUTCOME_OF: Final = np.array([_OUTCOMES.index(outcome_of(n) if n else None) for n in range(1000)], np.int32)


@dataclass(frozen=True, slots=True)
class CleanLines:
    """Events of the clean lines of a chunk, in their order, and its lines that are not clean."""

    events: pa.RecordBatch
    others: Lines


@dataclass(frozen=True, slots=True)
class _Borders:
    """Each line of a chunk: first byte and end (without line end), and its quotes: so many of `marks` from `first` on."""

    starts: Integers
    ends: Integers
    marks: Integers
    first: Integers
    counts: Integers


@dataclass(frozen=True, slots=True)
class _Shaped:
    """The lines of one shape: row (place among the chunk's lines), first byte, end, and each of their quotes."""

    rows: Integers
    starts: Integers
    ends: Integers
    quotes: tuple[Integers, ...]

    def kept(self, good: Bools) -> "_Shaped":
        if good.all():
            return self
        return _Shaped(self.rows[good], self.starts[good], self.ends[good], tuple(q[good] for q in self.quotes))


def clean_lines(kind: str, chunk: Chunk) -> CleanLines | None:
    """Read the clean lines of a chunk of whole lines.

    None when there are none, when its lines are given by spans, or when it is little but quotes and line ends.
    """
    if chunk.spans is not None or b'"' not in chunk.data:
        return None
    text = np.frombuffer(chunk.data, np.uint8)
    marks = _marks(text)
    if marks is None:
        return None
    lines = _borders(chunk.data, text, marks)
    odd, plain = _odd_lines(chunk.data, text, lines)
    lines.counts[odd] = 0
    batches = []
    left = np.ones(len(lines.starts), np.bool_)
    for count in _SHAPES:
        rows = np.flatnonzero(lines.counts == count)
        if len(rows):
            quotes = tuple(lines.marks[lines.first[rows] + n] for n in range(count))
            for shaped, batch in _read(kind, chunk, text, _Shaped(rows, lines.starts[rows], lines.ends[rows], quotes)):
                left[shaped.rows] = False
                batches.append(batch)
    if not batches:
        return None
    return CleanLines(in_order(batches), _lines(chunk, lines, np.flatnonzero(left), plain=plain))


def in_order(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    """Batches of different records of one chunk as one, by record."""
    if len(batches) == 1:
        return batches[0]
    table = pa.Table.from_batches(batches).unify_dictionaries().combine_chunks()
    table = table.take(pc.sort_indices(table.column("record"))).combine_chunks()
    return table.to_batches()[0] if table.num_rows else batches[0]


def _borders(data: bytes, text: Bytes, marks: Integers) -> _Borders:
    newlines = np.flatnonzero(text[marks] == _NEWLINE)
    ends, stops = marks[newlines], newlines
    if text[-1] != _NEWLINE:
        ends, stops = np.append(ends, len(text)), np.append(stops, len(marks))
    starts, first = np.zeros(len(ends), np.int64), np.zeros(len(ends), np.int64)
    starts[1:], first[1:] = ends[:-1] + 1, stops[:-1] + 1
    if _RETURN in data:
        ends = ends - ((ends > starts) & (text[ends - 1] == _RETURN))
    return _Borders(starts, ends, marks, first, stops - first)


def _marks(text: Bytes) -> Integers | None:
    """Places of all line ends and quotes; None when there are too many."""
    left = max(len(text) // _DENSEST, _BLOCK)
    size = min(_BLOCK, len(text))
    either, quote = np.empty(size, np.bool_), np.empty(size, np.bool_)
    found = []
    for begin in range(0, len(text), _BLOCK):
        block = text[begin : begin + _BLOCK]
        mine = np.equal(block, _NEWLINE, out=either[: len(block)])
        mine |= np.equal(block, _QUOTE, out=quote[: len(block)])
        found.append(np.flatnonzero(mine) + begin)
        left -= len(found[-1])
        if left < 0:
            return None
    return np.concatenate(found)


def _odd_lines(data: bytes, text: Bytes, lines: _Borders) -> tuple[Integers, bool]:
    """Places of the lines that hold bytes which only the exact splitter understands; whether all is ASCII, no quote escaped."""
    places = [np.zeros(0, np.int64)]
    if _BACKSLASH in data:
        escapes = np.flatnonzero(text == _BACKSLASH)
        places.append(escapes[text[np.minimum(escapes + 1, len(text) - 1)] == _QUOTE])
    plain = data.isascii() and not any(map(len, places))
    if not data.isascii() and not _is_utf8(data):
        places.append(np.flatnonzero(text >= 0x80))
    rows = np.searchsorted(lines.starts, np.concatenate(places), side="right") - 1
    return np.unique(rows), plain


def _is_utf8(data: bytes) -> bool:
    borders = pa.array([0, len(data)], pa.int32()).buffers()[1]
    try:  # as Arrow does it nothing is copied
        pa.Array.from_buffers(pa.utf8(), 1, [None, borders, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _lines(chunk: Chunk, lines: _Borders, rows: Integers, *, plain: bool) -> Lines:
    starts, ends = lines.starts[rows], lines.ends[rows]
    lengths = pa.array((ends - starts).astype(np.int32))
    texts = cut(chunk.data, starts, ends)
    return Lines(texts, pa.array(rows + chunk.first_record), pa.array(starts + chunk.offset), lengths, plain)


def _read(kind: str, chunk: Chunk, text: Bytes, lines: _Shaped) -> Iterator[tuple[_Shaped, pa.RecordBatch]]:
    """The lines that are clean to their last byte, and their events; nothing where there are none."""
    lines = lines.kept(lines.quotes[0] - lines.starts >= _SHORTEST_HEAD)
    lines = lines.kept(_in_place(text, lines))
    if not len(lines.rows):
        return
    words = words_of(chunk.data)
    us, good = clf_times(chunk.data, lines.quotes[0] - TIME_BYTES)
    status, stated = statuses(words, lines.quotes[1])
    size_ends = lines.ends if len(lines.quotes) == 2 else lines.quotes[2] - 1
    sizes, sized, numbers = whole_numbers(words, lines.quotes[1] + STATUS_BYTES, size_ends)
    good &= stated & numbers
    if not good.all():
        lines, us, status, sizes, sized = lines.kept(good), us[good], status[good], sizes[good], sized[good]
    heads = read_heads(chunk.data, words, lines.starts, lines.quotes[0] - TIME_BYTES)
    if not heads.good.all():
        good = heads.good
        lines, us, status, sizes, sized = lines.kept(good), us[good], status[good], sizes[good], sized[good]
    if not len(lines.rows):
        return
    columns = {
        "timestamp": pa.array(us),
        "actor": heads.actor,
        "src_ip": heads.src_ip,
        "bytes_out": pa.array(sizes) if sized.all() else pa.array(sizes, mask=~sized),
        "status": pa.array(status.astype(np.int32), mask=status == 0),
        "outcome": coded_column(_OUTCOME_OF[status], pa.array(_OUTCOMES, pa.utf8()), distinct=True),
    }
    yield lines, _events(kind, chunk, text, lines, columns)


def _in_place(text: Bytes, lines: _Shaped) -> Bools:
    """Lines whose quotes stand where their format has them; what is between the first two and the third is not looked at."""
    quotes = lines.quotes
    size = quotes[1] + STATUS_BYTES
    good: Bools = size < lines.ends
    if len(quotes) == 2:
        return good
    good &= (text[quotes[2] - 1] == _SPACE) & (quotes[2] - 1 > size) & (quotes[4] == quotes[3] + 2)
    last = np.minimum(quotes[-1] + 1, len(text) - 1)
    good &= (quotes[-1] + 1 == lines.ends) | (text[last] == _SPACE)
    for close, begin in zip(quotes[3:-1:2], quotes[4::2], strict=True):
        good &= (text[close + 1] == _SPACE) & (text[begin - 1] == _SPACE)
    return good


def _events(kind: str, chunk: Chunk, text: Bytes, lines: _Shaped, columns: dict[str, pa.Array]) -> pa.RecordBatch:
    count = len(lines.rows)
    action, resource = read_requests(chunk.data, text, words_of(chunk.data), *lines.quotes[:2])
    if len(lines.quotes) > 2:
        columns["user_agent"] = read_texts(chunk.data, lines.quotes[4] + 1, lines.quotes[5])
    return event_batch(
        count,
        {
            **columns,
            "timestamp_desc": constant("request", count),
            "timestamp_precision": pa.array(np.full(count, SECOND_US)),
            "timestamp_basis": constant("stated", count),
            "record": pa.array(lines.rows + chunk.first_record),
            "offset": pa.array(lines.starts + chunk.offset),
            "length": pa.array((lines.ends - lines.starts).astype(np.int32)),
            "kind": constant(kind, count),
            "action": action,
            "resource": resource,
        },
    )
