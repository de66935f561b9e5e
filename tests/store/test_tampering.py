"""What `verify` finds in a case that somebody has edited with another SQLite tool."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.evidence_files import rows_of
from tests.store.forging import ASKED, EVENTS, ask_in_vain, forge, make_original, problems, problems_of, run
from timeline.model.errors import CaseError, LeaklineError
from timeline.session.case import Case, open_case


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_original(tmp_path_factory.mktemp("tampering"))


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
        ("UPDATE segment SET rows = rows - 1, dated_rows = rows - 1", "accounted for", "no proper column"),
        ("UPDATE segment SET dated_rows = dated_rows - 1", "canonical order", "does not have the dates"),
        ("UPDATE segment SET last_us = last_us - 1", "canonical order", "does not have the dates"),
        ("UPDATE segment SET first_us = first_us - 1", "canonical order", "does not begin when"),
        ("UPDATE segment_1_value SET text = 'zzz' || text WHERE text = 'GET'", "order that lookups rely on", "are not in order"),
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
    path = forge(original, tmp_path / "edited.db", lambda connection: connection.execute(statement))
    if check == "schema":
        with pytest.raises(CaseError, match=problem):
            open_case(path)
        return
    found = problems(path)
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
    found = problems_of(edited("UPDATE frame SET data = ? WHERE stream = 1 AND offset = 0", values=(forged,)))
    assert list(found) == ["evidence frames re-read and re-hashed"]


def test_a_removed_last_entry_is_found_by_the_head_noted_elsewhere(edited: Callable[..., Case]) -> None:
    case = edited()
    head = case.custody_head()
    last = len(case.custody())
    case.close()
    shorter = edited(f"DELETE FROM custody WHERE number = {last}")
    assert problems_of(shorter) == {}
    assert "not in the chain" in str(problems_of(shorter, expect_head=head)["custody chain"])
    assert problems_of(shorter, expect_head=shorter.custody_head().upper()) == {}
    assert "1 entries after" in str(problems_of(edited(), expect_head=shorter.custody_head()))


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            f"UPDATE {EVENTS} SET timestamp = timestamp + 9000000000 WHERE row = 7",
            "row 7 of table segment_1_event differs",
        ),
        (f"UPDATE {EVENTS} SET timestamp = NULL WHERE row = 7", "row 7 of"),
        (f"UPDATE {EVENTS} SET offset = offset + 1 WHERE row = 90", "row 90 of"),
        (f"UPDATE {EVENTS} SET length = -5 WHERE row = 1", "row 1 of"),
        (f"UPDATE {EVENTS} SET actor = 99999", "row 1 of"),
        (f"UPDATE {EVENTS} SET stream = 77 WHERE row = 7", "row 7 of"),
        (f"UPDATE {EVENTS} SET row = -7 WHERE row = 7", "row 1 of"),
        (f"UPDATE {EVENTS} SET row = 2 * row + 1000 WHERE row > 7", "row 8 of"),
        (f"DELETE FROM {EVENTS} WHERE row = 7", "row 7 of"),
        (f"DELETE FROM {EVENTS} WHERE row = 90", "does not have 90 rows"),
        (f"DELETE FROM {EVENTS}", "does not have 90 rows"),
        (f"INSERT INTO {EVENTS} (row, actor) VALUES (91, 20)", "does not have 90 rows"),
        (f"INSERT INTO {EVENTS} (row, actor) VALUES (-1, 20)", "row 1 of"),
    ],
)
def test_rows_that_only_other_programs_read(original: Path, tmp_path: Path, statement: str, problem: str) -> None:
    """Leakline itself does not believe them: it finds the same as before, and says that they differ."""
    with open_case(original) as untouched, open_case(forge(original, tmp_path / "c.db", run(statement))) as forged:
        found = problems_of(forged)
        assert list(found) == ["rows for other programs agree"]
        assert problem in str(found)
        assert rows_of(forged) == rows_of(untouched)
        assert forged.digest() == untouched.digest()


def test_no_mark_keeps_false_rows_from_being_looked_at(original: Path, tmp_path: Path) -> None:
    edits = run(f"UPDATE {EVENTS} SET actor = NULL"), run("UPDATE segment SET listed = 2")
    assert list(problems(forge(original, tmp_path / "c.db", *edits))) == ["rows for other programs agree"]


@pytest.mark.parametrize(
    "statement",
    [
        f"DROP TABLE {EVENTS}",
        f"ALTER TABLE {EVENTS} ADD COLUMN note TEXT",
        "UPDATE segment SET listed = 0",
        "UPDATE segment_column SET form = 'same' WHERE name = 'actor'",
        "UPDATE segment_column SET base = 7 WHERE name = 'sub'",
        "UPDATE segment_column SET segment = 2",
        "DROP VIEW events",
    ],
)
def test_tables_that_are_not_those_of_the_columns_are_refused(original: Path, tmp_path: Path, statement: str) -> None:
    path = forge(original, tmp_path / "c.db", lambda connection: connection.execute(statement))
    with pytest.raises(CaseError, match=r"is missing|is foreign|differs") as caught:
        open_case(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM segment_column",
        "DELETE FROM segment_column WHERE name = 'actor'",
        "UPDATE segment SET rows = 1000000000000",
        "UPDATE segment SET rows = -1, dated_rows = -1",
        "UPDATE segment SET first_us = NULL",
        "UPDATE segment SET last_us = NULL",
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
    for ask in ASKED:
        try:
            case = edited(statement)
        except LeaklineError:
            return
        with case:
            ask_in_vain(case, ask)


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {EVENTS} SET timestamp = 'never'",
        "UPDATE segment_column SET data = NULL",
        "UPDATE segment_column SET base = 'low'",
        "UPDATE segment_1_value SET text = x'ff'",
    ],
)
def test_values_of_other_types_are_refused_by_sqlite_itself(edited: Callable[..., Case], statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        edited(statement)
