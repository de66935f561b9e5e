"""What a case holds, at a glance, and what came since somebody looked last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class KindOutline:
    """All sources of one format. `kind` None: their format is not known."""

    kind: str | None
    sources: int
    events: int
    rejects: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the case held when somebody looked last: numbers that only rise, and a fingerprint of each kept finding."""

    at_us: int
    events: int
    last_source: int
    last_annotation: int
    findings: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As `read_seen` reads it."""
        return {
            "at_us": self.at_us, "events": self.events, "last_source": self.last_source,
            "last_annotation": self.last_annotation, "findings": dict(self.findings),
        }  # fmt: skip


def read_seen(value: object) -> Seen | None:
    """What was kept; None where it is not as it should be: the case may be somebody else's."""
    kept = value if isinstance(value, Mapping) else {}
    numbers = [kept.get(name) for name in ("at_us", "events", "last_source", "last_annotation")]
    whole = [number for number in numbers if isinstance(number, int) and abs(number) < 1 << 62]
    found = kept.get("findings")
    if len(whole) != len(numbers) or not isinstance(found, Mapping):
        return None
    findings = {name: crc for name, crc in found.items() if isinstance(name, str) and isinstance(crc, int)}
    return Seen(whole[0], whole[1], whole[2], whole[3], findings)


@dataclass(frozen=True, slots=True)
class News:
    """What came since `since_us` (microseconds UTC).

    `events` more than then (negative: fewer), the number of new sources and the names of the first of them, how often others
    annotated, by name, and the findings that are others than then.
    """

    since_us: int
    events: int
    sources: int
    source_names: tuple[str, ...]
    said: tuple[tuple[str, int], ...]
    findings: tuple[str, ...]

    @property
    def is_any(self) -> bool:
        """Whether anything came."""
        return bool(self.events or self.sources or self.said or self.findings)


@dataclass(frozen=True, slots=True)
class Outline:
    """The case in numbers. `span` in microseconds UTC, None without any dated event.

    `kinds` has the most events first. `copies` are sources whose bytes another source holds, `unread` those that could not be
    read. `starred` is how many stars were given. `news` None: this analyst was never here before. `seen` is for the next time.
    """

    span: tuple[int, int] | None
    events: int
    undated: int
    sources: int
    copies: int
    unread: int
    rejects: int
    starred: int
    kinds: tuple[KindOutline, ...]
    news: News | None
    seen: Seen
