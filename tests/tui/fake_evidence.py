"""The part of the case in memory that has to do with evidence: sources, rejects, runs over them, what is new."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from timeline.ingest.progress import Progress
from timeline.model.coverage import Interval
from timeline.model.errors import Cancelled
from timeline.model.event import Event
from timeline.model.outline import KindOutline, News, Outline, Seen, read_seen
from timeline.model.source import Histogram, IngestSummary, RefusedRecord
from timeline.model.time import HOUR_US, SECOND_US

_SEEN_US = 1_774_310_400 * SECOND_US  # when the invented events begin


class FakeEvidence:
    """What `FakeCase` adds to it is declared here."""

    events: list[Event]
    remembered: dict[str, Any]
    reject_count: int
    gaps: Mapping[str, Sequence[Interval]] | None

    def note(self, name: str) -> None:
        raise NotImplementedError

    def gate(self, name: str, cancel: threading.Event | None) -> None:
        raise NotImplementedError

    def span(self, query: str = "") -> tuple[int, int] | None:
        raise NotImplementedError

    def histogram(self, query: str = "", *, bins: int = 100) -> Histogram:
        raise NotImplementedError

    def generation(self) -> int:
        self.note("generation")
        return len(self.events)

    def kinds(self) -> Sequence[str]:
        self.note("kinds")
        return ("aws.cloudtrail", "git", "github.audit", "github.webhook", "web.access")

    def outline(self, since: object = None, *, cancel: threading.Event | None = None) -> Outline:
        self.note("outline")
        self.gate("outline", cancel)
        counts = Counter(event.kind for event in self.events)
        kinds = [
            KindOutline(kind, 1, count, 2 if kind == "web.access" else 0) for kind, count in sorted(counts.items())
        ]
        before, stars = read_seen(since), sum(event.starred for event in self.events)
        seen = Seen(_SEEN_US, len(self.events), len(kinds), 0)
        news = None
        if before is not None:
            new = len(self.events) - before.events
            names = ("logs/new.log",) if new else ()
            said = (("sam", 14), ("\x1b[31mmallory", 1)) if new else ()
            news = News(before.at_us, new, len(names), names, said, ("exposures",) if new else ())
        return Outline(self.span(), len(self.events), 3, len(kinds), 0, 1, 2, stars, tuple(kinds), news, seen)

    def volumes(
        self, *, bins: int, tell: Callable[[Mapping[str | None, Sequence[int]]], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Mapping[str | None, Sequence[int]]:  # fmt: skip
        self.note("volumes")
        self.gate("volumes", cancel)
        return dict(self.histogram("", bins=bins).series.items())

    def mark_seen(self) -> bool:
        self.note("mark_seen")
        self.remembered["seen"] = self.outline().seen.as_json()
        return True

    def source_gaps(self, *, cancel: threading.Event | None = None) -> Mapping[str, Sequence[Interval]] | None:
        self.note("source_gaps")
        return self.gaps

    def _rejects(self, source: str) -> list[RefusedRecord]:
        self.note("rejects")
        reasons = ("the line is no log record", "no time", "no time")
        return [RefusedRecord(source, n, n * 100, 80, reasons[n % 3]) for n in range(1, self.reject_count + 1)]

    def reject_page(
        self,
        source: str,
        *,
        reason: str | None = None,
        offset: int = 0,
        limit: int = 200,
        cancel: threading.Event | None = None,
    ) -> Sequence[RefusedRecord]:
        return [one for one in self._rejects(source) if reason in {None, one.reason}][offset : offset + limit]

    def reject_reasons(self, source: str, *, cancel: threading.Event | None = None) -> Sequence[tuple[str, int]]:
        self.gate("reasons", cancel)
        return Counter(one.reason for one in self._rejects(source)).most_common()

    def refused_bytes(self, refused: RefusedRecord) -> bytes:
        self.note("refused_bytes")
        return f"\x1b[31m record {refused.record}\xff".encode("latin-1")

    def ingest(
        self,
        paths: Sequence[Path | str] = (),
        *,
        progress: Any = None,
        cancel: threading.Event | None = None,
        **options: Any,
    ) -> IngestSummary:
        self.note("ingest")
        self.remembered["ingested"] = [str(path) for path in paths]
        if progress is not None:
            told = Progress(
                "logs/new/access-2026-03.log", "web.access", 1, 3, 25_000_000, 20_000_000, 100_000_000, 18_611, 0
            )
            progress(told)
        try:
            self.gate("ingest", cancel)
        except Cancelled:
            return IngestSummary(sources=1, cancelled=True)
        first = self.events[0]
        times = range(_SEEN_US - HOUR_US, _SEEN_US - HOUR_US + 100)
        earlier = [replace(first, key=f"new{us}", source="logs/new.log", timestamp=us) for us in times]
        self.events = [*earlier, *self.events]
        return IngestSummary(sources=3, events=100, rejects=2, failures=(("a.bin", "its format is not known"),))

    def reparse(
        self, source: str, *, progress: Any = None, cancel: threading.Event | None = None, **options: Any
    ) -> IngestSummary:
        self.note("reparse")
        self.remembered["reparsed"] = (source, options)
        return IngestSummary(events=7)
