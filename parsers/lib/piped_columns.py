"""Lines whose columns are separated by `|`: whole chunks at a time where they are clean, one by one where not.

A clean line has exactly as many columns as the format, each of which looks as it should. Every other line is given to an
exact splitter, which must take a clean line apart alike.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.columns import Lines
from parsers.lib.splitting import BLANK, Split, SplitOne
from timeline.model.parser import Refusal


def split_piped_lines(
    lines: Lines, expressions: Sequence[str | None], names: Sequence[str], split_one: SplitOne, reason: str
) -> Split:
    """Split every line into columns of these names, each of which matches its RE2 expression (None: anything).

    Blank lines are ignored; a line for which `split_one` gives None is rejected for `reason`.
    """
    clean, columns = _clean(lines, expressions)
    if clean.true_count == len(lines):
        rows = pa.array(np.arange(len(lines)))
        return Split(rows, dict(zip(names, columns, strict=True)), (), ())
    rejects: list[Refusal] = []
    ignored: list[Refusal] = []
    rows = pc.indices_nonzero(clean).cast(pa.int64())
    odd: list[int] = []
    values: dict[str, list[str | None]] = {name: [] for name in names}
    for row in pc.indices_nonzero(pc.invert(clean)).to_pylist():
        raw = lines.raw(row)
        if not raw.strip():
            ignored.append(lines.refusal(row, BLANK))
        elif (found := split_one(raw.decode("utf-8", "replace"))) is None:
            rejects.append(lines.refusal(row, reason))
        else:
            odd.append(row)
            for name in names:
                value = found.get(name)
                values[name].append(value if isinstance(value, str) else None)
    all_rows = pa.concat_arrays([rows, pa.array(odd, pa.int64())])
    order = pc.sort_indices(all_rows)
    merged = {
        name: pa.concat_arrays([column.filter(clean), pa.array(values[name], pa.utf8())]).take(order)
        for name, column in zip(names, columns, strict=True)
    }
    return Split(all_rows.take(order), merged, tuple(rejects), tuple(ignored))


def _clean(lines: Lines, expressions: Sequence[str | None]) -> tuple[pa.Array, list[pa.Array]]:
    """Which lines are clean, and their columns; null for the lines that are not."""
    count = len(lines)
    width = len(expressions)
    fits = pc.equal(pc.count_substring(lines.texts, "|"), width - 1)
    if not lines.plain:  # RE2 and Arrow take bytes that are not UTF-8 otherwise than Python does
        fits = pc.and_not(fits, pc.match_substring_regex(lines.texts.view(pa.binary()), r"[\x80-\xff]"))
    if not count or not fits.true_count:
        return pa.repeat(pa.scalar(False), count), [pa.nulls(count, pa.utf8())] * width
    texts = lines.texts if fits.true_count == count else pc.if_else(fits, lines.texts, pa.scalar(None, pa.utf8()))
    parts = pc.split_pattern(texts, "|")
    columns = [pc.list_element(parts, place) for place in range(width)]
    for column, expression in zip(columns, expressions, strict=True):
        if expression is not None:
            fits = pc.and_(fits, pc.fill_null(pc.match_substring_regex(column, expression), False))
    return fits, columns
