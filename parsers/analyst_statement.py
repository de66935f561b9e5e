"""Statements of analysts: what was said or done outside the logs, put on the timeline by hand.

Written by `leakline event`, one JSON object a line:

    {"leakline_statement": 1, "id": "5f0c…", "at_us": 1774910400000000, "precision_us": 1000000,
     "text": "CEO told by phone", "actor": "kim", "resource": null, "exhibit": null,
     "stated_by": "kim", "stated_at_us": 1774996800000000}

They are never evidence: their kind, and `timestamp_desc` "stated", say so wherever they are shown.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from parsers.lib.identity import content_hash
from timeline.model.event import EventBuilder
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Refusal, Sample, Sniff
from timeline.model.time import MAX_US, MIN_US

KIND = "analyst.statement"
VERSION = 1
TITLE = "Statements of the analyst, added by hand"
REFERENCE = "leakline help evidence"
FRAMING: Framing = "lines"
COLUMNAR = False
EMITS = ("analyst.statement",)
_SAMPLE = (
    b'{"leakline_statement":1,"id":"0011223344556677","at_us":1774910400000000,"precision_us":1000000,'
    b'"text":"told by phone","actor":"kim","resource":null,"exhibit":null,"stated_by":"kim",'
    b'"stated_at_us":1774996800000000}\n'
)
SAMPLES = (_SAMPLE,)


class _Statement(msgspec.Struct):
    """One line. Times in microseconds UTC."""

    leakline_statement: int
    id: str
    at_us: int
    precision_us: int
    text: str
    stated_by: str
    actor: str | None = None
    resource: str | None = None


def sniff(sample: Sample) -> Sniff:
    """Recognise our own mark."""
    marked = bool(sample.objects) and all("leakline_statement" in item for item in sample.objects)
    return Sniff(100, ("lines carry leakline_statement",)) if marked else NO


def decode(chunk: Chunk) -> Decoded:
    """One event a line."""
    builder = EventBuilder()
    rejects: list[Refusal] = []
    ignored: list[Refusal] = []
    records = 0
    for number, offset, record in chunk.records():
        records += 1
        if not record.strip():
            ignored.append(Refusal(number, offset, len(record), "blank line"))
            continue
        try:
            value = msgspec.json.decode(record)
            statement = msgspec.convert(value, _Statement)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            statement = None
        if statement is None or not MIN_US <= statement.at_us <= MAX_US or not 0 < statement.precision_us <= MAX_US:
            rejects.append(Refusal(number, offset, len(record), "not a statement"))
            continue
        builder.append(
            timestamp=statement.at_us,
            timestamp_desc="stated",
            timestamp_precision=statement.precision_us,
            timestamp_basis="stated",
            record=number,
            offset=offset,
            length=len(record),
            kind=KIND,
            action="statement",
            outcome="unknown",
            actor=_known(statement.actor),
            resource=_known(statement.resource),
            uid=_known(statement.id),
            message=_known(statement.text),
            content=content_hash(value) if _known(statement.id) else None,
        )
    return Decoded(builder.finish(), records, rejects, ignored)


def _known(text: str | None) -> str | None:
    return None if text in {None, "", "-"} else text


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:
    """The statement as it was written."""
    del header, context
    try:
        value = msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
