"""Columns of times such as `2026-03-30T23:17:59.1234567Z`: by vector arithmetic where they are clean, else one by one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.clf_time import TimeColumns
from parsers.lib.times import Stamp
from timeline.model.time import SECOND_US

_SECONDS: Final = len("2026-03-30T23:17:59")
_MICROSECOND_DIGITS: Final = 6
_DATE: Final = "[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_NO_NUMBER: Final = pa.scalar(None, pa.int64())
_NO_TEXT: Final = pa.scalar(None, pa.utf8())


@dataclass(frozen=True, slots=True)
class TimeForm:
    """How a format writes its times: date and clock with `between`, a `mark` and so many `digits`, then `end`.

    All are texts of one character or none. `basis` is what such a time's basis is.
    """

    between: str = "T"
    mark: str = "."
    digits: int = 0
    end: str = "Z"
    basis: str = "stated"

    @property
    def expression(self) -> str:
        """The RE2 expression of such a time."""
        fraction = f"[{self.mark}][0-9]{{{self.digits}}}" if self.digits else ""
        return f"^{_DATE}{self.between}{_CLOCK}{fraction}{self.end}$"

    @property
    def precision_us(self) -> int:
        """The width of the interval that such a time states."""
        return max(1, SECOND_US // int(10**self.digits))


def read_time_column(texts: pa.Array, form: TimeForm | None, read: Callable[[str], Stamp | None]) -> TimeColumns:
    """Read a column of texts: those of the form all at once, others by `read`, once per distinct text."""
    if form is None:
        return _read_distinct(texts, read)
    good = pc.fill_null(pc.match_substring_regex(texts, form.expression), False)
    if not good.true_count:
        return _read_distinct(texts, read)
    clean = texts if good.true_count == len(texts) else pc.if_else(good, texts, _NO_TEXT)
    try:
        us = _clean_us(clean, form)
    except pa.ArrowInvalid:  # 30 February: the others are read nevertheless
        return _read_distinct(texts, read)
    precision = pc.if_else(good, pa.scalar(form.precision_us, pa.int64()), _NO_NUMBER)
    fast = TimeColumns(us, precision, pc.if_else(good, pa.scalar(form.basis), _NO_TEXT))
    if good.true_count == len(texts):
        return fast
    slow = _read_distinct(pc.if_else(good, _NO_TEXT, texts), read)
    return TimeColumns(*(pc.coalesce(one, other) for one, other in zip(fast, slow, strict=True)))


def _clean_us(texts: pa.Array, form: TimeForm) -> pa.Array:
    seconds = pc.binary_slice(texts.view(pa.binary()), 0, _SECONDS).view(pa.utf8())
    us = seconds.cast(pa.timestamp("us")).cast(pa.int64())
    digits = min(form.digits, _MICROSECOND_DIGITS)
    if not digits:
        return us
    start = _SECONDS + 1
    fraction = pc.binary_slice(texts.view(pa.binary()), start, start + digits).view(pa.utf8()).cast(pa.int64())
    return pc.add(us, pc.multiply(fraction, 10 ** (_MICROSECOND_DIGITS - digits)))


def _read_distinct(texts: pa.Array, read: Callable[[str], Stamp | None]) -> TimeColumns:
    coded = texts.dictionary_encode()
    stamps = [read(text) for text in coded.dictionary.to_pylist()]
    us = pa.array([None if stamp is None else stamp.us for stamp in stamps], pa.int64())
    precision = pa.array([None if stamp is None else stamp.precision_us for stamp in stamps], pa.int64())
    basis = pa.array([None if stamp is None else stamp.basis for stamp in stamps], pa.utf8())
    return TimeColumns(*(values.take(coded.indices) for values in (us, precision, basis)))
