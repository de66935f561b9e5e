from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.query.reading import read
from tests.query.test_properties import GIBBERISH, attempt
from timeline.query.complete import Completion, complete

VALUES = {
    "actor": [("alice", 12), ("alice smith", 3), ("arn:aws:iam::111122223333:user/alice", 1), ('al"ice', 1)],
    "kind": [("aws.cloudtrail", 900), ("git.commit", 7)],
    "src_ip": [("192.0.2.7", 5), ("2001:db8::1", 2)],
    "outcome": [("success", 9), ("odd", 1)],
    "tag": [("key", 2)],
}


def values(field: str, typed: str) -> Sequence[tuple[str, int]]:
    return [(value, count) for value, count in VALUES.get(field, []) if value.startswith(typed)]


def at_end(text: str) -> list[Completion]:
    return complete(text, len(text), values=values)


def texts(text: str) -> list[str]:
    return [item.text for item in at_end(text)]


def test_an_empty_query_offers_every_field() -> None:
    found = at_end("")
    assert found[0].text == "timestamp:"
    assert {"actor:", "raw:", "is:", "after:"} <= {item.text for item in found}
    assert {item.kind for item in found} == {"field"}
    assert "as in actor:alice" in next(item.detail for item in found if item.text == "actor:")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ac", ["action:", "actor:", "account:"]),
        ("-act", ["action:", "actor:"]),
        ("(act", ["action:", "actor:"]),
        ("status:404 act", ["action:", "actor:"]),
        ("NOT reg", ["region:"]),
        ("user", ["user_agent:", "actor:"]),
        ("raw.", ["raw."]),
        ("outcome:d", ["denied"]),
        ("outcome:", ["success", "denied", "failure", "unknown", "odd", "*"]),
        ("is:un", ["undated"]),
        ("after:y", ["yesterday"]),
        ("noise:c", ["canary", "crawler"]),
        ("noise:y", ["yes"]),
        ("actor:al", ["alice", '"alice smith"', r'"al\"ice"']),
        ('actor:"alice s', ['"alice smith"']),
        ('actor:"', ["alice", '"alice smith"', "arn:aws:iam::111122223333:user/alice", r'"al\"ice"']),
        ("who:al", ["alice", '"alice smith"', r'"al\"ice"']),
        ("actor:(bob OR ar", ["arn:aws:iam::111122223333:user/alice"]),
        ("src_ip:", ["192.0.2.7", '"2001:db8::1"', "*"]),
        ("tag:k", ["key"]),
        ("kind:aws", ["aws.cloudtrail"]),
        ("status:", ["4xx", "5xx", ">=400", "*"]),
        ("bytes_out:>1", [">1MB", ">100MB", ">1GB"]),
        ("alice A", ["AND "]),
        ("alice O", ["OR "]),
        ("alice N", ["NOT "]),
        ("actor:al*", []),
        ("src_ip:@io", []),
        ("status:[4", []),
        ("alice OR", []),
        ("(alice)", []),
        (") ", []),
        ("raw.a:x", []),
    ],
)
def test_what_is_offered(query: str, expected: list[str]) -> None:
    found = [text for text in texts(query) if text != "actor:" or "actor:" in expected]
    assert found[: len(expected)] == expected
    assert bool(found) == bool(expected)


def test_after_a_term_operators_come_first() -> None:
    assert texts("actor:alice ")[:3] == ["AND ", "OR ", "NOT "]
    assert texts("(actor:alice ")[:4] == ["AND ", "OR ", "NOT ", ")"]
    assert "AND " not in texts("alice OR ")


def test_the_part_that_is_typed_is_replaced() -> None:
    query = "status:404 -act alice"
    found = complete(query, 15, values=values)
    assert [(item.text, item.start, item.end) for item in found[:2]] == [("action:", 12, 15), ("actor:", 12, 15)]


def test_counts_are_told() -> None:
    assert [item.meaning for item in at_end("kind:")][:2] == ["900 events", "7 events"]
    assert at_end("actor:arn")[0].meaning == "1 event"


def test_without_values_only_the_language_is_offered() -> None:
    assert [item.text for item in complete("actor:", 6)] == ["*"]


@pytest.mark.parametrize("query", ["actor:", "actor:al", 'actor:"al', "src_ip:", "outcome:", "(status:404 OR tag:"])
def test_an_offered_value_makes_a_query(query: str) -> None:
    for item in at_end(query):
        if item.kind == "value":
            closing = ")" if "(" in query else ""
            assert read(query[: item.start] + item.text + query[item.end :] + closing) is not None


@settings(max_examples=400, deadline=None)
@given(GIBBERISH, st.integers(-1, 60))
def test_any_text_can_be_completed(text: str, cursor: int) -> None:
    for item in complete(text, cursor, values=values):
        assert 0 <= item.start <= item.end <= len(text)
        assert item.meaning
        attempt(text[: item.start] + item.text + text[item.end :])
