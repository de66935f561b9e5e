"""Touches: every read of an exposed thing inside its window, by whom, from where, with how many bytes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from timeline.analysis.facts import Facts
from timeline.model.exposure import Touch, Window
from timeline.model.groups import Group
from timeline.model.noise import NoiseClass
from timeline.query.tree import Node, NumberTest, TextTest, all_of, any_of, negated
from timeline.rules.exposure_pack import ThingKind
from timeline.rules.patterns import resource_test

_BY: Final = ("actor", "src_ip", "user_agent", "outcome")
KNOWN: Final = "known"
NEW: Final = "first seen"
ANONYMOUS: Final = "anonymous"
NOISE: Final = "noise"
Labelled = tuple[NoiseClass, Node]
"""A class of noise, and the query of its events."""


def touched(window: Window, kind: ThingKind) -> Node | None:
    """The query for reads of a window's thing inside it; None where the pack does not know how reads look."""
    named = kind.named(window.thing.name)
    if named is None:
        return None
    reads = [
        all_of([rule.query, any_of([resource_test(pattern, named) for pattern in rule.resources])])
        for rule in kind.touches
    ]
    if not reads:
        return None
    return all_of([NumberTest("timestamp", window.opened_us, window.closed_us), any_of(reads)])


def find_touches(facts: Facts, window: Window, kind: ThingKind, noise: Sequence[Labelled] = ()) -> tuple[Touch, ...]:
    """Touches by the most events first, then by who and where. Denied attempts count as events, not as bytes.

    Reads of each class of `noise` are touches of their own, beside what else the same actor read from there.
    """
    node = touched(window, kind)
    if node is None:
        return ()
    parts = list(_parts(facts, node, noise))
    actors = {str(group.values[0]) for _, groups in parts for group in groups if group.values[0] is not None}
    seen = _seen_before(facts, actors, window.opened_us)
    found = [
        _touch(*values, groups=own, seen=seen, noise=label)
        for label, groups in parts
        for values, own in _by_who(groups).items()
    ]
    return tuple(sorted(found, key=lambda t: (-t.events, t.actor or "", t.src_ip or "", t.user_agent or "", t.words)))


def _parts(facts: Facts, node: Node, noise: Sequence[Labelled]) -> Iterator[tuple[NoiseClass | None, Sequence[Group]]]:
    """Reads by class of noise, each in the first that it is of, and (None) those that are none."""
    groups = facts.groups(_BY, node)
    if not groups:
        return
    labelled = []
    before: list[Node] = []
    for label, query in noise:
        own = facts.groups(_BY, all_of([node, query, *map(negated, before)]))
        if own:
            labelled.append((label, own))
            before.append(query)
    if labelled:
        yield from labelled
        groups = facts.groups(_BY, all_of([node, *map(negated, before)]))
    yield None, groups


def _by_who(groups: Iterable[Group]) -> dict[tuple[str | None, ...], list[Group]]:
    by_who: defaultdict[tuple[str | None, ...], list[Group]] = defaultdict(list)
    for group in groups:
        by_who[tuple(None if value is None else str(value) for value in group.values[:3])].append(group)
    return by_who


def _seen_before(facts: Facts, actors: set[str], us: int) -> set[str]:
    if not actors:
        return set()
    before = all_of([NumberTest("timestamp", None, us - 1), TextTest("actor", "in", tuple(sorted(actors)))])
    return {str(group.values[0]) for group in facts.groups(("actor",), before)}


def _touch(
    actor: str | None,
    src_ip: str | None,
    user_agent: str | None,
    *,
    groups: list[Group],
    seen: set[str],
    noise: NoiseClass | None,
) -> Touch:
    identity = ANONYMOUS if actor is None else KNOWN if actor in seen else NEW
    who, otherwise = (identity, None) if noise is None else (NOISE, identity)
    read = [group for group in groups if group.values[3] not in {"denied", "failure"}]
    first = min(groups, key=lambda group: (group.first_us is None, group.first_us, group.first_key))
    last = max(groups, key=lambda group: (group.last_us is not None, group.last_us, group.last_key))
    return Touch(
        who, actor, src_ip, user_agent, sum(group.events for group in groups),
        sum(group.events for group in groups) - sum(group.events for group in read),
        sum(group.bytes_out for group in read), sum(group.with_bytes for group in read),
        first.first_us, last.last_us, first.first_key, last.last_key, noise, otherwise,
    )  # fmt: skip
