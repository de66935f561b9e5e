"""The pack of asset classes. The head of `packs/assets.yaml` says what each key means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from timeline.model.case_file import OwnAsset
from timeline.model.yaml_reading import Value, parse_tree
from timeline.rules.patterns import needed

FILE: Final = "assets.yaml"
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class AssetClass:
    """One class; an object belongs to it when one of `match` is found in its name."""

    name: str
    title: str
    match: re.Pattern[str]


@cache
def own_asset_pack() -> tuple[AssetClass, ...]:
    """The pack that comes with Leakline."""
    return read_asset_pack(parse_tree(files("timeline.rules").joinpath("packs", FILE).read_bytes(), FILE))


def with_own(assets: Sequence[OwnAsset]) -> tuple[AssetClass, ...]:
    """The pack, behind what case.yaml says: its globs are tried first."""
    return (*(AssetClass(one.name, one.title or one.name, _globs(one.match)) for one in assets), *own_asset_pack())


def _globs(patterns: Sequence[str]) -> re.Pattern[str]:
    parts = [".*".join(map(re.escape, pattern.split("*"))) for pattern in patterns]
    return re.compile("|".join(f"^(?:{part})$" for part in parts), re.IGNORECASE | re.DOTALL)


def read_asset_pack(tree: Value) -> tuple[AssetClass, ...]:
    """Read a pack. CaseFileError with file, line and key for whatever is wrong in it."""
    classes = tuple(map(_class, needed(tree, tree.mapping(("assets",)), "assets").items()))
    names = [one.name for one in classes]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise tree.error(f"has the asset {double} twice")
    return classes


def _class(value: Value) -> AssetClass:
    keys = value.mapping(("asset", "title", "match"))
    patterns = needed(value, keys, "match")
    try:
        match = re.compile("|".join(f"(?:{text})" for text in patterns.texts()), re.IGNORECASE)
    except re.error as error:
        raise patterns.error(f"has no regex: {error}") from error
    return AssetClass(needed(value, keys, "asset").text(), needed(value, keys, "title").text(), match)


def class_of(name: str, classes: Sequence[AssetClass]) -> AssetClass | None:
    """The first class that an object's name matches; None for none."""
    return next((one for one in classes if one.match.search(name)), None)
