"""The pack of hypotheses. The head of `packs/hypotheses.yaml` says what each key means."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, cast, get_args

from timeline.model.hypotheses import Speaks
from timeline.model.yaml_reading import Value, parse_tree, read_tree
from timeline.query.tree import Node
from timeline.rules.coverage_pack import own_coverage_pack
from timeline.rules.patterns import needed, read_query

FILE: Final = "hypotheses.yaml"
_YES: Final = frozenset({"tag:yaml.org,2002:bool"})


@dataclass(frozen=True, slots=True)
class HypothesisSignal:
    """One signal. Exactly one of `query` and `finding` is set."""

    name: str
    hypothesis: str
    speaks: Speaks
    decides: bool
    title: str
    query: Node | None
    finding: str | None
    vantages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HypothesisPack:
    """Hypotheses (name -> title) and their signals."""

    hypotheses: Mapping[str, str]
    signals: tuple[HypothesisSignal, ...]


@cache
def own_hypothesis_pack(findings: frozenset[str]) -> HypothesisPack:
    """The pack that comes with Leakline."""
    content = files("timeline.rules").joinpath("packs", FILE).read_bytes()
    return read_hypothesis_pack(parse_tree(content, FILE), findings, own_coverage_pack().vantages)


def extended_pack(path: Path, findings: frozenset[str]) -> HypothesisPack:
    """The pack that comes with Leakline, with the hypotheses and signals of an analyst's file. CaseFileError as below."""
    return read_hypothesis_pack(read_tree(path), findings, own_coverage_pack().vantages, own_hypothesis_pack(findings))


def read_hypothesis_pack(
    tree: Value, findings: Collection[str], vantages: Collection[str], base: HypothesisPack | None = None
) -> HypothesisPack:
    """Read a pack; with `base` it adds to that one. CaseFileError with file, line and key for whatever is wrong in it."""
    keys = tree.mapping(("hypotheses", "signals"))
    hypotheses = dict(base.hypotheses) if base is not None else {}
    if base is None or "hypotheses" in keys:
        named = needed(tree, keys, "hypotheses").mapping(None)
        double = next((name for name in named if name in hypotheses), None)
        if double is not None:
            raise named[double].error("names a hypothesis that there is already")
        hypotheses |= {name: value.text() for name, value in named.items()}
    own = tuple(_signal(item, hypotheses, findings, vantages) for item in needed(tree, keys, "signals").items())
    signals = (*(base.signals if base is not None else ()), *own)
    names = [signal.name for signal in signals]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise keys["signals"].error(f"has the signal {double} twice")
    return HypothesisPack(hypotheses, signals)


def _signal(
    value: Value, hypotheses: Collection[str], findings: Collection[str], vantages: Collection[str]
) -> HypothesisSignal:
    keys = value.mapping(("signal", "hypothesis", "speaks", "decides", "title", "query", "finding", "vantages"))
    if ("query" in keys) == ("finding" in keys):
        raise value.error("needs exactly one of query and finding")
    decides = keys["decides"].text(also=_YES) == "true" if "decides" in keys else False
    return HypothesisSignal(
        needed(value, keys, "signal").text(),
        needed(value, keys, "hypothesis").choice(tuple(hypotheses)),
        cast("Speaks", needed(value, keys, "speaks").choice(get_args(Speaks))),
        decides,
        needed(value, keys, "title").text(),
        read_query(keys["query"]) if "query" in keys else None,
        keys["finding"].choice(tuple(sorted(findings))) if "finding" in keys else None,
        tuple(item.choice(tuple(vantages)) for item in keys["vantages"].items()) if "vantages" in keys else (),
    )
