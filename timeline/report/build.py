"""Assemble a report from values of a case, redacting every text on the way in. No I/O, no clock."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from timeline.model.case_file import CaseConfig
from timeline.model.coverage import NO_COVERAGE, Coverage
from timeline.model.event import Event
from timeline.model.exposure import NO_EXPOSURES, Exposures
from timeline.model.journal import JournalEntry
from timeline.model.report_findings import NO_FINDINGS, ReportFindings
from timeline.model.source import CustodyEntry, Histogram, RefusedRecord, SourceInfo
from timeline.report.export_rows import redacted_event
from timeline.report.model import Excerpt, RejectGroup, ReportModel
from timeline.report.redact import Redactor
from timeline.report.redact_findings import redacted_coverage, redacted_exposures
from timeline.report.redact_values import redacted_value

EXCERPT_CHARACTERS: Final = 2_000
MAX_KEY_EVENTS: Final = 2_000
_WINDOW_BYTES: Final = 65_536
_FIRST_REJECTS: Final = 5


def _nothing(_key: str) -> tuple[str, ...]:
    return ()


def build_report(
    *,
    config: CaseConfig,
    version: str,
    events: int,
    undated: int,
    span: tuple[int, int] | None,
    key_events: Sequence[Event],
    sources: Iterable[SourceInfo],
    rejects: Iterable[RefusedRecord],
    bases: Iterable[tuple[str | None, int]],
    histogram: Histogram | None,
    raw: Callable[[str], bytes],
    redact: Redactor,
    unprintable: Callable[[str], Sequence[str]] = _nothing,
    exposures: Exposures = NO_EXPOSURES,
    coverage: Coverage = NO_COVERAGE,
    findings: ReportFindings = NO_FINDINGS,
    custody: Sequence[CustodyEntry] = (),
    options: Sequence[str] = (),
    notes: Sequence[JournalEntry] = (),
) -> ReportModel:
    """Build the report of a case.

    `key_events` are the events that analysts marked in canonical order; `raw` gives the raw record of an event
    key, `unprintable` the secrets that this record names outright; `bases` are counts of events by timestamp_basis.
    """
    before = redact.count
    shown = key_events[:MAX_KEY_EVENTS]
    model = ReportModel(
        config=_config(config, redact),
        version=version,
        events=events,
        undated=undated,
        span=span,
        key_events=tuple(redacted_event(event, redact) for event in shown),
        left_out=len(key_events) - len(shown),
        sources=tuple(sorted((_source(source, redact) for source in sources), key=lambda source: source.path)),
        rejects=_grouped(rejects, redact),
        bases=tuple(sorted((basis, count) for basis, count in bases if basis is not None)),
        histogram=histogram,
        excerpts={event.key: excerpt(raw(event.key), redact.declaring(unprintable(event.key))) for event in shown},
        exposures=redacted_exposures(exposures, redact),
        coverage=redacted_coverage(coverage, redact),
        findings=redacted_value(findings, redact),
        custody=redacted_value(tuple(custody), redact),
        options=tuple(options),
        notes=redacted_value(tuple(notes), redact),
    )
    return replace(model, redacted=redact.count - before)


def excerpt(record: bytes, redact: Redactor) -> Excerpt:
    """Redact a raw record and cut it to EXCERPT_CHARACTERS; bytes that are not UTF-8 are shown as escapes.

    Redaction sees far more than is shown, so that no secret is halved at the cut.
    """
    text = redact.text(record[:_WINDOW_BYTES].decode("utf-8", "backslashreplace"))
    cut = len(text) > EXCERPT_CHARACTERS or len(record) > _WINDOW_BYTES
    return Excerpt(text[:EXCERPT_CHARACTERS], len(record), cut)


def _config(config: CaseConfig, redact: Redactor) -> CaseConfig:
    text, optional = redact.text, redact.optional
    change = msgspec.structs.replace
    return change(
        config,
        name=text(config.name),
        title=optional(config.title),
        status=optional(config.status),
        summary=optional(config.summary),
        sources=(),
        secrets=(),
        people=tuple(
            change(
                person,
                name=text(person.name),
                identities=tuple(text(identity) for identity in person.identities),
                role=optional(person.role),
            )
            for person in config.people
        ),
        networks=tuple(change(network, name=text(network.name)) for network in config.networks),
        markers=tuple(change(marker, text=text(marker.text)) for marker in config.markers),
    )


def _source(source: SourceInfo, redact: Redactor) -> SourceInfo:
    return replace(
        source,
        path=redact.text(source.path),
        collector=redact.optional(source.collector),
        method=redact.optional(source.method),
        acquired=redact.optional(source.acquired),
        detection=tuple(redact.text(reason) for reason in source.detection),
        problem=redact.optional(source.problem),
        same_as=redact.optional(source.same_as),
    )


def _grouped(rejects: Iterable[RefusedRecord], redact: Redactor) -> tuple[RejectGroup, ...]:
    counts: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], list[RefusedRecord]] = {}
    for reject in rejects:
        group = (reject.source, reject.reason)
        counts[group] = counts.get(group, 0) + 1
        pointers = first.setdefault(group, [])
        if len(pointers) < _FIRST_REJECTS:
            pointers.append(reject)
    return tuple(
        RejectGroup(redact.text(source), redact.text(reason), count, tuple(first[source, reason]))
        for (source, reason), count in sorted(counts.items())
    )
