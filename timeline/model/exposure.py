"""Exposure: edges that logs show, the windows between them, and touches inside a window."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from timeline.model.noise import NoiseClass

Audience = Literal["everyone", "any account", "others"]
AUDIENCES: Final[tuple[Audience, ...]] = ("everyone", "any account", "others")
"""everyone: without a login. any account: whoever has one with the provider. others: named outsiders."""
STILL_OPEN: Final = "no event closes it; the evidence ends here"
SEEN_CLOSED: Final = "closed at or before this time: it was seen closed then, and no event closes it"
OPENED_BEFORE: Final = "opened at or before this time: no event in the evidence opens it"


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """An object that can be exposed: its kind in the rule pack (`s3.bucket`) and its name there."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, order=True)
class Holder:
    """To whom something is open; `who` as the provider writes it, `*` for everyone."""

    audience: Audience
    who: str = "*"


@dataclass(frozen=True, slots=True)
class Edge:
    """An event that changes to whom a thing is open, in one `layer` of what decides it (policy, acl, visibility ...).

    `replaces`: the layer is then open to `gives` and to nobody else; else `gives` are added and `takes` taken away.
    `before` is what the event itself says of the time before it (None: nothing). `blocks` is what the layer then holds
    back of other layers (names of layers). `limits` and `problems` are in words. What was `observed` was so at this time, and
    became so at some time before it. `log` is (kind, account) of the log that the event is in.
    """

    thing: Thing
    layer: str
    rule: str
    key: str
    us: int
    precision_us: int
    replaces: bool
    gives: frozenset[Holder] = frozenset()
    takes: frozenset[Holder] = frozenset()
    before: frozenset[Holder] | None = None
    blocks: frozenset[str] | None = None
    limits: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    observed: bool = False
    log: tuple[str | None, str | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Window:
    """A thing open to a holder from `opened_us` to `closed_us` (microseconds UTC), by the events of these keys.

    A key that is None makes the time a bound: opened at or before it, closed after it or not at all (at the end of the
    evidence, or where the state is not known any further). `also` are events that said the same again; `notes` what is
    to be known of it, in words.
    """

    number: int
    thing: Thing
    holder: Holder
    opened_us: int
    opened_key: str | None
    closed_us: int
    closed_key: str | None
    also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As queries name it."""
        return f"exposure/{self.number}"

    @property
    def closed_is_bound(self) -> bool:
        """Whether its end is when it was seen closed: it closed then, or before."""
        return any(note.startswith(SEEN_CLOSED) for note in self.notes)


@dataclass(frozen=True, slots=True)
class Touch:
    """Reads of a thing inside a window by one actor from one address with one agent.

    `who` classes them: known (seen before the window), first seen (in it), anonymous, or noise; `noise` is then its class, and
    `otherwise` what `who` would be without it: noise mostly is what it says of itself.
    """

    who: str
    actor: str | None
    src_ip: str | None
    user_agent: str | None
    events: int
    denied: int
    bytes_out: int
    with_bytes: int
    first_us: int | None
    last_us: int | None
    first_key: str
    last_key: str
    noise: NoiseClass | None = None
    otherwise: str | None = None

    @property
    def words(self) -> str:
        """`known`, `first seen`, `anonymous`, `noise/crawler`."""
        return self.who if self.noise is None else f"{self.who}/{self.noise}"


@dataclass(frozen=True, slots=True)
class Exposures:
    """All windows by number, and edges that could not be placed, with the reason."""

    windows: tuple[Window, ...]
    edges: tuple[Edge, ...]
    problems: tuple[str, ...] = ()
    touches: Mapping[int, tuple[Touch, ...]] = field(default_factory=dict)


NO_EXPOSURES: Final = Exposures((), ())
