"""What `verify` finds in a case that somebody has edited with another SQLite tool."""

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.evidence_files import access_log, ingested, put, trail_file
from timeline.model.errors import CaseError, LeaklineError
from timeline.session.case import Case, open_case

EVENTS = "segment_1_event"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tampering")
    files: dict[str, str | bytes] = {
        "access.log": access_log(range(60)) + "\nnot a record\n",
        "a.json": trail_file(range(20)),
        "b.json": trail_file(range(10, 30)),
    }
    with ingested(folder / "c.db", put(folder / "e", files)) as case:
        case.annotate_matches("record:3", star=True)
        case.annotate_matches("record:4", tags=["key"])
    return folder / "c.db"


@pytest.fixture
def edited(original: Path, tmp_path: Path) -> Iterator[Callable[..., Case]]:
    opened: list[Case] = []

    def edit(*statements: str, values: tuple[Any, ...] = ()) -> Case:
        path = shutil.copy(original, tmp_path / "edited.db")
        with closing(sqlite3.connect(path)) as connection:
            for statement in statements:
                assert connection.execute(statement, values).rowcount != 0
            connection.commit()
        opened.append(open_case(path))
        return opened[-1]

    yield edit
    for case in opened:
        case.close()


def problems(case: Case, **options: Any) -> dict[str, tuple[str, ...]]:
    return {check.name: check.problems for check in case.verify(**options) if check.problems}


def test_an_untouched_case_passes(edited: Callable[..., Case]) -> None:
    case = edited()
    checks = case.verify(expect_head=case.custody_head())
    assert [check.problems for check in checks] == [()] * len(checks)
    assert all(check.checked > 0 for check in checks)


