"""Signals of a pack, found in a case: each with its events, and what they say of before and after."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from timeline.analysis.facts import Facts
from timeline.model.event import Event
from timeline.model.signals import Signal, SignalEvent
from timeline.rules.signal_pack import SignalRule, own_signal_pack

MOST_EVENTS: Final = 500


def find_signals(facts: Facts, rules: Sequence[SignalRule] | None = None) -> list[Signal]:
    """The signals that a case has events of, in the order of the pack (None: tampering with logs and history)."""
    found = []
    for rule in own_signal_pack() if rules is None else rules:
        counted = facts.groups((), rule.query)
        if counted:
            events = tuple(_event(facts, rule, event) for event in islice(facts.matching(rule.query), MOST_EVENTS))
            found.append(Signal(rule.name, rule.title, rule.about, counted[0].events, events))
    return found


def _event(facts: Facts, rule: SignalRule, event: Event) -> SignalEvent:
    raw = facts.raw_fields(event) if rule.before or rule.after else {}
    before, after = (
        next((text for place in places if (text := place.text(event, raw))), None)
        for places in (rule.before, rule.after)
    )
    return SignalEvent(event.key, event.timestamp, event.actor, event.resource, event.outcome, before, after)
