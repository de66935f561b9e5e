"""The pack of coverage rules: vantage points, what switches them, and how reads are seen from them.

The head of `packs/coverage.yaml` says what each key means.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, cast, get_args

from timeline.model.event import FIELD_BY_NAME
from timeline.model.yaml_reading import Value, parse_tree
from timeline.query.tree import Node
from timeline.rules.patterns import PLACEHOLDER, needed, read_patterns, read_query, read_regex
from timeline.rules.places import Place, read_place

FILE: Final = "coverage.yaml"
SOURCE: Final = "source"
SwitchState = Literal["on", "off", "as before"]
_YES: Final = frozenset({"tag:yaml.org,2002:bool"})


@dataclass(frozen=True, slots=True)
class VantageRule:
    """A vantage point. `scope` is a field or `source`, `part` what of its value is the scope (None: all of it).

    `is_log`: the log covers all of its own span. `carrier`: the vantage point whose log carries its events, else None.
    `kept_days`: None when the provider drops nothing.
    """

    name: str
    title: str
    query: Node
    scope: str
    part: re.Pattern[str] | None
    is_log: bool
    carrier: str | None
    kept_days: int | None
    best_effort: bool
    slots: re.Pattern[str] | None = None

    def scope_of(self, value: str) -> str | None:
        """The scope that a value of the field names; None where it names none."""
        return part_of(self.part, value)


@dataclass(frozen=True, slots=True)
class SwitchRule:
    """What switches vantage points on or off, in the scope at a place (None: everywhere in the event's account)."""

    name: str
    query: Node
    vantages: tuple[str, ...]
    scope: Place | None
    part: re.Pattern[str] | None
    state: SwitchState


@dataclass(frozen=True, slots=True)
class SeenFrom:
    """From where a read is seen: the scope as a pattern (`*`: any), the events, patterns of their resource."""

    vantage: str
    scope: str
    query: Node
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadRule:
    """How reads of one sort of thing are seen."""

    thing: str
    recognise: re.Pattern[str]
    seen: tuple[SeenFrom, ...]


@dataclass(frozen=True, slots=True)
class CoveragePack:
    """All of it."""

    vantages: Mapping[str, VantageRule]
    switches: tuple[SwitchRule, ...]
    reads: tuple[ReadRule, ...]


def part_of(part: re.Pattern[str] | None, value: str) -> str | None:
    """What a regex over the whole value finds: its first group, else the value; None where it does not fit."""
    if part is None:
        return value
    match = part.fullmatch(value)
    return None if match is None else match[1] if match.re.groups and match[1] is not None else match[0]


@cache
def own_coverage_pack() -> CoveragePack:
    """The pack that comes with Leakline."""
    return read_coverage_pack(parse_tree(files("timeline.rules").joinpath("packs", FILE).read_bytes(), FILE))


def read_coverage_pack(tree: Value) -> CoveragePack:
    """Read a pack. CaseFileError with file, line and key for whatever is wrong in it."""
    keys = tree.mapping(("vantages", "switches", "reads"))
    vantages = {name: _vantage(name, value) for name, value in needed(tree, keys, "vantages").mapping(None).items()}
    for rule in vantages.values():
        if rule.carrier is not None and rule.carrier not in vantages:
            raise keys["vantages"].error(f"has no {rule.carrier}, which carries {rule.name}")
    switches = tuple(_switch(item, vantages) for item in keys["switches"].items()) if "switches" in keys else ()
    reads = tuple(_read(item, vantages) for item in keys["reads"].items()) if "reads" in keys else ()
    return CoveragePack(vantages, switches, reads)


def _vantage(name: str, value: Value) -> VantageRule:
    keys = value.mapping(("title", "query", "scope", "part", "log", "carrier", "kept_days", "best_effort", "slots"))
    return VantageRule(
        name,
        needed(value, keys, "title").text(),
        read_query(needed(value, keys, "query")),
        needed(value, keys, "scope").choice((SOURCE, *FIELD_BY_NAME)),
        read_regex(keys["part"]) if "part" in keys else None,
        _is_yes(keys.get("log")),
        keys["carrier"].text() if "carrier" in keys else None,
        keys["kept_days"].integer(1, 10_000) if "kept_days" in keys else None,
        _is_yes(keys.get("best_effort")),
        _slots(keys["slots"]) if "slots" in keys else None,
    )


def _slots(value: Value) -> re.Pattern[str]:
    regex = read_regex(value)
    if set(regex.groupindex) != {"scope", "slot"}:
        raise value.error("needs the groups scope and slot")
    return regex


def _is_yes(value: Value | None) -> bool:
    if value is None:
        return False
    text = value.text(also=_YES)
    if text not in {"true", "false"}:
        raise value.error("must be true or false")
    return text == "true"


def _switch(value: Value, vantages: Collection[str]) -> SwitchRule:
    keys = value.mapping(("rule", "query", "vantages", "scope", "part", "state"))
    return SwitchRule(
        needed(value, keys, "rule").text(),
        read_query(needed(value, keys, "query")),
        tuple(item.choice(tuple(vantages)) for item in needed(value, keys, "vantages").items()),
        read_place(keys["scope"]) if "scope" in keys else None,
        read_regex(keys["part"]) if "part" in keys else None,
        cast("SwitchState", needed(value, keys, "state").choice(get_args(SwitchState))),
    )


def _read(value: Value, vantages: Collection[str]) -> ReadRule:
    keys = value.mapping(("thing", "recognise", "seen"))
    recognise = read_regex(needed(value, keys, "recognise"))
    seen = tuple(_seen(item, vantages, recognise.groupindex) for item in needed(value, keys, "seen").items())
    return ReadRule(needed(value, keys, "thing").text(), recognise, seen)


def _seen(value: Value, vantages: Collection[str], known: Collection[str]) -> SeenFrom:
    keys = value.mapping(("vantage", "scope", "query", "resource"))
    scope = needed(value, keys, "scope")
    if scope.text() != "*" and not set(PLACEHOLDER.findall(scope.text())) <= set(known):
        raise scope.error(f"has an unknown part: {scope.text()}", f"of {', '.join(sorted(known))}")
    return SeenFrom(
        needed(value, keys, "vantage").choice(tuple(vantages)),
        scope.text(),
        read_query(needed(value, keys, "query")),
        read_patterns(needed(value, keys, "resource"), known),
    )
