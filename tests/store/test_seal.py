import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.model.event import TEXT
from timeline.store.columns import Column
from timeline.store.schema import DICTIONARY_COLUMNS, EVENT_COLUMNS
from timeline.store.seal import SEGMENT_SCHEMA, Sealed, seal

texts = st.one_of(st.none(), st.text(st.characters(codec="utf-8"), min_size=1, max_size=4))
rows = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-5, 5)), texts, st.integers(0, 30), st.one_of(st.none(), st.integers(-3, 3))
    ),
    min_size=1,
    max_size=40,
)


def table_of(values: list[tuple[int | None, str | None, int, int | None]]) -> pa.Table:
    columns = {}
    for field in SEGMENT_SCHEMA:
        if field.name == "timestamp":
            column = pa.array([row[0] for row in values], pa.int64())
        elif field.name == "actor":
            column = pa.array([row[1] for row in values], pa.utf8()).dictionary_encode()
        elif field.name == "offset":
            column = pa.array([row[2] for row in values], pa.int64())
        elif field.name == "key":
            column = pa.array([row[3] for row in values], pa.int64())
        elif field.name in {"sub", "stream", "lineage"}:
            column = pa.array([1] * len(values), field.type)
        elif field.type == TEXT:
            column = pa.array([None] * len(values), pa.utf8()).dictionary_encode()
        else:
            column = pa.nulls(len(values), field.type)
        columns[field.name] = column
    return pa.table(columns, schema=SEGMENT_SCHEMA)


def values_of(sealed: Sealed, name: str) -> list[int | None]:
    """A column's values, row by row."""
    return Column(sealed.columns[name], sealed.rows).at(np.arange(sealed.rows))


@given(rows)
@settings(deadline=None)
def test_rows_are_canonical_and_texts_come_back(values: list[tuple[int | None, str | None, int, int | None]]) -> None:
    sealed = seal(table_of(values))
    decoded = dict(zip(*sealed.values.to_pydict().values(), strict=True))
    got = [
        (stamp, None if actor is None else decoded[actor], offset, key)
        for stamp, actor, offset, key in zip(
            *(values_of(sealed, name) for name in ("timestamp", "actor", "offset", "key")), strict=True
        )
    ]

    def order(row: tuple[int | None, str | None, int | None, int | None]) -> tuple[bool, int, int, int]:
        stamp, _, offset, key = row
        return stamp is None, stamp or 0, 1 if key is None else key, (offset or 0) if key is None else 0

    assert [order(row) for row in got] == sorted(order(row) for row in values)
    assert sorted(map(repr, got)) == sorted(map(repr, values))
    assert tuple(sealed.columns) == EVENT_COLUMNS
    stamps = sorted(row[0] for row in values if row[0] is not None)
    assert (sealed.rows, sealed.dated_rows) == (len(values), len(stamps))
    assert (sealed.first_us, sealed.last_us) == ((stamps[0], stamps[-1]) if stamps else (None, None))
    assert sealed.streams == {1: (min(row[2] for row in values), max(row[2] for row in values))}


@given(rows)
@settings(deadline=None)
def test_ids_of_a_field_are_consecutive_and_ascend_with_the_bytes_of_the_text(
    values: list[tuple[int | None, str | None, int, int | None]],
) -> None:
    sealed = seal(table_of(values))
    decoded = dict(zip(*sealed.values.to_pydict().values(), strict=True))
    assert sorted(decoded) == list(range(1, len(decoded) + 1))
    first, count = sealed.ranges["actor"]
    actors = [decoded[number].encode() for number in range(first, first + count)]
    assert actors == sorted({row[1].encode() for row in values if row[1] is not None})
    assert list(sealed.ranges) == list(DICTIONARY_COLUMNS)


def test_the_order_does_not_depend_on_the_order_of_arrival() -> None:
    values: list[tuple[int | None, str | None, int, int | None]] = [
        (1, "b", 5, None),
        (1, "a", 3, None),
        (None, "c", 1, None),
        (0, None, 9, 4),
    ]
    one, other = seal(table_of(values)), seal(table_of(values[::-1]))
    assert one.columns == other.columns
    assert one.values.equals(other.values)
    assert values_of(one, "timestamp") == [0, 1, 1, None]
