from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.lib.json_values import count, first_text, http_status, inner, items, text

values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40)),
    lambda deeper: st.lists(deeper, max_size=3) | st.dictionaries(st.sampled_from("abc"), deeper, max_size=3),
    max_leaves=8,
)
records = st.dictionaries(st.sampled_from("abc"), values, max_size=3)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x", "x"),
        ("", None),
        ("-", None),
        (" ", " "),
        (None, None),
        (5, "5"),
        (0, "0"),
        (True, None),
        (1.5, None),
        ([], None),
        ({}, None),
        (10**30, None),
    ],
)
def test_text(value: object, expected: str | None) -> None:
    assert text({"a": {"b": value}}, "a", "b") == expected


def test_text_behind_something_that_is_no_object() -> None:
    assert text({"a": ["b"]}, "a", "b") is None
    assert text(None, "a") is None


def test_first_text() -> None:
    assert first_text({"a": "-", "b": ["", "x", "y"], "c": "z"}, "a", "b", "c") == "x"
    assert first_text({"a": [], "b": {}}, "a", "b", "c") is None


def test_objects_and_lists_may_be_written_as_text() -> None:
    assert inner({"a": {"b": 1}}, "a") == {"b": 1}
    assert inner({"a": '{"b": 1}'}, "a") == {"b": 1}
    assert inner({"a": "{b"}, "a") == {}
    assert items({"a": [1]}, "a") == [1]
    assert items({"a": "[1, {}]"}, "a") == [1, {}]
    assert items({"a": "[1"}, "a") == []
    assert items({"a": "[" * 100_000}, "a") == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0),
        (7, 7),
        (7.9, 7),
        ("7", 7),
        ("7.0", 7),
        (-1, None),
        (-0.5, None),
        ("-1", None),
        (True, None),
        ("", None),
        ("-", None),
        ("seven", None),
        (float("nan"), None),
        ("sNaN", None),
        (float("inf"), None),
        ("1e999999999", None),
        ("1e-999999999", 0),
        (2**63, None),
        (1e300, None),
        ("9" * 5000, None),
        (None, None),
        ([1], None),
    ],
)
def test_count(value: object, expected: int | None) -> None:
    assert count({"a": value}, "a") == expected


def test_a_status_of_zero_is_none() -> None:
    assert http_status({"s": 0}, "s") is None
    assert http_status({"s": "403"}, "s") == 403
    assert http_status({"s": 2**31}, "s") is None


@given(records)
def test_they_are_total(record: dict[str, Any]) -> None:
    for name in "abc":
        assert isinstance(text(record, name), str | None)
        assert isinstance(text(record, name, "a"), str | None)
        assert isinstance(first_text(record, name, "a"), str | None)
        assert isinstance(inner(record, name), dict)
        assert isinstance(items(record, name), list)
        found = count(record, name)
        assert found is None or 0 <= found < 2**63
