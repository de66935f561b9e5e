"""Columns against plain Python: whatever integers go in, the same come out, and the same are found."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from timeline.store.columns import (
    Bools,
    Column,
    Encoded,
    Integers,
    KeptColumns,
    Mask,
    both,
    code_type,
    either,
    encode,
    encode_codes,
    neither,
    size_of,
)

LEAST, MOST = -(2**63), 2**63 - 1
Values = list[int | None]


@st.composite
def runs(draw: st.DrawFn) -> Values:
    """Values of every width, in steps of anything, at the ends of what 64 bits hold, some of them missing."""
    step = draw(st.sampled_from((1, 7, 1_000, 60_000, 1_000_000)))
    steps = draw(st.sampled_from((0, 1, 253, 254, 255, 256, 65_534, 65_535, 2**32 - 2, 2**32 - 1, 2**40, 2**64)))
    base = draw(st.one_of(st.just(LEAST), st.just(MOST - step * steps), st.integers(LEAST, MOST)))
    counts = draw(st.lists(st.one_of(st.integers(0, steps), st.just(steps), st.just(0)), max_size=12))
    nulls = draw(st.sampled_from((0.0, 0.3, 1.0)))
    random = draw(st.randoms(use_true_random=False))
    values = [min(max(base + count * step, LEAST), MOST) for count in counts]
    return [None if random.random() < nulls else value for value in values]


anything: st.SearchStrategy[Values] = st.lists(st.one_of(st.none(), st.integers(LEAST, MOST)), max_size=12)
columns = st.one_of(runs(), anything)
numbers = st.one_of(
    st.integers(-(2**70), 2**70), st.sampled_from((LEAST - 1, LEAST, LEAST + 1, -1, 0, 1, MOST - 1, MOST, MOST + 1))
)


def encoded(values: Values) -> Encoded:
    there: Bools = np.array([value is not None for value in values], np.bool_)
    return encode(np.array([value or 0 for value in values], np.int64), None if there.all() else there)


def column(values: Values) -> Column:
    return Column(encoded(values), len(values))


def rows(mask: Mask, count: int) -> list[bool]:
    """A mask, row by row."""
    return [mask] * count if isinstance(mask, bool) else mask.tolist()


def near(data: st.DataObject, values: Values) -> int:
    """A number that is, or is near to, one of the values."""
    known = [value for value in values if value is not None]
    if not known:
        return data.draw(numbers)
    return data.draw(st.one_of(st.sampled_from(known).flatmap(lambda v: st.sampled_from((v - 1, v, v + 1))), numbers))


@settings(deadline=None)
@given(columns)
@example([LEAST, LEAST + 1])
@example([LEAST, None])
@example([LEAST, MOST])
@example([MOST, None])
@example([None, None])
@example([])
def test_what_goes_in_comes_out(values: Values) -> None:
    read = column(values)
    assert read.at(np.arange(len(values))) == values
    assert [read.one(place) for place in range(len(values))] == values
    assert rows(read.present, len(values)) == [value is not None for value in values]
    plain, there = read.values
    assert plain.dtype == np.int64
    assert plain.tolist() == [value or 0 for value in values]
    assert rows(there, len(values)) == [value is not None for value in values]


@settings(deadline=None)
@given(columns, st.data())
def test_some_places_are_read_in_any_order(values: Values, data: st.DataObject) -> None:
    assume(values)
    places = data.draw(st.lists(st.integers(0, len(values) - 1)))
    assert column(values).at(np.array(places, np.int64)) == [values[place] for place in places]


@settings(deadline=None)
@given(columns, st.data())
def test_rows_between_two_numbers(values: Values, data: st.DataObject) -> None:
    low, high = near(data, values), near(data, values)
    expected = [value is not None and low <= value <= high for value in values]
    assert rows(column(values).between(low, high), len(values)) == expected


@settings(deadline=None)
@given(columns, st.integers(0, 12), st.data())
def test_the_first_row_that_is_not_below_a_number(values: Values, missing: int, data: st.DataObject) -> None:
    there = sorted(value for value in values if value is not None)
    bound = near(data, values)
    expected = sum(value < bound for value in there)
    assert column([*there, *[None] * missing]).first_not_below(bound, len(there)) == expected


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 300)), max_size=20), st.integers(-5, 2**40), st.data())
def test_rows_whose_value_is_among_the_wanted(offsets: Values, base: int, data: st.DataObject) -> None:
    values = [None if offset is None else base + offset for offset in offsets]
    wanted = data.draw(st.lists(st.booleans(), min_size=301, max_size=301))
    expected = [offset is not None and wanted[offset] for offset in offsets]
    assert rows(column(values).among(np.array(wanted), base), len(values)) == expected
    codes = column(values).codes(base)
    assert codes.tolist() == [0 if offset is None else offset + 1 for offset in offsets]


@pytest.mark.parametrize(
    "values", [[4, 5, 6], [4, None], [4, 4], [LEAST, 5], [2**40, 6], [LEAST, LEAST], [7, 7], [MOST, MOST]]
)
def test_values_outside_of_a_dictionary_are_beyond_it(values: Values) -> None:
    """Ids of a forged column: wherever they are, none is taken for an id of the dictionary from 5 to 6."""
    codes = column(values).codes(5)
    assert [code for code in codes.tolist() if not 0 <= code <= 2] == [
        code for code, value in zip(codes.tolist(), values, strict=True) if value not in {None, 5, 6}
    ]
    assert (codes >= 0).all()
    with pytest.raises(IndexError):
        column(values).among(np.array([True, True]), 5)


@settings(deadline=None)
@given(st.sampled_from((0, 1, 2, 255, 256, 65_535, 65_536)), st.integers(1, 2**40), st.data())
def test_ids_that_are_codes_already(count: int, base: int, data: st.DataObject) -> None:
    codes = data.draw(st.lists(st.one_of(st.integers(0, count), st.just(count)), max_size=10))
    stored = encode_codes(np.array(codes, code_type(count)), base, count)
    values = [base + code - 1 if code else None for code in codes]
    assert Column(stored, len(codes)).at(np.arange(len(codes))) == values
    assert Column(stored, len(codes)).codes(base).tolist() == codes


@pytest.mark.parametrize(
    ("values", "form", "step", "size"),
    [
        ([5, 5, 5], "same", 1, 0),
        ([None, None], "same", 1, 0),
        ([5, None], "u1", 1, 2),
        ([0, 254], "u1", 1, 2),
        ([0, 255], "u2", 1, 4),
        ([0, 65_534], "u2", 1, 4),
        ([0, 65_535], "u4", 1, 8),
        ([0, 2**32 - 2], "u4", 1, 8),
        ([0, 2**32 - 1], "i8", 1, 16),
        ([0, 2**32 - 1, None], "i8", 1, 27),
        ([3, 254_000_003], "u1", 1_000_000, 2),
        ([3, 254_003], "u1", 1_000, 2),
        ([3, 500], "u2", 1, 4),
        ([-7, 1_000_000 * (2**32 - 2) - 7], "u4", 1_000_000, 8),
    ],
)
def test_the_narrowest_array_is_kept(values: Values, form: str, step: int, size: int) -> None:
    stored = encoded(values)
    assert (stored.form, stored.step, len(stored.data)) == (form, step, size)


def test_values_of_rows_that_have_none_do_not_count() -> None:
    there: Bools = np.array([False, True, True])
    garbage: Integers = np.array([MOST, 3, 4], np.int64)
    stored = encode(garbage, there)
    assert stored.form == "u1"
    assert Column(stored, 3).at(np.arange(3)) == [None, 3, 4]


@dataclass(frozen=True)
class Forged:
    """Stored bytes that cannot be a column of three rows."""

    name: str
    stored: Encoded


@pytest.mark.parametrize(
    "forged",
    [
        Forged("too short", Encoded("u1", 0, 1, b"\1\1")),
        Forged("too long", Encoded("u2", 0, 1, b"\1\1\1")),
        Forged("without data", Encoded("u4", 0, 1, b"")),
        Forged("flags too short", Encoded("i8", 0, 1, bytes(26))),
        Forged("half of the values", Encoded("i8", 0, 1, bytes(12))),
        Forged("unknown form", Encoded("u8", 0, 1, bytes(24))),
        Forged("no form", Encoded("", 0, 1, bytes(3))),
        Forged("no base", Encoded("u1", None, 1, b"\1\1\1")),
        Forged("no base of wide values", Encoded("i8", None, 1, bytes(24))),
        Forged("no step", Encoded("u1", 0, 0, b"\1\1\1")),
        Forged("back steps", Encoded("u1", 0, -1, b"\1\1\1")),
        Forged("above 64 bits", Encoded("u1", MOST - 1, 1, b"\0\3\1")),
        Forged("far above 64 bits", Encoded("u4", MOST, MOST, b"\xff" * 12)),
    ],
    ids=lambda forged: forged.name,
)
def test_bytes_that_are_no_column_are_refused(forged: Forged) -> None:
    with pytest.raises(ValueError, match="column"):
        Column(forged.stored, 3)


@settings(deadline=None)
@given(
    st.sampled_from(("same", "u1", "u2", "u4", "i8")),
    st.one_of(st.none(), st.integers(LEAST, MOST)),
    st.one_of(st.integers(1, 1_000_000), st.integers(LEAST, MOST)),
    st.integers(1, 4),
    st.data(),
)
def test_any_column_that_is_not_refused_agrees_with_itself(
    form: str, base: int | None, step: int, count: int, data: st.DataObject
) -> None:
    size = {"same": 0, "u1": count, "u2": 2 * count, "u4": 4 * count}.get(
        form, data.draw(st.sampled_from((8, 9))) * count
    )
    try:
        read = Column(Encoded(form, base, step, data.draw(st.binary(min_size=size, max_size=size))), count)
    except ValueError:
        return
    values = read.at(np.arange(count))
    assert [read.one(place) for place in range(count)] == values
    assert all(value is None or LEAST <= value <= MOST for value in values)
    plain, there = read.values
    assert rows(there, count) == [value is not None for value in values]
    assert [value for value in values if value is not None] == plain[np.broadcast_to(np.asarray(there), count)].tolist()
    low, high = sorted((near(data, values), near(data, values)))
    assert rows(read.between(low, high), count) == [value is not None and low <= value <= high for value in values]


MASKS = st.one_of(st.booleans(), st.lists(st.booleans(), min_size=5, max_size=5).map(np.array))


@given(MASKS, MASKS)
def test_masks_are_sets_of_rows(one: Mask, other: Mask) -> None:
    pairs = list(zip(rows(one, 5), rows(other, 5), strict=True))
    before = rows(one, 5), rows(other, 5)
    for combine, naive in ((both, all), (either, any)):
        assert rows(combine(one, other), 5) == [naive(pair) for pair in pairs]
    assert rows(neither(one), 5) == [not here for here, _ in pairs]
    assert size_of(one, 5) == sum(here for here, _ in pairs)
    assert (rows(one, 5), rows(other, 5)) == before


@pytest.mark.parametrize(
    "ask", [lambda column: column.present, lambda column: column.values], ids=["present", "values"]
)
def test_what_is_kept_stays_within_its_bound(ask: Callable[[Column], object]) -> None:
    kept = KeptColumns(most_bytes=10_000)
    for number in range(100):
        kept.put(number, 0, "status", column([*range(900), None]))
        found = kept.get(number, 0, "status")
        assert found is not None
        ask(found)
    alive = [found for number in range(100) if (found := kept.get(number, 0, "status")) is not None]
    assert 2 <= len(alive) < 10
    assert sum(map(bytes_held_by, alive)) <= 10_000


def bytes_held_by(column: Column) -> int:
    """Bytes of the arrays that a column holds on to."""
    arrays = [array for value in vars(column).values() for array in (value if isinstance(value, tuple) else (value,))]
    return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))


def test_the_last_used_columns_are_kept() -> None:
    values: Values = [*range(900), None]
    kept = KeptColumns(most_bytes=3 * column(values).nbytes)
    for name in "abc":
        kept.put(1, 0, name, column(values))
    assert kept.get(1, 0, "a") is not None
    kept.put(1, 0, "d", column(values))
    assert [name for name in "abcd" if kept.get(1, 0, name) is not None] == ["a", "c", "d"]
    assert kept.get(1, 1, "a") is kept.get(2, 0, "a") is None


def test_one_column_is_kept_however_large_it_is() -> None:
    kept = KeptColumns(most_bytes=10)
    kept.put(1, 0, "a", column([1, 5, 9, None] * 100))
    assert kept.get(1, 0, "a") is not None


def test_columns_of_other_segments_and_revisions_are_let_go() -> None:
    kept = KeptColumns(most_bytes=10_000)
    for segment, revision in ((1, 0), (1, 1), (2, 0), (3, 0)):
        kept.put(segment, revision, "a", column([*range(900), None]))
    kept.forget_all_but({(1, 1), (3, 0)})
    assert [segment for segment in (1, 2, 3) if kept.get(segment, 0, "a") is not None] == [3]
    assert kept.get(1, 1, "a") is not None
    kept.put(4, 0, "a", column([*range(900), None]))
    assert kept.get(1, 1, "a") is not None
