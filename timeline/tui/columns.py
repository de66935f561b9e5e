"""The columns of the event table: what each shows, and how a width is shared among them. Pure: no widget."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from timeline.model.event import Event
from timeline.tui.clock import DisplayZone, time_of_day

GUTTER: Final = 4  # cursor, star, note, space
OUTCOME_LETTERS: Final = {"success": "+", "denied": "D", "failure": "F", "unknown": "?"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Widths in cells, without the separating space; `rank` 0 is kept longest when it gets narrow.

    `field` is the event field that filters on this column use.
    """

    id: str
    title: str
    field: str
    least: int
    most: int
    weight: int
    rank: int
    right: bool = False


COLUMNS: Final[tuple[Column, ...]] = (
    Column("time", "time", "timestamp", 13, 16, 1, 0),
    Column("result", "result", "outcome", 6, 6, 0, 4),
    Column("kind", "kind", "kind", 8, 15, 6, 5),
    Column("who", "who", "actor", 10, 26, 3, 2),
    Column("did", "did", "action", 10, 24, 3, 3),
    Column("what", "what", "resource", 22, 10_000, 5, 1),
    Column("from", "from", "src_ip", 13, 20, 1, 6),
    Column("out", "out", "bytes_out", 6, 7, 0, 7, right=True),
)


_OTHERS: Final = {  # title -> field, of columns that are chosen by those who need them
    "status": "status", "account": "account", "region": "region", "credential": "credential", "session": "session",
    "agent": "user_agent", "message": "message", "uid": "uid", "source": "source", "record": "record", "clock": "timestamp_desc",
}  # fmt: skip
_NUMBERS: Final = frozenset({"status", "record"})
OTHER_COLUMNS: Final[tuple[Column, ...]] = tuple(
    Column(name, title, name, max(6, len(title)), 30, 2, 8 + place, right=name in _NUMBERS)
    for place, (title, name) in enumerate(_OTHERS.items())
)
ALL_COLUMNS: Final = {column.id: column for column in (*COLUMNS, *OTHER_COLUMNS)}
LEAST_WIDTH, MOST_WIDTH = 4, 200


@dataclass(frozen=True, slots=True)
class Choice:
    """A column that a person chose; `width` in cells, None for as much as there is room for."""

    id: str
    width: int | None = None

    @property
    def column(self) -> Column:
        """The column, of the chosen width; chosen ones stay as long as there is room for them, the first ones longest."""
        known = ALL_COLUMNS[self.id]
        return known if self.width is None else replace(known, least=self.width, most=self.width, weight=0)


def read_choices(value: object) -> tuple[Choice, ...]:
    """Choices as they are kept ([[id, width], ...]); none where that is not what it is: then the usual columns are shown."""
    if not isinstance(value, list):
        return ()
    found: dict[str, Choice] = {}
    for item in value:
        if not (isinstance(item, list) and len(item) == 2 and isinstance(item[0], str) and item[0] in ALL_COLUMNS):
            return ()
        width = item[1]
        if not (width is None or (isinstance(width, int) and LEAST_WIDTH <= width <= MOST_WIDTH)):
            return ()
        found[item[0]] = Choice(item[0], width)
    return tuple(found.values())


def chosen_columns(choices: Sequence[Choice]) -> tuple[Column, ...]:
    """The columns to show; without choices the usual ones. Those named first are kept longest when it gets narrow."""
    if not choices:
        return COLUMNS
    return tuple(replace(choice.column, rank=rank) for rank, choice in enumerate(choices))


@dataclass(frozen=True, slots=True)
class Placed:
    """A column with its place: cells from the left edge of the table, and its width."""

    column: Column
    start: int
    width: int


def place(width: int, columns: Sequence[Column] = COLUMNS) -> tuple[Placed, ...]:
    """Share `width` cells: columns that do not fit are left out by rank, the rest grow by weight; one is kept."""
    room = width - GUTTER
    kept: list[Column] = []
    for column in sorted(columns, key=lambda candidate: candidate.rank):
        if column.least + 1 <= room or not kept:
            kept.append(column)
            room -= column.least + 1
    kept.sort(key=columns.index)
    widths = {column.id: column.least for column in kept}
    _grow(kept, widths, max(0, room))
    placed: list[Placed] = []
    start = GUTTER
    for column in kept:
        size = max(1, min(widths[column.id], width - start))
        placed.append(Placed(column, start, size))
        start += size + 1
    return tuple(placed)


def _grow(kept: list[Column], widths: dict[str, int], room: int) -> None:
    growing = [column for column in kept if column.weight]
    while room > 0 and growing:
        total = sum(column.weight for column in growing)
        given = 0
        for column in list(growing):
            share = min(max(1, room * column.weight // total), room - given, column.most - widths[column.id])
            widths[column.id] += share
            given += share
            if widths[column.id] >= column.most:
                growing.remove(column)
        room -= given


def cell_text(event: Event, column: Column, display: DisplayZone) -> str:
    """What a column says of an event; `-` where the record says nothing. Not yet made safe for a terminal."""
    if column.id == "time":
        return time_of_day(event, display.zone)
    if column.id == "result":
        return result_text(event)
    if column.id == "out":
        return "-" if event.bytes_out is None else size_text(event.bytes_out)
    if column.id == "what":
        return " · ".join(filter(None, (event.resource, event.message))) or "-"
    value = getattr(event, column.field)
    return "-" if value is None or value == "" else str(value)


def result_text(event: Event) -> str:
    """The outcome's letter, and the status where there is one: `D 403`."""
    letter = OUTCOME_LETTERS.get(event.outcome or "", " ")
    return letter if event.status is None else f"{letter} {event.status}"


def size_text(count: int) -> str:
    """A number of bytes in at most six cells: `812`, `59.8M`."""
    if abs(count) < 1000:
        return str(count)
    size = float(count)
    for unit in "kMGTPE":
        size /= 1000
        if abs(size) < 99.95:
            return f"{size:.1f}{unit}"
        if abs(size) < 999.5:
            return f"{size:.0f}{unit}"
    return f"{size:.0f}E"
