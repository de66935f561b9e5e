"""Cases that somebody has edited with another SQLite tool: the evidence they are of, and edits of stored columns."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from tests.evidence_files import access_log, ingested, put, trail_file
from timeline.model.errors import LeaklineError
from timeline.session.case import Case, open_case
from timeline.store.columns import Column, Encoded, encode
from timeline.store.schema import EVENT_COLUMNS, events_view_ddl

EVENTS = "segment_1_event"
Edit = Callable[[sqlite3.Connection], object]


def make_original(folder: Path) -> Path:
    """An untouched case in one segment, with rejects, witnesses and annotations; its rows are listed for others."""
    files: dict[str, str | bytes] = {
        "access.log": access_log(range(60)) + "\nnot a record\n",
        "a.json": trail_file(range(20)),
        "b.json": trail_file(range(10, 30)),
    }
    with ingested(folder / "c.db", put(folder / "e", files)) as case:
        case.annotate_matches("record:3", star=True)
        case.annotate_matches("record:4", tags=["key"])
    return folder / "c.db"


def forge(original: Path, path: Path, *edits: Edit) -> Path:
    """A copy of the case at `path` with these edits."""
    shutil.copy(original, path)
    with closing(sqlite3.connect(path)) as connection:
        for edit in edits:
            edit(connection)
        connection.commit()
    return path


def problems(path: Path, **options: Any) -> dict[str, tuple[str, ...]]:
    """What `verify` finds, by check."""
    with open_case(path) as case:
        return problems_of(case, **options)


def problems_of(case: Case, **options: Any) -> dict[str, tuple[str, ...]]:
    """What `verify` finds in an open case, by check."""
    return {check.name: check.problems for check in case.verify(**options) if check.problems}


def run(statement: str, *values: Any) -> Edit:
    """An edit by SQL that must change something."""

    def edit(connection: sqlite3.Connection) -> None:
        assert connection.execute(statement, values).rowcount != 0

    return edit


def stored(connection: sqlite3.Connection, name: str) -> Column:
    """A column of segment 1."""
    rows = connection.execute("SELECT rows FROM segment WHERE id = 1").fetchone()[0]
    found = connection.execute(
        "SELECT form, base, step, data FROM segment_column WHERE segment = 1 AND name = ?", (name,)
    ).fetchone()
    return Column(Encoded(*found), rows)


def store(connection: sqlite3.Connection, name: str, column: Encoded) -> None:
    """Put this in the place of a column of segment 1."""
    changed = connection.execute(
        "UPDATE segment_column SET form = ?, base = ?, step = ?, data = ? WHERE segment = 1 AND name = ?",
        (column.form, column.base, column.step, column.data, name),
    )
    assert changed.rowcount == 1


def encoded(values: list[int | None]) -> Encoded:
    """These values as a column."""
    there = np.array([value is not None for value in values])
    return encode(np.array([value or 0 for value in values], np.int64), None if there.all() else there)


def put_value(name: str, row: int, change: Callable[[int | None], int | None]) -> Edit:
    """An edit of one value of a column, which is encoded properly again."""

    def edit(connection: sqlite3.Connection) -> None:
        column = stored(connection, name)
        values = column.at(np.arange(len(column.values[0])))
        assert change(values[row - 1]) != values[row - 1]
        values[row - 1] = change(values[row - 1])
        store(connection, name, encoded(values))

    return edit


def put_column(name: str, column: Encoded) -> Edit:
    """An edit that replaces a whole column as it is stored."""
    return lambda connection: store(connection, name, column)


def patch(name: str, change: Callable[[bytes], bytes]) -> Edit:
    """An edit of a column's stored bytes."""

    def edit(connection: sqlite3.Connection) -> None:
        where = "WHERE segment = 1 AND name = ?"
        data = connection.execute(f"SELECT data FROM segment_column {where}", (name,)).fetchone()[0]
        assert change(data) != data
        connection.execute(f"UPDATE segment_column SET data = ? {where}", (change(data), name))

    return edit


def delete_row(row: int) -> Edit:
    """An edit that takes one row out of every column, and says so in the segment's description."""

    def edit(connection: sqlite3.Connection) -> None:
        columns = {name: stored(connection, name) for name in EVENT_COLUMNS}
        for name, column in columns.items():
            values = column.at(np.arange(len(column.values[0])))
            store(connection, name, encoded(values[: row - 1] + values[row:]))
        connection.execute("UPDATE segment SET rows = rows - 1, dated_rows = dated_rows - 1")

    return edit


def hide_rows(connection: sqlite3.Connection) -> None:
    """An edit that takes the rows from other programs, as before they are listed."""
    for statement in ("DROP VIEW events", f"DROP TABLE {EVENTS}", "UPDATE segment SET listed = 0", events_view_ddl({})):
        connection.execute(statement)


def _read(case: Case, query: str) -> None:
    with case.find(query) as matches:
        matches.count()
        events = matches.page(0, 50)
        matches.page(2_500, 10)
        list(matches.events())
        for event in events[:2]:
            matches.offset_of_key(event.key)
            case.raw(event.key)


ASKED: tuple[Callable[[Case], object], ...] = (
    lambda case: _read(case, ""), lambda case: _read(case, "actor:user1"), lambda case: _read(case, "user"),
    lambda case: _read(case, "actor:user* -src_ip:198.51.100.0/25"), lambda case: _read(case, "after:2026-03-01"),
    lambda case: _read(case, "is:starred OR raw:x"), lambda case: _read(case, "source:*.json bytes:>3"),
    lambda case: case.histogram(bins=5), lambda case: case.histogram("status:404", by="actor"),
    lambda case: case.histogram(by="region"), lambda case: case.facet("actor"), lambda case: case.facet("region"),
    lambda case: case.facet("actor", "status:404"), lambda case: case.facet("status"), lambda case: case.facet("bytes_out"),
    lambda case: case.span("status:*"), lambda case: case.sources(), lambda case: case.digest(), lambda case: case.verify(),
)  # fmt: skip
"""Everything that reads the events of a case."""


def ask_in_vain(case: Case, ask: Callable[[Case], object]) -> None:
    """Ask a forged case something: it may answer, or say in one line that it is damaged."""
    said = ""
    try:
        ask(case)
    except LeaklineError as error:
        said = str(error)
    assert "\n" not in said
