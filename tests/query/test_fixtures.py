from pathlib import Path

import pytest

from tests.query.reading import read
from tests.query.sexpr import sexpr
from timeline.model.errors import QueryError
from timeline.query import to_text

FIXTURES = Path(__file__).parent / "fixtures"


def cases(name: str, parts: int) -> list[list[str]]:
    lines = (FIXTURES / name).read_text(encoding="utf-8").split("\n")
    return [line.rsplit(" | ", parts - 1) for line in lines if line and not line.startswith("#")]


VALID = cases("valid.txt", 2)
WRONG = cases("wrong.txt", 3)


@pytest.mark.parametrize(("query", "tree"), VALID, ids=[query for query, _ in VALID])
def test_valid_queries(query: str, tree: str) -> None:
    assert sexpr(read(query)) == tree


@pytest.mark.parametrize("query", [query for query, _ in VALID])
def test_valid_queries_come_back_from_their_text(query: str) -> None:
    node = read(query)
    assert read(to_text(node)) == node


@pytest.mark.parametrize(("query", "column", "message"), WRONG, ids=[query for query, *_ in WRONG])
def test_wrong_queries(query: str, column: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(query)
    error = caught.value
    assert message in error.what
    assert error.column == int(column)
    assert error.query == query
    assert error.expected


def test_there_are_enough_cases() -> None:
    assert len(VALID) >= 150
    assert len(WRONG) >= 40
