"""A filter as its conditions: split by the parser, never by the look of the text."""

import pytest

from timeline.model.errors import QueryError
from timeline.query import parsing
from timeline.query.tree import Node
from timeline.tui.crumbs import Crumb, crumbs_of, query_of


def parse(text: str) -> Node:
    return parsing.parse(text, now_us=0)


QUERIES = (
    "actor:ann status:404", "(actor:ann OR actor:ben) -status:404", 'message:"a AND b" raw.x.y:1', "actor:ann OR actor:ben",
    "-(actor:ann status:404) free words", "noise:yes person:\"Ann Lee\" in:exposure/1", "*", "",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_conditions_together_are_the_query(query: str) -> None:
    crumbs = crumbs_of(query)
    assert parse(query_of(crumbs)) == parse(query)
    assert all(crumb.is_on for crumb in crumbs)


def test_alternatives_are_one_condition() -> None:
    assert len(crumbs_of("actor:ann OR actor:ben")) == 1
    assert [crumb.text for crumb in crumbs_of("status:404 (actor:ann OR actor:ben)")] == [
        "status:404",
        "actor:(ann OR ben)",
    ]


def test_what_is_off_is_remembered_and_not_asked() -> None:
    crumbs = crumbs_of("actor:ann", ["status:404", "actor:ann", "status:404"])
    assert crumbs == [Crumb("actor:ann"), Crumb("status:404", False)]
    assert query_of(crumbs) == "actor:ann"
    assert query_of([Crumb("actor:ann", False)]) == ""
    assert parse(query_of([Crumb("actor:a OR actor:b"), Crumb("status:404")])) == parse(
        "(actor:a OR actor:b) status:404"
    )


def test_what_is_no_query_is_told() -> None:
    with pytest.raises(QueryError):
        crumbs_of("actor:((")
