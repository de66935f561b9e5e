"""When the log that a source is of tells nothing, as the coverage analysis found; nothing is analysed for it."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from timeline.analysis.spans import merged, without
from timeline.model.coverage import Coverage, Interval
from timeline.model.source import SourceInfo
from timeline.query.tree import And, Node, Or, TextTest
from timeline.rules.coverage_pack import SOURCE, VantageRule, own_coverage_pack

if TYPE_CHECKING:
    from timeline.session.case import Case


def source_gaps(case: "Case", cancel: threading.Event | None = None) -> Mapping[str, Sequence[Interval]] | None:
    """Path of a source -> when it is off, partial or unknown what happened, in order; None while coverage was not worked out.

    A time is no gap while the log is on in any scope that its sources may be of. Sources of logs of which nothing is known
    are left out.
    """
    coverage = case.findings.known_coverage(cancel=cancel)
    if coverage is None:
        return None
    found = {}
    for source in case.sources():
        intervals = [interval for rule in _rules(source) for interval in _of(rule, source, coverage)]
        if intervals:
            found[source.path] = gaps_of(intervals)
    return found


def gaps_of(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """What none of the intervals says is on, in order and apart; off goes before partial, that before unknown."""
    taken = [(one.start_us, one.end_us) for one in intervals if one.state == "on"]
    gaps: list[Interval] = []
    for state in ("off", "partial", "unknown"):
        for one in intervals:
            if one.state == state:
                left = without((one.start_us, one.end_us), merged(taken))
                gaps += [replace(one, start_us=start, end_us=end) for start, end in left]
                taken += left
    return tuple(sorted(gaps, key=lambda gap: gap.start_us))


def _of(rule: VantageRule, source: SourceInfo, coverage: Coverage) -> Iterator[Interval]:
    scope = rule.scope_of(source.path) if rule.scope == SOURCE else None
    for interval in coverage.intervals:
        if interval.vantage.name == rule.name and scope in {None, interval.vantage.scope}:
            yield interval


def _rules(source: SourceInfo) -> list[VantageRule]:
    kind = source.kind
    return (
        []
        if kind is None
        else [rule for rule in own_coverage_pack().vantages.values() if rule.is_log and _asks(rule.query, kind)]
    )


def _asks(query: Node, kind: str) -> bool:
    """Whether a query asks for events of a kind."""
    if isinstance(query, And | Or):
        return any(_asks(node, kind) for node in query.nodes)
    if not isinstance(query, TextTest) or query.field != "kind":
        return False
    if query.op == "prefix":
        return isinstance(query.value, str) and kind.startswith(query.value)
    return kind in ((query.value,) if isinstance(query.value, str) else query.value)
