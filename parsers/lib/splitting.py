r"""Lines taken apart into text columns: whole columns at a time where lines are clean, one by one where they are not.

Splitting at every `"` costs a tenth of a regular expression with many groups, so a clean line (no `\"`, only ASCII, as
many quotes as its shape has) is split there, and RE2 takes the pieces between further apart. Every other line is given
to an exact splitter in Python. Both feed the same columns, and must split a clean line alike.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.columns import Lines
from timeline.model.parser import Refusal

BLANK = "blank line"
SplitOne = Callable[[str], Mapping[str, object] | None]
_NO_TEXT = pa.scalar(None, pa.utf8())
_Columns = dict[str, pa.Array]


@dataclass(frozen=True, slots=True)
class Split:
    """Lines taken apart. `rows` are the places in `Lines` of those that were understood, ascending.

    `columns` has a column for each name asked for, null where a line has no such part. The refusals are of the others.
    """

    rows: pa.Array
    columns: Mapping[str, pa.Array]
    rejects: tuple[Refusal, ...]
    ignored: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """An RE2 expression with named groups; without groups, and words and slices named instead, it is twice as fast.

    Where it matches, `words` names what stands between the single spaces of the text (of its group `words` if it has
    one; exactly so many, "" for one that is not kept), and `slices` gives names to (start, stop) ranges of the text.
    """

    expression: str
    words: tuple[str, ...] = ()
    slices: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands between the quotes of a clean line: `outside[i]`, then `quoted[i]`, then `outside[i+1]`.

    Of the patterns of an outside piece the first that matches takes it apart. A quoted text named "" is not kept.
    """

    outside: tuple[tuple[Pattern, ...], ...]
    quoted: tuple[str, ...] = field(default=())

    @property
    def pieces(self) -> int:
        """Into how many pieces the quotes split such a line."""
        return 2 * len(self.quoted) + 1


def split_lines(lines: Lines, shapes: Sequence[Shape], names: Sequence[str], split_one: SplitOne, reason: str) -> Split:
    """Split every line by the shape that has its number of quotes, or else by `split_one`.

    Blank lines are ignored; a line for which `split_one` gives None is rejected for `reason`. Only `names` are kept; a
    value of `split_one` that is not text counts as absent.
    """
    found = [_only(names, rows, columns) for rows, columns in _clean(lines, shapes)]
    done = sum(len(rows) for rows, _ in found)
    rejects: list[Refusal] = []
    ignored: list[Refusal] = []
    if done < len(lines):
        left = _without(len(lines), [rows for rows, _ in found])
        found.append(_split_singly(lines, left, names, split_one, (rejects, ignored), reason))
    rows, columns = _in_order(found, names)
    return Split(rows, columns, tuple(rejects), tuple(ignored))


def _clean(lines: Lines, shapes: Sequence[Shape]) -> Iterator[tuple[pa.Array, _Columns]]:
    """(rows, columns) of the lines that each shape takes."""
    if not len(lines):
        return
    pieces = pc.split_pattern(lines.texts, '"')
    counts = pc.list_value_length(pieces)
    odd = None if lines.plain else pc.match_substring_regex(lines.texts.view(pa.binary()), r'\\"|[\x80-\xff]')
    for shape in shapes:
        fits = pc.equal(counts, shape.pieces)
        fits = fits if odd is None else pc.and_not(fits, odd)
        if not shape.quoted:  # a blank line is none of any format, also where the shape would take it
            fits = pc.and_(fits, pc.greater(pc.binary_length(pc.ascii_trim_whitespace(lines.texts)), 0))
        if not fits.true_count:
            continue
        rows = pc.cast(pc.indices_nonzero(fits), pa.int64())
        mine = pieces if len(rows) == len(lines) else pieces.filter(fits)
        matched, columns = _take_apart(mine, shape)
        if matched.true_count < len(rows):
            rows = rows.filter(matched)
            columns = {name: column.filter(matched) for name, column in columns.items()}
        yield rows, columns


