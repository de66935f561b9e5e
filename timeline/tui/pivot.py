"""Query text made from what is under the cursor. The query package quotes; this module only joins."""

import re
from datetime import tzinfo
from typing import Final

from timeline.model.event import Event
from timeline.tui.clock import day_bounds
from timeline.tui.columns import Column

_ALTERNATIVES: Final = re.compile(r"\bOR\b|\|\|", re.IGNORECASE)
# A query that asks for annotations has other matches after one has changed. A word too many only costs a count.
_ANNOTATIONS: Final = re.compile(r"star|tag|label|comment|severity|is:", re.IGNORECASE)

_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_GROUP: Final = re.compile(r"\([^()]*\)")
_HIDDEN: Final = re.compile(r"(?<!\S)(?:-noise:(?:yes|true|1|\*)|noise:(?:no|false|0))(?!\S)", re.IGNORECASE)


def term(field: str, value: str | int | None) -> str:
    """The condition that a field has this very value; `value` None: that it has none."""
    from timeline.query import quote_value

    return quote_value(field, value)


def excluded(condition: str) -> str:
    """The opposite of one condition made by `term`."""
    return condition[1:] if condition.startswith("-") else f"-{condition}"


def joined(query: str, condition: str) -> str:
    """Both: the query as it stands, in parentheses where an OR would reach too far, and the condition."""
    query = query.strip()
    if not query or query == condition:
        return condition
    return f"({query}) {condition}" if _ALTERNATIVES.search(query) else f"{query} {condition}"


def _masked(query: str) -> str:
    """The query with quoted texts and groups blotted out, letter for letter."""
    masked = _QUOTED.sub(_blotted, query)
    while (more := _GROUP.sub(_blotted, masked)) != masked:
        masked = more
    return masked


def _blotted(part: re.Match[str]) -> str:
    return "_" * len(part[0])


def hides_noise(query: str) -> bool:
    """Whether the query leaves noise out, in a condition that stands beside all others."""
    masked = _masked(query)
    return _HIDDEN.search(masked) is not None and not _ALTERNATIVES.search(masked)


def without_noise(query: str) -> str:
    """The query, and no noise."""
    return joined(query, "-noise:yes")


def with_noise(query: str) -> str:
    """The query without the condition that leaves noise out."""
    if not hides_noise(query):
        return query
    while hides_noise(query):
        found = _HIDDEN.search(_masked(query))
        assert found is not None, "it hides noise"
        query = f"{query[: found.start()].rstrip()} {query[found.end() :].lstrip()}".strip()
    inner = query[1:-1]
    is_one_group = query.startswith("(") and set(_masked(query)) == {"_"} and not set(_masked(inner)) & set("()")
    return inner if is_one_group else query


def starred() -> str:
    """The condition that an event is starred."""
    return "is:starred"


def asks_annotations(query: str) -> bool:
    """Whether a change of annotations may change what the query matches."""
    return _ANNOTATIONS.search(query) is not None


def cell_condition(event: Event, column: Column, zone: tzinfo) -> str | None:
    """The condition behind a cell: its field's value, for the time column that day; None = there is nothing to ask."""
    if column.id == "time":
        return None if event.timestamp is None else _day(event.timestamp, zone)
    if column.id == "what" and event.resource is None and event.message is not None:
        return term("message", event.message)
    value: str | int | None = getattr(event, column.field)
    return term(column.field, value)


def _day(us: int, zone: tzinfo) -> str | None:
    bounds = day_bounds(us, zone)
    if bounds is None:
        return None
    start, end = (bound.isoformat(sep=" ") for bound in bounds)
    return f'after:"{start}" before:"{end}"'
