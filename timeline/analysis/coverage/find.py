"""Coverage: what each vantage point of a case shows of its time, and why.

What a log holds of a vantage point is on over its own span. A switch that an event shows counts until the next one;
events that come in although it was switched off make it partial. Before the first and after the last event nothing tells.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from timeline.analysis.coverage.deliveries import Gap, find_gaps
from timeline.analysis.coverage.rotation import Hole, rotation_holes
from timeline.analysis.coverage.switches import EVERYWHERE, Switch, find_switches
from timeline.analysis.facts import Facts
from timeline.analysis.spans import Span, common, without
from timeline.model.coverage import Coverage, Interval, State, Vantage
from timeline.model.groups import Group
from timeline.model.source import SourceInfo
from timeline.model.time import DAY_US, parse_iso
from timeline.query.tree import Node, NumberTest, all_of
from timeline.rules.coverage_pack import SOURCE, CoveragePack, VantageRule, own_coverage_pack

NO_SCOPE: Final = "(none stated)"
OUTSIDE: Final = "outside the span of the evidence of this kind"
SEEN: Final = "its events are in the evidence"
BEST_EFFORT: Final = "; the provider delivers it on a best-effort basis"
NOT_TOLD: Final = "nothing in the case tells whether it was on"
NOT_HERE: Final = "the log that would hold it does not reach there in this evidence"
EXPIRED: Final = "the provider keeps it for {} days: it was gone when it was collected"
ON: Final = "switched on by {}"
NOT_COLLECTED: Final = ", but the log is not in the evidence"
OFF: Final = "switched off by {}"
OFF_BUT: Final = "switched off by {}, yet events go on: something else logs too"
SWITCHED_ON_LATER: Final = "an event switches it on later; nothing tells what was before"


@dataclass(slots=True)
class _Scope:
    """What is known of one vantage point in one scope."""

    vantage: Vantage
    spans: list[Span] = field(default_factory=list)
    events: list[Group] = field(default_factory=list)
    switches: list[Switch] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


def find_coverage(facts: Facts, pack: CoveragePack | None = None) -> Coverage:
    """Coverage over the span of the case. Deterministic; every switch is cited."""
    pack = pack or own_coverage_pack()
    span = facts.span()
    if span is None:
        return Coverage(None, ())
    whole = (span[0], span[1] + 1)
    switches, problems = find_switches(facts, pack.switches)
    holes = rotation_holes(facts.sources())
    intervals: list[Interval] = []
    for rule in pack.vantages.values():
        reach = whole if rule.carrier is None else _reach(facts, pack.vantages[rule.carrier])
        for scope in _scopes(facts, rule, switches, holes):
            own = _intervals(facts, rule, scope, whole)
            intervals += own if reach is None else [cut for interval in own for cut in _within(interval, reach)]
    ordered = sorted(intervals, key=lambda interval: (interval.vantage, interval.start_us))
    return Coverage(whole, tuple(ordered), tuple(problems))


def _reach(facts: Facts, carrier: VantageRule) -> Span | None:
    """The span of the log that carries a vantage point's events; None when there is none."""
    (group,) = facts.groups((), carrier.query) or (None,)
    if group is None or group.first_us is None or group.last_us is None:
        return None
    return group.first_us, group.last_us + 1


def _within(interval: Interval, reach: Span) -> Iterator[Interval]:
    """An interval whose state is not known outside of what its log reaches."""
    span = (interval.start_us, interval.end_us)
    if interval.state == "unknown":
        yield interval
        return
    inside = common(span, reach)
    if inside is not None:
        yield Interval(interval.vantage, *inside, interval.state, interval.why, interval.keys)
    for rest in without(span, [reach]):
        yield Interval(interval.vantage, *rest, "unknown", NOT_HERE, interval.keys)


