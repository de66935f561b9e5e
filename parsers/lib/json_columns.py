"""The columns of a chunk's events while they are being filled: texts kept once and counted by codes, numbers as lists.

Most columns of a log repeat themselves, so a text becomes a small number by one look into a dictionary, and Arrow gets
the numbers and the distinct texts; nothing is encoded twice.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from timeline.model.event import EVENT_SCHEMA, TEXT_FIELDS, EventValues

# columns that come together have one code for all of them, by the name of the group
JOINED: Final = {
    "when": ("timestamp", "timestamp_precision", "timestamp_basis"),
    "who": ("actor", "credential", "session"),
}
_TYPES: Final = {field.name: field.type for field in EVENT_SCHEMA}
_NAMES: Final = tuple(_TYPES)
_NARROW: Final = frozenset(name for name, kind in _TYPES.items() if kind == pa.int32())
_INT32: Final = pa.int32()
_INT64: Final = pa.int64()
_UTF8: Final = pa.utf8()
_MANY: Final = 128  # rows from which on Arrow is quicker at telling texts apart
# the codes of one text, and no value at all: sources of one record are many, and each of these costs a microsecond
_FIRST: Final = pa.array([0], _INT32)
_NOTHING: Final = {name: pa.nulls(1, kind) for name, kind in _TYPES.items()}
UNDATED: Final = (None, None, None)
# mostly other texts in every row, which Arrow is quicker at telling apart
_PLAIN: Final = ("resource", "uid", "message")
_TEXTS: Final = frozenset(TEXT_FIELDS)
_IN_JOINED: Final = frozenset(name for names in JOINED.values() for name in names)
_CODED: Final = tuple(name for name in TEXT_FIELDS if name not in {"kind", *_PLAIN, *_IN_JOINED})
_LISTED: Final = tuple(field.name for field in EVENT_SCHEMA if field.name not in {"kind", *_CODED, *_IN_JOINED})


class TextColumn(dict[str | None, int | None]):
    """The code of each distinct text, given out as texts come; None for None. `codes` are those of the rows so far."""

    def __init__(self) -> None:
        super().__init__({None: None})
        self.codes: list[int | None] = []

    def __missing__(self, text: str | None) -> int | None:
        code = self[text] = len(self) - 1
        return code

    def texts(self) -> list[str | None]:
        """The distinct texts, by their codes."""
        return list(self)[1:]


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


class JoinedColumns(dict[tuple[Any, ...], int]):
    """The code of each distinct row of some columns, given out as rows come. `codes` are those of the rows so far."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names
        self.codes: list[int] = []

    def __missing__(self, values: tuple[Any, ...]) -> int:
        code = self[values] = len(self)
        return code

    def columns(self) -> dict[str, tuple[Any, ...]]:
        """By their names, the values of each column, by their codes."""
        rows = zip(*self, strict=True) if self else ((),) * len(self.names)
        return dict(zip(self.names, rows, strict=True))


