"""Rows of separated and perhaps quoted fields as columns: clean rows by Arrow's CSV reader, the others one by one.

A clean row is ASCII, has as many fields as there are names (or one of the allowed numbers), and a quote only around a
whole field. Every other row is given to an exact splitter in Python, which must take a clean row apart alike.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from io import BytesIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from parsers.lib.columns import Lines
from parsers.lib.records import Ignored
from parsers.lib.splitting import BLANK, Split
from timeline.model.parser import Refusal

SplitRow = Callable[[str], Mapping[str, object] | Ignored | None]
_Part = tuple[pa.Array, Mapping[str, pa.Array]]


@lru_cache(maxsize=256)
def _clean_row(separator: str, width: int) -> str:
    end = r"\r\n\x00"  # Arrow's reader takes these for ends of lines, and Python's csv drops blanks before a field
    one = rf'(?:[^"{separator} {end}][^"{separator}{end}]*|"[^"{end}]*"|)'
    return f"^{one}(?:{separator}{one}){{{width - 1}}}$"


def split_separated(
    lines: Lines,
    separator: str,
    widths: Sequence[Sequence[str]],
    names: Sequence[str],
    split_one: SplitRow,
    reason: str,
    start: str = "",
) -> Split:
    r"""Split every line into fields. Each of `widths` names the fields of rows of that length; only `names` are kept.

    `separator` is one character that means itself in a regular expression; `start` an RE2 expression of what every clean
    row begins with, up to a separator. Blank lines are ignored, and those that `split_one` ignores; a line for which it
    gives None is rejected for `reason`.
    """
    left = np.ones(len(lines), np.bool_)
    parts: list[_Part] = []
    for rows, columns in _clean(lines, separator, widths, names, start):
        if len(rows) == len(lines):
            return Split(rows, columns, (), ())
        parts.append((rows, columns))
        left[rows.to_numpy()] = False
    rejects: list[Refusal] = []
    ignored: list[Refusal] = []
    odd: list[int] = []
    values: dict[str, list[str | None]] = {name: [] for name in names}
    for row in np.flatnonzero(left).tolist():
        raw = lines.raw(row)
        if not raw.strip():
            ignored.append(lines.refusal(row, BLANK))
        elif (found := split_one(raw.decode("utf-8", "replace"))) is None:
            rejects.append(lines.refusal(row, reason))
        elif isinstance(found, Ignored):
            ignored.append(lines.refusal(row, found.reason))
        else:
            odd.append(row)
            for name in names:
                value = found.get(name)
                values[name].append(value if isinstance(value, str) else None)
    parts.append((pa.array(odd, pa.int64()), {name: pa.array(column, pa.utf8()) for name, column in values.items()}))
    rows = pa.concat_arrays([rows for rows, _ in parts])
    order = pc.sort_indices(rows)
    merged = {name: pa.concat_arrays([columns[name] for _, columns in parts]).take(order) for name in names}
    return Split(rows.take(order), merged, tuple(rejects), tuple(ignored))


def _clean(
    lines: Lines, separator: str, widths: Sequence[Sequence[str]], names: Sequence[str], start: str
) -> Iterator[_Part]:
    """(rows, columns) of the clean rows of each width."""
    if not len(lines):
        return
    # RE2 and Arrow take bytes that are not UTF-8 otherwise than Python does
    odd = None if lines.plain else pc.match_substring_regex(lines.texts.view(pa.binary()), r"[\x80-\xff]")
    first = lines.raw(0).decode("utf-8", "replace")
    for fields in sorted(widths, key=lambda fields: abs(first.count(separator) + 1 - len(fields))):
        fits = pc.match_substring_regex(lines.texts, _clean_row(separator, len(fields)))
        if start:
            fits = pc.and_(fits, pc.match_substring_regex(lines.texts, f"^{start}{separator}"))
        fits = fits if odd is None else pc.and_not(fits, odd)
        if not fits.true_count:
            continue
        texts = lines.texts if fits.true_count == len(lines) else lines.texts.filter(fits)
        table = _read(texts, separator, fields, names)
        if table.num_rows == len(texts):
            rows = pc.indices_nonzero(fits).cast(pa.int64())
            missing = pa.nulls(len(texts), pa.utf8())
            yield rows, {name: table.column(name).combine_chunks() if name in fields else missing for name in names}


def _read(texts: pa.Array, separator: str, fields: Sequence[str], names: Sequence[str]) -> pa.Table:
    whole = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts), "\n")[0].as_buffer()
    wanted = [name for name in names if name in fields]
    return csv.read_csv(
        BytesIO(whole),
        read_options=csv.ReadOptions(use_threads=False, block_size=len(whole) + 64, column_names=list(fields)),
        parse_options=csv.ParseOptions(delimiter=separator, newlines_in_values=False, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(wanted, pa.utf8()),
            strings_can_be_null=False,
            include_columns=wanted,
        ),
    )
