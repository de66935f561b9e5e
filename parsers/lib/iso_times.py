"""Columns of times such as `2026-03-30T22:36:48.424Z`: all at once where they are clean, else once per distinct text."""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.clf_time import TimeColumns
from parsers.lib.times import Times

_CLEAN: Final = r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$"
_MILLISECOND_US: Final = 1_000


def iso_times(texts: pa.Array, times: Times, *patterns: str) -> TimeColumns:
    """Read a column of texts: ISO 8601, or one of these patterns of `strptime`; null where a text is none of them."""
    if len(texts) and pc.all(pc.match_substring_regex(texts, _CLEAN), min_count=0).as_py() and not texts.null_count:
        try:
            us = pc.cast(texts, pa.timestamp("us", "UTC")).cast(pa.int64())
        except pa.ArrowInvalid:  # 30 February: the others are read nevertheless
            return _read_distinct(texts, times, patterns)
        precision = pa.repeat(pa.scalar(_MILLISECOND_US, pa.int64()), len(texts))
        return TimeColumns(us, precision, pa.repeat(pa.scalar("stated"), len(texts)))
    return _read_distinct(texts, times, patterns)


def _read_distinct(texts: pa.Array, times: Times, patterns: tuple[str, ...]) -> TimeColumns:
    coded = texts.dictionary_encode()
    stamps = [times.iso(text) or times.written(text, *patterns) for text in coded.dictionary.to_pylist()]
    us = pa.array([None if stamp is None else stamp.us for stamp in stamps], pa.int64())
    precision = pa.array([None if stamp is None else stamp.precision_us for stamp in stamps], pa.int64())
    basis = pa.array([None if stamp is None else stamp.basis for stamp in stamps], pa.utf8())
    return TimeColumns(*(values.take(coded.indices) for values in (us, precision, basis)))
