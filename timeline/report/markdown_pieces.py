"""Pieces of Markdown: references, tables, fenced blocks. Whatever comes from evidence is inert in what they give."""

import re
from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Final

from timeline.model.duration import show_duration
from timeline.model.event import Event
from timeline.model.time import DAY_US, MINUTE_US, SECOND_US, from_us, show_us
from timeline.text import code_span, markdown, visible

CELL_LIMIT: Final = 200
_BASIS: Final = {
    "zone_assumed": "zone assumed",
    "year_inferred": "year inferred",
    "offset_applied": "clock corrected",
}


def reference(number: int) -> str:
    """`[E3](#e3)`: the link to an event's place in the appendix."""
    return f"[E{number}](#e{number})"


def code(text: str, limit: int | None = CELL_LIMIT) -> str:
    """Text of evidence as a code span, outside of tables."""
    return code_span(text, limit, in_table=False)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> list[str]:
    """A table of cells that are Markdown already; columns in `numbers` are aligned right."""
    rule = ["---:" if column in numbers else "---" for column in range(len(header))]
    return [_row(header), _row(rule), *(_row(row) for row in rows), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def fenced(text: str) -> list[str]:
    """Raw text in a fence that nothing in it can close; line breaks stay, all that hides or acts is shown."""
    lines = [visible(line) for line in text.replace("\r\n", "\n").split("\n")]
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", *lines, fence, ""]


def continued(text: str) -> list[str]:
    """A text of people, line by line, each made inert; the lines after the first are safe where a line begins."""
    lines = [markdown(line.strip()) for line in text.strip().splitlines() if line.strip()]
    return lines[:1] + [re.sub(r"^(?:[-=]|[0-9]+(?=\.))", _escape_start, line) for line in lines[1:]]


def _escape_start(match: re.Match[str]) -> str:
    return f"\\{match[0]}" if match[0] in "-=" else f"{match[0]}\\"


def clock(event: Event) -> str:
    """`22:36:48.424 ±1ms`: the time of day in UTC to the precision that the record states."""
    if event.timestamp is None:
        return "undated"
    moment = from_us(event.timestamp)
    if moment is None:
        return show_us(event.timestamp)
    precision = event.timestamp_precision
    if precision is None:
        return moment.time().isoformat("microseconds" if moment.microsecond else "seconds")
    if precision >= DAY_US:
        return f"some time of day ±{show_duration(precision)}"
    spec = _spec(precision)
    return f"{moment.time().isoformat(spec)} ±{show_duration(precision)}"


def _spec(precision_us: int) -> str:
    if precision_us >= MINUTE_US:
        return "minutes"
    if precision_us >= SECOND_US:
        return "seconds"
    return "milliseconds" if precision_us >= 1000 else "microseconds"


def day(us: int) -> str:
    """`Monday 30 March 2026`, in UTC, in English whatever the locale."""
    moment = from_us(us)
    if moment is None:
        return "Outside the calendar"
    weekday = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[moment.weekday()]
    return f"{weekday} {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def local(event: Event, zone: tzinfo) -> str | None:
    """The time in the case's zone; None when that is UTC or there is no time to show."""
    if zone is UTC or event.timestamp is None or from_us(event.timestamp) is None:
        return None
    return show_us(event.timestamp, zone, event.timestamp_precision)


def basis(event: Event) -> str | None:
    """How the time came about, where the record does not state it."""
    return _BASIS.get(event.timestamp_basis or "")


def span(first_us: int | None, last_us: int | None) -> str:
    """`2026-03-24 00:00:01 to 2026-04-02 10:00:00`, in UTC; `-` when there is none."""
    if first_us is None or last_us is None:
        return "-"
    return f"{_short(first_us)} to {_short(last_us)}"


def _short(us: int) -> str:
    return show_us(us).removesuffix("+00:00")


def plural(count: int, noun: str) -> str:
    """`1 event`, `1,204 events`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
