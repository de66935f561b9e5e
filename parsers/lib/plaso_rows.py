"""Rows of Plaso's separated values. Plaso quotes nothing: it replaces separators inside of values by blanks.

References: https://plaso.readthedocs.io/en/latest/sources/user/Output-format-l2tcsv.html and Output-format-dynamic.html there.
"""

import re
from functools import lru_cache
from typing import Any, Final

from parsers.lib.csv_records import csv_header
from parsers.lib.json_reading import Loaded, Record
from parsers.lib.json_values import as_text
from parsers.lib.records import Load
from parsers.lib.timeline_names import put_time, read_by_names
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues
from timeline.model.time import zone_named

EMITTED: Final = "plaso.event"
ROWS: Final = "rows"
SEVERAL_ROWS: Final = "a quote joined several rows, which were read as such"
_DAY_FORMS: Final = ("%m/%d/%Y %H:%M:%S.%f", "%m/%d/%Y %H:%M:%S")
_PAIR: Final = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,60}): ")
# Plaso's older names, and those of the columns of l2tcsv, for what `read_by_names` knows
_SAME: Final = {
    "desc": "message",
    "message_short": "message",
    "short": "message",
    "user": "username",
    "type": "timestamp_desc",
}
_OLD_ZONES: Final = {"EST": "-05:00", "EDT": "-04:00", "CST": "-06:00", "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00",
                     "PST": "-08:00", "PDT": "-07:00"}  # fmt: skip


def read_row(record: Record, times: Times) -> EventValues:
    """The event of a row by the names of its columns."""
    named: dict[str, Any] = {**pairs(as_text(record.get("extra")) or ""), **record}
    for name, same in _SAME.items():
        value = as_text(record.get(name))
        if value is not None and as_text(named.get(same)) is None:
            named[same] = value
    return put_time(read_by_names(named), _time(record, times), {})


def row_loader(header: bytes) -> Load:
    """Reads rows under a header.

    Values are not quoted, so one that begins with a quote may be taken for a field that ends some lines later: such lines are
    rows, if each has as many fields as the header. The first is the record, the others are its ROWS.
    """
    known = csv_header(header)

    def load(raw: bytes) -> Loaded:
        if b"\n" not in raw or not known.names or b"\0" in raw:
            return known.load(raw)
        lines = raw.decode("utf-8", "replace").split("\n")
        values = [line.removesuffix("\r").split(known.separator) for line in lines]
        if any(len(row) != len(known.names) for row in values):
            return known.load(raw)
        first, *others = (dict(zip(known.names, row, strict=True)) for row in values)
        return Loaded({**first, ROWS: others}, None, SEVERAL_ROWS)

    return load


def pairs(extra: str) -> dict[str, str]:
    """`name: value; name: value` taken apart."""
    found = {}
    for part in extra.split("; "):
        match = _PAIR.match(part)
        if match is not None:
            found[match[1]] = part[match.end() :]
    return found


def _time(record: Record, times: Times) -> Stamp | None:
    """`datetime`, or day and time of day in the zone that the row names."""
    stamp = times.iso(record.get("datetime"))
    day, clock = as_text(record.get("date")), as_text(record.get("time"))
    if stamp is not None or day is None or clock is None:
        return stamp
    zone = as_text(record.get("timezone"))
    own = None if zone is None else _times_in(_OLD_ZONES.get(zone, zone))
    written = f"{day} {clock}"
    stamp = (own or times).iso(written) or (own or times).written(written, *_DAY_FORMS)
    return stamp if stamp is None or own is None else Stamp(stamp.us, stamp.precision_us, "stated")


@lru_cache(maxsize=64)
def _times_in(zone: str) -> Times | None:
    try:
        zone_named(zone)
    except ValueError:
        return None
    return Times(zone)
