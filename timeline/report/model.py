"""What a report says, as values: everything in it is redacted already, nothing in it knows a medium."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from timeline.model.case_file import CaseConfig
from timeline.model.coverage import NO_COVERAGE, Coverage
from timeline.model.event import Event
from timeline.model.exposure import NO_EXPOSURES, Exposures
from timeline.model.journal import JournalEntry
from timeline.model.report_findings import NO_FINDINGS, ReportFindings
from timeline.model.source import CustodyEntry, Histogram, RefusedRecord, SourceInfo


@dataclass(frozen=True, slots=True)
class RejectGroup:
    """Rejects of one source for one reason: how many, and the first few as pointers."""

    source: str
    reason: str
    count: int
    first: tuple[RefusedRecord, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning of a raw record. `text` may hold line breaks; `record_bytes` is the whole record's length."""

    text: str
    record_bytes: int
    cut: bool


@dataclass(frozen=True, slots=True)
class ReportModel:
    """A report. Times in microseconds UTC; `span` is None for a case without dated events.

    `key_events` are in canonical order, undated ones last; `left_out` counts key events beyond what one report carries.
    `bases` counts events by timestamp_basis. `excerpts` maps event keys to raw records. `custody` is
    the custody log where it was asked for, `options` are those of the command that writes this report. `notes` are those of
    the journal that are for the report.
    """

    config: CaseConfig
    version: str
    events: int
    undated: int
    span: tuple[int, int] | None
    key_events: tuple[Event, ...]
    left_out: int
    sources: tuple[SourceInfo, ...]
    rejects: tuple[RejectGroup, ...]
    bases: tuple[tuple[str, int], ...]
    histogram: Histogram | None
    excerpts: Mapping[str, Excerpt] = field(default_factory=dict)
    exposures: Exposures = NO_EXPOSURES
    coverage: Coverage = NO_COVERAGE
    findings: ReportFindings = NO_FINDINGS
    redacted: int = 0
    custody: tuple[CustodyEntry, ...] = ()
    options: tuple[str, ...] = ()
    notes: tuple[JournalEntry, ...] = ()

    @property
    def title(self) -> str:
        """The case's title, or its name."""
        return self.config.title or self.config.name

    def source_number(self, path: str) -> int | None:
        """1-based number of a source in this report; None for a name that it does not list."""
        for number, source in enumerate(self.sources, 1):
            if source.path == path:
                return number
        return None

    def streams(self) -> tuple[SourceInfo, ...]:
        """The sources whose counts are their own: without those that only repeat another's stream."""
        return tuple(source for source in self.sources if source.same_as is None)
