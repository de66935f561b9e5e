"""The reference of the language says what the code does: its examples are read, its tables compared."""

import re
from importlib.resources import files

import pytest

from tests.query.reading import NOW_US
from timeline.query import parse
from timeline.query.fields import FIELD_NAMED
from timeline.query.hints import hints

PAGE = files("timeline.help").joinpath("query.md").read_text(encoding="utf-8")
EXAMPLES = [re.split(r" {3,}", line[4:])[0] for line in PAGE.split("\n") if line.startswith("    ")]


@pytest.mark.parametrize("query", EXAMPLES)
def test_every_example_is_a_query(query: str) -> None:
    parse(query, now_us=NOW_US, read_list=lambda _: ["192.0.2.7", "alice"])
    assert hints(query) == []


def test_every_field_and_alias_is_told() -> None:
    told = set(re.findall(r"`([@\w.]+)`", PAGE))
    assert set(FIELD_NAMED) - told == set()


def test_the_examples_of_fields_are_queries() -> None:
    for field in set(FIELD_NAMED.values()):
        assert parse(field.example, now_us=NOW_US) is not None
