"""The first records of a log taken apart: each path to a value, with the values that stand there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from timeline.evidence.framing import make_framer
from timeline.ingest.registry import parser_named
from timeline.model.field_path import MAX_STEPS, write_field_path
from timeline.model.mapping import EventMapping, MappedFormat, mapping_text
from timeline.model.parser import Chunk, DecodeContext, Sample

MOST_RECORDS: Final = 500
_MOST_LEAVES: Final = 300  # of one record
_LONGEST: Final = 2_000  # characters of a value that is looked at


@dataclass(frozen=True, slots=True)
class Field:
    """A place in the records: its path as a mapping writes it, its names, and the texts that stand there (null left out).

    `share` of the records have one.
    """

    path: str
    names: tuple[str, ...]
    values: tuple[str, ...]
    share: float = 1.0


class Sampled:
    """The records at the beginning of a log. `form` is None where they are of no format that mappings read."""

    def __init__(self, sample: Sample) -> None:
        self.form = _form(sample)
        self._chunks: list[Chunk] = []
        self.records = 0
        self.fields: tuple[Field, ...] = ()
        if self.form is not None:
            self._take(sample, self.form)

    def _take(self, sample: Sample, form: MappedFormat) -> None:
        parser = parser_named(f"mapped.{form}")
        framer = make_framer(parser.FRAMING)
        framed = [*framer.feed(sample.data), *(framer.finish() if sample.whole else ())]
        if not sample.whole and not any(piece.records for piece in framed):
            framed += framer.finish()  # shorter than a chunk: the last record may be cut off
        found: dict[tuple[str | int, ...], list[str]] = {}
        for piece in framed:
            chunk = Chunk(piece.data, piece.offset, piece.first_record, piece.spans, piece.header)
            self._chunks.append(chunk)
            for _, _, raw in chunk.records():
                record = parser.fields(raw, chunk.header, chunk.context) if self.records < MOST_RECORDS else {}
                if record:
                    self.records += 1
                    for steps, text in _leaves(record):
                        found.setdefault(steps, []).append(text)
        self.fields = tuple(
            Field(
                write_field_path(*steps),
                tuple(step for step in steps if isinstance(step, str)),
                tuple(values),
                len(values) / self.records,
            )
            for steps, values in found.items()
        )

    def tried(self, mapping: EventMapping) -> tuple[int, int, int]:
        """(records, events, events with a time) of the whole sample under a mapping."""
        parser = parser_named(mapping.parser_kind)
        context = DecodeContext(zone=mapping.zone, mapping=mapping_text(mapping))
        records = events = dated = 0
        for chunk in self._chunks:
            decoded = parser.decode(replace(chunk, context=context))
            times = decoded.events.column("timestamp")
            records += decoded.records
            events += decoded.events.num_rows
            dated += len(times) - times.null_count
        return records, events, dated


def _form(sample: Sample) -> MappedFormat | None:
    start = sample.data.lstrip()[:1]
    if start in {b"{", b"["}:
        return "json"
    if not sample.lines or b"\0" in sample.data[:4096]:
        return None
    if any(line.startswith("#Fields:") for line in sample.lines):
        return "w3c"
    header = sample.lines[0]
    return "csv" if any(mark in header for mark in ",;|\t") else None


def _leaves(record: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Paths and texts of one record; of lists the first element. JSON inside of a text is looked into."""
    pending: list[tuple[tuple[str | int, ...], Any]] = [((name,), record[name]) for name in reversed(list(record))]
    given = 0
    while pending and given < _MOST_LEAVES:
        steps, value = pending.pop()
        if isinstance(value, str) and value[:1] == "{":
            value = _object_in(value)
        if isinstance(value, dict):
            inner = [((*steps, name), item) for name, item in value.items()] if len(steps) < MAX_STEPS else []
            pending.extend(reversed(inner))
        elif isinstance(value, list):
            if value and len(steps) < MAX_STEPS:
                pending.append(((*steps, 0), value[0]))
        elif value is not None and value not in {"", "-"} and _can_be_written(steps):
            given += 1
            text = str(value).lower() if isinstance(value, bool) else str(value)
            yield steps, text[:_LONGEST]


def _object_in(text: str) -> Any:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return text
    return value if isinstance(value, dict) else text


def _can_be_written(steps: tuple[str | int, ...]) -> bool:
    """A path with an empty name is none; one with braces would be a template."""
    return all(isinstance(step, int) or (step.strip() and not set("{}") & set(step)) for step in steps)
