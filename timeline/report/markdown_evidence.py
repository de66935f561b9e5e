"""What the report rests on, in Markdown: sources, rejects, method, limits, and how to do it again."""

from collections.abc import Iterable
from typing import Final

from timeline.model.duration import show_duration
from timeline.model.source import SourceInfo
from timeline.model.time import show_us
from timeline.report.kind_limits import limits_of
from timeline.report.markdown_pieces import code, plural, span, table
from timeline.report.model import ReportModel
from timeline.text import code_span, markdown

_CELL: Final = 80
_CHAIN: Final = (
    "What was done to the case, in order. Each entry's hash covers the entry and the hash before it. Whoever holds the file"
    " could write the chain anew: only a head that was noted elsewhere shows that nobody did."
)
_COUNTS_EXPLAINED: Final = (
    "Records = gave events + duplicates + rejects + ignored (blank lines, comments, headers). One record may give"
    " several events; a duplicate is a record that another source already gave, and is kept as a witness."
)


def evidence(model: ReportModel) -> list[str]:
    """The section "Evidence": a table of counts, then hashes and custody for each source."""
    if not model.sources:
        return ["## Evidence", "", "The case holds no source.", ""]
    counted = ("Records", "Gave events", "Events", "Duplicates", "Rejects", "Ignored")
    header = ("", "Source", "Kind", *counted, "Span (UTC)")
    rows = [_source_row(number, source) for number, source in enumerate(model.sources, 1)]
    lines = ["## Evidence", "", *table(header, rows, numbers=range(3, 9))]
    lines += [_COUNTS_EXPLAINED, ""]
    for number, source in enumerate(model.sources, 1):
        lines += [f"- S{number}: {'; '.join(_identity(source))}."]
    return [*lines, ""]


def _source_row(number: int, source: SourceInfo) -> list[str]:
    counts = (source.records, source.with_events, source.events, source.duplicates, source.rejects, source.ignored)
    return [
        f"S{number}",
        code_span(source.path, _CELL),
        markdown(source.kind or "not recognised", _CELL),
        *(f"{count:,}" for count in counts),
        span(source.first_us, source.last_us),
    ]


def _identity(source: SourceInfo) -> Iterable[str]:
    if source.file_sha256:
        size = f" ({plural(source.file_bytes, 'byte')})" if source.file_bytes is not None else ""
        yield f"SHA-256 of the file as received {code(source.file_sha256)}{size}"
    else:
        yield "no hash of a file as received"
    if source.stream_sha256:
        yield f"SHA-256 of the stream {code(source.stream_sha256)} ({plural(source.stream_bytes, 'byte')})"
    if source.same_as:
        yield f"holds or begins the same bytes as {code(source.same_as)}, and its counts are that source's"
    if source.parser_version is not None:
        yield f"parser version {source.parser_version}"
    for name, value in (("collected by", source.collector), ("by", source.method), ("acquired", source.acquired)):
        if value:
            yield f"{name} {markdown(value, 200)}"
    if source.state != "complete":
        yield f"**{source.state}**{': ' + markdown(source.problem, 200) if source.problem else ''}"


def rejects(model: ReportModel) -> list[str]:
    """The section "Rejected records": by source and reason, with the first as pointers."""
    lines = ["## Rejected records", ""]
    if not model.rejects:
        return [*lines, "No record was rejected.", ""]
    rows = []
    for group in model.rejects:
        number = model.source_number(group.source)
        more = ", ..." if group.count > len(group.first) else ""
        pointers = ", ".join(f"{one.record} ({one.offset}+{one.length})" for one in group.first)
        name = f"S{number} {code_span(group.source, _CELL)}" if number else code_span(group.source, _CELL)
        rows.append([name, markdown(group.reason, _CELL), f"{group.count:,}", pointers + more])
    header = ("Source", "Reason", "Rejects", "First records (offset+length)")
    return [
        *lines,
        "These records could not be read as their format says. They are stored with the case and can be listed.",
        "",
        *table(header, rows, numbers=(2,)),
    ]


def method(model: ReportModel) -> list[str]:
    """The section "Method and limits"."""
    lines = ["## Method and limits", "", "### How times were read", ""]
    lines += [f"- {sentence}" for sentence in _times(model)]
    lines += ["", "### What this case cannot answer", ""]
    lines += [f"- {sentence}" for sentence in _limits(model)]
    lines += ["", "### Redaction", "", _redaction(model), ""]
    return lines


