"""Packs of signals. The head of `packs/tampering.yaml` says what each key means."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, cast, get_args

from timeline.model.signals import About
from timeline.model.yaml_reading import Value, parse_tree
from timeline.query.tree import Node
from timeline.rules.patterns import needed, read_query
from timeline.rules.places import Place, read_place

TAMPERING: Final = "tampering.yaml"


@dataclass(frozen=True, slots=True)
class SignalRule:
    """One signal; `before` and `after` are places in its events, tried in order, none where they say nothing of that."""

    name: str
    title: str
    about: About
    query: Node
    before: tuple[Place, ...] = ()
    after: tuple[Place, ...] = ()


@cache
def own_signal_pack(file: str = TAMPERING) -> tuple[SignalRule, ...]:
    """A pack that comes with Leakline."""
    return read_signal_pack(parse_tree(files("timeline.rules").joinpath("packs", file).read_bytes(), file))


def read_signal_pack(tree: Value) -> tuple[SignalRule, ...]:
    """Read a pack. CaseFileError with file, line and key for whatever is wrong in it."""
    rules = tuple(map(_rule, needed(tree, tree.mapping(("signals",)), "signals").items()))
    names = [rule.name for rule in rules]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise tree.error(f"has the signal {double} twice")
    return rules


def _rule(value: Value) -> SignalRule:
    keys = value.mapping(("signal", "title", "about", "query", "from", "to"))
    return SignalRule(
        needed(value, keys, "signal").text(),
        needed(value, keys, "title").text(),
        cast("About", needed(value, keys, "about").choice(get_args(About))),
        read_query(needed(value, keys, "query")),
        _places(keys.get("from")),
        _places(keys.get("to")),
    )


def _places(value: Value | None) -> tuple[Place, ...]:
    if value is None:
        return ()
    return tuple(map(read_place, value.items())) if value.found() == "a list" else (read_place(value),)
