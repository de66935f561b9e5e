"""What the detail pane shows of one event, before it is lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from timeline.model.event import Event
from timeline.model.source import SourceInfo


@dataclass(frozen=True, slots=True)
class Occurrence:
    """How many events have a value, and which of them is the first; `first_us` None: it has no time."""

    events: int
    first_key: str
    first_us: int | None


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything that the detail pane shows of one event. `occurs` is by field, {} before it is counted."""

    event: Event
    raw: bytes
    raw_fields: Mapping[str, Any]
    source: SourceInfo | None
    noise: Sequence[str] = ()
    occurs: Mapping[str, Occurrence] = field(default_factory=dict)
