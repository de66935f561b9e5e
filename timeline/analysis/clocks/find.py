"""What is known of the clocks of a case."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from timeline.analysis.clocks.commits import find_anomalies
from timeline.analysis.clocks.skew import Keep, find_skews, uncertainty
from timeline.analysis.facts import Facts
from timeline.model.clocks import Assumed, Clocks, Unordered
from timeline.model.event import Event
from timeline.query.tree import EVERYTHING, AnnotationTest
from timeline.rules.clock_pack import ClockPack, own_clock_pack

PUBLISHED: Final = "published"  # a registry's clock, which every snapshot of it copies
STATED: Final = "stated"


def find_clocks(facts: Facts, pack: ClockPack | None = None, keep: Keep | None = None) -> Clocks:
    """Everything: oddities of commits, differences of logs, order of starred events, times that are not stated in full."""
    notes: list[str] = []
    skews = find_skews(facts, pack or own_clock_pack(), notes, keep)
    anomalies = find_anomalies(facts, notes)
    starred = [event for event in facts.matching(AnnotationTest("star")) if event.timestamp is not None]
    unordered = list(_unordered(starred, uncertainty(skews)))
    groups = facts.groups(("source", "timestamp_basis"), EVERYTHING, kept="clocks")
    assumed = [
        Assumed(str(group.values[0]), str(group.values[1]), group.events)
        for group in groups
        if group.values[1] not in {STATED, None}
    ]
    return Clocks(tuple(anomalies), tuple(skews), tuple(unordered), tuple(assumed), tuple(notes))


def _unordered(events: Sequence[Event], off_by: Mapping[str, int]) -> Iterator[Unordered]:
    """Pairs of events of different sources whose times overlap, each widened by what its clock may be off by."""
    spans = sorted(
        ((*_interval(event, off_by.get(event.source, 0)), event) for event in events),
        key=lambda span: (span[0], span[2].key),
    )
    for place, (_, high, one) in enumerate(spans):
        for other_low, other_high, other in islice(spans, place + 1, None):
            if other_low >= high:
                break
            if one.source == other.source or _same_clock(one, other):
                continue
            first, second = sorted((one, other), key=lambda event: (event.timestamp or 0, event.key))
            within = min(high, other_high) - other_low
            yield Unordered(first.key, second.key, first.timestamp or 0, second.timestamp or 0, within)


def _same_clock(one: Event, other: Event) -> bool:
    """Whether two sources copy the same statement, as two snapshots of one registry do."""
    said = (one.kind, one.resource, one.timestamp) == (other.kind, other.resource, other.timestamp)
    return said and one.timestamp_desc == other.timestamp_desc == PUBLISHED


def _interval(event: Event, off_by: int) -> tuple[int, int]:
    us = event.timestamp or 0
    return us - off_by, us + max(event.timestamp_precision or 1, 1) + off_by
