"""Whether a resource was read in a time: by whom, or what supports that it was not, or why that cannot be answered."""

from collections.abc import Sequence
from typing import Final

from timeline.analysis.coverage.find import by_vantage
from timeline.analysis.facts import Facts
from timeline.analysis.spans import Span, common, merged, without
from timeline.model.coverage import Coverage, Interval, ReadAnswer, Vantage
from timeline.query.tree import NumberTest, all_of, any_of
from timeline.rules.coverage_pack import CoveragePack, ReadRule, SeenFrom, own_coverage_pack
from timeline.rules.patterns import filled, resource_test

MOST_READS: Final = 1_000
NO_RULE: Final = "nothing is known of how reads of such a thing are logged"
READ: Final = "events show it"
COVERED: Final = "no event shows a read, and what would have shown one was on all of the time"
NOT_COVERED: Final = "no event shows a read, but nothing here would have shown one in the holes"


def was_read(
    facts: Facts, coverage: Coverage, resource: str, span: Span, pack: CoveragePack | None = None
) -> ReadAnswer:
    """The answer for a resource, as an analyst types it, in [start, end) (microseconds UTC)."""
    pack = pack or own_coverage_pack()
    found = [(rule, match.groupdict()) for rule in pack.reads if (match := rule.recognise.fullmatch(resource))]
    if not found:
        hole = Interval(Vantage("(none)", resource), *span, "unknown", NO_RULE)
        return ReadAnswer(resource, *span, "not answerable", (), 0, (), (hole,), NO_RULE)
    rule, parts = found[0]
    named = {name: value or "" for name, value in parts.items()}
    keys = _reads(facts, rule, named, span)
    support, holes = _supported(coverage, rule, named, span)
    if keys:
        more = max(0, len(keys) - MOST_READS)
        return ReadAnswer(resource, *span, "read", tuple(keys[:MOST_READS]), more, support, holes, READ)
    if holes:
        return ReadAnswer(resource, *span, "not answerable", (), 0, support, holes, NOT_COVERED)
    return ReadAnswer(resource, *span, "not read", (), 0, support, (), COVERED)


def unseen(
    coverage: Coverage, resource: str, span: Span, pack: CoveragePack | None = None
) -> tuple[Interval, ...] | None:
    """The holes of a time: where nothing here would have shown a read. None where no rule knows such a resource."""
    for rule in (pack or own_coverage_pack()).reads:
        match = rule.recognise.fullmatch(resource)
        if match is not None:
            named = {name: value or "" for name, value in match.groupdict().items()}
            return _supported(coverage, rule, named, span)[1]
    return None


def _reads(facts: Facts, rule: ReadRule, named: dict[str, str], span: Span) -> list[str]:
    node = any_of(
        [all_of([seen.query, any_of([resource_test(p, named) for p in seen.resources])]) for seen in rule.seen]
    )
    inside = NumberTest("timestamp", span[0], span[1] - 1)
    return [event.key for event in facts.matching(all_of([inside, node]))]


def _supported(
    coverage: Coverage, rule: ReadRule, named: dict[str, str], span: Span
) -> tuple[tuple[Interval, ...], tuple[Interval, ...]]:
    """(intervals that support a no, holes): where none of the vantage points of the rule was on."""
    support: list[Interval] = []
    other: list[Interval] = []
    intervals = by_vantage(coverage)
    for seen in rule.seen:
        for vantage, own in intervals.items():
            if vantage.name == seen.vantage and _is_scope(seen, vantage.scope, named):
                for interval in own:
                    if (part := common((interval.start_us, interval.end_us), span)) is not None:
                        cut = Interval(vantage, *part, interval.state, interval.why, interval.keys)
                        (support if interval.state == "on" else other).append(cut)
    covered = merged((interval.start_us, interval.end_us) for interval in support)
    return tuple(support), tuple(_holes(without(span, covered), other, rule))


def _is_scope(seen: SeenFrom, scope: str, named: dict[str, str]) -> bool:
    return seen.scope == "*" or filled(seen.scope, named) == scope


def _holes(open_spans: Sequence[Span], other: Sequence[Interval], rule: ReadRule) -> list[Interval]:
    """The spans that nothing covers, with what is known of them."""
    holes: list[Interval] = []
    for span in open_spans:
        known = [
            Interval(interval.vantage, *part, interval.state, interval.why, interval.keys)
            for interval in other
            if (part := common((interval.start_us, interval.end_us), span)) is not None
        ]
        holes += known or [
            Interval(Vantage(seen.vantage, "(none here)"), *span, "unknown", "no log of this kind is in the evidence")
            for seen in rule.seen
        ]
    return sorted(holes, key=lambda interval: (interval.start_us, interval.vantage))
