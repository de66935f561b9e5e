"""The views that other SQLite tools read."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from tests.evidence_files import access_log, ingested, new_case, put
from timeline.model.event import FIELDS
from timeline.session.case import Case

NAMES = ["key", "source", *(field.name for field in FIELDS)]


def view(case: Case, name: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{case.path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(f"SELECT * FROM {name}").fetchall()


def found(case: Case) -> list[tuple[Any, ...]]:
    with case.find() as matches:
        return [tuple(getattr(event, name) for name in NAMES) for event in matches.events()]


def test_the_view_shows_every_event_as_text(whole: Case, parts: Case) -> None:
    assert view(whole, "events") == found(whole)
    assert sorted(view(parts, "events"), key=repr) == sorted(found(parts), key=repr)


def test_the_view_can_be_filtered_by_any_tool(parts: Case) -> None:
    with closing(sqlite3.connect(f"{parts.path.as_uri()}?mode=ro", uri=True)) as connection:
        database = Database(connection)
        rows = list(database["events"].rows_where("actor = ? AND status = 404", ["alice"]))
        assert [column.name for column in database["events"].columns] == NAMES
    with parts.find("actor:alice status:404") as matches:
        assert sorted(row["key"] for row in rows) == sorted(matches.keys())
    assert rows


def test_the_view_of_an_empty_case_is_empty(tmp_path: Path) -> None:
    with new_case(tmp_path / "c.db") as case:
        assert view(case, "events") == []
        assert view(case, "rejects") == []


def test_rejects_are_shown_with_their_reasons(tmp_path: Path) -> None:
    folder = put(tmp_path / "e", {"access.log": access_log(range(20)) + "\nnot a record\n\0\0\n" + access_log([21])})
    with ingested(tmp_path / "c.db", folder) as case:
        expected = [(r.source, r.record, r.offset, r.length, r.reason) for r in case.rejects()]
        assert view(case, "rejects") == expected
        assert len(expected) == 2
        case.remove("access.log")
        assert view(case, "rejects") == view(case, "events") == []
