"""Bursts of reads by one credential, and what a credential was first seen with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Burst:
    """Reads by one actor with one credential, close together and of many things: more than it does otherwise.

    Times are microseconds UTC. `usual` is the median of its events in an interval of the rule's width in which it did
    anything of the kind, outside of bursts; 0 when it never did.
    """

    rule: str
    title: str
    actor: str | None
    credential: str | None
    start_us: int
    end_us: int
    events: int
    things: int
    bytes_out: int
    with_bytes: int
    usual: int
    addresses: tuple[str, ...]
    first_key: str
    last_key: str


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """A network or agent that a credential, or an actor without one, was first seen with after it was in use for a while.

    `field` is network or user_agent. `known_since_us` is when the credential itself was first seen.
    """

    actor: str | None
    credential: str | None
    field: str
    value: str
    events: int
    first_us: int
    known_since_us: int
    first_key: str
