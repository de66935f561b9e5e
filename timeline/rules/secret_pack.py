"""The pack of moments in the life of secrets. The head of `packs/secrets.yaml` says what each key means."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, cast, get_args

from timeline.model.secrets import Moment
from timeline.model.yaml_reading import Value, parse_tree
from timeline.query.tree import Node
from timeline.rules.patterns import needed, read_query
from timeline.rules.places import Place, read_place

FILE: Final = "secrets.yaml"


@dataclass(frozen=True, slots=True)
class MomentRule:
    """Events that say what happened to a secret; `id` is the place of its key id, None where they have its fingerprint."""

    moment: Moment
    title: str
    query: Node
    id: Place | None


@cache
def own_secret_pack() -> tuple[MomentRule, ...]:
    """The pack that comes with Leakline."""
    return read_secret_pack(parse_tree(files("timeline.rules").joinpath("packs", FILE).read_bytes(), FILE))


def read_secret_pack(tree: Value) -> tuple[MomentRule, ...]:
    """Read a pack. CaseFileError with file, line and key for whatever is wrong in it."""
    return tuple(map(_rule, needed(tree, tree.mapping(("moments",)), "moments").items()))


def _rule(value: Value) -> MomentRule:
    keys = value.mapping(("moment", "title", "query", "id", "fingerprint"))
    if ("id" in keys) == ("fingerprint" in keys and keys["fingerprint"].boolean()):
        raise value.error("needs exactly one of id and fingerprint")
    return MomentRule(
        cast("Moment", needed(value, keys, "moment").choice(get_args(Moment))),
        needed(value, keys, "title").text(),
        read_query(needed(value, keys, "query")),
        read_place(keys["id"]) if "id" in keys else None,
    )
