"""Counts over events: histogram, facets, spans. Per segment in SQL, merged by text."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from timeline.model.source import Histogram
from timeline.store.conditions import Condition
from timeline.store.reader import Reader, Segment
from timeline.store.schema import INDEXED_COLUMNS

_FARTHEST_US: Final = 2**62 - 1  # the difference of two such times still is an integer to SQLite
Group = tuple[int, int | None, int]
"""(bin, id of the value or None, how many events)."""


def span(reader: Reader, condition: Condition) -> tuple[int, int] | None:
    """(first, last) time of the matching dated events, us UTC; None without any."""
    found = [own for segment in reader.segments if (own := _span(reader, condition, segment)) is not None]
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def _span(reader: Reader, condition: Condition, segment: Segment) -> tuple[int, int] | None:
    """Rows ascend with time, so the first and the last match are enough."""
    if condition.is_everything:
        return None if segment.first_us is None or segment.last_us is None else (segment.first_us, segment.last_us)
    where, values = condition.where(segment)
    sql = f"SELECT e.timestamp FROM {segment.events} e WHERE e.row <= ? AND ({where}) ORDER BY e.row"
    first = reader.connection.execute(f"{sql} LIMIT 1", (segment.dated_rows, *values)).fetchone()
    if first is None:
        return None
    return first[0], reader.connection.execute(f"{sql} DESC LIMIT 1", (segment.dated_rows, *values)).fetchone()[0]


def histogram(reader: Reader, condition: Condition, *, start_us: int, end_us: int, bins: int, by: str) -> Histogram:
    """Dated matches in [start_us, end_us] counted in `bins` equal bins, one series per value of the text field `by`."""
    bins = max(1, bins)
    start_us, end_us = max(start_us, -_FARTHEST_US), min(end_us, _FARTHEST_US)
    width = max(1, -(-(end_us + 1 - start_us) // bins))
    series: dict[str, list[int]] = {}
    for segment in reader.segments:
        if condition.is_everything and _has_one_value(reader, segment, by):
            groups = _by_seeking(reader, segment, start_us, end_us, width, segment.ranges[by][0])
        else:
            groups = _by_counting(reader, condition, segment, start_us, end_us, width, by)
        found = list(groups)
        texts = reader.texts(segment, {value for _, value, _ in found})
        for place, value, count in found:
            counts = series.setdefault("" if value is None else texts[value], [0] * bins)
            counts[place] += count
    return Histogram(start_us, width, {name: tuple(series[name]) for name in sorted(series)})


def _has_one_value(reader: Reader, segment: Segment, field: str) -> bool:
    if field not in INDEXED_COLUMNS or segment.ranges.get(field, (1, 0))[1] != 1:
        return False
    sql = f'SELECT 1 FROM {segment.events} WHERE "{field}" IS NULL LIMIT 1'
    return reader.connection.execute(sql).fetchone() is None


def _by_seeking(
    reader: Reader, segment: Segment, start_us: int, end_us: int, width: int, value: int
) -> Iterator[Group]:
    """Rows ascend with time, so the events of a bin are those between two rows."""
    row = reader.first_row_at(segment, start_us)
    end = reader.first_row_at(segment, end_us + 1)
    while row < end:
        place = (reader.time_of(segment, row) - start_us) // width
        after = min(end, reader.first_row_at(segment, start_us + (place + 1) * width))
        yield place, value, after - row
        row = after


def _by_counting(
    reader: Reader, condition: Condition, segment: Segment, start_us: int, end_us: int, width: int, by: str
) -> Iterator[Group]:
    low, high = reader.first_row_at(segment, start_us), reader.first_row_at(segment, end_us + 1) - 1
    if low > high:
        return iter(())
    where, values = condition.where(segment)
    sql = (
        f'SELECT (e.timestamp - ?) / ?, e."{by}", count(*) FROM {segment.events} e'
        f" WHERE e.row BETWEEN ? AND ? AND ({where}) GROUP BY 1, 2"
    )
    return iter(reader.connection.execute(sql, (start_us, width, low, high, *values)).fetchall())


def facet(reader: Reader, condition: Condition, field: str, *, text: bool) -> Counter[str | None]:
    """How often each value of a field occurs among the matches; None counts the events without one."""
    counts: Counter[str | None] = Counter()
    for segment in reader.segments:
        for value, count in _facet(reader, condition, segment, field, text=text):
            counts[None if value is None else str(value)] += count
    return counts


def _facet(
    reader: Reader, condition: Condition, segment: Segment, field: str, *, text: bool
) -> Iterator[tuple[str | int | None, int]]:
    where, values = condition.where(segment)
    # the unary + keeps SQLite from walking the field's index and fetching the rows at random to test them
    column = f'e."{field}"' if condition.is_everything else f'+e."{field}"'
    grouped = f"SELECT {column} AS value, count(*) AS events FROM {segment.events} e WHERE {where} GROUP BY 1"
    if text:
        grouped = f"SELECT v.text, g.events FROM ({grouped}) g LEFT JOIN {segment.values} v ON v.id = g.value"
    yield from reader.connection.execute(grouped, values)
