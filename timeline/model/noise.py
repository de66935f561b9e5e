"""Noise: events that scanners, canaries, health checks and the like made, or that say so; labelled, and never left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

NoiseClass = Literal["defender-scanner", "scanner", "canary", "health-check", "crawler", "monitoring"]
CLASSES: Final[tuple[NoiseClass, ...]] = get_args(NoiseClass)
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
"""What a rule may be called."""
Basis = Literal["says it is", "logged as", "declared as"]
"""says it is: by its user agent, which anybody may send. logged as: by what the log's provider wrote. declared as: by the case."""


@dataclass(frozen=True, slots=True)
class NoiseLabel:
    """The events of one rule: how many, by how many actors and addresses, from when to when (microseconds UTC).

    `actors`, `addresses` and `agents` are those with the most events. Times are None when no event is dated. An event may
    be one of several rules.
    """

    rule: str
    title: str
    label: NoiseClass
    basis: Basis
    events: int
    actor_count: int
    actors: tuple[str, ...]
    address_count: int
    addresses: tuple[str, ...]
    agent_count: int
    agents: tuple[str, ...]
    bytes_out: int
    first_us: int | None
    last_us: int | None
    first_key: str
    last_key: str


@dataclass(frozen=True, slots=True)
class Noise:
    """All noise of a case: by rule, the most events first; by class and in all, each event once; `of` are all of the case."""

    labels: tuple[NoiseLabel, ...]
    classes: Mapping[NoiseClass, int]
    events: int
    of: int = 0


NO_NOISE: Final = Noise((), {}, 0)
