"""The pack of what is done after a takeover. The head of `packs/footholds.yaml` says what each key means."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from timeline.model.yaml_reading import Value, parse_tree
from timeline.query.tree import Node
from timeline.rules.patterns import needed, read_query

FILE: Final = "footholds.yaml"


@dataclass(frozen=True, slots=True)
class FootholdPack:
    """Two queries."""

    made: Node
    doubts: Node


@cache
def own_foothold_pack() -> FootholdPack:
    """The pack that comes with Leakline."""
    return read_foothold_pack(parse_tree(files("timeline.rules").joinpath("packs", FILE).read_bytes(), FILE))


def read_foothold_pack(tree: Value) -> FootholdPack:
    """Read a pack. CaseFileError with file, line and key for whatever is wrong in it."""
    keys = tree.mapping(("made", "doubts"))
    return FootholdPack(read_query(needed(tree, keys, "made")), read_query(needed(tree, keys, "doubts")))
