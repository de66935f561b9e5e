"""How many events the sources of each format have, over time. Where a segment holds one format, borders of rows are enough."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from timeline.store.reader import Reader, Segment

Kind = str | None
Volumes = Mapping[Kind, Sequence[int]]
_Counts = npt.NDArray[Any]


def volumes(
    reader: Reader, *, start_us: int, end_us: int, bins: int, tell: Callable[[Volumes], None] | None = None
) -> Volumes:
    """Format of the source -> dated events in `bins` equal bins of [start_us, end_us]; `tell` is told what is known so far.

    Inside a snapshot.
    """
    width = max(1, -(-(end_us + 1 - start_us) // bins))
    edges = [*(start_us + place * width for place in range(bins)), end_us + 1]
    totals: dict[Kind, _Counts] = {}
    for segment in reader.segments:
        reader.look()
        for kind, counts in _of_segment(reader, segment, edges).items():
            totals[kind] = totals[kind] + counts if kind in totals else counts
        if tell is not None:
            tell(_as_numbers(totals))
    return _as_numbers(totals)


def _as_numbers(totals: Mapping[Kind, _Counts]) -> Volumes:
    return {kind: tuple(counts.tolist()) for kind, counts in totals.items()}


def _of_segment(reader: Reader, segment: Segment, edges: Sequence[int]) -> dict[Kind, _Counts]:
    borders = np.array(reader.first_rows_at(segment, edges), np.int64) - 1
    rows = np.diff(borders)
    kinds = {number: reader.streams[number].kind for number in segment.streams if number in reader.streams}
    names = sorted(set(kinds.values()), key=lambda kind: (kind is None, kind))
    if len(names) <= 1:
        return dict.fromkeys(names, rows)
    place_of = np.zeros(max(kinds) + 1, np.int64)
    for number, kind in kinds.items():
        place_of[number] = names.index(kind)
    streams, _ = reader.column(segment, "stream").values
    part = streams[int(borders[0]) : int(borders[-1])]
    if len(part) and not 0 <= int(part.min()) <= int(part.max()) < len(place_of):
        raise reader.damaged(f"segment {segment.number} has events of a stream that is not there")
    bins = len(rows)
    cells = np.repeat(np.arange(bins), rows) * len(names) + place_of[part]
    counts = np.bincount(cells, minlength=bins * len(names)).reshape(bins, len(names))
    return {kind: counts[:, place] for place, kind in enumerate(names)}
