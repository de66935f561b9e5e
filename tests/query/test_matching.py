import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.query import TextTest, literal_prefix, prefix_bounds, text_matcher, walk_path
from timeline.query.matching import network, wildcard_regex
from timeline.query.raw import number_of, scalar_text


@given(st.text(min_size=1, max_size=4), st.text(max_size=8))
def test_prefix_bounds_hold_exactly_the_texts_with_the_prefix(prefix: str, text: str) -> None:
    low, high = prefix_bounds(prefix)
    assert high is not None
    for candidate in (text, prefix + text):
        data = candidate.encode()
        assert (low <= data < high) == candidate.startswith(prefix)


def test_an_empty_prefix_has_no_bounds() -> None:
    assert prefix_bounds("") == (b"", None)


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [("s3:Get*", "s3:Get"), ("a?c", "a"), ("*x", ""), (r"a\*b*", "a*b"), (r"C:\\a\\*", "C:\\a\\"), ("ab", "ab")],
)
def test_literal_prefix(pattern: str, prefix: str) -> None:
    assert literal_prefix(pattern) == prefix


@pytest.mark.parametrize(
    ("test", "hits", "misses"),
    [
        (TextTest("actor", "exact", "Al"), ["Al"], ["al", "Alx"]),
        (TextTest("actor", "exact", "AL", ignore_case=True), ["al"], ["alx"]),
        (TextTest("actor", "prefix", "al"), ["alice"], ["Alice", "xal"]),
        (TextTest("actor", "prefix", "AL", ignore_case=True), ["alice"], ["xal"]),
        (TextTest("actor", "contains", "ic"), ["alice"], ["alIce"]),
        (TextTest("actor", "contains", "IC", ignore_case=True), ["alice"], ["bob"]),
        (TextTest("actor", "contains", "STRASSE", ignore_case=True), ["Straße 1"], ["Strasbourg"]),
        (TextTest("actor", "wildcard", "a*c?"), ["acc", "a\nbcd"], ["ac", "xacc"]),
        (TextTest("actor", "wildcard", "*a*b*c", ignore_case=True), ["ABC", "xaxbxc"], ["acb"]),
        (TextTest("actor", "wildcard", r"\**"), ["*x"], ["x*"]),
        (TextTest("actor", "regex", "^a.c$"), ["abc"], ["abcd", "Abc"]),
        (TextTest("actor", "regex", "B", ignore_case=True), ["abc"], ["xyz"]),
        (TextTest("actor", "in", ("a", "b")), ["a", "b"], ["A", "c"]),
        (TextTest("actor", "in", ("a", "b"), ignore_case=True), ["A"], ["c"]),
        (TextTest("actor", "present"), ["", "a"], []),
        (TextTest("src_ip", "cidr", "192.0.2.0/24"), ["192.0.2.9", "::ffff:192.0.2.9"], ["192.0.3.1", "x", "9" * 99]),
        (TextTest("src_ip", "cidr", "2001:db8::1/128"), ["2001:DB8:0:0::1", "2001:db8::1"], ["2001:db8::2"]),
        (TextTest("src_ip", "cidr", ("10.0.0.0/8", "2001:db8::/32")), ["10.9.9.9", "2001:db8:9::"], ["11.0.0.1"]),
    ],
)
def test_text_matcher(test: TextTest, hits: list[str], misses: list[str]) -> None:
    matches = text_matcher(test)
    assert [text for text in hits if not matches(text)] == []
    assert [text for text in misses if matches(text)] == []


def test_many_stars_stay_fast_on_hostile_text() -> None:
    pattern = wildcard_regex("*a" * 200 + "*b", ignore_case=False)
    assert pattern.fullmatch("a" * 20_000) is None


def test_networks_are_canonical() -> None:
    assert str(network("10.1.2.3/8")) == "10.0.0.0/8"
    assert str(network("::ffff:192.0.2.1")) == "192.0.2.1/32"
    with pytest.raises(ValueError, match="10"):
        network("10.0.0.0/33")


RECORD = {
    "a": {"b": 1, "n": None, "list": [{"x": 1}, {"x": 2}, "s", ["deep"]]},
    "a.b": {"c": "dotted"},
    "t": True,
    "f": 1.5,
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (("a", "b"), [1]),
        (("a", "n"), []),
        (("a", "list", "x"), [1, 2]),
        (("a", "list", "1", "x"), [2]),
        (("a", "list"), [{"x": 1}, {"x": 2}, "s", "deep"]),
        (("a.b", "c"), ["dotted"]),
        (("a",), [RECORD["a"]]),
        (("missing", "x"), []),
        (("t",), [True]),
        (("t", "x"), []),
    ],
)
def test_walk_path(path: tuple[str, ...], values: list[Any]) -> None:
    assert list(walk_path(RECORD, path)) == values


def test_deep_records_are_walked_without_recursion() -> None:
    value: Any = "bottom"
    for _ in range(50_000):
        value = [value]
    assert list(walk_path({"a": value}, ("a",))) == ["bottom"]


def test_scalars_as_text_and_number() -> None:
    scalars: list[object] = [True, False, 404, 1.5, "x", {}, []]
    assert list(map(scalar_text, scalars)) == ["true", "false", "404", "1.5", "x", None, None]
    numbers: list[object] = [True, 7, "7", "-7", "1.5", "1e3", "x", "", "7x", None]
    assert list(map(number_of, numbers)) == [None, 7, 7, -7, 1.5, 1000.0, None, None, None, None]


def test_regexes_are_python_regexes_searched_anywhere() -> None:
    assert text_matcher(TextTest("resource", "regex", r"\bkey\b"))("my key here")
    assert re.search(r"\bkey\b", "monkey") is None
