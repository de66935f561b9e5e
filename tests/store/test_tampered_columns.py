"""What `verify` finds when stored columns were edited, and what a query says of columns that cannot be."""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.store.forging import (
    ASKED,
    Edit,
    ask_in_vain,
    delete_row,
    forge,
    hide_rows,
    make_original,
    patch,
    problems,
    put_column,
    put_value,
    run,
)
from timeline.model.errors import CaseError
from timeline.session.case import open_case
from timeline.store.columns import Encoded
from timeline.store.schema import EVENT_COLUMNS

ROWS = 90
LEAST, MOST = -(2**63), 2**63 - 1
ORDER, EVIDENCE = "events are in canonical order", "events point into their evidence"
OTHERS, COUNTS = "rows for other programs agree", "every record is accounted for"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_original(tmp_path_factory.mktemp("columns"))


@dataclass(frozen=True)
class Forgery:
    """An edit of the columns, the check that finds it, and what that says."""

    name: str
    edit: Edit
    check: str
    problem: str


VALUES = (
    Forgery(
        "time later", put_value("timestamp", 7, lambda us: (us or 0) + 9_000_000_000), ORDER, "row 8 is out of order"
    ),
    Forgery("time earlier", put_value("timestamp", 7, lambda us: (us or 0) - 9_000_000_000), ORDER, "row 7 is out of"),
    Forgery("first time", put_value("timestamp", 1, lambda us: (us or 0) - 1), ORDER, "does not begin when"),
    Forgery("last time", put_value("timestamp", ROWS, lambda us: (us or 0) + 1), ORDER, "does not have the dates"),
    Forgery("no time", put_value("timestamp", 7, lambda _: None), ORDER, "row 8 is out of order"),
    Forgery("no last time", put_value("timestamp", ROWS, lambda _: None), ORDER, "does not have the dates"),
    Forgery("time at the end", put_value("timestamp", 7, lambda _: MOST), ORDER, "row 8 is out of order"),
    Forgery("offset outside", put_value("offset", 7, lambda _: 100_000), EVIDENCE, "points behind the end"),
    Forgery("offset far outside", put_value("offset", 7, lambda _: MOST), EVIDENCE, "points behind the end"),
    Forgery("offset negative", put_value("offset", 7, lambda _: -5), EVIDENCE, "points before the beginning"),
    Forgery("length too large", put_value("length", 7, lambda _: 10**9), EVIDENCE, "points behind the end"),
    Forgery("length far too large", put_value("length", 7, lambda _: MOST), EVIDENCE, "points behind the end"),
    Forgery("length negative", put_value("length", 7, lambda _: -5), EVIDENCE, "points before the beginning"),
    Forgery("length as negative as can be", put_value("length", 7, lambda _: LEAST), EVIDENCE, "points before"),
    Forgery("unknown text", put_value("actor", 7, lambda _: 99_999), ORDER, "no text 99999"),
    Forgery("text of id 0", put_value("actor", 7, lambda _: 0), ORDER, "no text 0"),
    Forgery("unknown stream", put_value("stream", 7, lambda _: 77), ORDER, "stream 77"),
    Forgery("no stream", put_value("stream", 7, lambda _: None), ORDER, "stream None"),
    Forgery("another stream", put_value("stream", 7, lambda _: 3), COUNTS, "events are counted"),
    Forgery("another event", put_value("status", 7, lambda _: 999), OTHERS, "row 7 of table segment_1_event differs"),
    Forgery("row deleted", delete_row(7), COUNTS, "events are counted"),
)


@pytest.mark.parametrize("forgery", VALUES, ids=lambda forgery: forgery.name)
def test_a_changed_value_is_found(original: Path, tmp_path: Path, forgery: Forgery) -> None:
    path = forge(original, tmp_path / "c.db", forgery.edit)
    found = problems(path)
    assert forgery.problem in "; ".join(found[forgery.check])
    assert OTHERS in found  # the rows that were listed still say what was so
    with open_case(path) as case:
        for ask in ASKED:
            ask_in_vain(case, ask)


@pytest.mark.parametrize("forgery", VALUES, ids=lambda forgery: forgery.name)
def test_it_is_found_without_listed_rows_too(original: Path, tmp_path: Path, forgery: Forgery) -> None:
    found = problems(forge(original, tmp_path / "c.db", forgery.edit, hide_rows))
    assert OTHERS not in found
    assert forgery.check == OTHERS or forgery.problem in "; ".join(found[forgery.check])


def u1(codes: int) -> bytes:
    return bytes([codes]) * ROWS