def _scopes(facts: Facts, rule: VantageRule, switches: Sequence[Switch], holes: Sequence[Hole]) -> Iterator[_Scope]:
    found: dict[str, _Scope] = {}
    for group in _grouped(facts, rule, rule.query, kept=f"coverage {rule.name}"):
        name = _name(rule, group)
        scope = found.setdefault(name, _Scope(Vantage(rule.name, name)))
        scope.events.append(group)
        if group.first_us is not None and group.last_us is not None:
            scope.spans.append((group.first_us, group.last_us + 1))
        scope.holes += [hole for hole in holes if rule.scope == SOURCE and str(group.values[0]).startswith(hole.base)]
    mine = [switch for switch in switches if switch.vantage.name == rule.name]
    for switch in mine:
        if switch.vantage.scope != EVERYWHERE:
            found.setdefault(switch.vantage.scope, _Scope(Vantage(rule.name, switch.vantage.scope)))
    for switch in mine:
        names = list(found) if switch.vantage.scope == EVERYWHERE else [switch.vantage.scope]
        for name in names:
            if switch.vantage.scope == EVERYWHERE and rule.scope == "account" and name != switch.account:
                continue
            found[name].switches.append(switch)
    gaps = [] if rule.slots is None else find_gaps(facts, rule.slots)
    for name in sorted(found):
        found[name].gaps += [gap for gap in gaps if rule.scope != "account" or gap.scope == name]
        yield found[name]


def _grouped(facts: Facts, rule: VantageRule, node: Node, kept: str | None = None) -> list[Group]:
    derive = {} if rule.part is None or rule.scope == SOURCE else {rule.scope: rule.scope_of}
    return facts.groups((rule.scope,), node, derive=derive, kept=kept)


def _name(rule: VantageRule, group: Group) -> str:
    value = group.values[0]
    if value is None:
        return NO_SCOPE
    return (rule.scope_of(str(value)) or NO_SCOPE) if rule.scope == SOURCE else str(value)


def _intervals(facts: Facts, rule: VantageRule, scope: _Scope, whole: Span) -> Iterator[Interval]:
    """The intervals of one vantage point and scope, over all of `whole`, in order."""
    held = (min(s for s, _ in scope.spans), max(e for _, e in scope.spans)) if scope.spans else None
    taken = _apart([*_holes(scope, whole), *_switched(facts, rule, scope, whole)])
    expired = None if held is None else _expired(facts, rule, scope, (whole[0], held[0]))
    if held is not None:
        state: State = "on" if rule.is_log else "partial"
        why = SEEN + (BEST_EFFORT if rule.best_effort else "")
        keys = _ends(scope.events)
        free = without(held, sorted((interval.start_us, interval.end_us) for interval in taken))
        taken = _apart([*taken, *(Interval(scope.vantage, *part, state, why, keys) for part in free)])
    if expired is not None:
        taken = _apart([*taken, expired])
    rest = without(whole, sorted((interval.start_us, interval.end_us) for interval in taken))
    taken += [Interval(scope.vantage, *part, "unknown", OUTSIDE if rule.is_log else NOT_TOLD) for part in rest]
    seen = [interval for interval in taken if interval.state in {"on", "partial"}]
    other = [interval for interval in taken if interval.state not in {"on", "partial"}]
    gaps = [cut for gap in _gaps(facts, rule, scope, whole) for interval in seen for cut in _cut(gap, interval)]
    yield from sorted([*_apart([*gaps, *seen]), *other], key=lambda interval: interval.start_us)


def _cut(gap: Interval, interval: Interval) -> Iterator[Interval]:
    """The part of a gap that lies in an interval."""
    part = common((gap.start_us, gap.end_us), (interval.start_us, interval.end_us))
    if part is not None:
        yield Interval(gap.vantage, *part, gap.state, gap.why, gap.keys)


def _expired(facts: Facts, rule: VantageRule, scope: _Scope, before: Span) -> Interval | None:
    """The time before the evidence that the provider had dropped when it was collected; None when that is not known."""
    if rule.kept_days is None:
        return None
    paths = {group.values[0] for group in facts.groups((SOURCE,), rule.query)}
    collected = [_collected_us(source) for source in facts.sources() if source.path in paths]
    known = [us for us in collected if us is not None]
    if not known or len(known) < len(collected):
        return None
    gone = common((before[0], min(known) - rule.kept_days * DAY_US), before)
    return None if gone is None else Interval(scope.vantage, *gone, "off", EXPIRED.format(rule.kept_days))


def _collected_us(source: SourceInfo) -> int | None:
    """When a source was collected, by case.yaml; None where nobody said so."""
    found = None if source.acquired is None else parse_iso(source.acquired)
    return None if found is None else found[0]


