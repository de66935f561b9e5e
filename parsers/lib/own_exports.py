"""Events that Leakline itself wrote, as JSON lines or CSV, read back: `leakline help export` describes both.

The event's fields are taken as they were written, what was redacted too. Kind, source and pointers of the original are those of
another case: they stay in the record (`raw.kind`, `raw.source`, `raw.record`), with stars, tags and comments.
"""

from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_count, as_text, http_status
from parsers.lib.records import Warn
from parsers.lib.timeline_names import put_time
from parsers.lib.times import Stamp, Times
from timeline.model.event import OUTCOMES, TEXT_FIELDS, EventValues

EMITTED: Final = "leakline.event"
MARKS: Final = frozenset({"key", "source", "kind", "timestamp_desc"})
_PLAIN: Final = tuple(
    name for name in TEXT_FIELDS if name not in {"kind", "timestamp_desc", "timestamp_basis", "outcome"}
)


def read_exported(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    """The event that an exported one was."""
    values: dict[str, Any] = {name: as_text(record.get(name)) for name in _PLAIN}
    values["timestamp_desc"] = as_text(record.get("timestamp_desc")) or "event"
    values["outcome"] = outcome if (outcome := record.get("outcome")) in OUTCOMES else None
    values["bytes_out"] = as_count(record.get("bytes_out"))
    values["status"] = http_status(record, "status")
    return put_time(values, _time(record, times), record)  # type: ignore[arg-type]  # names and types are the event's


def _time(record: Record, times: Times) -> Stamp | None:
    """Microseconds; without precision and basis where the record says none."""
    return times.epoch(record.get("timestamp"), 1)
