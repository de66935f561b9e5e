"""Sets of parts: the shards of a model, the repositories of an organisation. Which reader got how many of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from timeline.model.radius import CompleteSet

_SHARD: Final = re.compile(r"(.*?)(\d{1,6})[-_]of[-_](\d{1,6})([^/]*)")
_REPOSITORY: Final = re.compile(r"git:(.+)/[^/]+")
FEWEST: Final = 2
MOST: Final = 1_000_000
Read = tuple[str, str, str]
"""(object, reader, key of the last event)."""


def shard_of(name: str) -> tuple[str, int, int] | None:
    """(name of the set, number, of how many) of `model-00003-of-00012.safetensors`; None when it is no part of a set."""
    match = _SHARD.fullmatch(name) if "of" in name else None
    if match is None:
        return None
    number, of = int(match[2]), int(match[3])
    if not (FEWEST <= of <= MOST and number <= of):
        return None
    return f"{match[1]}*-of-{match[3]}{match[4]}", number, of


def find_shards(reads: Iterable[Read]) -> list[CompleteSet]:
    """Sets of numbered parts, per reader. Numbers may begin at 0 or 1."""
    got: defaultdict[tuple[str, str, int], dict[int, str]] = defaultdict(dict)
    for name, reader, key in reads:
        shard = shard_of(name)
        if shard is not None:
            got[shard[0], reader, shard[2]][shard[1]] = key
    return [
        CompleteSet(name, reader, min(len(numbers), of), of, numbers[max(numbers)])
        for (name, reader, of), numbers in sorted(got.items())
    ]


def find_organisations(reads: Iterable[Read], known: Mapping[str, int]) -> list[CompleteSet]:
    """Repositories of an organisation per reader, of as many as the case `known`s of."""
    got: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for name, reader, key in reads:
        match = _REPOSITORY.fullmatch(name)
        if match is not None and known.get(match[1], 0) >= FEWEST:
            got[match[1], reader][name] = key
    return [
        CompleteSet(f"git:{owner}/*", reader, len(names), max(known[owner], len(names)), names[max(names)])
        for (owner, reader), names in sorted(got.items())
    ]
