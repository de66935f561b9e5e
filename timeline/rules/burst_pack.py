"""The pack of bursts. The head of `packs/bursts.yaml` says what each key means."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from timeline.model.yaml_reading import Value, parse_tree
from timeline.query.tree import Node
from timeline.rules.patterns import needed, read_query

FILE: Final = "bursts.yaml"


@dataclass(frozen=True, slots=True)
class BurstRule:
    """What counts as a burst."""

    name: str
    title: str
    query: Node
    minutes: int
    things: int
    times: int


@cache
def own_burst_pack() -> tuple[BurstRule, ...]:
    """The pack that comes with Leakline."""
    return read_burst_pack(parse_tree(files("timeline.rules").joinpath("packs", FILE).read_bytes(), FILE))


def read_burst_pack(tree: Value) -> tuple[BurstRule, ...]:
    """Read a pack. CaseFileError with file, line and key for whatever is wrong in it."""
    return tuple(map(_rule, needed(tree, tree.mapping(("bursts",)), "bursts").items()))


def _rule(value: Value) -> BurstRule:
    keys = value.mapping(("burst", "title", "query", "minutes", "things", "times"))
    return BurstRule(
        needed(value, keys, "burst").text(),
        needed(value, keys, "title").text(),
        read_query(needed(value, keys, "query")),
        needed(value, keys, "minutes").integer(1, 1440),
        needed(value, keys, "things").integer(2, 1_000_000),
        needed(value, keys, "times").integer(1, 1_000_000),
    )
