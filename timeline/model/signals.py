"""Signals: events of a kind that a rule pack names, each with what it says."""

from dataclasses import dataclass
from typing import Literal

About = Literal["logs", "history"]


@dataclass(frozen=True, slots=True)
class SignalEvent:
    """One event of a signal. `before` and `after` are what the record says of both (tips of a branch); None: nothing."""

    key: str
    us: int | None
    actor: str | None
    resource: str | None
    outcome: str | None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """All events of one signal, in canonical order, at most MOST_EVENTS of `count`."""

    name: str
    title: str
    about: About
    count: int
    events: tuple[SignalEvent, ...]
