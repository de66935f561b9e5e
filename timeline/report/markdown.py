"""The report in Markdown: CommonMark with tables, as GitHub and pandoc read it.

A pure function of the model: no clock, no locale, no path of this machine. Text of evidence appears in code spans, text
of people escaped; neither can become markup.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import quote

from timeline.model.case_file import CaseConfig, Marker
from timeline.model.event import Event
from timeline.model.time import DAY_US, from_us, show_us
from timeline.report.known import role_in_words
from timeline.report.markdown_analysis import analysed, clocks
from timeline.report.markdown_events import appendix, key_timeline
from timeline.report.markdown_evidence import custody, evidence, method, rejects, reproduce
from timeline.report.markdown_findings import coverage, exposures
from timeline.report.markdown_noise import noise
from timeline.report.markdown_pieces import code, continued, plural, reference, span, table
from timeline.report.mermaid import gantt
from timeline.report.model import ReportModel
from timeline.report.template import ReportTemplate
from timeline.text import code_span, markdown

_NAMED_AT_MOST: Final = 12
_REFERENCES_AT_MOST: Final = 6


def render_markdown(model: ReportModel, figure: str | None = None, template: ReportTemplate | None = None) -> str:
    """Write the report; `figure` is the file name of the SVG beside it, None when there is none.

    `template` chooses, orders and words the sections; None: all of them, as they are. CaseFileError when it is wrong.
    """
    parts = sections(model, figure)
    if template is not None:
        return template.render(model, parts)
    head = f"# {markdown(model.title)}\n\n{opening(model)}\n"
    return "\n".join([head, *(f"{part}\n" for part in parts.values() if part)]).rstrip("\n") + "\n"


def opening(model: ReportModel) -> str:
    """The line below the title."""
    status = f"{markdown(model.config.status)}. " if model.config.status else ""
    return f"{status}Case {code(model.config.name)}, report of Leakline {markdown(model.version)}. Times are in UTC."


def sections(model: ReportModel, figure: str | None = None) -> dict[str, str]:
    """Name -> Markdown, in the usual order; "" where there is nothing to say."""
    found = {
        "summary": _summary(model),
        "figure": _figure(model, figure),
        "key-timeline": key_timeline(model),
        "exposures": exposures(model),
        "analysed": analysed(model),
        "declared": _known(model),
        "notes": _notes(model),
        "evidence": evidence(model),
        "coverage": coverage(model),
        "noise": noise(model),
        "clocks": clocks(model),
        "rejects": rejects(model),
        "method": method(model),
        "custody": custody(model),
        "reproduce": reproduce(model),
        "appendix": appendix(model),
    }
    return {name: "\n".join(lines).rstrip("\n") for name, lines in found.items()}


def _summary(model: ReportModel) -> list[str]:
    rows = [[name, value] for name, value in _facts(model)]
    return ["## Summary", "", *_said(model), *table(("Fact", "Value"), rows)]


def _said(model: ReportModel) -> Iterable[str]:
    """What the analyst says of it all, in case.yaml: paragraphs."""
    for paragraph in re.split(r"\n\s*\n", model.config.summary or ""):
        if lines := continued(f".\n{paragraph}")[1:]:  # safe where a line begins
            yield from ("\\\n".join(lines), "")


def _facts(model: ReportModel) -> Iterable[tuple[str, str]]:
    streams = model.streams()
    records = sum(source.records for source in streams)
    size = sum(source.stream_bytes for source in streams)
    yield "Evidence", f"{plural(len(model.sources), 'source')}, {plural(records, 'record')}, {plural(size, 'byte')}"
    yield "Records", ", ".join((
        f"{sum(source.with_events for source in streams):,} gave events",
        f"{sum(source.duplicates for source in streams):,} duplicates",
        f"{sum(source.rejects for source in streams):,} rejects",
        f"{sum(source.ignored for source in streams):,} ignored",
    ))  # fmt: skip
    undated = f", {model.undated:,} of them undated" if model.undated else ""
    yield "Events", f"{model.events:,}{undated}; {span(*(model.span or (None, None)))}"
    keyed = len(model.key_events) + model.left_out
    dated = [event.timestamp for event in model.key_events if event.timestamp is not None]
    yield "Key events", f"{keyed:,}; {span(min(dated), max(dated))}" if dated else f"{keyed:,}"
    for name, field in (("Actors", "actor"), ("Credentials", "credential"), ("Addresses", "src_ip")):
        values = _mentioned(model.key_events, field)
        if values:
            yield f"{name} in key events", values
    sent = _sent(model.key_events)
    if sent:
        yield "Bytes logged as sent", sent


def _mentioned(events: Sequence[Event], field: str) -> str:
    places: dict[str, list[int]] = defaultdict(list)
    for number, event in enumerate(events, 1):
        value = getattr(event, field)
        if value:
            places[value].append(number)
    named = [f"{code_span(value, 80)} {_references(numbers)}" for value, numbers in sorted(places.items())]
    more = f", and {len(named) - _NAMED_AT_MOST:,} more" if len(named) > _NAMED_AT_MOST else ""
    return ", ".join(named[:_NAMED_AT_MOST]) + more


def _references(numbers: Sequence[int]) -> str:
    more = f" +{len(numbers) - _REFERENCES_AT_MOST:,}" if len(numbers) > _REFERENCES_AT_MOST else ""
    return " ".join(reference(number) for number in numbers[:_REFERENCES_AT_MOST]) + more


def _sent(events: Sequence[Event]) -> str:
    """Per kind: kinds are vantage points, and one download may be seen from several."""
    sums: dict[str, int] = defaultdict(int)
    places: dict[str, list[int]] = defaultdict(list)
    for number, event in enumerate(events, 1):
        if event.bytes_out:
            sums[event.kind] += event.bytes_out
            places[event.kind].append(number)
    parts = [
        f"{markdown(kind, 60)}: {sums[kind]:,} in {plural(len(places[kind]), 'key event')} {_references(places[kind])}"
        for kind in sorted(sums)
    ]
    note = " (two kinds may see the same download: not to be added up)" if len(parts) > 1 else ""
    return "; ".join(parts) + note


def _figure(model: ReportModel, figure: str | None) -> list[str]:
    chart = gantt(model)
    if figure is None and not chart:
        return []
    lines = ["## Timeline figure", ""]
    if figure is not None:
        lines += [f"![Events per kind over time, with key events and markers]({quote(figure, safe='')})", ""]
    return lines + chart


def _known(model: ReportModel) -> list[str]:
    config = model.config
    if not (config.people or config.networks or config.markers):
        return []
    lines = ["## What was declared", "", "From case.yaml: statements of people, not evidence.", ""]
    if config.people:
        rows = [
            [markdown(person.name), markdown(person.role or "-"), _codes(person.identities)] for person in config.people
        ]
        lines += table(("Person", "Role", "Identities"), rows)
    if config.networks:
        rows = [[markdown(network.name), role_in_words(network), _codes(network.cidr)] for network in config.networks]
        lines += table(("Network", "Role", "Addresses"), rows)
    if config.markers:
        rows = [
            [f"M{number}", _when(marker, config), markdown(marker.text)]
            for number, marker in enumerate(config.markers, 1)
        ]
        lines += table(("Marker", "When (UTC)", "What"), rows)
    return lines


def _notes(model: ReportModel) -> list[str]:
    """What the analysts noted for the report."""
    if not model.notes:
        return []
    lines = ["## Notes of the analysts", "", "Statements of people, not evidence. Times are when they were written, in UTC.", ""]
    for note in model.notes:
        about = f", on event {code(note.event)}" if note.event else ""
        head = f"- {show_us(note.at_us, precision_us=1_000_000).removesuffix('+00:00')} {markdown(note.analyst, 60)}{about}: "
        lines.append(head + "\\\n  ".join(continued(note.text)))
    return [*lines, ""]


def _codes(texts: Sequence[str]) -> str:
    return ", ".join(code_span(text, 80) for text in texts)


def _when(marker: Marker, config: CaseConfig) -> str:
    """UTC; a date alone is a day in the case's zone."""
    moment = from_us(marker.at_us, config.display_zone)
    if moment is not None and marker.precision_us >= DAY_US and marker.until_us is None:
        return f"{moment.date().isoformat()}, the day in {markdown(config.zone)}"
    if marker.until_us is not None:
        return span(marker.at_us, marker.until_us)
    return show_us(marker.at_us).removesuffix("+00:00")
