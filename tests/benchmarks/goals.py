"""What is to be reached, and whether a run reached it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from tests.benchmarks.figures import milliseconds
from tests.benchmarks.tables import Table


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure to reach: `at least` or `at most` `bound`, in `unit` (s, x, MB/s, files/s, MB)."""

    key: str
    what: str
    side: Literal["at least", "at most"]
    bound: float
    unit: str

    def is_reached(self, number: float) -> bool:
        """Whether a measured number is on the right side."""
        return number >= self.bound if self.side == "at least" else number <= self.bound


@dataclass(frozen=True, slots=True)
class Found:
    """A measured number for a goal.

    `short_of` says what this run lacks of the goal's size (None: nothing); `of` says which data it is of, where a goal is
    measured on several.
    """

    key: str
    number: float
    short_of: str | None = None
    of: str = ""


_PAGE: Final = "10 M events: first page of {} filter, p95"
GOALS: Final = (
    Goal(
        "searchable", "access log to searchable (persisted, hashed, embedded), speed beside lnav", "at least", 1.0, "x"
    ),
    Goal("indexed", "access log to fully indexed, speed beside lnav", "at least", 0.4, "x"),
    Goal("filter", "a later filter's first page, speed beside lnav's filter", "at least", 20, "x"),
    Goal("trail.large", "CloudTrail, large files, to fully indexed", "at least", 120, "MB/s"),
    Goal("trail.tiny", "CloudTrail, thousands of tiny gz", "at least", 1_500, "files/s"),
    Goal("git", "Git history, time beside git log --all --raw -z", "at most", 1.5, "x"),
    Goal("size.access", "case size beside the raw text, access log", "at most", 1.1, "x"),
    Goal("size.trail", "case size beside the raw text, CloudTrail", "at most", 0.5, "x"),
    Goal("memory.1m", "largest process, 1 M events", "at most", 400, "MB"),
    Goal("memory.10m", "largest process, 10 M events", "at most", 400, "MB"),
    Goal("memory.unique", "largest process, 10 M distinct resources", "at most", 400, "MB"),
    Goal("early", "first rows can be read after an ingest of 10 M events begins", "at most", 1.0, "s"),
    Goal("first", "10 M events: first rows after the imports", "at most", 0.5, "s"),
    Goal("first.cold", "the same, file not in memory", "at most", 1.5, "s"),
    Goal("page.exact", _PAGE.format("an exact"), "at most", 0.15, "s"),
    Goal("page.prefix", _PAGE.format("a prefix"), "at most", 0.15, "s"),
    Goal("page.cidr", _PAGE.format("a CIDR"), "at most", 0.15, "s"),
    Goal("jump", "10 M events: jump to a time, p95", "at most", 0.15, "s"),
    Goal("last", "10 M events: last page", "at most", 0.15, "s"),
    Goal("substring", "substring over 1 M distinct values, first page", "at most", 0.3, "s"),
    Goal("regex", "regex over 1 M distinct values, first page", "at most", 0.3, "s"),
    Goal("raw.path", "first hits of raw.path:value on top of another condition", "at most", 0.3, "s"),
    Goal("count", "10 M events: count of a filter", "at most", 1.0, "s"),
    Goal("histogram", "10 M events: histogram of a filter", "at most", 1.0, "s"),
    Goal("histogram.all", "10 M events: unfiltered histogram", "at most", 0.1, "s"),
    Goal("facet.all", "10 M events: unfiltered facets", "at most", 0.1, "s"),
    Goal("growth", "time per event at 20 M beside 1 M", "at most", 1.15, "x"),
    Goal("decode.json", "JSON formats decode, per core", "at least", 60, "MB/s"),
    Goal("decode.lines", "line formats decode, per core", "at least", 200, "thousand lines/s"),
    Goal("findings", "all questions of a leak over 1 M events", "at most", 20, "s"),
    Goal("findings.more", "the same after 10,000 more events", "at most", 2, "s"),
    Goal("findings.memory", "largest process, all questions over 1 M events", "at most", 500, "MB"),
    Goal("screens.rows", "10 M events: rows in the terminal UI after the imports", "at most", 0.5, "s"),
    Goal("screens.key", "10 M events: a key typed, p95", "at most", 0.05, "s"),
    Goal("screens.page", "10 M events: a page in the terminal UI, p95", "at most", 0.15, "s"),
    Goal("screens.filter", "10 M events: first rows of a filter in the terminal UI, p95", "at most", 0.15, "s"),
    Goal("raw", "raw search, per core", "at least", 500, "MB/s"),
)


def goal_table(found: Iterable[Found]) -> Table:
    """Every goal with what was found; a goal that this run did not measure, or not at its size, is not judged."""
    by_key: dict[str, list[Found]] = {goal.key: [] for goal in GOALS}
    for item in found:
        if item.key not in by_key:
            raise ValueError(f"no such goal: {item.key}")
        by_key[item.key].append(item)
    rows = [_row(goal, item) for goal in GOALS for item in by_key[goal.key] or (None,)]
    return Table("Goals", ("what", "goal", "found", "reached"), tuple(rows))


def _row(goal: Goal, found: Found | None) -> tuple[str, ...]:
    wanted = f"{goal.side} {amount(goal.bound, goal.unit)}"
    if found is None:
        return goal.what, wanted, "not measured", "-"
    what = f"{goal.what} ({found.of})" if found.of else goal.what
    if found.short_of:
        return what, wanted, f"{amount(found.number, goal.unit)} ({found.short_of})", "-"
    return what, wanted, amount(found.number, goal.unit), "yes" if goal.is_reached(found.number) else "no"


def amount(number: float, unit: str) -> str:
    """A number with its unit, no more places than it deserves."""
    if unit == "s":
        return milliseconds(number)
    return f"{number:.2f} {unit}" if number < 10 else f"{number:,.0f} {unit}"
