"""What the facets screen asks and shows. No widget; what takes a case blocks, and is for workers."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from timeline.tui.case_like import CaseLike
from timeline.tui.cells import fit
from timeline.tui.pivot import excluded, joined, term

FIELDS: Final = (
    "kind", "person", "actor", "credential", "src_ip", "action", "outcome", "resource", "user_agent", "account", "region", "status",
    "session", "message",
)  # fmt: skip
NO_VALUE: Final = "(none)"
_COUNT_CELLS: Final = 12
_BAR: Final = "█"


@dataclass(frozen=True, slots=True)
class Facet:
    """Values (None: no value) with counts, most first. `most` is the highest count, `more`: there are others."""

    rows: tuple[tuple[str | None, int], ...]
    most: int
    more: bool


def values_of(rows: Sequence[tuple[str | int | None, int]], limit: int, search: str) -> Facet:
    """The facet; with `search` those values only that hold it, in any case."""
    wanted = search.casefold()
    found = [(None if value is None else str(value), count) for value, count in rows]
    found = [
        (value, count) for value, count in found if not wanted or (value is not None and wanted in value.casefold())
    ]
    return Facet(tuple(found[:limit]), max((count for _, count in found), default=0), len(found) > limit)


def condition_of(field: str, value: str | None, *, keep: bool) -> str:
    """The condition that a match has the value (None: no value), or that it has not."""
    if field == "person" and value is None:
        return "-actor:* -credential:*" if keep else "(actor:* OR credential:*)"
    condition = term(field, value)
    return condition if keep else excluded(condition)


def matching_values(query: str, field: str, search: str) -> str:
    """The query, with matches only whose value of the field holds what is sought; people are sought by `values_of`."""
    if not search or field == "person":
        return query
    if field == "status":
        return (
            joined(query, f"status:{search}") if search.isascii() and search.isdecimal() and len(search) < 10 else query
        )
    from timeline.query import to_text
    from timeline.query.tree import TextTest

    return joined(query, to_text(TextTest(field, "contains", search, ignore_case=True)))


def new_values(
    case: CaseLike, field: str, values: Sequence[str], query: str, cancel: threading.Event
) -> frozenset[str]:
    """Those of the values that no event has before the first match; none where the matches begin with the case."""
    if field in {"person", "status"}:
        return frozenset()
    span, whole = case.span(query), case.span()
    if span is None or whole is None or span[0] <= whole[0]:
        return frozenset()
    from timeline.query import to_text
    from timeline.query.tree import NumberTest

    before = to_text(NumberTest("timestamp", None, span[0] - 1))
    found = set()
    for value in values:
        if cancel.is_set():
            break
        matches = case.find(joined(before, term(field, value)), cancel=cancel)
        try:
            if not matches.page(0, 1):
                found.add(value)
        finally:
            matches.close()
    return frozenset(found)


def facet_line(value: str | None, count: int, facet: Facet, width: int, *, is_new: bool) -> str:
    """`+ 198.51.100.7      1,204 ██████`: exactly `width` cells."""
    bar_width = max(4, width // 4)
    name_width = max(4, width - _COUNT_CELLS - bar_width - 4)
    bar = _BAR * max(1, round(count / facet.most * bar_width)) if facet.most else ""
    name = fit(NO_VALUE if value is None else value, name_width)
    return fit(f"{'+' if is_new else ' '} {name} {count:>{_COUNT_CELLS},} {bar}", width)
