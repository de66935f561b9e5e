"""Stacked bars in terminal cells: which series a cell shows, and with what character. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

BARS: Final = " ▁▂▃▄▅▆▇█"
FILLS: Final = "█▓▒░"
"""Full cells of the first, second ... series, below the top of a bar: told apart without colour, too."""
MOST_SERIES: Final = len(FILLS)
OTHERS: Final = "others"
NO_VALUE: Final = "(none)"
Series = tuple[str, Sequence[int]]
Cell = tuple[str, int]
"""(character, number of the series it shows; -1 for none)."""


def ranked(series: Mapping[str, Sequence[int]], most: int = MOST_SERIES) -> list[Series]:
    """At most `most` series, the largest first; the smallest ones together as `others`."""
    ordered = sorted(series.items(), key=lambda item: (-sum(item[1]), item[0]))
    named = [(name or NO_VALUE, counts) for name, counts in ordered]
    if len(named) <= most:
        return named
    rest = [sum(counts) for counts in zip(*(counts for _, counts in named[most - 1 :]), strict=True)]
    return [*named[: most - 1], (OTHERS, rest)]


def stacked(series: Sequence[Series], height: int) -> list[list[Cell]]:
    """Lines of cells, top line first. A bin with any event shows at least the lowest bar."""
    totals = [sum(counts) for counts in zip(*(counts for _, counts in series), strict=True)]
    most = max(totals, default=0)
    lines: list[list[Cell]] = [[] for _ in range(height)]
    for place, total in enumerate(totals):
        level = 0 if not total else max(1, round(total / most * 8 * height))
        bounds = _bounds([counts[place] for _, counts in series], total, level)
        for line in range(height):
            lines[height - 1 - line].append(_cell(bounds, 8 * line, min(level, 8 * line + 8), level))
    return lines


def _bounds(counts: Sequence[int], total: int, level: int) -> list[float]:
    """Where each series ends, in eighths from the bottom."""
    bounds, sum_so_far = [], 0
    for count in counts:
        sum_so_far += count
        bounds.append(level * sum_so_far / total if total else 0.0)
    return bounds


def _cell(bounds: Sequence[float], low: int, high: int, level: int) -> Cell:
    """The cell from `low` to `high` eighths: the series with most of it. The top of a bar is solid, for its height."""
    if high <= low:
        return " ", -1
    begin, best, most = 0.0, 0, -1.0
    for number, end in enumerate(bounds):
        share = min(end, high) - max(begin, low)
        if share > most + 1e-9:
            best, most = number, share
        begin = end
    return (FILLS[best] if high < level else BARS[high - low]), best
