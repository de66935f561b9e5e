"""Holes in rows of rotated files: `access.log`, `access.log.1`, `access.log.3` say that one is missing."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from timeline.model.source import SourceInfo

_NUMBERED: Final = re.compile(r"(?P<base>.+?)(?:[._-](?P<number>\d{1,4}))?(?P<packed>(?:\.(?:gz|bz2|xz|zst))?)")


@dataclass(frozen=True, slots=True)
class Hole:
    """Numbers that are missing in a row of rotated files, and the span between their neighbours, microseconds UTC."""

    base: str
    missing: tuple[int, ...]
    start_us: int
    end_us: int


def rotation_holes(sources: Iterable[SourceInfo]) -> list[Hole]:
    """Holes in rows of rotated files whose neighbours are dated. Higher numbers are older."""
    rows: defaultdict[str, dict[int, SourceInfo]] = defaultdict(dict)
    for source in sources:
        match = _NUMBERED.fullmatch(source.path)
        if match is not None and source.first_us is not None and source.last_us is not None:
            rows[match["base"]][int(match["number"] or 0)] = source
    holes = []
    for base, row in sorted(rows.items()):
        numbers = sorted(row)
        if numbers[0] > 1:  # not a row that was rotated: dates, hosts
            continue
        for newer, older in pairwise(numbers):
            start, end = row[older].last_us, row[newer].first_us
            if older - newer > 1 and start is not None and end is not None and start < end:
                holes.append(Hole(base, tuple(range(newer + 1, older)), start, end))
    return holes
