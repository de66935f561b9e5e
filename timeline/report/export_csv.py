"""CSV: one event a row, header of field names, no cell that a spreadsheet would run.

Cells that start like a formula get a leading apostrophe, control and invisible characters are shown as escapes; all
else is exact.
"""

import csv
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from timeline.model.event import Event, Note, Witness
from timeline.report.export_rows import COLUMNS, COMMENTS, STARRED, TAGS, WITNESSES, rows
from timeline.report.redact import Redactor
from timeline.text import csv_cell


def write_csv(events: Iterable[Event], out: TextIO, redact: Redactor | None) -> int:
    """Write a header and each event as a row; give the number of events. Null is an empty cell."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    written = 0
    for row in rows(events, redact):
        composed = [witness_cell(row[WITNESSES]), "; ".join(row[TAGS]), comment_cell(row[COMMENTS])]
        if redact is not None:  # texts put together from redacted ones may look like a secret again
            composed = [redact.text(text) for text in composed]
        row[WITNESSES], row[TAGS], row[COMMENTS] = composed
        row[STARRED] = "yes" if row[STARRED] else None
        writer.writerow(cells(row))
        written += 1
    return written


def cells(values: Sequence[Any]) -> list[Any]:
    """Make each text inert; numbers stay numbers, None an empty cell."""
    return [csv_cell(value) if isinstance(value, str) else value for value in values]


def witness_cell(witnesses: Sequence[Witness]) -> str:
    """`b.log#12; c.log#7`; without a record the source alone."""
    return "; ".join(f"{seen.source}#{seen.record}" if seen.record is not None else seen.source for seen in witnesses)


def comment_cell(comments: Sequence[Note]) -> str:
    """`kim: seen; ana: agreed`."""
    return "; ".join(f"{note.analyst}: {note.text}" for note in comments)
