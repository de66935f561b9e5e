"""The pack of measures. The head of `packs/measures.yaml` says what each key means."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, cast, get_args

from timeline.model.measures import Sort
from timeline.model.yaml_reading import Value, parse_tree
from timeline.rules.patterns import needed

FILE: Final = "measures.yaml"


@dataclass(frozen=True, slots=True)
class MeasureRule:
    """One measure, and the name of the finding that opens it."""

    name: str
    title: str
    sort: Sort
    opened_by: str
    how: str


@cache
def own_measure_pack(openers: frozenset[str]) -> tuple[MeasureRule, ...]:
    """The pack that comes with Leakline."""
    content = files("timeline.rules").joinpath("packs", FILE).read_bytes()
    return read_measure_pack(parse_tree(content, FILE), openers)


def read_measure_pack(tree: Value, openers: Collection[str]) -> tuple[MeasureRule, ...]:
    """Read a pack. CaseFileError with file, line and key for whatever is wrong in it."""
    rules = tuple(_rule(item, openers) for item in needed(tree, tree.mapping(("measures",)), "measures").items())
    names = [rule.name for rule in rules]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise tree.error(f"has the measure {double} twice")
    return rules


def _rule(value: Value, openers: Collection[str]) -> MeasureRule:
    keys = value.mapping(("measure", "title", "sort", "opened_by", "how"))
    return MeasureRule(
        needed(value, keys, "measure").text(),
        needed(value, keys, "title").text(),
        cast("Sort", needed(value, keys, "sort").choice(get_args(Sort))),
        needed(value, keys, "opened_by").choice(tuple(sorted(openers))),
        needed(value, keys, "how").text(),
    )
