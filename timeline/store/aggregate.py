"""Counts over events: histogram, facets, spans. Per segment in SQL, merged by text."""

from collections import Counter

from timeline.model.source import Histogram
from timeline.store.conditions import Condition
from timeline.store.reader import Reader


def span(reader: Reader, condition: Condition) -> tuple[int, int] | None:
    """(first, last) time of the matching dated events, us UTC; None without any."""
    firsts: list[int] = []
    lasts: list[int] = []
    for segment in reader.segments:
        if condition.is_everything:
            found = (segment.first_us, segment.last_us)
        else:
            where, values = condition.where(segment)
            found = reader.connection.execute(
                f"SELECT min(timestamp), max(timestamp) FROM {segment.events} e WHERE {where}", values
            ).fetchone()
        if found[0] is not None and found[1] is not None:
            firsts.append(found[0])
            lasts.append(found[1])
    return (min(firsts), max(lasts)) if firsts else None


def histogram(reader: Reader, condition: Condition, *, start_us: int, end_us: int, bins: int, by: str) -> Histogram:
    """Dated matches in [start_us, end_us] counted in `bins` equal bins, one series per value of the text field `by`."""
    width = max(1, -(-(end_us + 1 - start_us) // max(1, bins)))
    series: dict[str, list[int]] = {}
    for segment in reader.segments:
        low, high = reader.first_row_at(segment, start_us), reader.first_row_at(segment, end_us + 1) - 1
        if low > high:
            continue
        where, values = condition.where(segment)
        sql = (
            f'SELECT (e.timestamp - ?) / ?, e."{by}", count(*) FROM {segment.events} e'
            f" WHERE e.row BETWEEN ? AND ? AND ({where}) GROUP BY 1, 2"
        )
        found = reader.connection.execute(sql, (start_us, width, low, high, *values)).fetchall()
        texts = reader.texts(segment, {row[1] for row in found})
        for place, value, count in found:
            counts = series.setdefault("" if value is None else texts[value], [0] * bins)
            counts[place] += count
    return Histogram(start_us, width, {name: tuple(series[name]) for name in sorted(series)})


def facet(reader: Reader, condition: Condition, field: str, *, text: bool) -> Counter[str | None]:
    """How often each value of a field occurs among the matches; None counts the events without one."""
    counts: Counter[str | None] = Counter()
    for segment in reader.segments:
        where, values = condition.where(segment)
        sql = f'SELECT e."{field}", count(*) FROM {segment.events} e WHERE {where} GROUP BY 1'
        found = reader.connection.execute(sql, values).fetchall()
        texts = reader.texts(segment, {row[0] for row in found}) if text else {}
        for value, count in found:
            counts[None if value is None else texts[value] if text else str(value)] += count
    return counts
