"""The pack of downloads. The head of `packs/radius.yaml` says what each key means."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from timeline.model.yaml_reading import Value, parse_tree
from timeline.query.tree import Node
from timeline.rules.patterns import needed, read_query, read_regex
from timeline.rules.places import Place, read_place

FILE: Final = "radius.yaml"


@dataclass(frozen=True, slots=True)
class DownloadRule:
    """How one vantage point logs downloads. `size` is the place of the object's whole size; None where it is not logged."""

    name: str
    title: str
    query: Node
    object: re.Pattern[str]
    under: str
    size: Place | None

    def object_of(self, resource: str) -> str | None:
        """The object that a resource is; None when it is none."""
        match = self.object.fullmatch(resource)
        return None if match is None else f"{self.under}{'/'.join(match.groups(''))}"


@dataclass(frozen=True, slots=True)
class RadiusPack:
    """All vantage points, and flow logs as an outer bound."""

    reads: tuple[DownloadRule, ...]
    flows: DownloadRule


@cache
def own_radius_pack() -> RadiusPack:
    """The pack that comes with Leakline."""
    return read_radius_pack(parse_tree(files("timeline.rules").joinpath("packs", FILE).read_bytes(), FILE))


def read_radius_pack(tree: Value) -> RadiusPack:
    """Read a pack. CaseFileError with file, line and key for whatever is wrong in it."""
    keys = tree.mapping(("reads", "flows"))
    reads = tuple(map(_rule, needed(tree, keys, "reads").items()))
    names = [rule.name for rule in reads]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise keys["reads"].error(f"has the read {double} twice")
    flows = needed(tree, keys, "flows")
    parts = flows.mapping(("title", "query", "object"))
    flow = DownloadRule(
        "flows", needed(flows, parts, "title").text(), read_query(needed(flows, parts, "query")),
        _object(needed(flows, parts, "object")), "", None,
    )  # fmt: skip
    return RadiusPack(reads, flow)


def _rule(value: Value) -> DownloadRule:
    keys = value.mapping(("read", "title", "query", "object", "under", "size"))
    return DownloadRule(
        needed(value, keys, "read").text(),
        needed(value, keys, "title").text(),
        read_query(needed(value, keys, "query")),
        _object(needed(value, keys, "object")),
        needed(value, keys, "under").text(),
        read_place(keys["size"]) if "size" in keys else None,
    )


def _object(value: Value) -> re.Pattern[str]:
    regex = read_regex(value)
    if regex.groups < 1:
        raise value.error("has no group for the object")
    return regex
