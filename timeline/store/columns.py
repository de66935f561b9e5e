"""Columns of a segment as arrays: how they are kept in the case, and what can be asked of them.

A column holds one integer (or none) for each row: a number, or the id of a text. It is kept as the narrowest array that
holds it, of little-endian codes: 0 stands for null, and code c > 0 for `base + (c - 1) * step`.

same          one value in every row, or none in any: `base` is it (null: none), without data
u1, u2, u4    codes of 1, 2 or 4 bytes
i8            the values themselves in 8 bytes; where some are null, one byte a row follows that says which are there
"""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Mask = Bools | bool
"""Which rows of a segment fulfil something; True or False alone: all, or none."""

_WIDTHS: Final[tuple[tuple[str, np.dtype[Any]], ...]] = (
    ("u1", np.dtype("<u1")),
    ("u2", np.dtype("<u2")),
    ("u4", np.dtype("<u4")),
)
_DTYPES: Final = dict(_WIDTHS)
_BEYOND: Final = 2**62
_STEPS: Final = (1_000_000, 1_000)  # whole seconds and milliseconds in microseconds


@dataclass(frozen=True, slots=True)
class Encoded:
    """A column as it is stored."""

    form: str
    base: int | None
    step: int
    data: bytes


def encode(values: Integers, valid: Bools | None) -> Encoded:
    """Store these values; where `valid` is False (None: nowhere) the row has none."""
    there = values if valid is None else values[valid]
    if not len(there):
        return Encoded("same", None, 1, b"")
    low, high = int(there.min()), int(there.max())
    if low == high and len(there) == len(values):
        return Encoded("same", low, 1, b"")
    step = next((step for step in _STEPS if high - low >= step and _is_multiple(there, low, step)), 1)
    for form, kind in _WIDTHS:
        if (high - low) // step + 1 <= np.iinfo(kind).max:
            exact = step == 1 and low > -(2**63)  # low - 1 is an integer of 64 bits too
            codes = values - (low - 1) if exact else (values - low) // step + 1
            return Encoded(form, low, step, _with_nulls(codes.astype(kind), valid).tobytes())
    flags = b"" if valid is None else valid.astype(np.uint8).tobytes()
    return Encoded("i8", low, 1, values.astype("<i8").tobytes() + flags)


def encode_codes(codes: npt.NDArray[np.unsignedinteger[Any]], base: int, count: int) -> Encoded:
    """Store ids that are codes already: 0 for none, else 1 to `count` for the ids from `base` on."""
    if not count or not len(codes):
        return Encoded("same", None, 1, b"")
    if count == 1 and codes.all():
        return Encoded("same", base, 1, b"")
    form, kind = next((form, kind) for form, kind in _WIDTHS if count <= np.iinfo(kind).max)
    return Encoded(form, base, 1, codes.astype(kind, copy=False).tobytes())


def code_type(count: int) -> np.dtype[Any]:
    """The narrowest type for codes up to `count`."""
    return next(kind for _, kind in _WIDTHS if count <= np.iinfo(kind).max)


def _is_multiple(values: Integers, low: int, step: int) -> bool:
    return int(values.max()) - low < 2**63 and not bool(((values - low) % step).any())


def _with_nulls(codes: npt.NDArray[Any], valid: Bools | None) -> npt.NDArray[Any]:
    return codes if valid is None else np.where(valid, codes, codes.dtype.type(0))


