import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.query.oracle import Sample, holds
from tests.query.reading import read
from tests.query.trees import events, nodes, rule_nodes
from timeline.model.errors import QueryError
from timeline.query import Node, quote_value, to_text
from timeline.query.fields import QUERY_FIELDS
from timeline.query.patterns import escaped, literal_of, phrase_text, quoted, simplified, typed_pattern, word_pattern

NAMES = [field.name for field in QUERY_FIELDS]
PIECES = st.sampled_from(
    [
        *(f"{name}:" for name in NAMES), "raw.a:", 'raw."a b".c:', "AND", "OR", "NOT", "TO", "-", "+", "!", "(", ")",
        "[", "]", "{", "}", " ", "  ", '"', "\\", "/", "*", "?", "@", "@ips.txt", ">", "<=", "..", "±5m", "/5m",
        "alice", "404", "10MB", "4xx", "2026-03-30", "22:00", "-2h", "yesterday", "PST", "192.0.2.0/24",
        "2001:db8::1", "/a+/", "/(/i",
        "exposure/3", "é", "\u202e", "\x00", "\ud800", "&&", "||", ":", "=", "\n",
    ]
)  # fmt: skip
GIBBERISH = st.lists(PIECES | st.text(max_size=5), max_size=14).map("".join)


@settings(max_examples=1500, deadline=None)
@given(GIBBERISH)
@example("raw.a:[")
@example('around:"2026-03-30"/')
@example("timestamp:0000-01-01")
@example("after:9999-12-31 before:0001-01-01")
@example("timestamp:>9999-12-31")
@example("timestamp:<=9999-12-31")
@example("after:" + "9" * 99)
@example("raw.a:1e999..2")
@example("status:1e999")
def test_any_text_parses_or_is_refused_at_a_column(text: str) -> None:
    read_or_error = attempt(text)
    if isinstance(read_or_error, QueryError):
        assert 1 <= read_or_error.column <= len(text) + 1
        assert read_or_error.what
        assert read_or_error.expected
    else:
        written = to_text(read_or_error)
        assert read(written) == read_or_error, written


def attempt(text: str) -> Node | QueryError:
    try:
        return read(text)
    except QueryError as error:
        return error


@settings(max_examples=300, deadline=None)
@given(nodes)
def test_trees_come_back_from_their_text(node: Node) -> None:
    assert read(to_text(node)) == node


@settings(max_examples=300, deadline=None)
@given(rule_nodes, events)
def test_text_keeps_the_meaning(node: Node, event: Sample) -> None:
    assert holds(read(to_text(node)), event) == holds(node, event)


TEXTS = st.text(min_size=1, max_size=20) | st.text(alphabet='\\"*?:/@ -([{<>=a.', min_size=1, max_size=12)


def is_text(text: str) -> bool:
    return not re.search("[\ud800-\udfff]", text)


@settings(max_examples=500, deadline=None)
@given(TEXTS.filter(is_text), st.sampled_from(["actor", "src_ip", "ip", "resource", "raw.a.b", 'raw."a b"', "source"]))
@example("10.0.0.0/8", "src_ip")
@example("2001:db8::1", "src_ip")
@example("@ips.txt", "actor")
@example("*", "actor")
@example('a "b\\"', "actor")
@example("404..500", "raw.a.b")
def test_a_quoted_value_finds_exactly_that_value(text: str, field: str) -> None:
    node = read(quote_value(field, text))
    assert getattr(node, "op", None) == "exact"
    assert getattr(node, "value", None) == text


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_phrases_and_patterns_round_trip(text: str) -> None:
    assert phrase_text(quoted(text)) == text
    assert literal_of(escaped(text)) == text
    written = typed_pattern(escaped(text))
    if written is not None:
        assert word_pattern(written) == escaped(text)


@given(TEXTS)
def test_a_simplified_pattern_keeps_what_it_says(text: str) -> None:
    pattern = word_pattern("".join(text.split()) or "a")
    op, value = simplified(pattern)
    if op == "prefix":
        assert pattern == f"{escaped(value)}*"
    elif op == "contains":
        assert pattern == f"*{escaped(value)}*"
    elif op == "exact":
        assert pattern == escaped(value)
