"""Events as rows for the exporters: one order of columns, one place where their texts are redacted."""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any, Final

from timeline.model.event import FIELDS, TEXT_FIELDS, Event, Note, Witness
from timeline.report.redact import Redactor

SAID: Final = ("starred", "tags", "comments", "severity", "why")
"""What analysts say of an event."""
COLUMNS: Final = ("key", "source", *(field.name for field in FIELDS), "witnesses", *SAID)
# our own words, which no evidence can put a secret into
_OWN_WORDS: Final = frozenset({"kind", "timestamp_desc", "timestamp_basis", "outcome"})
_REDACTED: Final = tuple(
    number for number, name in enumerate(COLUMNS) if name == "source" or name in set(TEXT_FIELDS) - _OWN_WORDS
)
_values_of = attrgetter(*COLUMNS)

Row = list[Any]
"""Values in the order of COLUMNS; those of `witnesses`, `tags` and `comments` are tuples of Witness, text and Note."""
WITNESSES, STARRED, TAGS, COMMENTS, WHY = map(COLUMNS.index, ("witnesses", "starred", "tags", "comments", "why"))


def rows(events: Iterable[Event], redact: Redactor | None) -> Iterator[Row]:
    """Give each event as a row, redacted unless `redact` is None."""
    for event in events:
        row = list(_values_of(event))
        if redact is not None:
            for number in _REDACTED:
                value = row[number]
                if value is not None:
                    row[number] = redact.text(value)
            if event.witnesses or event.tags or event.comments or event.why:
                _redact_said(row, redact)
        yield row


def _redact_said(row: Row, redact: Redactor) -> None:
    row[WITNESSES] = tuple(
        Witness(redact.text(seen.source), seen.record, seen.offset, seen.length) for seen in row[WITNESSES]
    )
    row[TAGS] = tuple(redact.text(tag) for tag in row[TAGS])
    row[COMMENTS] = tuple(Note(redact.text(note.analyst), note.at_us, redact.text(note.text)) for note in row[COMMENTS])
    row[WHY] = redact.optional(row[WHY])


def redacted_event(event: Event, redact: Redactor) -> Event:
    """Give the event with every text that came from evidence or people redacted."""
    (row,) = rows([event], redact)
    values = dict(zip(COLUMNS, row, strict=True))
    return Event(stream_sha256=event.stream_sha256, **values)
