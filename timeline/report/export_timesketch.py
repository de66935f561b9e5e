"""Timesketch's import formats, CSV and JSONL.

Its rules: `message`, `datetime` (ISO 8601 with offset) and `timestamp_desc` are never empty, `timestamp` is in
microseconds, `_id`, `_type`, `_index` and `_source` are its own, no value reaches 32,766 bytes, times fit pandas'
nanoseconds (1678 to 2261), and old servers want at least three JSONL lines. Reference: Timesketch user guide, "Create
timeline from JSON/JSONL/CSV file".
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TextIO

import msgspec

from timeline.model.event import FIELDS, Event
from timeline.model.time import from_us
from timeline.report.describe import sentence
from timeline.report.export_csv import comment_cell, witness_cell
from timeline.report.export_jsonl import one_line
from timeline.report.export_rows import redacted_event
from timeline.report.redact import Redactor
from timeline.text import csv_cell, visible

UNDATED: Final = "the event has no time"
OUT_OF_RANGE: Final = "the time is outside the years 1678 to 2261"
FEW_LINES: Final = "Timesketch servers of 2022 and older refuse a JSONL file of fewer than three lines"
_MAX_BYTES: Final = 32_700
_CUT: Final = "… [cut]"
_OWN_COLUMNS: Final = ("message", "datetime", "timestamp", "timestamp_desc", "tag", "comment", "starred", "severity", "why")
_COMPOSED: Final = frozenset({"message", "tag", "comment", "witnesses"})
_PASSED_ON: Final = tuple(
    field.name for field in FIELDS if field.name not in {"timestamp", "timestamp_desc", "message", "kind"}
)
TIMESKETCH_COLUMNS: Final = (*_OWN_COLUMNS, "data_type", "key", "source", "witnesses", *_PASSED_ON, "native_message")


@dataclass(frozen=True, slots=True)
class TimesketchSummary:
    """What was written. `left_out` counts events by reason, `shortened` values that were cut to Timesketch's limit."""

    written: int
    left_out: dict[str, int]
    shortened: int
    notes: tuple[str, ...] = ()


def write_timesketch_jsonl(events: Iterable[Event], out: TextIO, redact: Redactor | None) -> TimesketchSummary:
    """Write the dated events as JSON lines; name the file `.jsonl`."""
    encode = msgspec.json.Encoder().encode

    def write(row: dict[str, Any]) -> None:
        out.write(one_line(encode, {name: value for name, value in row.items() if value is not None}) + "\n")

    summary = _write(events, redact, write, str, _tag_list)
    notes = (FEW_LINES,) if summary.written < 3 else ()
    return TimesketchSummary(summary.written, summary.left_out, summary.shortened, notes)


def write_timesketch_csv(events: Iterable[Event], out: TextIO, redact: Redactor | None) -> TimesketchSummary:
    """Write the dated events as CSV; name the file `.csv`."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(TIMESKETCH_COLUMNS)

    def write(row: dict[str, Any]) -> None:
        writer.writerow([row[name] for name in TIMESKETCH_COLUMNS])

    return _write(events, redact, write, csv_cell, _tag_cell)


def _write(
    events: Iterable[Event],
    redact: Redactor | None,
    write: Callable[[dict[str, Any]], None],
    inert: Callable[[str], str],
    tagged: Callable[[Sequence[str]], Any],
) -> TimesketchSummary:
    left_out: Counter[str] = Counter()
    written = shortened = 0
    for found, moment in _dated(events, left_out):
        event = found if redact is None else redacted_event(found, redact)
        row = _row(event, moment) | {"tag": tagged(event.tags) if event.tags else None}
        for name, value in row.items():
            if isinstance(value, str):
                # texts put together from redacted ones may look like a secret again
                safe = value if redact is None or name not in _COMPOSED else redact.text(value)
                row[name], cut = _fitted(inert(safe))
                shortened += cut
        write(row)
        written += 1
    return TimesketchSummary(written, dict(left_out), shortened)


def _dated(events: Iterable[Event], left_out: Counter[str]) -> Iterator[tuple[Event, datetime]]:
    for event in events:
        if event.timestamp is None:
            left_out[UNDATED] += 1
            continue
        moment = from_us(event.timestamp)
        if moment is None or not 1678 <= moment.year <= 2261:
            left_out[OUT_OF_RANGE] += 1
            continue
        yield event, moment


def _row(event: Event, moment: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {
        "message": visible(sentence(event)),
        "datetime": moment.isoformat(timespec="microseconds"),
        "timestamp": event.timestamp,
        "timestamp_desc": event.timestamp_desc or "event",
        "comment": comment_cell(event.comments) or None,
        "starred": "yes" if event.starred else None,
        "severity": event.severity,
        "why": event.why,
        "data_type": event.kind,
        "key": event.key,
        "source": event.source,
        "witnesses": witness_cell(event.witnesses) or None,
        "native_message": event.message,
    }
    return row | {name: getattr(event, name) for name in _PASSED_ON}


def _tag_list(tags: Sequence[str]) -> list[str]:
    return [_fitted(tag)[0] for tag in tags]


def _tag_cell(tags: Sequence[str]) -> str:
    """Timesketch splits at commas, and takes a cell in square brackets for JSON."""
    return ",".join(tag.replace(",", " ").replace("[", "(").replace("]", ")") for tag in tags)


def _fitted(text: str) -> tuple[str, bool]:
    if len(text) * 4 <= _MAX_BYTES:
        return text, False
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= _MAX_BYTES:
        return text, False
    return encoded[: _MAX_BYTES - 16].decode("utf-8", "ignore") + _CUT, True