LOOKED_AT = ("actor", "region", "kind", "timestamp", "stream", "sub", "record", "offset", "length", "key", "status")
"""Columns that questions are decided on."""
IMPOSSIBLE: dict[str, Encoded] = {
    "too short": Encoded("u1", 1, 1, bytes(ROWS - 1)),
    "too long": Encoded("u1", 1, 1, bytes(ROWS + 1)),
    "empty": Encoded("u4", 1, 1, b""),
    "wide without all flags": Encoded("i8", 1, 1, bytes(9 * ROWS - 1)),
    "unknown form": Encoded("u8", 1, 1, bytes(8 * ROWS)),
    "form of another case": Encoded("SAME", 1, 1, b""),
    "no base": Encoded("u1", None, 1, u1(1)),
    "step 0": Encoded("u1", 1, 0, u1(1)),
    "step back": Encoded("u1", 1, -1, u1(1)),
    "base beyond 64 bits": Encoded("u1", MOST, 1, u1(255)),
    "step beyond 64 bits": Encoded("u4", MOST - 1, MOST, b"\xff" * 4 * ROWS),
    "below 64 bits": Encoded("u1", LEAST, 1, u1(0)),
}


@pytest.mark.parametrize("forged", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
@pytest.mark.parametrize("column", ["actor", "timestamp", "stream", "key"])
def test_a_column_that_cannot_be_is_named(original: Path, tmp_path: Path, column: str, forged: Encoded) -> None:
    path = forge(original, tmp_path / "c.db", put_column(column, forged))
    found = problems(path)
    assert f"segment 1 has no proper column {column}" in found[ORDER][0]
    assert f"segment 1 has no proper column {column}" in found[OTHERS][0]
    with open_case(path) as case:
        with pytest.raises(CaseError, match=f"no proper column {column}"), case.find() as matches:
            matches.page(0, 10)
        for ask in ASKED:
            ask_in_vain(case, ask)


POSSIBLE: dict[str, Encoded] = {
    "codes beyond the dictionary": Encoded("u1", 1, 1, u1(255)),
    "codes far beyond it": Encoded("u4", 1, 1, b"\xff" * 4 * ROWS),
    "ids before the dictionary": Encoded("u1", -200, 1, u1(7)),
    "ids before and in the dictionary": Encoded("u1", -100, 1, bytes(range(100, 100 + ROWS))),
    "wide ids around the dictionary": Encoded("i8", 0, 1, np.arange(-40, 50, dtype="<i8").tobytes()),
    "wide ids of any size": Encoded("i8", 0, 1, np.linspace(LEAST, MOST - 2048, ROWS).astype("<i8").tobytes()),
    "negative ids": Encoded("i8", 0, 1, np.arange(-ROWS, 0, dtype="<i8").tobytes()),
    "steps over ids": Encoded("u1", 15, 1_000, bytes(range(ROWS))),
    "all missing": Encoded("u1", 15, 1, bytes(ROWS)),
    "wide, all missing": Encoded("i8", 0, 1, bytes(9 * ROWS)),
    "wide at the ends": Encoded("i8", LEAST, 1, (LEAST.to_bytes(8, "little", signed=True) + MOST.to_bytes(8, "little")) * 45),
    "random bytes": Encoded("u1", 1, 1, random.Random(5).randbytes(ROWS)),
    "random numbers": Encoded("i8", 0, 1, random.Random(6).randbytes(8 * ROWS)),
}  # fmt: skip


@pytest.mark.parametrize("forged", POSSIBLE.values(), ids=POSSIBLE)
@pytest.mark.parametrize("column", LOOKED_AT)
def test_a_column_of_lies_is_never_the_end(original: Path, tmp_path: Path, column: str, forged: Encoded) -> None:
    """Whatever it claims, it is found out; and what is asked is answered, or refused in one line."""
    path = forge(original, tmp_path / "c.db", hide_rows, put_column(column, forged))
    with open_case(path) as case:
        for ask in ASKED:
            ask_in_vain(case, ask)


@pytest.mark.parametrize("column", ["actor", "timestamp", "offset", "key", "status"])
def test_flipped_bytes_are_found(original: Path, tmp_path: Path, column: str) -> None:
    def flip(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[len(data) * 4 // 5] ^= 1
        return bytes(changed)

    assert OTHERS in problems(forge(original, tmp_path / "c.db", patch(column, flip)))


@pytest.mark.parametrize(("base", "problem"), [(None, "stream None"), (77, "stream 77"), (MOST, f"stream {MOST}")])
def test_one_stream_for_all_rows_that_is_not_there(
    original: Path, tmp_path: Path, base: int | None, problem: str
) -> None:
    path = forge(original, tmp_path / "c.db", hide_rows, put_column("stream", Encoded("same", base, 1, b"")))
    found = problems(path)
    assert problem in str(found[ORDER])
    assert COUNTS in found


@pytest.mark.parametrize("base", [LEAST, -1, 0, 14, 24, 99_999, MOST])
@pytest.mark.parametrize("column", ["actor", "region", "outcome"])
def test_one_text_for_all_rows_that_is_not_of_its_field(original: Path, tmp_path: Path, column: str, base: int) -> None:
    path = forge(original, tmp_path / "c.db", hide_rows, put_column(column, Encoded("same", base, 1, b"")))
    with open_case(path) as case:
        for ask in ASKED:
            ask_in_vain(case, ask)


def all_the_same(rows: int) -> list[Edit]:
    """Edits after which one event is there so many times, without a byte for each."""
    values = {"timestamp": 1_772_323_200_000_000, "stream": 1, "offset": 13, "length": 100, "sub": 0, "actor": 20}
    columns = [put_column(name, Encoded("same", values.get(name), 1, b"")) for name in EVENT_COLUMNS]
    times = (values["timestamp"], values["timestamp"])
    claim = run("UPDATE segment SET rows = ?1, dated_rows = ?1, first_us = ?2, last_us = ?3", rows, *times)
    return [hide_rows, *columns, claim]


@pytest.mark.parametrize("rows", [(1 << 24) + 1, 10**12, MOST])
def test_more_rows_than_a_segment_has_are_refused(original: Path, tmp_path: Path, rows: int) -> None:
    path = forge(original, tmp_path / "c.db", *all_the_same(rows))
    with open_case(path) as case:
        for ask in ASKED:
            with pytest.raises(CaseError, match="segment 1 is not described properly"):
                ask(case)


@pytest.mark.parametrize(
    "actors", ["[1e400, 9]", f"[{10**30}, 9]", f"[{MOST}, 9]", "[15, 1000000000000]", "[-5, 9]", "[15, -9]"]
)
def test_a_dictionary_that_is_nowhere_is_refused(original: Path, tmp_path: Path, actors: str) -> None:
    claim = run("UPDATE segment SET ranges = json_set(ranges, '$.actor', json(?))", actors)
    with open_case(forge(original, tmp_path / "c.db", claim)) as case:
        for ask in ASKED:
            with pytest.raises(CaseError, match="segment 1 is not described properly"):
                ask(case)


@pytest.mark.parametrize(
    "edit",
    [
        put_value("stream", 7, lambda _: 77),
        put_value("stream", 7, lambda _: None),
        put_value("actor", 7, lambda _: 99_999),
        put_value("actor", 7, lambda _: 0),
        put_column("region", Encoded("same", -5, 1, b"")),
        run("DELETE FROM segment_column WHERE name = 'actor'"),
        run("UPDATE segment SET ranges = '[]'"),
    ],
)
def test_a_damaged_segment_is_not_written_again(
    original: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], edit: Edit
) -> None:
    path = forge(original, tmp_path / "c.db", hide_rows, edit)
    with open_case(path) as case, pytest.raises(CaseError, match="the case is damaged"):
        case.remove("access.log")
    assert "Traceback" not in capfd.readouterr().err


def test_many_rows_without_bytes_are_counted_not_kept(original: Path, tmp_path: Path) -> None:
    rows = 1 << 24
    with open_case(forge(original, tmp_path / "c.db", *all_the_same(rows))) as case:
        with case.find() as matches:
            assert matches.count() == rows
            assert [event.offset for event in matches.page(rows - 3, 10)] == [13] * 3
        with case.find("actor:user5 OR status:404") as matches:
            assert matches.count() in {0, rows}
        assert [count for _, count in case.facet("actor")] == [count for _, count in case.facet("region")] == [rows]
        assert sum(map(sum, case.histogram(bins=3).series.values())) == rows


def test_many_rows_without_bytes_are_not_accounted_for(original: Path, tmp_path: Path) -> None:
    found = problems(forge(original, tmp_path / "c.db", *all_the_same(5_000)))
    assert "20 events are counted, 5000 are there" in str(found[COUNTS])


def test_rows_behind_the_end_of_a_stream_are_told_of_in_part(original: Path, tmp_path: Path) -> None:
    edits = [*all_the_same(5_000), put_column("offset", Encoded("same", MOST, 1, b""))]
    assert len(problems(forge(original, tmp_path / "c.db", *edits))[EVIDENCE]) == 20
