"""What analysts note of their work on a case: beside the evidence, never part of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A note, who wrote it, and when (microseconds UTC). `event` is the key of the event that it is about, None for none."""

    id: str
    at_us: int
    analyst: str
    text: str
    event: str | None
    in_report: bool