def _times(model: ReportModel) -> Iterable[str]:
    yield "All times are kept in UTC; an offset that a record states was applied."
    counts = dict(model.bases)
    if counts.get("zone_assumed"):
        assumed = plural(counts["zone_assumed"], "event")
        yield f"{assumed}: the record states no zone, so one was assumed (below, or UTC)."
    if counts.get("year_inferred"):
        yield f"{plural(counts['year_inferred'], 'event')}: the record states no year, so it was inferred."
    if counts.get("offset_applied"):
        yield f"{plural(counts['offset_applied'], 'event')}: the clock of the source was corrected (below)."
    if model.undated:
        yield f"Without a time: {plural(model.undated, 'event')}, in the case but not on the timeline."
    for number, source in enumerate(model.sources, 1):
        said = []
        if source.zone:
            said.append(f"zone {markdown(source.zone, 60)}")
        if source.year is not None:
            said.append(f"year {source.year}")
        if source.clock_offset_us:
            said.append(f"clock offset {show_duration(source.clock_offset_us)} added to every time")
        if said:
            yield f"S{number}: {', '.join(said)}."
    yield "Where the stated precision of two events overlaps, their order is not established."


def _limits(model: ReportModel) -> Iterable[str]:
    spans = _spans_by_kind(model)
    if spans:
        held = "; ".join(
            f"{markdown(kind, 60)} {span(first, last)} ({plural(events, 'event')})"
            for kind, (first, last, events) in sorted(spans.items())
        )
        yield f"The case holds only these kinds of evidence, over these spans (UTC): {held}."
    yield (
        "Outside the span of a source, and for kinds that are not listed, the absence of an event is no evidence that"
        " nothing happened. Within a span it is evidence only as far as logging was on and complete."
    )
    for kind, sentence in limits_of(spans):
        yield f"{kind}: {sentence}"
    for number, source in enumerate(model.sources, 1):
        if source.state != "complete":
            problem = f" ({markdown(source.problem, 200)})" if source.problem else ""
            what = "nothing of it" if source.state == "unreadable" else "what it held beyond that"
            absent = "is in the case" if source.state == "unreadable" else "is not in the case"
            yield f"S{number} {code(source.path)} is {source.state}{problem}: {what} {absent}."
        if source.warnings:
            yield f"S{number}: {plural(source.warnings, 'record')} could be read only in part."
    total = sum(source.rejects for source in model.streams())
    if total:
        yield f"Not readable, and so not on the timeline: {plural(total, 'record')} (see Rejected records)."


def _spans_by_kind(model: ReportModel) -> dict[str, tuple[int | None, int | None, int]]:
    spans: dict[str, tuple[int | None, int | None, int]] = {}
    for source in model.streams():
        if source.kind is None:
            continue
        first, last, events = spans.get(source.kind, (None, None, 0))
        firsts = [us for us in (first, source.first_us) if us is not None]
        lasts = [us for us in (last, source.last_us) if us is not None]
        spans[source.kind] = (min(firsts, default=None), max(lasts, default=None), events + source.events)
    return spans


def _redaction(model: ReportModel) -> str:
    known = "Secrets are replaced by their type and a keyed fingerprint, from 20 characters on also by their last four"
    return (
        f"{known}: {code('⟦type:fingerprint:last4⟧')}. The same secret has the same fingerprint throughout the case;"
        " the key stays with the case. Rules know the shapes of common secrets: an unknown shape may remain, and"
        f" case.yaml can declare it. {plural(model.redacted, 'secret')} replaced in this report."
    )


def custody(model: ReportModel) -> list[str]:
    """The section "Custody log"; [] where it was not asked for."""
    if not model.custody:
        return []
    rows = [
        [
            f"{entry.number:,}", show_us(entry.at_us).removesuffix("+00:00"), markdown(entry.analyst, 60), code(entry.action, 60),
            code(entry.detail, 300), code(entry.hash[:16]),
        ]
        for entry in model.custody
    ]  # fmt: skip
    return [
        "## Custody log",
        "",
        _CHAIN,
        "",
        *table(("Number", "When (UTC)", "Who", "What", "In detail", "Hash begins"), rows),
        f"The head is {code(model.custody[-1].hash)}.",
        "",
    ]


def reproduce(model: ReportModel) -> list[str]:
    """The section "How to reproduce"."""
    command = " ".join(["leakline report CASE -o report.md", *model.options])
    return [
        "## How to reproduce",
        "",
        f"With Leakline {markdown(model.version)} and the case folder (here {code('CASE')}):",
        "",
        "```text",
        "leakline verify CASE                     re-reads and re-hashes the evidence, checks the custody chain",
        "leakline verify CASE --originals DIR     checks the files as received",
        "leakline search CASE key:KEY             shows the event behind a reference",
        "leakline export CASE --rejects           lists every rejected record",
        f"{command:<40} writes this report again; the same case gives the same bytes",
        "```",
        "",
    ]
