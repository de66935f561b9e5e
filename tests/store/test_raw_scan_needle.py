"""Whatever a raw test matches holds its needle: nothing may be found missing."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from timeline.query import And, Node, Not, Or, RawTest
from timeline.query.raw import RawRecord
from timeline.store.raw_needle import needle_of
from timeline.store.raw_search import Finder

LETTERS = (
    "aAsSkKtTfFiIhHnNjJ0 .?*-/\n\u017f\u212aßẞﬁﬆẖŉǰİıéÉåÅ\u212bΩω\u2126σςΣäöü€\U00010400\U00010428\ufffd\u0301\u0331"
)
SETS = [
    "[a-f]", "[^a]", "[]k]", "[^]k]", "[A-Z0-9]", r"[\]s]", r"\d", r"\w", r"\W", r"\s", r"\S", ".", r"\x41", r"\.", r"\-",
    r"\u00e9", r"\101", r"\0", r"\n", "[éÉ]", r"[\d\u017f]", "[^\\x00-\\x7f]",
]  # fmt: skip
REPEATS = ["*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "{,2}", "+?", "*+", "{3}?", "(?#so){2}"]
WRAPS = ["({})", "(?:{})", "(?i:{})", "(?-i:{})", "(?>{})", "(?P<n>{})", "(?s:{})", "(?a:{})", "{}(?={})", "{}(?!{})",
         "(?<!{})k", "^{}", r"\b{}", "{}$", "(?#{})x"]  # fmt: skip

letters = st.sampled_from(sorted(set(LETTERS)))
words = st.text(letters, min_size=1, max_size=6)
texts = st.text(letters, max_size=30)


def needs(test: Node, record: bytes) -> bool:
    """Whether the record may match, as far as the needle tells."""
    needle = needle_of(test)
    return needle is None or len(Finder(needle).find(record)[0]) > 0


def holds(test: RawTest, record: bytes) -> bool:
    return RawRecord(lambda: record, dict).holds(test)


def joined(parts: list[str]) -> str:
    return "".join(parts)


patterns = st.recursive(
    st.one_of(letters.map(re.escape), st.sampled_from(SETS), words.map(re.escape)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(joined),
        st.tuples(inner, inner).map("|".join).map("(?:{})".format),
        st.tuples(inner.map("(?:{})".format), st.sampled_from(REPEATS)).map("".join),
        st.tuples(st.sampled_from(WRAPS), inner).map(lambda pair: pair[0].replace("{}", pair[1])),
    ),
    max_leaves=8,
)


@st.composite
def records(draw: st.DrawFn, inside: st.SearchStrategy[str]) -> bytes:
    """Text that holds what is drawn, between more text and bytes that are none."""
    odd = st.sampled_from([b"", b"\xff", b"\xe2\x84", b"\xc3", b"\0", b"\xed\xa0\x80"])
    before, after = draw(texts).encode(), draw(texts).encode()
    middle = draw(inside).encode("utf-8", "replace").replace("\ufffd".encode(), draw(odd))
    return before + draw(odd) + middle + draw(odd) + after


@given(words, st.booleans(), st.data())
@settings(max_examples=300, deadline=None)
@example("ss", True, None)
def test_a_text_in_any_case_is_never_missed(word: str, ignore_case: bool, data: st.DataObject | None) -> None:
    test = RawTest(None, "contains", word, ignore_case)
    if data is None:
        assert holds(test, "Straße".encode())
        assert needs(test, "Straße".encode())
        return
    cases = [word, word.upper(), word.lower(), word.title(), word.casefold(), word.swapcase()]
    record = data.draw(records(st.sampled_from(cases)))
    assert needs(test, record) or not holds(test, record)


@given(
    st.lists(st.sampled_from([*"ak s.", r"\*", r"\\", "*", "?", "é", "ß", "K"]), max_size=7).map("".join),
    texts,
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_a_wildcard_is_never_missed(pattern: str, text: str, ignore_case: bool) -> None:
    test = RawTest(None, "wildcard", f"*{pattern}*", ignore_case)
    filled = re.sub(r"\\(.)|\*|\?", lambda part: part[1] or text[:1] or "x", pattern)
    for record in (
        text.encode(),
        (text + filled.swapcase() + text).encode(),
        text.encode() + b"\xff" + filled.encode(),
    ):
        assert needs(test, record) or not holds(test, record)


@given(patterns, st.booleans(), st.data())
@settings(max_examples=500, deadline=None)
def test_a_regex_is_never_missed(pattern: str, ignore_case: bool, data: st.DataObject) -> None:
    try:
        compiled = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
    except (re.error, FutureWarning):
        return
    test = RawTest(None, "regex", pattern, ignore_case)
    try:
        inside = st.from_regex(compiled) | texts
        record = data.draw(records(inside))
    except (NotImplementedError, ValueError):
        record = data.draw(records(texts))
    assert needs(test, record) or not holds(test, record)


@pytest.mark.parametrize(
    ("pattern", "record", "found"),
    [
        ("AKIA[0-9A-Z]{16}", b"x AKIAABCDEFGHIJKLMNOP y", True),
        ("AKIA[0-9A-Z]{16}", b"x AKIAABCDEFGHIJKLMNO- y", False),
        ("[0-9a-f]{40}", b"-" + b"0123456789abcdef" * 2 + b"01234567-", True),
        ("[0-9a-f]{40}", b"-" + b"0123456789abcdef" * 2 + b"0123456-", False),
        ("(?:pass|secret)(?:word)?=.+", b"a password=x", True),
        ("(?:pass|secret)(?:word)?=.+", b"a password:x", False),
        ("https?://[a-z.]+/x{2,5}yz", b"http://e/xxxxyz", True),
        ("https?://[a-z.]+/x{2,5}yz", b"hxxp://e/y-", False),
        (r"\d{3}-\d{2}-\d{4}", b"a 123-45-6789", True),
        (r"\d{3}-\d{2}-\d{4}", "a 12\u0663-45-6789".encode(), True),
        (r"\d{3}-\d{2}-\d{4}", b"a 12-45-6789", False),
        ("[ad]-[ad]-[AQ]-[AQ]", b"a-d-A-Q", True),
        ("[ad]-[ad]-[AQ]-[AQ]", b"a-e-A-Q", False),
        ("(?i)token", b"a ToKeN", True),
        ("(?i:token)-x", b"a ToKeN-x", True),
        ("(?i:token)-x", b"a ToKeN-X", False),
        ("(?i)t(?-i:oken)-x", b"a Token-X", True),
        ("(?i)t(?-i:oken)-x", b"a tOken-X", False),
        ("k.l.m.n.o", b"k l\xffm-n.o", True),
        ("k.l.m.n.o", b"k l-m-n.x", False),
        ("kb(?#so){3}key", b"kbbbkey", True),
        ("kb(?#so){3}key", b"kbkey", False),
        ("(?:AKIA.*|secret.*)[0-9]*", b"a secret", True),
        ("(?:AKIA.*|secret.*)[0-9]*", b"a secrex", False),
        ("(?i)token", b"a ToEN", False),
        ("(?i)token", "a to\u212aen".encode(), True),
    ],
)
def test_a_needle_tells_records_apart(pattern: str, record: bytes, found: bool) -> None:
    test = RawTest(None, "regex", pattern)
    assert needle_of(test) is not None
    assert needs(test, record) is found


@pytest.mark.parametrize(
    ("pattern", "run"),
    [("[0-9a-f]{40}", b"0123456789" * 4), ("x[0-9]{17}", b"x12345678901234567"), ("a{16}", b"a" * 16)],
)
def test_a_long_run_is_found_wherever_it_begins(pattern: str, run: bytes) -> None:
    needle = needle_of(RawTest(None, "regex", pattern))
    assert needle is not None
    find = Finder(needle).find
    for others in (b"-" * (size + before) for size in (0, 30_000) for before in range(25)):
        for data in (others + run, others + run + others):
            assert find(data)[0].tolist() == [len(others)]
        assert not len(find(others + run[:-1] + others)[0])


@pytest.mark.parametrize(
    "pattern",
    ["a*", ".*", "x|", "", "(?x)a b c", "(a)?(?(1)b|c)", "[^a]", r"(?!secret)", "(?:secret)?", "[", r"\ufffd\ufffd"],
)
def test_no_needle_where_nothing_is_sure(pattern: str) -> None:
    assert needle_of(RawTest(None, "regex", pattern)) is None


def test_needles_of_several_conditions() -> None:
    key, name = RawTest(None, "contains", "AKIA"), RawTest(None, "contains", "alice smith")
    either = Or((key, name))
    assert needs(either, b"AKIA")
    assert needs(either, b"alice smith")
    assert not needs(either, b"bob")
    both = And((key, name))
    assert needs(both, b"alice smith")
    assert not needs(both, b"AKIA"), "the rarer one is sought"
    assert needs(And((key, Not(name))), b"AKIA")
    for unknown in (Not(key), RawTest(("a",), "exact", "AKIA"), Or((key, Not(name))), Or(())):
        assert needle_of(unknown) is None


def test_a_long_pattern_is_read_in_bounded_time_and_size() -> None:
    for pattern in (
        "((((a{60}b?){60}c+){60}|x){60}d){9}",
        "(?:ab|cd|ef)" * 160,
        "(" * 90 + "k" + "){1,2}" * 90,
        "[a-c]x" * 300,
    ):
        needle = needle_of(RawTest(None, "regex", pattern))
        assert needle is None or sum(map(len, needle.pieces)) < 20_000
