"""Counting a run: what was read, what it gave, what failed."""

from dataclasses import dataclass, field

from timeline.model.source import IngestSummary
from timeline.store.messages import Finished, StreamCounts

_NOTHING = StreamCounts()


@dataclass(slots=True)
class Tally:
    """Counters of a run. `before` are the counts of streams as the case had them when the run began."""

    before: dict[int, StreamCounts] = field(default_factory=dict)
    sources: int = 0
    sources_done: int = 0
    already_held: int = 0
    extended: int = 0
    bytes: int = 0
    received_bytes: int = 0
    events: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    evidence: list[tuple[str, str | None, str]] = field(default_factory=list)  # path, SHA-256 of file and of stream

    def fail(self, path: str, reason: str) -> None:
        """Note a source that could not be read, wholly or from some byte on."""
        self.failures.append((path, reason))

    def for_custody(self) -> dict[str, object]:
        """What the custody log keeps of the run."""
        names = ("path", "file_sha256", "stream_sha256")
        evidence = [dict(zip(names, values, strict=True)) for values in self.evidence]
        return {"evidence": evidence, "failures": [list(failure) for failure in self.failures]}

    def summary(
        self, finished: Finished, seconds: float, searchable_seconds: float, *, cancelled: bool
    ) -> IngestSummary:
        """The run's result: what each stream has now, less what it had before."""

        def gained(name: str) -> int:
            return sum(
                getattr(now, name) - getattr(self.before.get(n, _NOTHING), name) for n, now in finished.counts.items()
            )

        return IngestSummary(
            sources=self.sources,
            records=gained("records"),
            events=gained("events"),
            duplicates=gained("duplicates"),
            rejects=gained("rejects"),
            ignored=gained("ignored"),
            already_held=self.already_held,
            extended=self.extended,
            bytes=self.bytes,
            seconds=seconds,
            searchable_seconds=searchable_seconds,
            cancelled=cancelled,
            failures=tuple(self.failures),
            notes=tuple(self.notes),
        )
