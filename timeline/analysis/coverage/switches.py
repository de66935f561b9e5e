"""Events that switch logging on and off, told to the vantage points and scopes that they concern."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from timeline.analysis.facts import Facts
from timeline.model.coverage import Vantage
from timeline.model.event import Event
from timeline.query.raw import scalar_text
from timeline.rules.coverage_pack import SwitchRule, SwitchState, part_of


@dataclass(frozen=True, slots=True, order=True)
class Switch:
    """At this time (microseconds UTC) a vantage point was switched; `account` is that of the event."""

    us: int
    key: str
    rule: str
    vantage: Vantage
    state: SwitchState
    account: str | None


EVERYWHERE = "*"


def find_switches(facts: Facts, rules: Iterable[SwitchRule]) -> tuple[list[Switch], list[str]]:
    """All switches by time, and what could not be placed, in words. A scope of EVERYWHERE is all of the account."""
    found: list[Switch] = []
    problems: list[str] = []
    for rule in rules:
        for event in facts.matching(rule.query):
            if event.timestamp is None:
                problems.append(f"{rule.name}: undated ({event.key})")
                continue
            scopes = list(_scopes(facts, rule, event))
            if not scopes:
                problems.append(f"{rule.name}: does not say of what ({event.key})")
            found += [
                Switch(event.timestamp, event.key, rule.name, Vantage(vantage, scope), rule.state, event.account)
                for scope in scopes
                for vantage in rule.vantages
            ]
    return sorted(set(found), key=lambda switch: (switch.us, switch.key, switch.vantage)), problems


def _scopes(facts: Facts, rule: SwitchRule, event: Event) -> Iterator[str]:
    if rule.scope is None:
        yield EVERYWHERE
        return
    for value in rule.scope.values(event, facts.raw_fields(event)):
        text = scalar_text(value)
        scope = None if text is None else part_of(rule.part, text)
        if scope:
            yield scope
