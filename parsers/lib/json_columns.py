"""The columns of a chunk's events while they are being filled: texts kept once and counted by codes, numbers as lists.

Most columns of a log repeat themselves, so a text becomes a small number by one look into a dictionary, and Arrow gets
the numbers and the distinct texts; nothing is encoded twice.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from timeline.model.event import EVENT_SCHEMA, TEXT, TEXT_FIELDS, EventValues

_PLAIN: Final = (
    "resource",
    "uid",
    "message",
)  # mostly other texts in every row: Arrow is quicker at telling them apart
_TEXTS: Final = frozenset(TEXT_FIELDS)


class TextColumn(dict[str | None, int | None]):
    """The code of each distinct text, given out as texts come; None for None. `codes` are those of the rows so far."""

    def __init__(self) -> None:
        super().__init__({None: None})
        self.codes: list[int | None] = []

    def __missing__(self, text: str | None) -> int | None:
        code = self[text] = len(self) - 1
        return code

    def array(self) -> pa.Array:
        """The rows, dictionary-encoded."""
        if len(self) == 1:
            return pa.nulls(len(self.codes), TEXT)
        texts = list(self)
        del texts[0]
        return pa.DictionaryArray.from_arrays(pa.array(self.codes, pa.int32()), pa.array(texts, pa.utf8()))


class Derived(dict[Any, int | None]):
    """The code in a column of what is derived from a key, worked out once per distinct key.

    It lives as long as its chunk, which bounds it. Keys are hashable values of a record, or tuples of them.
    """

    def __init__(self, column: TextColumn, derive: Callable[[Any], str | None]) -> None:
        super().__init__()
        self._column = column
        self._derive = derive

    def __missing__(self, key: Hashable) -> int | None:
        code = self[key] = self._column[self._derive(key)]
        return code


class EventColumns:
    """All columns of the events of one chunk, all of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.rows = 0
        self.texts = {name: TextColumn() for name in TEXT_FIELDS if name != "kind" and name not in _PLAIN}
        self._values: dict[str, list[Any]] = {
            field.name: [] for field in EVENT_SCHEMA if field.name not in _TEXTS or field.name in _PLAIN
        }

    def append(self, values: EventValues) -> None:
        """Add one event."""
        get = values.get
        for name, column in self.texts.items():
            text: Any = get(name)
            column.codes.append(column[text])
        for name, plain in self._values.items():
            plain.append(get(name))
        self.rows += 1

    def extend(self, rows: int, values: Mapping[str, Sequence[Any]]) -> None:
        """Add so many events at once: numbers, texts of resource, uid and message, codes of other texts. Else null."""
        nothing = [None] * rows
        for name, column in self.texts.items():
            column.codes.extend(values.get(name, nothing))
        for name, plain in self._values.items():
            plain.extend(values.get(name, nothing))
        self.rows += rows

    def batch(self) -> pa.RecordBatch:
        """All of it in EVENT_SCHEMA."""
        return pa.RecordBatch.from_arrays([self._array(field) for field in EVENT_SCHEMA], schema=EVENT_SCHEMA)

    def _array(self, field: pa.Field) -> pa.Array:
        name = field.name
        if name == "kind":
            return _constant(self.kind, self.rows)
        if name in self.texts:
            return self.texts[name].array()
        values = self._values[name]
        if name in _PLAIN:
            return pa.array(values, pa.utf8()).dictionary_encode()
        return pa.array(values, field.type)


def _constant(text: str, rows: int) -> pa.Array:
    codes = pa.Array.from_buffers(pa.int32(), rows, [None, pa.py_buffer(bytes(4 * rows))])
    return pa.DictionaryArray.from_arrays(codes, pa.array([text] if rows else [], pa.utf8()))
