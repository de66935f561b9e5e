"""Edges: events that change to whom something is open, found by the rules of a pack."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast
from urllib.parse import unquote

from timeline.analysis.exposure.evaluators import EVALUATORS, Said
from timeline.analysis.facts import Facts
from timeline.analysis.policies.shares import Change
from timeline.model.event import Event
from timeline.model.exposure import Audience, Edge, Holder, Thing
from timeline.model.time import parse_iso
from timeline.rules.exposure_pack import UNBLOCKED, EdgeRule, ExposurePack, Words
from timeline.rules.places import Place

UNKNOWN_WORD: Final = "the record does not say to whom it is open"
EXPIRES: Final = "it expires then, as it says itself"


def find_edges(facts: Facts, pack: ExposurePack) -> tuple[list[Edge], list[str]]:
    """All edges by time and key, and what kept events that a rule is for from being edges (in words, with their keys)."""
    edges: list[Edge] = []
    problems: list[str] = []
    collected = {source.path: parse_iso(source.acquired) for source in facts.sources() if source.acquired is not None}
    for rule in pack.rules:
        for event in facts.matching(rule.query):
            seen = _seen(rule, event, collected)
            if seen is None:  # nobody said when its source was collected
                continue
            made = _edge(rule, seen, facts.raw_fields(event), caseless=pack.things[rule.thing].caseless)
            if isinstance(made, Edge):
                edges += [made, *_expiry(rule, made)]
            else:
                problems.append(f"{rule.name}: {made} ({event.key})")
    return sorted(edges, key=lambda edge: (edge.us, edge.key, edge.rule)), problems


def _seen(rule: EdgeRule, event: Event, collected: Mapping[str, tuple[int, int, bool] | None]) -> Event | None:
    """The event at the time at which it saw what the rule is about; None where that is not known."""
    if not rule.collected:
        return event
    at = collected.get(event.source)
    return None if at is None else replace(event, timestamp=at[0], timestamp_precision=at[1])


def _edge(rule: EdgeRule, event: Event, raw: Mapping[str, Any], *, caseless: bool) -> Edge | str:
    if event.timestamp is None:
        return "undated"
    name = _name(rule, event, raw)
    if name is None:
        return "does not name its object"
    said = _said(rule, event, raw)
    if said is None:
        return UNKNOWN_WORD
    before = None if rule.before is None else _held(_state(rule.before, event, raw))
    change = said.change
    limits = said.limits if rule.note is None else (*said.limits, rule.note)
    return Edge(
        Thing(rule.thing, name.lower() if caseless else name), rule.layer, rule.name, event.key, event.timestamp,
        event.timestamp_precision or 1, change.replaces, change.gives, change.takes, before, said.blocks, limits,
        change.problems, rule.observed, (event.kind, event.account),
    )  # fmt: skip


def _expiry(rule: EdgeRule, edge: Edge) -> Iterator[Edge]:
    """The end that the name of a thing states of itself, by the event that shows the name."""
    match = None if rule.until is None else rule.until.search(edge.thing.name)
    try:
        found = None if match is None else parse_iso(unquote(match[0]))
    except ValueError:  # an offset that no place on earth has
        found = None
    if found is not None and found[0] > edge.us:
        yield Edge(
            edge.thing, edge.layer, edge.rule, edge.key, found[0], found[1], replaces=True, limits=(EXPIRES,), log=edge.log
        )  # fmt: skip


def _name(rule: EdgeRule, event: Event, raw: Mapping[str, Any]) -> str | None:
    parts = [next(_texts(places, rule.part, event, raw), None) for places in rule.names]
    return None if None in parts else "/".join(cast("list[str]", parts))


def _texts(
    places: tuple[Place, ...], part: re.Pattern[str] | None, event: Event, raw: Mapping[str, Any]
) -> Iterator[str]:
    for place in places:
        text = place.text(event, raw)
        if text and part is not None:
            found = part.search(text)
            text = None if found is None else "/".join(group or "" for group in found.groups()) or found[0]
        if text:
            yield text


def _said(rule: EdgeRule, event: Event, raw: Mapping[str, Any]) -> Said | None:
    if rule.evaluate is not None and rule.of is not None:
        return EVALUATORS[rule.evaluate](rule.of.whole(event, raw), event.account)
    if rule.state == UNBLOCKED:
        return Said(Change(replaces=True), frozenset())
    held = _held(rule.state if rule.states is None else _state(rule.states, event, raw))
    return None if held is None else Said(Change(held, replaces=True))


def _state(words: Words, event: Event, raw: Mapping[str, Any]) -> str | None:
    return words.states.get(words.place.text(event, raw) or "")


def _held(state: str | None) -> frozenset[Holder] | None:
    if state is None:
        return None
    return frozenset() if state == "nobody" else frozenset({Holder(cast("Audience", state))})
