"""Entries of the audit log that Atlassian's Data Center products write as JSON: what they say, and when."""

from typing import Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import count, first_text, inner, items, text
from parsers.lib.times import MILLISECOND_US, Stamp, Times
from timeline.model.event import EventValues
from timeline.model.time import SECOND_US

NO_ACTION: Final = "names no action"
_BROADER: Final = ("PROJECT", "SPACE")  # what stands in the list beside the repository that was meant
_REFUSED: Final = ("denied", "forbidden")


def is_entry(record: Record) -> bool:
    """Whether the record is one entry."""
    return isinstance(record.get("auditType"), dict) and ("timestamp" in record or "author" in record)


def read_entry(record: Record, times: Times) -> EventValues | str:
    """The event of one entry."""
    action = text(record, "auditType", "action")
    if action is None:
        return NO_ACTION
    values: EventValues = {
        "timestamp_desc": "event",
        "action": action,
        "outcome": outcome(action),
        "actor": first_text(inner(record, "author"), "name", "id"),
        "src_ip": client_address(text(record, "source")),
        "resource": _entity(record),
        "account": text(record, "system"),
    }
    stamp = _time(record.get("timestamp"), times)
    if stamp is not None:
        values.update(stamp.values())
    return values


def outcome(action: str) -> str:
    """What the name of an action says: entries are written when the thing was done, unless they say otherwise."""
    lowered = action.lower()
    if any(word in lowered for word in _REFUSED):
        return "denied"
    return "failure" if "fail" in lowered else "success"


def _entity(record: Record) -> str | None:
    """The name of the narrowest thing that was affected."""
    things = [thing for thing in items(record, "affectedObjects") if isinstance(thing, dict)]
    narrow = [thing for thing in things if str(thing.get("type")).upper() not in _BROADER]
    return next((name for thing in narrow + things if (name := first_text(thing, "name", "id"))), None)


def _time(value: object, times: Times) -> Stamp | None:
    if isinstance(value, dict):
        seconds, nanoseconds = count(value, "epochSecond"), count(value, "nano")
        if seconds is None:
            return None
        if nanoseconds is None:
            return times.epoch(seconds, SECOND_US)
        return times.epoch(seconds * SECOND_US + nanoseconds // 1000, 1)
    return times.iso(value) or times.epoch(value, MILLISECOND_US)
