"""Columns of text records: the lines of a chunk as one Arrow array, values per distinct text, event batches."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from timeline.model.event import EVENT_SCHEMA, TEXT
from timeline.model.parser import Chunk, Refusal

_NOTHING = pa.array(["-", "", '""'], pa.utf8())  # Apache writes an empty user as two quotes
_NO_TEXT = pa.scalar(None, pa.utf8())


@dataclass(frozen=True, slots=True)
class Lines:
    """The records of a chunk. `texts` is typed utf8 unchecked: `parsers.lib.splitting` lets nothing else through.

    `record` (int64), `offset` (int64, in the stream) and `length` (int32, without line end) run in parallel. `plain`
    says that all of it is ASCII without an escaped quote.
    """

    texts: pa.Array
    record: pa.Array
    offset: pa.Array
    length: pa.Array
    plain: bool

    def __len__(self) -> int:
        return len(self.texts)

    def raw(self, row: int) -> bytes:
        """The bytes of one record."""
        return bytes(self.texts[row].as_buffer())

    def refusal(self, row: int, reason: str) -> Refusal:
        """That this record gave no event."""
        return Refusal(self.record[row].as_py(), self.offset[row].as_py(), self.length[row].as_py(), reason)


def chunk_lines(chunk: Chunk) -> Lines:
    """The records of a chunk, as `Chunk.records` gives them."""
    if chunk.spans is not None:
        found = list(chunk.records())
        texts = pa.array([line for _, _, line in found], pa.binary()).view(pa.utf8())
        return _lines(texts, pa.array([offset for _, offset, _ in found], pa.int64()), chunk)
    texts = _split_at_line_ends(chunk.data)
    ends = pc.cumulative_sum(pc.cast(pc.add(pc.binary_length(texts), 1), pa.int64()), start=chunk.offset)
    offsets = pc.subtract(pc.subtract(ends, pc.binary_length(texts)), 1)
    if b"\r" in chunk.data:
        lines = [bytes(text.as_buffer()).removesuffix(b"\r") for text in texts]
        texts = pa.array(lines, pa.binary()).view(pa.utf8())
    return _lines(texts, offsets, chunk)


def _split_at_line_ends(data: bytes) -> pa.Array:
    if not data:
        return pa.array([], pa.utf8())
    borders = pa.array([0, len(data)], pa.int32()).buffers()[1]
    whole = pa.Array.from_buffers(pa.utf8(), 1, [None, borders, pa.py_buffer(data)])
    lines = pc.split_pattern(whole, "\n").flatten()
    return lines[:-1] if data.endswith(b"\n") else lines


def _lines(texts: pa.Array, offsets: pa.Array, chunk: Chunk) -> Lines:
    one = pa.repeat(pa.scalar(1, pa.int64()), len(texts))
    records = pc.cumulative_sum(one, start=chunk.first_record - 1)
    plain = chunk.data.isascii() and not (b"\\" in chunk.data and b'\\"' in chunk.data)
    return Lines(texts, records, offsets, pc.binary_length(texts), plain)


def known(texts: pa.Array) -> pa.Array:
    """The texts with `-` and the empty text, which both say "no value", made null."""
    return pc.if_else(pc.is_in(texts, _NOTHING), _NO_TEXT, texts)


def whole_numbers(texts: pa.Array) -> pa.Array:
    """The texts as int64; null where a text is not a number or needs more than 18 digits."""
    plain = pc.match_substring_regex(texts, "^[0-9]{1,18}$")
    return pc.cast(pc.if_else(plain, texts, _NO_TEXT), pa.int64())


def per_distinct(texts: pa.Array, function: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """`function` of each text, called once per distinct text; null stays null."""
    coded = texts.dictionary_encode()
    values = pa.array([function(text) for text in coded.dictionary.to_pylist()], kind)
    return values.take(coded.indices)


def constant(text: str, count: int) -> pa.Array:
    """A text column that says the same everywhere."""
    return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), count), pa.array([text], pa.utf8()))


def event_batch(count: int, columns: Mapping[str, pa.Array]) -> pa.RecordBatch:
    """A batch in EVENT_SCHEMA; a field without column is null. Text columns may be plain or dictionary-encoded."""
    return pa.RecordBatch.from_arrays(
        [_fit(field, columns.get(field.name), count) for field in EVENT_SCHEMA], schema=EVENT_SCHEMA
    )


def _fit(field: pa.Field, column: pa.Array | None, count: int) -> pa.Array:
    if column is None:
        return pa.nulls(count, field.type)
    if field.type == TEXT and not pa.types.is_dictionary(column.type):
        return column.dictionary_encode()
    return column if column.type == field.type else column.cast(field.type)
