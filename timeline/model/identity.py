"""Identities that logs show, the links between them, and the people they add up to."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Confidence = Literal["certain", "likely", "possible"]
CONFIDENCES: Final[tuple[Confidence, ...]] = ("certain", "likely", "possible")
"""certain: a record says so. likely: the provider writes it so. possible: it looks so; merges only when accepted."""
Verdict = Literal["", "accepted", "refused"]
Sort = Literal["same", "holds"]
ActorSort = Literal["person", "machine", "unknown", "shared"]
HELD: Final = frozenset({"key", "session"})
"""Namespaces of what people hold, and may hand on."""
Pair = tuple[str, str | None, str | None]
"""(kind, actor, credential) of events."""


class Identity(NamedTuple):
    """A name in a namespace: `email`, `key` (credential ids), `session`, `person` (case.yaml), `aws`, `github` ..."""

    namespace: str
    value: str

    @property
    def name(self) -> str:
        """As people write it: `github:dana`; e-mail addresses and ARNs speak for themselves."""
        return self.value if self.namespace in {"email", "session", "person"} else f"{self.namespace}:{self.value}"

    @property
    def is_held(self) -> bool:
        """Whether it is something that people hold, a key or a session, and may hand on."""
        return self.namespace in HELD


def counts(verdict: Verdict, confidence: Confidence) -> bool:
    """Whether a link counts: certain or likely and not refused, or accepted."""
    return verdict == "accepted" or (verdict == "" and confidence != "possible")


@dataclass(frozen=True, slots=True)
class Link:
    """Two identities, and why they belong together. `same`: two names of one. `holds`: `one` had `other` in hands.

    `id` names it in decisions. `keys` are the first and last of `events` that say so; empty where case.yaml does.
    """

    id: str
    rule: str
    title: str
    sort: Sort
    one: Identity
    other: Identity
    confidence: Confidence
    events: int
    keys: tuple[str, ...]
    verdict: Verdict = ""

    @property
    def holds(self) -> bool:
        """Whether it counts: certain or likely and not refused, or accepted."""
        return counts(self.verdict, self.confidence)


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts, with all identities. `shared`: a key or session that several had; `owners` are their names.

    unknown: a key or session of which nothing says who had it. Its events are those with one of `pairs`: an event is
    attributed by its credential where that has one owner, else by its actor. `first_us` and `last_us` are microseconds
    UTC; None without dated events.
    """

    name: str
    sort: ActorSort
    identities: tuple[Identity, ...]
    events: int
    bytes_out: int
    with_bytes: int
    first_us: int | None
    last_us: int | None
    first_key: str | None
    last_key: str | None
    owners: tuple[str, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Actors:
    """Everybody, most events first; `undecided` links between them wait for a decision."""

    actors: tuple[Actor, ...]
    undecided: int = 0
