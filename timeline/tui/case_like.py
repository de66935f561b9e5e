"""What the screens need of a case: the part of `timeline.session.case.Case` that they call, as a protocol."""

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Unpack

from timeline.model.coverage import Interval
from timeline.model.event import Event
from timeline.model.finding_rows import FindingRow, Findings
from timeline.model.journal import JournalEntry
from timeline.model.outline import Outline
from timeline.model.source import Histogram, IngestSummary, RefusedRecord, SourceInfo

if TYPE_CHECKING:
    from timeline.ingest.progress import Progress
    from timeline.session.annotating import Said
    from timeline.session.ingesting import IngestOptions


class ConfigLike(Protocol):
    """The part of case.yaml that the screens read."""

    @property
    def zone(self) -> str:
        """Zone for display."""
        ...


class MatchesLike(Protocol):
    """The events that a query matches, in canonical order; undated events last."""

    def count(self) -> int:
        """How many; may take long; raises Cancelled."""
        ...

    def page(self, offset: int, limit: int) -> list[Event]:
        """At most `limit` events from `offset` on."""
        ...

    def offset_of_time(self, us: int) -> int:
        """Place of the first event at or after `us`."""
        ...

    def offset_of_key(self, key: str) -> int | None:
        """Place of an event; None when the query does not match it."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class CaseLike(Protocol):
    """A case as the screens see it. Methods may block and are called from worker threads only."""

    @property
    def name(self) -> str:
        """What the case is called."""
        ...

    @property
    def path(self) -> Path:
        """case.db."""
        ...

    @property
    def folder(self) -> Path | None:
        """The case's folder; None for a bare database."""
        ...

    @property
    def analyst(self) -> str:
        """Who works."""
        ...

    @property
    def config(self) -> ConfigLike:
        """What case.yaml says."""
        ...

    def check_file(self) -> None:
        """CaseError when the case's file was deleted or replaced."""
        ...

    def generation(self) -> Hashable:
        """Another value whenever events were added, changed or removed."""
        ...

    def kinds(self) -> Sequence[str]:
        """Every format that can be read, by name."""
        ...

    def outline(self, since: object = None, *, cancel: threading.Event | None = None) -> Outline:
        """The case in numbers, and what is new since that setting; cheap."""
        ...

    def volumes(
        self, *, bins: int, tell: Callable[[Mapping[str | None, Sequence[int]]], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Mapping[str | None, Sequence[int]]:  # fmt: skip
        """Format of the source -> dated events in equal bins of the whole span; `tell` is told what is known so far."""
        ...

    def mark_seen(self) -> bool:
        """Keep that this analyst has seen all there is now."""
        ...

    def find(self, query: str = "", *, cancel: threading.Event | None = None) -> MatchesLike:
        """Prepare the matches of a query. QueryError when it cannot be understood."""
        ...

    def raw(self, key: str) -> bytes:
        """The raw record."""
        ...

    def raw_fields(self, key: str) -> Mapping[str, Any]:
        """All fields of the raw record."""
        ...

    def source(self, path: str) -> SourceInfo:
        """What is known of a source."""
        ...

    def sources(self) -> list[SourceInfo]:
        """All sources."""
        ...

    def source_gaps(self, *, cancel: threading.Event | None = None) -> Mapping[str, Sequence[Interval]] | None:
        """Path of a source -> when its log was off, partial or unknown; None while coverage was not worked out."""
        ...

    def reject_page(
        self, source: str, *, reason: str | None = None, offset: int = 0, limit: int = 200, cancel: threading.Event | None = None
    ) -> Sequence[RefusedRecord]:
        """At most `limit` rejects of a source from the `offset`-th on, by place; those of one reason, or all (None)."""
        ...

    def reject_reasons(self, source: str, *, cancel: threading.Event | None = None) -> Sequence[tuple[str, int]]:
        """Why records of a source were rejected, with how many, the most frequent first."""
        ...

    def refused_bytes(self, refused: RefusedRecord) -> bytes:
        """The bytes of a refused record."""
        ...

    def ingest(
        self, paths: Sequence[Path | str] = (), *, progress: "Callable[[Progress], None] | None" = None,
        cancel: threading.Event | None = None, **options: "Unpack[IngestOptions]",
    ) -> IngestSummary:  # fmt: skip
        """Read evidence into the case -> a summary; `cancel` keeps what was read so far."""
        ...

    def reparse(
        self, source: str, *, progress: "Callable[[Progress], None] | None" = None, cancel: threading.Event | None = None,
        **options: "Unpack[IngestOptions]",
    ) -> IngestSummary:  # fmt: skip
        """Decode a source again, with another `clock_offset_us`, `tz` or `kind` -> a summary."""
        ...

    def span(self, query: str = "") -> tuple[int, int] | None:
        """First and last time of the matches; None when there is none."""
        ...

    def histogram(
        self,
        query: str = "",
        *,
        bins: int = 100,
        start_us: int | None = None,
        end_us: int | None = None,
        by: str = "kind",
        cancel: threading.Event | None = None,
    ) -> Histogram:
        """Counts over time."""
        ...

    def facet(
        self, field: str, query: str = "", *, limit: int = 20, cancel: threading.Event | None = None
    ) -> Sequence[tuple[Any, int]]:
        """The most frequent values of a field, or of `person`, among the matches."""
        ...

    def finding_rows(self, which: Findings, *, cancel: threading.Event | None = None) -> Sequence[FindingRow]:
        """What the analyses of one sort found."""
        ...

    def noise_of(self, event: Event, raw: bytes, fields: Mapping[str, Any]) -> Sequence[str]:
        """What an event is labelled as, in words."""
        ...

    def complete(self, text: str, cursor: int) -> Sequence[Any]:
        """What could stand at the cursor."""
        ...

    def annotate(self, keys: Sequence[str], **said: "Unpack[Said]") -> int:
        """Annotate events in one undoable step -> how many were changed."""
        ...

    def journal(self) -> Sequence[JournalEntry]:
        """The notes of all analysts, oldest first."""
        ...

    def add_note(self, text: str, *, event: str | None = None, in_report: bool = False) -> JournalEntry:
        """Write a note."""
        ...

    def decide(self, subject: str, state: str, comment: str | None = None) -> None:
        """Decide a finding: the subject of its row, and one of its choices; "" takes that back."""
        ...

    def annotate_matches(self, query: str, **said: "Unpack[Said]") -> int:
        """Annotate all matches in one undoable step -> how many were changed."""
        ...

    def settings(self) -> dict[str, Any]:
        """What this analyst's screens remember, by name."""
        ...

    def keep_settings(self, values: Mapping[str, Any]) -> bool:
        """Remember values for this analyst (None: forget one); False where the case cannot be written now."""
        ...

    def undo(self) -> str | None:
        """Take the last step back -> what it was; None when there is nothing."""
        ...

    def redo(self) -> str | None:
        """Do the last undone step again -> what it was; None when there is nothing."""
        ...

    def tags(self) -> list[tuple[str, int]]:
        """Tags in use, with how often."""
        ...

    def export(self, format: str, output: Path, *, query: str = "", redact: bool = True) -> Any:  # noqa: A002 Case's own word
        """Write the matches to a file -> a summary."""
        ...

    def write_report(self, path: Path) -> list[Path]:
        """Write the report and what belongs to it -> the files."""
        ...

    def bundle(self, path: Path) -> Any:
        """Write a bundle to hand over -> a summary."""
        ...
