"""The loop that every parser of JSON records shares: whole records in, events, rejects and ignored records out.

A format gives one pure function from a record to the event's values, written with the total getters of
`parsers.lib.json_values`; place, kind, identity, counting and damage are dealt with here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from parsers.lib.columns import event_batch
from parsers.lib.identity import content_hash
from parsers.lib.json_reading import Record, load_object
from parsers.lib.times import Times
from timeline.model.event import EVENT_SCHEMA, TEXT_FIELDS, EventValues
from timeline.model.parser import Chunk, Decoded, Refusal

BLANK_LINE: Final = "blank line"
UNDECODABLE: Final = "could not be decoded"
NO_TIME: Final = "the record states no time that can be read"

Warn = Callable[[str], None]
ReadRecord = Callable[[Record, Times, Warn], EventValues | str]
Unwrap = Callable[[Record, Warn], Record]


def as_it_is(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    """The record that is not wrapped in another one."""
    return record


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """What is particular to one format of JSON records.

    `read` gives the values of the record's event, or the reason why it is none (a fixed sentence). It leaves `kind`,
    `record`, `offset`, `length` and `content` alone. `unwrap` takes the record out of what an export put around it.
    """

    kind: str
    read: ReadRecord
    unwrap: Unwrap = as_it_is


class _Rows:
    """What the records of one chunk gave so far."""

    def __init__(self, form: JsonFormat, times: Times) -> None:
        self.form = form
        self.times = times
        self.events: list[EventValues] = []
        self.rejects: list[Refusal] = []
        self.ignored: list[Refusal] = []
        self.warnings: list[tuple[int, str]] = []

    def take(self, number: int, offset: int, raw: bytes) -> None:
        """Put one record where it belongs."""
        loaded = load_object(raw)
        if loaded.value is None:
            if not raw or raw.isspace():
                self.ignored.append(Refusal(number, offset, len(raw), BLANK_LINE))
            else:
                self.rejects.append(Refusal(number, offset, len(raw), loaded.problem or UNDECODABLE))
            return
        notes = [] if loaded.warning is None else [loaded.warning]
        try:
            values = self._values(loaded.value, notes)
        except Exception:  # noqa: BLE001 - the parser wall: a hostile record becomes a reject, never the log's end
            values = UNDECODABLE
        if isinstance(values, str):
            self.rejects.append(Refusal(number, offset, len(raw), values))
            return
        values["record"], values["offset"], values["length"] = number, offset, len(raw)
        self.events.append(values)
        self.warnings.extend((number, note) for note in notes)

    def _values(self, value: Record, notes: list[str]) -> EventValues | str:
        record = self.form.unwrap(value, notes.append)
        values = self.form.read(record, self.times, notes.append)
        if isinstance(values, str):
            return values
        if values.get("uid") is not None:
            values["content"] = content_hash(record)
        if values.get("timestamp") is None:
            notes.append(NO_TIME)
        return values


def decode_json(chunk: Chunk, form: JsonFormat) -> Decoded:
    """The events of a chunk of JSON records. Every record is in one event, one reject or one ignored; never raises."""
    rows = _Rows(form, Times(chunk.context.zone))
    records = 0
    for number, offset, raw in chunk.records():
        rows.take(number, offset, raw)
        records += 1
    return Decoded(rows_batch(rows.events, form.kind), records, rows.rejects, rows.ignored, rows.warnings)


def rows_batch(rows: list[EventValues], kind: str) -> pa.RecordBatch:
    """Event values as one batch, all of this kind."""
    columns: dict[str, pa.Array] = {}
    for field in EVENT_SCHEMA:
        values = [row.get(field.name) for row in rows]
        columns[field.name] = pa.array(values, pa.utf8() if field.name in TEXT_FIELDS else field.type)
    columns["kind"] = pa.array([kind] * len(rows), pa.utf8())
    return event_batch(len(rows), columns)


def json_fields(raw: bytes, form: JsonFormat) -> Mapping[str, Any]:
    """All fields of one raw record, taken out of what an export put around it; {} if it cannot be read."""
    value = load_object(raw).value
    if value is None:
        return {}
    return form.unwrap(value, lambda _: None)
