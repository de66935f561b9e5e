"""The pack of links between identities. The head of `packs/identity.yaml` says what each key means."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, cast

from timeline.model.event import FIELD_BY_NAME
from timeline.model.identity import CONFIDENCES, Confidence, Sort
from timeline.model.yaml_reading import Value, parse_tree
from timeline.query.tree import Node
from timeline.rules.patterns import needed, read_query, read_regex
from timeline.rules.places import Place, read_place

FILE: Final = "identity.yaml"
_NAME: Final = re.compile(r"([a-z0-9]+):(.+)", re.DOTALL)
_HOLE: Final = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class NamePattern:
    """An identity with holes. `parts` are texts and names of holes in turn; `places` are what the event fills in."""

    namespace: str
    parts: tuple[str, ...]
    places: Mapping[str, Place]
    items: frozenset[str]


@dataclass(frozen=True, slots=True)
class LinkRule:
    """One rule. `each` is the place of a list whose entries are looked at one by one; None: the record as a whole."""

    name: str
    title: str
    query: Node
    sort: Sort
    one: NamePattern
    other: NamePattern
    each: Place | None
    where: tuple[tuple[Place, re.Pattern[str]], ...]
    confidence: Confidence

    @property
    def places(self) -> Mapping[str, Place]:
        """All places that it fills holes from, by the names of the holes."""
        return {**self.one.places, **self.other.places, **{place.name: place for place, _ in self.where}}

    @property
    def fields(self) -> tuple[str, ...] | None:
        """The fields of the event that it needs; None when it needs the record."""
        if self.each is not None or any(place.path is not None for place in self.places.values()):
            return None
        return tuple(sorted({*self.places, "kind"}))


@dataclass(frozen=True, slots=True)
class IdentityPack:
    """Rules, what tells programs, and kinds of events in which nobody acts."""

    links: tuple[LinkRule, ...]
    machines: tuple[re.Pattern[str], ...]
    reports: frozenset[str] = frozenset()

    def is_machine(self, name: str) -> bool:
        """Whether an identity of this name is a program's."""
        return any(machine.search(name) for machine in self.machines)


@cache
def own_identity_pack() -> IdentityPack:
    """The pack that comes with Leakline."""
    return read_identity_pack(parse_tree(files("timeline.rules").joinpath("packs", FILE).read_bytes(), FILE))


def read_identity_pack(tree: Value) -> IdentityPack:
    """Read a pack. CaseFileError with file, line and key for whatever is wrong in it."""
    keys = tree.mapping(("machines", "links", "reports"))
    links = tuple(map(_link, needed(tree, keys, "links").items()))
    names = [link.name for link in links]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise keys["links"].error(f"has the rule {double} twice")
    machines = tuple(map(read_regex, keys["machines"].items())) if "machines" in keys else ()
    return IdentityPack(links, machines, frozenset(keys["reports"].texts()) if "reports" in keys else frozenset())


def _link(value: Value) -> LinkRule:
    keys = value.mapping(("rule", "title", "query", "same", "holds", "each", "where", "confidence"))
    if ("same" in keys) == ("holds" in keys):
        raise value.error("needs exactly one of same and holds")
    sort: Sort = "same" if "same" in keys else "holds"
    where = _where(keys["where"]) if "where" in keys else ()
    named = frozenset(name for _, regex in where for name in regex.groupindex)
    sides = keys[sort].items()
    if len(sides) != 2:
        raise keys[sort].error("needs two identities")
    each = read_place(keys["each"]) if "each" in keys else None
    one, other = (_pattern(side, named, with_items=each is not None) for side in sides)
    return LinkRule(
        needed(value, keys, "rule").text(),
        needed(value, keys, "title").text(),
        read_query(needed(value, keys, "query")),
        sort,
        one,
        other,
        each,
        where,
        cast("Confidence", needed(value, keys, "confidence").choice(CONFIDENCES)),
    )


def _where(value: Value) -> tuple[tuple[Place, re.Pattern[str]], ...]:
    found = []
    for name, item in value.mapping(None).items():
        if name not in FIELD_BY_NAME and not name.startswith("raw."):
            raise item.error(f"is a condition on `{name}`, which is no place", "a field of the event or raw.path")
        place = Place(name, tuple(name.split(".")[1:])) if name.startswith("raw.") else Place(name, None)
        found.append((place, read_regex(item)))
    return tuple(found)


def _pattern(value: Value, named: Collection[str], *, with_items: bool) -> NamePattern:
    text = value.text()
    match = _NAME.fullmatch(text)
    if match is None:
        raise value.error(f"is no identity: {text}", "namespace:value, such as email:{raw.user.email}")
    parts = tuple(_HOLE.split(match[2]))
    places: dict[str, Place] = {}
    items = set()
    for hole in parts[1::2]:
        if hole in named:
            continue
        if hole in FIELD_BY_NAME:
            places[hole] = Place(hole, None)
        elif hole.startswith("raw."):
            places[hole] = Place(hole, tuple(hole.split(".")[1:]))
        elif hole.startswith("item.") and with_items:
            items.add(hole)
        else:
            raise value.error(
                f"has the unknown placeholder {{{hole}}}", "a field, raw.path, item.path or a group's name"
            )
    if len(parts) == 1:
        raise value.error(f"has no placeholder: {text}")
    return NamePattern(match[1], parts, places, frozenset(items))
