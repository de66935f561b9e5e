"""Lines read as columns where they are clean, and by the format's exact reader, one by one, where they are not.

A clean line is printable ASCII (and whatever else its format asks for). The exact reader must read a clean line alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.byte_values import Bytes
from parsers.lib.clean_lines import in_order
from parsers.lib.columns import Lines, chunk_lines
from parsers.lib.records import NO_TIME
from timeline.model.parser import Chunk, Decoded, Refusal

ReadClean = Callable[[Lines], tuple[pa.Array, pa.RecordBatch]]
"""Gives the places in `Lines` of the clean ones, ascending, and their events, one each."""

_FIRST, _LAST = 0x20, 0x7E
_TAB: Final = 9
_BLOCK: Final = 1 << 16  # bytes looked at together; what is made of them stays in the processor's cache


def decode_clean_first(chunk: Chunk, clean: ReadClean, exact: Callable[[Chunk], Decoded]) -> Decoded:
    """The events of a chunk of lines, in their order. Every line is accounted for; never raises if these two do not."""
    lines = chunk_lines(chunk)
    rows, events = clean(lines)
    if not len(rows):
        return exact(chunk)
    dates = events.column("timestamp")
    undated = events.column("record").filter(pc.is_null(dates)).to_pylist() if dates.null_count else []
    warnings = [(number, NO_TIME) for number in undated]
    if len(rows) == len(lines):
        return Decoded(events, len(lines), warnings=warnings)
    left = np.ones(len(lines), np.bool_)
    left[rows.to_numpy()] = False
    places = np.flatnonzero(left)
    others = exact(replace(chunk, spans=_spans(chunk, lines, places), first_record=1))
    numbers = places + chunk.first_record
    return Decoded(
        in_order([events, _numbered(others.events, numbers)]) if len(others.events) else events,
        len(lines),
        _refused(others.rejects, numbers),
        _refused(others.ignored, numbers),
        sorted([*warnings, *((int(numbers[number - 1]), text) for number, text in others.warnings)]),
    )


def _spans(chunk: Chunk, lines: Lines, places: np.ndarray) -> list[tuple[int, int]]:
    taken = pa.array(places)
    starts = pc.subtract(lines.offset.take(taken), chunk.offset)
    return list(zip(starts.to_pylist(), lines.length.take(taken).to_pylist(), strict=True))


def _numbered(events: pa.RecordBatch, numbers: np.ndarray) -> pa.RecordBatch:
    """Events whose records are counted from 1 with the numbers that they have in the source."""
    place = events.schema.get_field_index("record")
    records = pa.array(numbers).take(pc.subtract(events.column(place), 1)).cast(events.schema.field(place).type)
    return events.set_column(place, events.schema.field(place), records)


def _refused(refusals: Sequence[Refusal], numbers: np.ndarray) -> list[Refusal]:
    places = numbers.tolist()
    return [Refusal(places[found.record - 1], found.offset, found.length, found.reason) for found in refusals]


def printable(lines: Lines, *, with_tabs: bool = False) -> pa.Array | None:
    """Which lines are printable ASCII; None where all are."""
    texts = lines.texts.view(pa.binary())
    _, borders, data = texts.buffers()
    if not len(lines) or data is None:
        return None
    ends = np.frombuffer(borders, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
    if all(_is_printable(letters[at : at + _BLOCK], with_tabs=with_tabs) for at in range(0, len(letters), _BLOCK)):
        return None
    return pc.match_substring_regex(texts, r"^[\t -~]*$" if with_tabs else "^[ -~]*$")


def _is_printable(letters: Bytes, *, with_tabs: bool) -> bool:
    odd = np.count_nonzero(letters - np.uint8(_FIRST) > _LAST - _FIRST)
    return not odd or (with_tabs and odd == np.count_nonzero(letters == _TAB))
