"""Holes in what a provider delivers slot by slot: files that a digest lists and that are not here, and long silences.

A service that writes a file every few minutes writes none when nothing happens. So a silence proves nothing by itself: it is
called unknown where it is far longer than silences between these files otherwise are, and the words say what was looked at.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import Final

from timeline.analysis.facts import Facts
from timeline.model.source import SourceInfo
from timeline.model.time import HOUR_US, MINUTE_US, show_span, to_us
from timeline.query.parsing import parse

SLOT_US: Final = 15 * MINUTE_US  # a file holds events of about so long before its slot
TIMES: Final = 6  # a silence so many times as long as the median one
LEAST_US: Final = HOUR_US
FEWEST: Final = 4  # files that show how often files come
MOST_DELIVERED: Final = 20_000
SILENCE: Final = "no file delivered in {span} is here, others come {usual} apart: none was written, or none collected"
LISTED: Final = "{files:,} files that a digest lists are not here"
_DELIVERED: Final = parse("kind:aws.cloudtrail.digest action:delivered", now_us=0)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time of which files are missing, microseconds UTC; `scope` is that of the files (an account)."""

    scope: str
    start_us: int
    end_us: int
    why: str
    keys: tuple[str, ...] = ()


def find_gaps(facts: Facts, slots: re.Pattern[str]) -> list[Gap]:
    """All gaps. `slots` finds `scope` and `slot` (20260330T2240Z) in the names of delivered files."""
    if not any(slots.search(source.path) for source in facts.sources()):
        return []
    return [*_missing(facts, slots), *silences(facts.sources(), slots)]


def silences(sources: Iterable[SourceInfo], slots: re.Pattern[str]) -> list[Gap]:
    """Times without a file that are far longer than others between the files of a scope."""
    by_scope: defaultdict[str, set[int]] = defaultdict(set)
    for source in sources:
        match = slots.search(source.path)
        us = None if match is None else _slot_us(match["slot"])
        if match is not None and us is not None:
            by_scope[match["scope"]].add(us)
    return [gap for scope, times in sorted(by_scope.items()) for gap in _silences(scope, sorted(times))]


def _silences(scope: str, times: Sequence[int]) -> Iterator[Gap]:
    if len(times) < FEWEST:
        return
    apart = [later - earlier for earlier, later in pairwise(times)]
    usual = round(median(apart))
    for earlier, later in pairwise(times):
        if later - earlier > max(LEAST_US, TIMES * usual) and later - SLOT_US > earlier:
            words = SILENCE.format(span=show_span(later - earlier), usual=show_span(usual))
            yield Gap(scope, earlier, later - SLOT_US, words)


def _missing(facts: Facts, slots: re.Pattern[str]) -> Iterator[Gap]:
    """Files that digests list and that no source has the name of, those next to each other together."""
    here = {source.path.rpartition("/")[2].removesuffix(".gz") for source in facts.sources()}
    lost: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for count, event in enumerate(facts.matching(_DELIVERED)):
        if count >= MOST_DELIVERED:
            break
        name = (event.resource or "").rpartition("/")[2]
        match = slots.search(name)
        us = None if match is None else _slot_us(match["slot"])
        if match is not None and us is not None and name.removesuffix(".gz") not in here:
            lost[match["scope"]].append((us, event.key))
    for scope, files in sorted(lost.items()):
        run: list[tuple[int, str]] = []
        for us, key in sorted(files):
            if run and us - run[-1][0] > LEAST_US:
                yield _together(scope, run)
                run = []
            run.append((us, key))
        yield _together(scope, run)


def _together(scope: str, run: Sequence[tuple[int, str]]) -> Gap:
    keys = tuple(dict.fromkeys((run[0][1], run[-1][1])))
    return Gap(scope, run[0][0] - SLOT_US, run[-1][0], LISTED.format(files=len(run)), keys)


def _slot_us(text: str) -> int | None:
    try:
        return to_us(datetime.strptime(text, "%Y%m%dT%H%MZ").replace(tzinfo=UTC))
    except ValueError:
        return None