class EventColumns:
    """All columns of the events of one chunk. Events that name no kind are of `kind`.

    `spoiled` is to be set where codes were given out for rows that then did not come, so that their texts are left out.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.rows = 0
        self.spoiled = False
        self._kinds = TextColumn()
        self.texts = {name: TextColumn() for name in _CODED}
        self.joined = {name: JoinedColumns(names) for name, names in JOINED.items()}
        self._values: dict[str, list[Any]] = {name: [] for name in _LISTED}

    def append_all(self, events: Sequence[EventValues]) -> None:
        """Add events that were read one by one."""
        gets = [event.get for event in events]
        self._kinds.codes += [self._kinds[event.get("kind", self.kind)] for event in events]
        for name, column in self.texts.items():
            column.codes += [column[get(name)] for get in gets]  # type: ignore[index]  # texts or None
        for joined in self.joined.values():
            names = joined.names
            joined.codes += [joined[get(names[0]), get(names[1]), get(names[2])] for get in gets]
        for name, plain in self._values.items():
            plain.extend([get(name) for get in gets])
        self.rows += len(events)

    def extend(self, rows: int, values: Mapping[str, Sequence[Any]]) -> None:
        """Add so many events at once. What is not given is null.

        Given are numbers; texts of resource, uid and message; codes of other texts, and of what is JOINED, which is
        always given.
        """
        nothing: list[None] = [None] * rows
        self._kinds.codes += [self._kinds[self.kind]] * rows
        for name, column in self.texts.items():
            column.codes += values.get(name, nothing)
        for name, joined in self.joined.items():
            joined.codes += values[name]
        for name, plain in self._values.items():
            plain.extend(values.get(name, nothing))
        self.rows += rows

    def batch(self) -> pa.RecordBatch:
        """All of it in EVENT_SCHEMA."""
        arrays = _Arrays(self.rows, spoiled=self.spoiled)
        arrays.add_codes("kind", self._kinds.codes, self._kinds.texts())
        for name, column in self.texts.items():
            arrays.add_codes(name, column.codes, column.texts())
        for joined in self.joined.values():
            for name, distinct in joined.columns().items():
                if name in _TEXTS:
                    codes, texts = _coded(distinct)
                    arrays.add_codes(name, [codes[code] for code in joined.codes], texts)
                else:
                    arrays.add_numbers(name, [distinct[code] for code in joined.codes])
        for name, values in self._values.items():
            if name in _TEXTS:
                arrays.add_texts(name, values)
            else:
                arrays.add_numbers(name, values)
        return arrays.batch()


class _Arrays:
    """Arrow arrays of many columns, made together: each array that Arrow makes of a list costs microseconds by itself.

    So all numbers of a width go into one array, and all distinct texts, of which the columns are then slices.
    """

    def __init__(self, rows: int, *, spoiled: bool) -> None:
        self._rows = rows
        self._spoiled = spoiled
        self._pools: dict[str, list[Any]] = {"int32": [], "int64": [], "texts": []}
        self._numbers: dict[str, tuple[str, int]] = {}
        self._texts: dict[str, tuple[int, int]] = {}
        self._whole: dict[str, pa.Array] = {}

    def add_numbers(self, name: str, values: Sequence[int | None]) -> None:
        """A column of numbers."""
        if not _empty(values):
            self._add(name, "int32" if name in _NARROW else "int64", values)

    def add_codes(self, name: str, codes: Sequence[int | None], texts: Sequence[str | None]) -> None:
        """A column of texts, by codes."""
        if self._spoiled:
            codes, texts = _coded([None if code is None else texts[code] for code in codes])
        pool = self._pools["texts"]
        if self._rows == 1:
            if codes[0] is not None:
                self._texts[name] = len(pool), 1
                pool.append(texts[codes[0]])
        elif texts:
            self._add(name, "int32", codes)
            self._texts[name] = len(pool), len(texts)
            pool += texts

    def add_texts(self, name: str, values: list[str | None]) -> None:
        """A column of texts that have no codes yet."""
        if self._rows < _MANY:
            self.add_codes(name, *_coded(values))
        elif not _empty(values):
            self._whole[name] = pa.array(values, _UTF8).dictionary_encode()

    def _add(self, name: str, kind: str, values: Sequence[int | None]) -> None:
        pool = self._pools[kind]
        self._numbers[name] = kind, len(pool)
        pool += values

    def batch(self) -> pa.RecordBatch:
        """In EVENT_SCHEMA; a column without a value is null."""
        pools = {
            "int32": pa.array(self._pools["int32"], _INT32),
            "int64": pa.array(self._pools["int64"], _INT64),
            "texts": pa.array(self._pools["texts"], _UTF8),
        }
        arrays = [self._array(name, pools) for name in _NAMES]
        return pa.RecordBatch.from_arrays(arrays, schema=EVENT_SCHEMA)

    def _array(self, name: str, pools: Mapping[str, pa.Array]) -> pa.Array:
        if self._rows == 1:
            if name in self._texts:
                return pa.DictionaryArray.from_arrays(_FIRST, pools["texts"].slice(*self._texts[name]), safe=False)
            if name not in self._numbers:
                return _NOTHING[name]
        if name in self._numbers:
            kind, start = self._numbers[name]
            numbers = pools[kind].slice(start, self._rows)
            if name not in self._texts:
                return numbers
            return pa.DictionaryArray.from_arrays(numbers, pools["texts"].slice(*self._texts[name]), safe=False)
        return self._whole[name] if name in self._whole else pa.nulls(self._rows, _TYPES[name])


def _empty(values: Sequence[Any]) -> bool:
    return all(value is None for value in values)  # mostly the first one tells


def _coded(values: Sequence[str | None]) -> tuple[list[int | None], list[str | None]]:
    known: dict[str | None, int] = {}
    codes = [None if text is None else known.setdefault(text, len(known)) for text in values]
    return codes, list(known)
