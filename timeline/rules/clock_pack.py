"""The pack of logs that see the same request. The head of `packs/clocks.yaml` says what each key means."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from timeline.model.yaml_reading import Value, parse_tree
from timeline.query.tree import Node
from timeline.rules.patterns import needed, read_query
from timeline.rules.places import Place, read_place

FILE: Final = "clocks.yaml"


@dataclass(frozen=True, slots=True)
class SeenBy:
    """Events of one log, and where the id of the request stands in them."""

    query: Node
    id: Place


@dataclass(frozen=True, slots=True)
class PairRule:
    """Two logs that name the same request. The clock of `one` is trusted more."""

    name: str
    title: str
    one: SeenBy
    other: SeenBy


@dataclass(frozen=True, slots=True)
class ClockPack:
    """Pairs by id; and what may be joined by what is asked, with the kinds whose clock a provider keeps."""

    pairs: tuple[PairRule, ...]
    title: str
    query: Node
    trusted: frozenset[str]


@cache
def own_clock_pack() -> ClockPack:
    """The pack that comes with Leakline."""
    return read_clock_pack(parse_tree(files("timeline.rules").joinpath("packs", FILE).read_bytes(), FILE))


def read_clock_pack(tree: Value) -> ClockPack:
    """Read a pack. CaseFileError with file, line and key for whatever is wrong in it."""
    keys = tree.mapping(("pairs", "alike"))
    alike = needed(tree, keys, "alike")
    parts = alike.mapping(("title", "query", "trusted"))
    return ClockPack(
        tuple(map(_pair, needed(tree, keys, "pairs").items())),
        needed(alike, parts, "title").text(),
        read_query(needed(alike, parts, "query")),
        frozenset(needed(alike, parts, "trusted").texts()),
    )


def _pair(value: Value) -> PairRule:
    keys = value.mapping(("pair", "title", "one", "other"))
    return PairRule(
        needed(value, keys, "pair").text(),
        needed(value, keys, "title").text(),
        _seen(needed(value, keys, "one")),
        _seen(needed(value, keys, "other")),
    )


def _seen(value: Value) -> SeenBy:
    keys = value.mapping(("query", "id"))
    return SeenBy(read_query(needed(value, keys, "query")), read_place(needed(value, keys, "id")))
