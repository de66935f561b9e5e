"""Log of a door controller.

    2026-03-30T22:36:48Z;door-7;badge 4711;granted

Reference: https://doors.example.com/log-format.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_values import text
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "door.log"  # also the name of the entry point
VERSION: Final = 1  # to be raised whenever the same bytes would give other events
TITLE: Final = "door controller log"
REFERENCE: Final = "https://doors.example.com/log-format"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
_LINES: Final = b"""# door controller, unit 3
2026-03-30T22:36:48Z;door-7;badge 4711;granted
2026-03-30T22:37:02Z;door-7;badge 4712;denied
"""
SAMPLES: Final = (_LINES,)  # small whole logs that show what there is
_NAMES: Final = ("time", "door", "badge", "verdict")
_OUTCOMES: Final = {"granted": "success", "denied": "denied"}


def sniff(sample: Sample) -> Sniff:
    """By lines of four fields that end in a verdict."""
    if b";door-" not in sample.data[:4096]:  # most files are not ours: a cheap test first
        return NO
    good = sum(isinstance(_split(line), dict) for line in sample.lines)
    return Sniff(95, (f"{good} of the first {len(sample.lines)} lines end in a door's verdict",)) if good else NO


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:
    """All fields of one line, for `raw.door` in queries and for the detail pane."""
    return line_fields(record, _FORMAT, _split)


def _split(line: str) -> Record | Ignored | str:
    if line.startswith("#"):
        return Ignored("comment")
    parts = line.split(";")
    if len(parts) != len(_NAMES) or parts[-1] not in _OUTCOMES:
        return "not a line of a door"
    return dict(zip(_NAMES, parts, strict=True))


def _read(record: Record, times: Times, warn: Warn) -> EventValues:
    values: EventValues = {
        "timestamp_desc": "event",
        "action": "door.open",
        "outcome": _OUTCOMES[record["verdict"]],
        "actor": text(record, "badge"),
        "resource": text(record, "door"),
    }
    stamp = times.iso(record["time"])
    if stamp is not None:
        values.update(stamp.values())
    return values


_FORMAT: Final = RecordFormat(KIND, _read)
