"""Records that are several lines in a row: a format says which lines belong together, the rest is as for other records."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from parsers.lib.records import Load, RecordFormat, decode_records
from timeline.model.parser import Chunk, Decoded

Group = Callable[[Iterator[tuple[int, bytes]]], Iterator[tuple[int, int]]]
"""From (start, line) of each line, without its line end, to (start, end) of each record. Every line is in one of them."""


def decode_groups(chunk: Chunk, form: RecordFormat, load: Load, group: Group) -> Decoded:
    """The events of a chunk that is a whole source. Every line is accounted for; never raises."""
    spans = [(start, end - start) for start, end in group(lines_of(chunk.data))]
    return decode_records(replace(chunk, spans=spans), form, load)


def lines_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Where each line begins, and the line without its line end."""
    start, size = 0, len(data)
    while start < size:
        end = data.find(b"\n", start)
        end = size if end < 0 else end
        yield start, data[start : end - 1 if end > start and data[end - 1 : end] == b"\r" else end]
        start = end + 1
