"""The small query language of the case in memory."""

import re
import shlex
from collections.abc import Callable

from timeline.model.errors import LeaklineError, QueryError
from timeline.model.event import Event
from timeline.model.time import parse_iso


def parse(query: str) -> Callable[[Event], bool]:
    """Conditions joined by AND: `field:value`, `-field:value`, `field:*`, `is:starred`, `tag:x`, after:, before:."""
    if (place := query.find("((")) >= 0:
        raise QueryError("a condition is missing", query=query, column=place + 2, expected="a field or a word")
    if "boom" in query:
        raise LeaklineError("the case file is gone", where="case.db")
    tests = [_condition(part) for part in shlex.split(query) if part != "AND"]
    return lambda event: all(test(event) for test in tests)


def _condition(part: str) -> Callable[[Event], bool]:
    if part.startswith("-"):
        inner = _condition(part[1:])
        return lambda event: not inner(event)
    name, colon, value = part.partition(":")
    if not colon:
        return lambda event: part in f"{event.actor} {event.action} {event.resource}"
    if name == "noise":
        return lambda event: (
            event.src_ip in (("198.51.100.7",) if value == "canary" else ("198.51.100.7", "198.51.100.8"))
        )
    if name == "is":
        return lambda event: event.starred
    if name == "tag":
        return lambda event: value in event.tags
    if name in {"after", "before"}:
        found = parse_iso(value)
        assert found is not None
        us, sign = found[0], 1 if name == "after" else -1
        return lambda event: event.timestamp is not None and (event.timestamp - us) * sign >= 0
    if value == "*":
        return lambda event: getattr(event, name) is not None
    wanted = re.sub(r"\\(.)", r"\1", value)
    return lambda event: str(getattr(event, name)) == wanted
