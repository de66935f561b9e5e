"""What of a case is noise, by the rules of a pack. Nothing is taken away: other analyses see these events as before."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Final

from timeline.analysis.facts import Facts
from timeline.model.groups import Group
from timeline.model.noise import CLASSES, Noise, NoiseClass, NoiseLabel
from timeline.query.matching import text_matcher
from timeline.query.tree import Node
from timeline.rules.noise_pack import NoiseRule, events_of_rules

MOST_NAMES: Final = 20
_BY: Final = ("actor", "credential", "src_ip", "user_agent")
_PLACE: Final = {field: place for place, field in enumerate(_BY)}
Found = dict[NoiseRule, list[Group]]


def find_noise(facts: Facts, rules: Sequence[NoiseRule]) -> Noise:
    """The labels that a case has events of, the most events first, and how many events each class has. `of` is left 0."""
    found = _by_values([rule for rule in rules if rule.query is None], facts)
    for rule in rules:
        if rule.query is not None and (groups := facts.groups(_BY, events_of_rules([rule]))):
            found[rule] = groups
    labels = sorted((_label(rule, groups) for rule, groups in found.items()), key=lambda one: (-one.events, one.rule))
    classes: dict[NoiseClass, int] = {}
    for label in CLASSES:
        if own := [rule for rule in found if rule.label == label]:
            classes[label] = _together(facts, found, own)
    return Noise(tuple(labels), classes, _together(facts, found, [*found]))


def found_classes(noise: Noise, rules: Sequence[NoiseRule]) -> list[tuple[NoiseClass, Node]]:
    """The query of each class that the case has events of, by the rules that found them."""
    names = {label.rule for label in noise.labels}
    return [
        (label, events_of_rules([rule for rule in rules if rule.name in names and rule.label == label]))
        for label in noise.classes
    ]


def _together(facts: Facts, found: Found, rules: Sequence[NoiseRule]) -> int:
    """Events that any of the rules has, each once."""
    if len(rules) < 2:
        return sum(group.events for rule in rules for group in found[rule])
    return sum(group.events for group in facts.groups((), events_of_rules(rules), keyed=False))


def _by_values(rules: Sequence[NoiseRule], facts: Facts) -> Found:
    """Groups by rule: which rules a group is of is told once for each distinct value, not for each event."""
    if not rules:
        return {}
    of_value = {field: _matching(rules, field) for field in _BY}
    found: defaultdict[NoiseRule, list[Group]] = defaultdict(list)
    for group in facts.groups(_BY, events_of_rules(rules)):
        own: set[int] = set()
        for field, value in zip(_BY, group.values, strict=True):
            if isinstance(value, str):
                own |= of_value[field](value)
        for number in own:
            found[rules[number]].append(group)
    return dict(found)


def _matching(rules: Sequence[NoiseRule], field: str) -> Callable[[str], frozenset[int]]:
    """What tells by which rules, by their places, a value of the field is noise."""
    tests = [
        (number, text_matcher(test)) for number, rule in enumerate(rules) for test in rule.tests if test.field == field
    ]

    @cache
    def own(value: str) -> frozenset[int]:
        return frozenset(number for number, matches in tests if matches(value))

    return own


def _label(rule: NoiseRule, groups: Sequence[Group]) -> NoiseLabel:
    first = min(groups, key=lambda group: (group.first_us is None, group.first_us, group.first_key))
    last = max(groups, key=lambda group: (group.last_us is not None, group.last_us, group.last_key))
    actor_count, actors = _most(groups, "actor")
    address_count, addresses = _most(groups, "src_ip")
    agent_count, agents = _most(groups, "user_agent")
    return NoiseLabel(
        rule.name, rule.title, rule.label, rule.basis, sum(group.events for group in groups), actor_count, actors,
        address_count, addresses, agent_count, agents, sum(group.bytes_out for group in groups),
        first.first_us, last.last_us, first.first_key, last.last_key,
    )  # fmt: skip


def _most(groups: Iterable[Group], field: str) -> tuple[int, tuple[str, ...]]:
    """(how many values of the field, those with the most events)."""
    counts: Counter[str] = Counter()
    for group in groups:
        value = group.values[_PLACE[field]]
        if value is not None:
            counts[str(value)] += group.events
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return len(ordered), tuple(value for value, _ in ordered[:MOST_NAMES])
