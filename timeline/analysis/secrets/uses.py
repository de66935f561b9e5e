"""Uses of a secret by its key ids, set apart by what was known of it then."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from timeline.analysis.facts import Facts
from timeline.model.groups import Group
from timeline.model.secrets import Phase, Use
from timeline.query.tree import Node, NumberTest, TextTest, all_of, negated

_BY: Final = ("actor", "src_ip", "user_agent", "outcome")
_NOT_USED: Final = negated(TextTest("action", "exact", "secret_found"))


def find_uses(
    facts: Facts, ids: Sequence[str], exposed_us: int | None, revoked_us: int | None, since_us: int | None = None
) -> tuple[Use, ...]:
    """All uses of these credentials, by phase and time. From `since_us` to exposure, where that is a bound, it is unknown."""
    if not ids:
        return ()
    found: list[Use] = []
    for phase, span in _phases(exposed_us, revoked_us, since_us):
        node: list[Node] = [TextTest("credential", "in", tuple(ids)), _NOT_USED]
        if span is not None:
            node.append(NumberTest("timestamp", *span))
        by_who: defaultdict[tuple[str | None, ...], list[Group]] = defaultdict(list)
        for group in facts.groups(_BY, all_of(node)):
            by_who[tuple(value if isinstance(value, str) else None for value in group.values[:3])].append(group)
        found += [_use(phase, who, groups) for who, groups in by_who.items()]
    return tuple(sorted(found, key=lambda use: (use.first_us is None, use.first_us or 0, use.first_key)))


def _phases(
    exposed_us: int | None, revoked_us: int | None, since_us: int | None
) -> list[tuple[Phase, tuple[int | None, int | None] | None]]:
    """Phases with [first, last] microsecond of each, None for all time."""
    if exposed_us is None:
        if revoked_us is None:
            return [("unknown", None)]
        return [("unknown", (None, revoked_us - 1)), ("after", (revoked_us, None))]
    start = exposed_us if revoked_us is None else min(exposed_us, revoked_us)
    end = None if revoked_us is None else revoked_us - 1
    dark = start if since_us is None else min(since_us, start)
    phases: list[tuple[Phase, tuple[int | None, int | None] | None]] = [("before", (None, dark - 1))]
    if dark < start:
        phases.append(("unknown", (dark, start - 1)))
    phases.append(("between", (start, end)))
    return phases if revoked_us is None else [*phases, ("after", (revoked_us, None))]


def _use(phase: Phase, who: tuple[str | None, ...], groups: Sequence[Group]) -> Use:
    first = min(groups, key=lambda group: (group.first_us is None, group.first_us, group.first_key))
    last = max(groups, key=lambda group: (group.last_us is not None, group.last_us, group.last_key))
    events = sum(group.events for group in groups)
    denied = sum(group.events for group in groups if group.values[3] in {"denied", "failure"})
    actor, address, agent = who
    return Use(
        phase, actor, address, agent, events, denied, first.first_us, last.last_us, first.first_key, last.last_key
    )
