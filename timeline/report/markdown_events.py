"""Key events in Markdown: the timeline by day, and the appendix that ties each line to bytes of evidence."""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from timeline.model.event import Event
from timeline.model.time import show_us
from timeline.report.describe import amount, result
from timeline.report.known import Known, role_in_words
from timeline.report.markdown_pieces import basis, clock, code, continued, day, fenced, local, reference
from timeline.report.model import ReportModel
from timeline.text import markdown

_POINTERS: Final = frozenset(
    {"timestamp", "timestamp_desc", "timestamp_precision", "timestamp_basis", "record", "offset", "length"}
)


def key_timeline(model: ReportModel) -> list[str]:
    """The section "Key timeline"."""
    lines = ["## Key timeline", ""]
    if not model.key_events:
        return [*lines, "No event is starred, tagged or commented.", ""]
    lines += [
        "Times are UTC to the precision that the record states (±)"
        + (f", then in {markdown(model.config.zone)}" if model.config.zone != "UTC" else "")
        + ". Every line ends in a reference to the appendix, which names the bytes of evidence behind it.",
        "",
    ]
    known = Known(model.config)
    numbered = enumerate(model.key_events, 1)
    for heading, group in groupby(numbered, key=lambda pair: _day(pair[1])):
        lines += [f"### {heading}", ""]
        for number, event in group:
            lines += _entry(model, known, number, event)
        lines.append("")
    if model.left_out:
        lines += [f"{model.left_out:,} further key events are in the case but not in this report.", ""]
    return lines


def _day(event: Event) -> str:
    return "Undated" if event.timestamp is None else day(event.timestamp)


def _entry(model: ReportModel, known: Known, number: int, event: Event) -> list[str]:
    where = reference(number)
    times = [part for part in (local(event, model.config.display_zone), basis(event)) if part]
    brackets = f" ({', '.join(times)})" if times else ""
    star = "★ " if event.starred else ""
    severity = f" severity {event.severity}" if event.severity else ""
    facts = "; ".join(_facts(known, event))
    lines = [f"- {star}**{clock(event)}**{severity}{brackets} {markdown(_clock_name(event), 80)}: {facts} {where}"]
    if why := continued(event.why or ""):
        why[0] = f"    - Why it matters: {why[0]}"
        lines += ["\\\n      ".join(why) + f" {where}"]
    if event.message:
        lines.append(f"    - The record says: {code(event.message, 300)} {where}")
    if event.tags:
        lines.append(f"    - Tagged {', '.join(code(tag, 60) for tag in event.tags)} {where}")
    for note in event.comments:
        said = continued(note.text)
        if said:
            said[0] = f"    - {markdown(note.analyst, 60)}: {said[0]}"
            lines += ["\\\n      ".join(said) + f" {where}"]
    return lines


def _clock_name(event: Event) -> str:
    desc = event.timestamp_desc
    return f"{event.kind}, {desc}" if desc and desc not in {"event", "request"} else event.kind


def _facts(known: Known, event: Event) -> Iterable[str]:
    yield " ".join(_deed(known, event))
    if event.credential:
        yield f"credential {code(event.credential)}"
    sent = amount(event)
    if sent:
        yield f"{sent} logged as sent"
    outcome = result(event)
    if outcome:
        yield markdown(outcome, 80)


def _deed(known: Known, event: Event) -> Iterable[str]:
    person = known.person(event.actor)
    yield code(event.actor) if event.actor else "(no identity recorded)"
    if person is not None and person.name != event.actor:
        yield f"({markdown(person.name, 60)}{', ' + markdown(person.role, 60) if person.role else ''})"
    if event.action:
        yield code(event.action)
    if event.resource:
        yield code(event.resource)
    if event.src_ip:
        network = known.network(event.src_ip)
        note = f" ({markdown(network.name, 60)}, {role_in_words(network)})" if network else ""
        yield f"from {code(event.src_ip)}{note}"


def appendix(model: ReportModel) -> list[str]:
    """The section "Appendix: evidence behind each statement"; [] without key events."""
    if not model.key_events:
        return []
    lines = ["## Appendix: the evidence behind each statement", ""]
    for number, event in enumerate(model.key_events, 1):
        lines += [f"### E{number}", "", *_pointers(model, event), *_fields(event), "", *_quotation(model, event)]
    return lines


def _pointers(model: ReportModel, event: Event) -> Iterable[str]:
    yield f"- Event key: {code(event.key)}"
    stated = show_us(event.timestamp, precision_us=event.timestamp_precision)
    yield f"- Time: {stated}{f' ({basis(event)})' if basis(event) else ''}"
    source = model.source_number(event.source)
    place = [f"{f'S{source} ' if source else ''}{code(event.source)}"]
    if event.record is not None:
        place.append(f"record {event.record:,}")
    if event.offset is not None and event.length is not None:
        place.append(f"bytes {event.offset}+{event.length} of the decompressed stream")
    if event.record is None and event.uid:
        place.append(f"object {code(event.uid)}")
    yield f"- Source: {', '.join(place)}"
    yield f"- SHA-256 of the stream: {code(event.stream_sha256)}"
    for witness in event.witnesses:
        record = f", record {witness.record:,}" if witness.record is not None else ""
        yield f"- Also seen in: {code(witness.source)}{record}"


def _fields(event: Event) -> Iterable[str]:
    for name, value in event.fields():
        if name not in _POINTERS:
            yield f"- {name}: {code(value) if isinstance(value, str) else f'{value:,}'}"


def _quotation(model: ReportModel, event: Event) -> list[str]:
    excerpt = model.excerpts.get(event.key)
    if excerpt is None:
        return ["The raw record is not quoted in this report.", ""]
    if not excerpt.record_bytes:
        return ["The raw record is empty.", ""]
    cut = f", cut after {len(excerpt.text):,} characters" if excerpt.cut else ""
    return [f"Raw record ({excerpt.record_bytes:,} bytes{cut}):", "", *fenced(excerpt.text)]