def _take_apart(pieces: pa.ListArray, shape: Shape) -> tuple[pa.Array, _Columns]:
    columns: _Columns = {}
    matched = None
    for place, patterns in enumerate(shape.outside):
        good, found = first_match(pc.list_element(pieces, 2 * place), patterns)
        matched = good if matched is None else pc.and_(matched, good)
        columns |= found
    for place, name in enumerate(shape.quoted):
        if name:
            columns[name] = pc.list_element(pieces, 2 * place + 1)
    return matched, columns


def first_match(texts: pa.Array, patterns: Sequence[Pattern]) -> tuple[pa.Array, _Columns]:
    """Take each text apart with the first pattern that matches it: which rows one did, and the columns, else null."""
    matched, columns = _extract(texts, patterns[0])
    for pattern in patterns[1:]:
        if matched.true_count == len(texts) - texts.null_count:
            break
        also, others = _extract(pc.if_else(matched, _NO_TEXT, texts), pattern)
        missing = pa.nulls(len(texts), pa.utf8())
        columns = {
            name: pc.coalesce(columns.get(name, missing), others.get(name, missing)) for name in columns | others
        }
        matched = pc.or_(matched, also)
    return matched, columns


def _extract(texts: pa.Array, pattern: Pattern) -> tuple[pa.Array, _Columns]:
    columns: _Columns = {}
    if "(?P<" in pattern.expression:
        parts = pc.extract_regex(texts, pattern.expression)
        matched = pc.is_valid(parts)
        columns = {group.name: pc.struct_field(parts, group.name) for group in parts.type}
    else:
        matched = pc.fill_null(pc.match_substring_regex(texts, pattern.expression), False)
    good = texts if matched.true_count == len(texts) else pc.if_else(matched, texts, _NO_TEXT)
    for name, (start, stop) in pattern.slices.items():
        columns[name] = pc.utf8_slice_codeunits(good, start, stop)
    if pattern.words:
        words = pc.split_pattern(columns.pop("words", good), " ")
        columns |= {name: pc.list_element(words, place) for place, name in enumerate(pattern.words) if name}
    return matched, columns


def _only(names: Sequence[str], rows: pa.Array, columns: _Columns) -> tuple[pa.Array, _Columns]:
    missing = pa.nulls(len(rows), pa.utf8())
    return rows, {name: columns.get(name, missing) for name in names}


def _without(count: int, taken: Sequence[pa.Array]) -> list[int]:
    left = bytearray(b"\x01") * count
    for rows in taken:
        for row in rows.to_pylist():
            left[row] = 0
    return [row for row, is_left in enumerate(left) if is_left]


def _split_singly(
    lines: Lines,
    left: Sequence[int],
    names: Sequence[str],
    split_one: SplitOne,
    refused: tuple[list[Refusal], list[Refusal]],
    reason: str,
) -> tuple[pa.Array, _Columns]:
    rejects, ignored = refused
    rows: list[int] = []
    values: dict[str, list[str | None]] = {name: [] for name in names}
    for row in left:
        line = lines.raw(row)
        if not line.strip():
            ignored.append(lines.refusal(row, BLANK))
        elif (found := split_one(line.decode("utf-8", "replace"))) is None:
            rejects.append(lines.refusal(row, reason))
        else:
            rows.append(row)
            for name in names:
                value = found.get(name)
                values[name].append(value if isinstance(value, str) else None)
    return pa.array(rows, pa.int64()), {name: pa.array(column, pa.utf8()) for name, column in values.items()}


def _in_order(found: Sequence[tuple[pa.Array, _Columns]], names: Sequence[str]) -> tuple[pa.Array, _Columns]:
    found = [part for part in found if len(part[0])]
    if not found:
        return pa.array([], pa.int64()), {name: pa.array([], pa.utf8()) for name in names}
    if len(found) == 1:
        return found[0]
    rows = pa.concat_arrays([rows for rows, _ in found])
    order = pc.sort_indices(rows)
    columns = {name: pa.concat_arrays([part[name] for _, part in found]).take(order) for name in names}
    return rows.take(order), columns