class Column:
    """A column of a segment, read. ValueError when the stored bytes cannot be one of `rows` rows."""

    def __init__(self, stored: Encoded, rows: int) -> None:
        self._form, self._base, self._step = stored.form, stored.base, stored.step
        self._rows = rows
        self._codes: npt.NDArray[Any] | None = None
        self._valid: Bools | None = None
        if self._form == "same":
            return
        if self._base is None or self._step < 1:
            raise ValueError("a column without base")
        if self._form == "i8":
            self._read_wide(stored.data)
            return
        kind = _DTYPES.get(self._form)
        if kind is None or len(stored.data) != rows * kind.itemsize:
            raise ValueError("a column of another length")
        self._codes = np.frombuffer(stored.data, kind)
        if rows and not -(2**63) <= self._base + (int(self._codes.max()) - 1) * self._step < 2**63:
            raise ValueError("a column with values beyond 64 bits")

    def _read_wide(self, data: bytes) -> None:
        wide = self._rows * 8
        if len(data) not in {wide, wide + self._rows}:
            raise ValueError("a column of another length")
        self._codes = np.frombuffer(data, "<i8", self._rows)
        if len(data) > wide:
            self._valid = np.frombuffer(data, np.uint8, offset=wide).astype(np.bool_)

    @property
    def nbytes(self) -> int:
        """Bytes that it takes in memory, with what it remembers of which rows have a value."""
        return 0 if self._codes is None else self._codes.nbytes + self._rows

    @property
    def is_same(self) -> bool:
        """Whether all rows have one value, or none has any."""
        return self._codes is None

    @property
    def same(self) -> int | None:
        """That value."""
        return self._base

    @cached_property
    def present(self) -> Mask:
        """Rows that have a value."""
        if self._codes is None:
            return self._base is not None
        if self._form == "i8":
            return True if self._valid is None else self._valid
        found: Bools = self._codes != 0
        return True if found.all() else found

    def between(self, low: int, high: int) -> Mask:
        """Rows whose value is at least `low` and at most `high`."""
        if low > high:
            return False
        if self._codes is None:
            return self._base is not None and low <= self._base <= high
        if self._form == "i8":
            low, high = max(low, -(2**63)), min(high, 2**63 - 1)
            found: Bools = (self._codes >= low) & (self._codes <= high)
            return found if self._valid is None else found & self._valid
        base, most = self._base or 0, int(np.iinfo(self._codes.dtype).max)
        smallest, largest = 1 - (base - low) // self._step, 1 + (high - base) // self._step
        return self._coded(max(1, smallest), min(most, largest))

    def _coded(self, first: int, last: int) -> Mask:
        if first > last or self._codes is None:
            return False
        kind = self._codes.dtype.type
        if first == last:
            same: Bools = self._codes == kind(first)
            return same
        found: Bools = (self._codes >= kind(first)) & (self._codes <= kind(last))
        return found

    def among(self, wanted: Bools, base: int) -> Mask:
        """Rows whose value v has `wanted[v - base]`; IndexError for values outside, which only a forged column has."""
        if self._codes is None:
            return self._base is not None and bool(wanted[self._base - base if self._base >= base else _BEYOND])
        table = np.zeros(len(wanted) + 1, np.bool_)
        table[1:] = wanted
        found: Bools = table[self.codes(base)]
        return found

    def codes(self, base: int) -> npt.NDArray[Any]:
        """0 for null, else 1 + value - base, for arrays that are counted or looked up by it; never negative.

        No column that was written has a value below `base`; of one that was forged, such a value has a code beyond all.
        """
        if self._codes is not None and self._form != "i8" and self._base == base and self._step == 1:
            return self._codes
        values, present = self.values
        found = np.where(values < base, _BEYOND, values - base + 1)
        return np.where(present, found, 0)

    @property
    def values(self) -> tuple[Integers, Mask]:
        """(value of each row, which are there); 0 where there is none. Eight bytes a row, made anew for each caller."""
        if self._codes is None:
            return np.full(self._rows, self._base or 0, np.int64), self.present
        if self._form == "i8":
            return self._codes, self.present
        found = (self._codes.astype(np.int64) - 1) * self._step + (self._base or 0)
        present = self.present
        return (found if present is True else np.where(present, found, 0)), present

    def first_not_below(self, value: int, rows: int) -> int:
        """First place among the first `rows`, which ascend and are all there, whose value is at least `value`; else `rows`."""
        if self._codes is None:
            return 0 if self._base is not None and self._base >= value else rows
        part = self._codes[:rows]
        if self._form == "i8":
            return int(np.searchsorted(part, max(value, -(2**63)))) if value < 2**63 else rows
        wanted = 1 - ((self._base or 0) - value) // self._step
        if wanted > np.iinfo(part.dtype).max:
            return rows
        return int(np.searchsorted(part, part.dtype.type(max(0, wanted))))

    def at(self, places: Integers) -> list[int | None]:
        """Values at these places (from 0)."""
        if self._codes is None:
            return [self._base] * len(places)
        codes = self._codes[places].tolist()
        if self._form == "i8":
            if self._valid is None:
                return list(codes)
            return [code if there else None for code, there in zip(codes, self._valid[places].tolist(), strict=True)]
        low, step = (self._base or 0) - self._step, self._step
        return [low + code * step if code else None for code in codes]

    def one(self, place: int) -> int | None:
        """Value at one place (from 0)."""
        if self._codes is None:
            return self._base
        code = int(self._codes[place])
        if self._form == "i8":
            return code if self._valid is None or self._valid[place] else None
        return (self._base or 0) + (code - 1) * self._step if code else None


class KeptColumns:
    """Columns that were read, the last used ones up to a number of bytes."""

    def __init__(self, most_bytes: int = 96 << 20) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[tuple[int, int, str], Column] = OrderedDict()

    def get(self, segment: int, revision: int, name: str) -> Column | None:
        """A column of a segment's revision, if it is kept."""
        found = self._kept.get((segment, revision, name))
        if found is not None:
            self._kept.move_to_end((segment, revision, name))
        return found

    def put(self, segment: int, revision: int, name: str, column: Column) -> None:
        """Keep a column, and let others go for it."""
        self._kept[segment, revision, name] = column
        self._bytes += column.nbytes
        while self._bytes > self._most and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes

    def forget_all_but(self, alive: set[tuple[int, int]]) -> None:
        """Let go of the columns of other segments and revisions than these."""
        for key in [key for key in self._kept if key[:2] not in alive]:
            self._bytes -= self._kept.pop(key).nbytes


def both(one: Mask, other: Mask) -> Mask:
    """Rows in both."""
    if isinstance(one, bool):
        return other if one else False
    if isinstance(other, bool):
        return one if other else False
    return one & other


def either(one: Mask, other: Mask) -> Mask:
    """Rows in one of them or in both."""
    if isinstance(one, bool):
        return True if one else other
    if isinstance(other, bool):
        return True if other else one
    return one | other


def neither(mask: Mask) -> Mask:
    """Rows that are not in it."""
    return (not mask) if isinstance(mask, bool) else ~mask


def size_of(mask: Mask, rows: int) -> int:
    """How many rows are in it, of a segment of `rows`."""
    return (rows if mask else 0) if isinstance(mask, bool) else int(np.count_nonzero(mask))
