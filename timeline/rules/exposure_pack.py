"""The pack of exposure rules: which events open or close what, and how reads of it look.

The head of `packs/exposure.yaml` says what each key means.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from timeline.model.yaml_reading import Value, parse_tree
from timeline.query.tree import Node
from timeline.rules.patterns import needed, read_pattern, read_patterns, read_query, read_regex
from timeline.rules.places import Place, read_place

FILE: Final = "exposure.yaml"
ALL: Final = "all"
STATES: Final = ("everyone", "any account", "others", "nobody")
UNBLOCKED: Final = "unblocked"
_RULE_KEYS: Final = (
    "rule", "query", "thing", "name", "part", "until", "layer", "state", "evaluate", "of", "states", "before", "observed",
    "collected", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TouchRule:
    """Reads of a thing: a query, and patterns of the resource, with placeholders in braces and perhaps `*` for anything."""

    query: Node
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThingKind:
    """A kind of thing that can be exposed. `within`: the kind of what contains it; None: nothing.

    What contains it is named by the first group of `owner` in its own name, or (None) by the account of its events.
    `parts` takes a name apart for patterns; None where they need nothing but the name. Names of a kind that is `caseless`
    are in lower case. `asked` is the pattern of the resource by which `ask-read` would be asked; None: it cannot be.
    """

    kind: str
    title: str
    within: str | None
    parts: re.Pattern[str] | None
    touches: tuple[TouchRule, ...]
    owner: re.Pattern[str] | None = None
    caseless: bool = False
    asked: str | None = None

    def named(self, name: str) -> Mapping[str, str] | None:
        """What stands for the placeholders of patterns; None for a name that cannot be taken apart."""
        if self.parts is None:
            return {"name": name}
        match = self.parts.fullmatch(name)
        return None if match is None else {"name": name, **{k: v or "" for k, v in match.groupdict().items()}}


@dataclass(frozen=True, slots=True)
class Words:
    """A state by what the record says at a place."""

    place: Place
    states: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EdgeRule:
    """One rule. Exactly one of `state`, `evaluate` (with `of`) and `states` is set.

    `part` finds the name in the text at the places of `names`: its groups joined by "/", or all that it finds. `until` finds
    a time in the name, perhaps percent-encoded, at which the state ends by itself. An `observed` state was there when the
    event saw it, and before; with `collected` it was seen when the event's source was collected. `note` is said with every
    window that the rule opens or closes.
    """

    name: str
    query: Node
    thing: str
    names: tuple[tuple[Place, ...], ...]
    layer: str
    state: str | None
    evaluate: str | None
    of: Place | None
    states: Words | None
    before: Words | None
    part: re.Pattern[str] | None = None
    until: re.Pattern[str] | None = None
    observed: bool = False
    note: str | None = None
    collected: bool = False


@dataclass(frozen=True, slots=True)
class ExposurePack:
    """All of it."""

    things: Mapping[str, ThingKind]
    rules: tuple[EdgeRule, ...]


@cache
def own_pack(evaluators: frozenset[str]) -> ExposurePack:
    """The pack that comes with Leakline."""
    content = files("timeline.rules").joinpath("packs", FILE).read_bytes()
    return read_pack(parse_tree(content, FILE), evaluators)


def read_pack(tree: Value, evaluators: Collection[str]) -> ExposurePack:
    """Read a pack. CaseFileError with file, line and key for whatever is wrong in it."""
    parts = tree.mapping(("things", "rules"))
    things = (
        {kind: _thing(kind, value) for kind, value in parts["things"].mapping(None).items()}
        if "things" in parts
        else {}
    )
    for kind in things.values():
        if kind.within is not None and kind.within not in things:
            raise parts["things"].error(f"has no thing {kind.within}, in which {kind.kind} is")
    rules = [_rule(value, things, evaluators) for value in parts["rules"].items()] if "rules" in parts else []
    seen: set[str] = set()
    for rule in rules:
        if rule.name in seen:
            raise parts["rules"].error(f"has the rule {rule.name} twice")
        seen.add(rule.name)
    return ExposurePack(things, tuple(rules))


def _thing(kind: str, value: Value) -> ThingKind:
    keys = value.mapping(("title", "within", "owner", "parts", "caseless", "asked", "touches"))
    within = keys["within"].text() if "within" in keys else None
    parts = read_regex(keys["parts"]) if "parts" in keys else None
    known = {"name", *(() if parts is None else parts.groupindex)}
    touches = tuple(_touch(item, known) for item in keys["touches"].items()) if "touches" in keys else ()
    owner = read_regex(keys["owner"]) if "owner" in keys else None
    if owner is not None and (within is None or owner.groups < 1):
        raise keys["owner"].error("needs `within`, and a group for the name of what contains it")
    caseless = "caseless" in keys and keys["caseless"].boolean()
    asked = read_pattern(keys["asked"], known) if "asked" in keys else None
    return ThingKind(kind, needed(value, keys, "title").text(), within, parts, touches, owner, caseless, asked)


def _touch(value: Value, known: Collection[str]) -> TouchRule:
    keys = value.mapping(("query", "resource"))
    resources = read_patterns(needed(value, keys, "resource"), known)
    return TouchRule(read_query(needed(value, keys, "query")), resources)


def _rule(value: Value, things: Mapping[str, ThingKind], evaluators: Collection[str]) -> EdgeRule:
    keys = value.mapping(_RULE_KEYS)
    if sum(name in keys for name in ("state", "evaluate", "states")) != 1:
        raise value.error("needs exactly one of state, evaluate, states")
    if ("evaluate" in keys) != ("of" in keys):
        raise value.error("needs `of` with evaluate, and nowhere else")
    return EdgeRule(
        needed(value, keys, "rule").text(),
        read_query(needed(value, keys, "query")),
        needed(value, keys, "thing").choice(tuple(things)),
        _names(needed(value, keys, "name")),
        needed(value, keys, "layer").text(),
        keys["state"].choice((*STATES, UNBLOCKED)) if "state" in keys else None,
        keys["evaluate"].choice(tuple(sorted(evaluators))) if "evaluate" in keys else None,
        read_place(keys["of"]) if "of" in keys else None,
        _words(keys["states"]) if "states" in keys else None,
        _words(keys["before"]) if "before" in keys else None,
        read_regex(keys["part"]) if "part" in keys else None,
        read_regex(keys["until"]) if "until" in keys else None,
        "observed" in keys and keys["observed"].boolean(),
        keys["note"].text() if "note" in keys else None,
        "collected" in keys and keys["collected"].boolean(),
    )


def _names(value: Value) -> tuple[tuple[Place, ...], ...]:
    """The parts of a name, each with the places that it may be at."""
    if value.found() != "a list":
        return ((read_place(value),),)
    return tuple(
        tuple(map(read_place, part.items())) if part.found() == "a list" else (read_place(part),)
        for part in value.items()
    )


def _words(value: Value) -> Words:
    keys = value.mapping(("of", "values"))
    states = needed(value, keys, "values").mapping(None)
    return Words(read_place(needed(value, keys, "of")), {word: state.choice(STATES) for word, state in states.items()})