@pytest.mark.parametrize(
    ("statement", "check", "problem"),
    [
        ("DELETE FROM frame WHERE stream = 1", "evidence frames", "not those that were ingested"),
        ("UPDATE frame SET data = x'00' WHERE stream = 1", "evidence frames", "cannot be read"),
        ("UPDATE frame SET length = 99999999999 WHERE stream = 1", "evidence frames", "claims 99999999999 bytes"),
        ("UPDATE frame SET length = length - 1 WHERE stream = 1", "evidence frames", "evidence frame"),
        ("UPDATE stream SET sha256 = 'f' || substr(sha256, 2) WHERE id = 2", "evidence frames", "not those that were"),
        (f"UPDATE {EVENTS} SET timestamp = timestamp + 9000000000 WHERE row = 7", "canonical order", "out of order"),
        (f"UPDATE {EVENTS} SET timestamp = NULL WHERE row = 7", "canonical order", "out of order"),
        (f"UPDATE {EVENTS} SET offset = offset + 100000 WHERE row = 7", "into their evidence", "points behind the end"),
        (f"UPDATE {EVENTS} SET length = 1000000000 WHERE row = 7", "into their evidence", "points behind the end"),
        (f"UPDATE {EVENTS} SET offset = -5 WHERE row = 7", "into their evidence", "points"),
        (f"UPDATE {EVENTS} SET length = -5 WHERE row = 7", "into their evidence", "points"),
        (f"UPDATE {EVENTS} SET actor = 99999 WHERE row = 7", "canonical order", "no text 99999"),
        (f"UPDATE {EVENTS} SET stream = 77 WHERE row = 7", "canonical order", "stream 77"),
        (f"DELETE FROM {EVENTS} WHERE row = 7", "accounted for", "are there"),
        ("UPDATE segment SET rows = rows - 1", "canonical order", "rows and dates"),
        ("UPDATE segment SET dated_rows = dated_rows - 1", "canonical order", "rows and dates"),
        ("UPDATE segment SET last_us = last_us - 1", "canonical order", "rows and dates"),
        ("DELETE FROM refusal WHERE ignored = 0", "accounted for", "rejects"),
        ("DELETE FROM refusal WHERE ignored = 1", "accounted for", "rejects"),
        ("DELETE FROM witness WHERE offset > 0", "accounted for", "duplicates"),
        ("UPDATE stream SET records = records + 1 WHERE id = 1", "accounted for", "records, but"),
        (
            "UPDATE stream SET records = records - 1, with_events = with_events - 1 WHERE id = 3",
            "accounted for",
            "gave events",
        ),
        ("UPDATE stream SET events = events - 1 WHERE id = 1", "accounted for", "events are counted"),
        ("UPDATE custody SET analyst = 'dana' WHERE number = 2", "custody", "entry 2 does not follow"),
        ("UPDATE custody SET detail = '{}' WHERE number = 1", "custody", "entry 1 does not follow"),
        ("DELETE FROM custody WHERE number = 2", "custody", "entry 3"),
        ("CREATE TABLE extra (x)", "schema", "table extra is foreign"),
        ("DROP INDEX annotation_key", "schema", "annotation_key is missing"),
    ],
)  # fmt: skip
def test_an_edit_is_found(original: Path, tmp_path: Path, statement: str, check: str, problem: str) -> None:
    path = shutil.copy(original, tmp_path / "edited.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
    if check == "schema":
        with pytest.raises(CaseError, match=problem):
            open_case(path)
        return
    with open_case(path) as case:
        found = problems(case)
    assert any(check in name for name in found)
    assert problem in json.dumps(found)


def test_changed_evidence_is_found_however_well_it_is_packed(edited: Callable[..., Case]) -> None:
    case = edited()
    with case.reading() as reader:
        blob, length = reader.rows("SELECT data, length FROM frame WHERE stream = 1 AND offset = 0")[0]
    data = bytearray(zstandard.ZstdDecompressor().decompress(blob))
    assert len(data) == length
    data[17] ^= 1
    forged = zstandard.ZstdCompressor().compress(bytes(data))
    case.close()
    found = problems(edited("UPDATE frame SET data = ? WHERE stream = 1 AND offset = 0", values=(forged,)))
    assert list(found) == ["evidence frames re-read and re-hashed"]


def test_a_removed_last_entry_is_found_by_the_head_noted_elsewhere(edited: Callable[..., Case]) -> None:
    case = edited()
    head = case.custody_head()
    last = len(case.custody())
    case.close()
    shorter = edited(f"DELETE FROM custody WHERE number = {last}")
    assert problems(shorter) == {}
    assert "not in the chain" in str(problems(shorter, expect_head=head)["custody chain"])
    assert problems(shorter, expect_head=shorter.custody_head().upper()) == {}
    assert "1 entries after" in str(problems(edited(), expect_head=shorter.custody_head()))


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {EVENTS} SET actor = 99999",
        f"UPDATE {EVENTS} SET stream = 77",
        f"DELETE FROM {EVENTS}",
        "UPDATE segment SET rows = 1000000, dated_rows = 1000000",
        "UPDATE segment SET ranges = '[]'",
        "UPDATE segment SET ranges = '{\"actor\": 7}', streams = 'x'",
        "UPDATE segment SET streams = '7'",
        "DELETE FROM segment_1_value",
        "UPDATE segment_1_value SET text = CAST(x'ff' AS TEXT)",
        "UPDATE stream SET lineage = 'not hex' || id",
        "UPDATE frame SET length = 1",
    ],
)
def test_a_forged_case_gives_errors_of_ours_only(edited: Callable[..., Case], statement: str) -> None:
    calls: list[Callable[[Case], object]] = [
        lambda case: rows(case, ""), lambda case: rows(case, "actor:user1"), lambda case: rows(case, "user"),
        lambda case: rows(case, "after:2026-03-01"), lambda case: rows(case, "is:starred OR raw:x"),
        lambda case: case.histogram(bins=5), lambda case: case.histogram("status:404", by="actor"),
        lambda case: case.facet("actor"), lambda case: case.facet("actor", "status:404"), lambda case: case.span("status:*"),
        lambda case: case.sources(), lambda case: case.digest(), lambda case: case.verify(),
    ]  # fmt: skip
    for call in calls:
        try:
            case = edited(statement)
        except LeaklineError:
            return
        with case, contextlib.suppress(LeaklineError):
            call(case)


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {EVENTS} SET timestamp = 'never'",
        f"UPDATE {EVENTS} SET sub = NULL",
        "UPDATE segment_1_value SET text = x'ff'",
    ],
)
def test_values_of_other_types_are_refused_by_sqlite_itself(edited: Callable[..., Case], statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        edited(statement)


def rows(case: Case, query: str) -> None:
    with case.find(query) as matches:
        matches.count()
        events = matches.page(0, 50)
        matches.page(2_500, 10)
        list(matches.events())
        for event in events[:2]:
            matches.offset_of_key(event.key)
            case.raw(event.key)
