"""What of a case is noise, by the rules of a pack. Nothing is taken away: other analyses see these events as before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from timeline.analysis.facts import Facts
from timeline.model.groups import Group
from timeline.model.noise import CLASSES, Noise, NoiseClass, NoiseLabel
from timeline.query.matching import text_matcher
from timeline.query.tree import Node, TextTest, any_of
from timeline.rules.noise_pack import NoiseRule, events_of_rules, events_of_tests

MOST_NAMES: Final = 20
_FIELDS: Final = ("actor", "credential", "src_ip", "user_agent")
_MOST_VALUES: Final = 1_000  # by which a rule's events are asked for; the rule itself is asked where there are more
Values = dict[str, dict[str, int]]
"""Field -> value -> how many events."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A rule that has events: their query, and all of them as one group."""

    rule: NoiseRule
    node: Node
    whole: Group


def find_noise(facts: Facts, rules: Sequence[NoiseRule]) -> Noise:
    """The labels that a case has events of, the most events first, and how many events each class has. `of` is left 0."""
    values = _values(facts, rules)
    found = []
    labels = []
    for rule in rules:
        own = values.get(rule, {})
        if own or rule.query is not None:
            node = _events(rule, own)
            for whole in facts.groups((), node):
                found.append(_Found(rule, node, whole))
                labels.append(_label(facts, found[-1], own))
    labels.sort(key=lambda label: (-label.events, label.rule))
    classes: dict[NoiseClass, int] = {}
    for label in CLASSES:
        if of_class := [one for one in found if one.rule.label == label]:
            classes[label] = _together(facts, of_class)
    return Noise(tuple(labels), classes, _together(facts, found))


def found_classes(noise: Noise, rules: Sequence[NoiseRule]) -> list[tuple[NoiseClass, Node]]:
    """The query of each class that the case has events of, by the rules that found them."""
    names = {label.rule for label in noise.labels}
    return [
        (label, events_of_rules([rule for rule in rules if rule.name in names and rule.label == label]))
        for label in noise.classes
    ]


def _values(facts: Facts, rules: Sequence[NoiseRule]) -> dict[NoiseRule, Values]:
    """The values of fields by which each rule has events: told once for each distinct value, not for each event."""
    found: defaultdict[NoiseRule, Values] = defaultdict(dict)
    for field in _FIELDS:
        tests = [(rule, test) for rule in rules for test in rule.tests if test.field == field]
        if not tests:
            continue
        matchers = [(rule, text_matcher(test)) for rule, test in tests]
        for group in facts.groups((field,), events_of_tests(test for _, test in tests), keyed=False):
            value = str(group.values[0])
            for rule in {rule: None for rule, matches in matchers if matches(value)}:
                found[rule].setdefault(field, {})[value] = group.events
    return dict(found)


def _events(rule: NoiseRule, values: Values) -> Node:
    """The query for a rule's events, by the values that it was found with where these are few."""
    parts: list[Node] = [] if rule.query is None else [rule.query]
    for field, own in values.items():
        if len(own) <= _MOST_VALUES:
            parts.append(TextTest(field, "in", tuple(own)))
        else:
            parts.append(events_of_tests(test for test in rule.tests if test.field == field))
    return any_of(parts)


def _together(facts: Facts, found: Sequence[_Found]) -> int:
    """Events of any of the rules, each once."""
    if len(found) < 2:
        return sum(one.whole.events for one in found)
    return sum(group.events for group in facts.groups((), any_of(one.node for one in found), keyed=False))


def _label(facts: Facts, found: _Found, values: Values) -> NoiseLabel:
    rule, whole = found.rule, found.whole
    told = values if len(values) == 1 and rule.query is None else {}  # by one field: its events are counted already
    actors, addresses, agents = (
        _most_first(told[field] if field in told else _counts(facts, found.node, field))
        for field in ("actor", "src_ip", "user_agent")
    )
    return NoiseLabel(
        rule.name, rule.title, rule.label, rule.basis, whole.events, len(actors), actors[:MOST_NAMES],
        len(addresses), addresses[:MOST_NAMES], len(agents), agents[:MOST_NAMES], whole.bytes_out,
        whole.first_us, whole.last_us, whole.first_key, whole.last_key,
    )  # fmt: skip


def _counts(facts: Facts, node: Node, field: str) -> dict[str, int]:
    groups = facts.groups((field,), node, keyed=False)
    return {str(group.values[0]): group.events for group in groups if group.values[0] is not None}


def _most_first(counts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda value: (-counts[value], value)))