def _holes(scope: _Scope, whole: Span) -> Iterator[Interval]:
    for hole in dict.fromkeys(scope.holes):
        part = common((hole.start_us + 1, hole.end_us), whole)
        if part is not None:
            missing = ", ".join(map(str, hole.missing[:5]))
            yield Interval(scope.vantage, *part, "unknown", f"rotated files are missing: {hole.base} number {missing}")


def _gaps(facts: Facts, rule: VantageRule, scope: _Scope, whole: Span) -> Iterator[Interval]:
    """Times of which files are missing. A silence says nothing where another file has events of it."""
    for gap in scope.gaps:
        span = common((gap.start_us + 1, gap.end_us), whole)
        if span is None:
            continue
        if not _has_events(facts, rule, scope, span):
            yield Interval(scope.vantage, *span, "unknown", gap.why, gap.keys)
        elif gap.keys:  # files are known to be missing, whatever else is here
            yield Interval(scope.vantage, *span, "partial", gap.why, gap.keys)


def _switched(facts: Facts, rule: VantageRule, scope: _Scope, whole: Span) -> Iterator[Interval]:
    """What the switches say. An off that `as before` ends gives way to what was before it."""
    switches = sorted(scope.switches, key=lambda switch: (switch.us, switch.key))
    states: list[Switch] = []
    for place, switch in enumerate(switches):
        if switch.state != "as before":
            states = [*states, switch] if switch.state == "off" else [switch]
        elif states and states[-1].state == "off":
            states.pop()
        following = switches[place + 1] if place + 1 < len(switches) else None
        span = common((switch.us, whole[1] if following is None else following.us), whole)
        if span is not None and states:
            yield from _as_switched(facts, rule, scope, span, states[-1], following)
    if switches and switches[0].state == "on" and not rule.is_log:
        before = common((whole[0], switches[0].us), whole)
        if before is not None:
            yield Interval(scope.vantage, *before, "unknown", SWITCHED_ON_LATER, (switches[0].key,))


def _as_switched(
    facts: Facts, rule: VantageRule, scope: _Scope, span: Span, switch: Switch, following: Switch | None
) -> Iterator[Interval]:
    if switch.state == "on":
        if not rule.is_log:
            yield Interval(scope.vantage, *span, "on", ON.format(switch.rule), (switch.key,))
        elif not scope.spans:  # what a log holds speaks for itself
            yield Interval(scope.vantage, *span, "unknown", ON.format(switch.rule) + NOT_COLLECTED, (switch.key,))
        return
    keys = (switch.key,) if following is None else (switch.key, following.key)
    if _has_events(facts, rule, scope, span):
        yield Interval(scope.vantage, *span, "partial", OFF_BUT.format(switch.rule), keys)
    else:
        yield Interval(scope.vantage, *span, "off", OFF.format(switch.rule), keys)


def _has_events(facts: Facts, rule: VantageRule, scope: _Scope, span: Span) -> bool:
    """Whether events of the scope lie inside the span, its ends apart."""
    if span[1] - span[0] < 3:
        return False
    inside = all_of([rule.query, NumberTest("timestamp", span[0] + 1, span[1] - 2)])
    return any(_name(rule, group) == scope.vantage.scope for group in _grouped(facts, rule, inside))


def _apart(intervals: Sequence[Interval]) -> list[Interval]:
    """The intervals cut so that none overlaps an earlier one of the list."""
    found: list[Interval] = []
    for interval in intervals:
        taken = sorted((own.start_us, own.end_us) for own in found)
        found += [
            Interval(interval.vantage, *part, interval.state, interval.why, interval.keys)
            for part in without((interval.start_us, interval.end_us), taken)
        ]
    return found


def _ends(groups: Sequence[Group]) -> tuple[str, ...]:
    dated = [group for group in groups if group.first_us is not None]
    first = min(dated, key=lambda group: (group.first_us or 0, group.first_key))
    last = max(dated, key=lambda group: (group.last_us or 0, group.last_key))
    return tuple(dict.fromkeys((first.first_key, last.last_key)))


def by_vantage(coverage: Coverage) -> Mapping[Vantage, Sequence[Interval]]:
    """The intervals of each vantage point, in order."""
    found: defaultdict[Vantage, list[Interval]] = defaultdict(list)
    for interval in coverage.intervals:
        found[interval.vantage].append(interval)
    return found
