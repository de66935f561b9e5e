"""What a case can say of itself at once, however many events it holds: it reads what is kept per source and per segment."""

import threading
import zlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from timeline.model.coverage import Interval
from timeline.model.outline import KindOutline, News, Outline, Seen, read_seen
from timeline.model.source import RefusedRecord
from timeline.session.annotatable import Annotatable
from timeline.store.reader import Reader
from timeline.store.refusals import refusal_reasons, refused_page
from timeline.store.volumes import volumes
from timeline.text import storable

if TYPE_CHECKING:
    from timeline.session.case import Case

SEEN: Final = "seen"
"""The name under which it is kept what an analyst has seen."""
_NAMED: Final = 3  # new sources that are named
_FINDINGS: Final = (
    "exposures",
    "coverage",
    "bursts",
    "first seen",
    "tampering",
    "hypotheses",
    "actors",
    "secrets",
    "noise",
)
_HASHED: Final = (
    1 << 16
)  # bytes of a kept finding: it is packed, so that any change changes its length or its beginning
Volumes = Mapping[str | None, Sequence[int]]


class Outlined(Annotatable):
    """The part of `Case` that is cheap enough to be asked again and again."""

    def generation(self) -> Hashable:
        """Another value whenever events were added, changed or removed, by whatever process; annotations do not count."""
        with self.reading() as reader:
            (segments,) = reader.rows("SELECT count(*), max(id), sum(rows), sum(revision) FROM segment")
            (sources,) = reader.rows("SELECT count(*), max(id) FROM source")
        return (*segments, *sources)

    def kinds(self) -> Sequence[str]:
        """Every format that can be read, by name."""
        from timeline.ingest.registry import parsers

        return sorted(parsers())

    def outline(self, since: object = None, *, cancel: threading.Event | None = None) -> Outline:
        """The case in numbers, and what is new since then: what `settings` has as SEEN, None for a first session."""
        with self.reading(cancel) as reader:
            kinds = _kinds(reader)
            ((first, last, events, dated),) = reader.rows(
                "SELECT min(first_us), max(last_us), coalesce(sum(rows), 0), coalesce(sum(dated_rows), 0) FROM segment"
            )
            ((sources, read, streams, unread),) = reader.rows(
                "SELECT count(*), count(stream), count(DISTINCT stream), coalesce(sum(state = 'unreadable'), 0) FROM source"
            )
            ((starred,),) = reader.rows("SELECT count(*) FROM annotation WHERE verb = 'star' AND undone = 0")
            now = self._seen(reader, events)
            before = read_seen(since)
            return Outline(
                span=None if first is None or last is None else (first, last),
                events=events,
                undated=events - dated,
                sources=sources,
                copies=read - streams,
                unread=unread,
                rejects=sum(kind.rejects for kind in kinds),
                starred=starred,
                kinds=kinds,
                news=None if before is None else self._news(reader, before, now),
                seen=now,
            )

    def volumes(
        self, *, bins: int, tell: Callable[[Volumes], None] | None = None, cancel: threading.Event | None = None
    ) -> Volumes:
        """Format of the source -> dated events in equal bins of the whole span; `tell` is told what is known so far."""
        with self.reading(cancel) as reader:
            firsts = [segment.first_us for segment in reader.segments if segment.first_us is not None]
            lasts = [segment.last_us for segment in reader.segments if segment.last_us is not None]
            if not firsts or not lasts:
                return {}
            return volumes(reader, start_us=min(firsts), end_us=max(lasts), bins=bins, tell=tell)

    def source_gaps(self, *, cancel: threading.Event | None = None) -> Mapping[str, Sequence[Interval]] | None:
        """Path of a source -> when its log was off, partial or unknown; None while coverage was not worked out."""
        from timeline.session.source_gaps import source_gaps

        return source_gaps(cast("Case", self), cancel)

    def reject_page(
        self, source: str, *, reason: str | None = None, offset: int = 0, limit: int = 200, cancel: threading.Event | None = None
    ) -> list[RefusedRecord]:
        """At most `limit` rejects of a source from the `offset`-th on, by place; those of one reason, or all (None)."""
        with self.reading(cancel) as reader:
            return refused_page(reader, source, reason=reason, offset=offset, limit=limit)

    def reject_reasons(self, source: str, *, cancel: threading.Event | None = None) -> list[tuple[str, int]]:
        """Why records of a source were rejected, with how many, the most frequent first."""
        with self.reading(cancel) as reader:
            return refusal_reasons(reader, source)

    def mark_seen(self) -> bool:
        """Keep that this analyst has seen all there is now, and all that was found; False where the case cannot be written."""
        if (findings := self.__dict__.get("findings")) is not None:
            findings.keep()
        with self.reading() as reader:
            ((events,),) = reader.rows("SELECT coalesce(sum(rows), 0) FROM segment")
            now = self._seen(reader, events)
        return self.keep_settings({SEEN: now.as_json()})

    def _seen(self, reader: Reader, events: int) -> Seen:
        ((source,),) = reader.rows("SELECT coalesce(max(id), 0) FROM source")
        ((annotation,),) = reader.rows("SELECT coalesce(max(id), 0) FROM annotation")
        marks = ",".join("?" * len(_FINDINGS))
        kept = reader.rows(
            f"SELECT name, length(value), substr(value, 1, {_HASHED}) FROM result WHERE name IN ({marks}) ORDER BY name",  # noqa: S608 - no text of anybody
            _FINDINGS,
        )
        findings = {name: zlib.crc32(bytes(begin), length & 0xFFFFFFFF) for name, length, begin in kept}
        return Seen(self.now_us(), events, source, annotation, findings)

    def _news(self, reader: Reader, before: Seen, now: Seen) -> News:
        names = reader.rows("SELECT path FROM source WHERE id > ? ORDER BY id LIMIT ?", (before.last_source, _NAMED))
        ((added,),) = reader.rows("SELECT count(*) FROM source WHERE id > ?", (before.last_source,))
        said = reader.rows(
            "SELECT analyst, count(*) FROM annotation WHERE id > ? AND analyst != ? AND undone = 0"
            " GROUP BY analyst ORDER BY count(*) DESC, analyst",
            (before.last_annotation, storable(self.analyst)),
        )
        changed = tuple(
            name for name in _FINDINGS if name in now.findings and now.findings[name] != before.findings.get(name)
        )
        return News(
            since_us=before.at_us,
            events=now.events - before.events,
            sources=added,
            source_names=tuple(name for (name,) in names),
            said=tuple((analyst, count) for analyst, count in said),
            findings=changed,
        )


def _kinds(reader: Reader) -> tuple[KindOutline, ...]:
    rows = reader.rows(
        "SELECT kind, (SELECT count(*) FROM source p JOIN stream t ON t.id = p.stream WHERE t.kind IS s.kind), sum(events),"
        " sum(rejects) FROM stream s GROUP BY kind ORDER BY sum(events) DESC, kind"
    )
    return tuple(KindOutline(*row) for row in rows)
