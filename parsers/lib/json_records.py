"""Records that are JSON objects."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from parsers.lib.json_columns import EventColumns
from parsers.lib.json_reading import load_object
from parsers.lib.records import RecordFormat, decode_records, fields_of
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, Decoded


def decode_json(chunk: Chunk, form: RecordFormat) -> Decoded:
    """The events of a chunk of JSON records. Every record is accounted for; never raises."""
    return decode_records(chunk, form, load_object)


def json_fields(raw: bytes, form: RecordFormat) -> Mapping[str, Any]:
    """All fields of one raw record, taken out of what an export put around it; {} if it cannot be read."""
    return fields_of(raw, form, load_object)


def rows_batch(rows: list[EventValues], kind: str) -> pa.RecordBatch:
    """Event values as one batch; those that name no kind are of this one."""
    columns = EventColumns(kind)
    columns.append_all(rows)
    return columns.batch()
