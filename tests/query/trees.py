"""Hypothesis strategies: small trees and small events that meet often."""

from hypothesis import strategies as st

from tests.query.oracle import Sample
from timeline.query.tree import (
    EVERYTHING,
    AnnotationTest,
    Bounds,
    KeyTest,
    Node,
    NoiseTest,
    NumberTest,
    PersonTest,
    RawTest,
    SourceTest,
    TextTest,
    WindowTest,
    WordTest,
    all_of,
    any_of,
    negated,
)

TEXTS = st.sampled_from(
    ["a", "ab", "abc", "Ab", "b*c", "b?c", "c\\d", "2001:db8::1", "192.0.2.7", 'q"q', "x y", "true", "7"]
)
PARTS = TEXTS.filter(lambda text: " " not in text)  # what a prefix or substring can be written as
PATTERNS = st.sampled_from(["a*c", "?b*", "*\\*c", "*b*c", "a?", "\\?*\\\\d"])
REGEXES = st.sampled_from(["a.c", "^b", "[0-9]+$", "a/b|c", "b\\*c"])
FIELDS = st.sampled_from(["actor", "resource", "message", "region"])
NETWORKS = st.sampled_from(["192.0.2.0/24", "2001:db8::/32", "2001:db8::1/128"])
SMALL = st.integers(0, 12)
NAMES = st.sampled_from(["a", "b", "a.b", "x y"])

words = st.one_of(
    st.builds(WordTest, st.just("contains"), TEXTS),
    st.builds(WordTest, st.just("regex"), REGEXES, st.booleans()),
)
texts = st.one_of(
    st.builds(TextTest, FIELDS, st.just("exact"), TEXTS),
    st.builds(TextTest, FIELDS, st.sampled_from(["prefix", "contains"]), PARTS),
    st.builds(TextTest, FIELDS, st.just("wildcard"), PATTERNS),
    st.builds(TextTest, FIELDS, st.just("regex"), REGEXES, st.booleans()),
    st.builds(TextTest, FIELDS, st.just("present")),
    st.builds(TextTest, st.just("src_ip"), st.just("cidr"), NETWORKS),
)
numbers = st.builds(
    lambda name, low, width: NumberTest(name, low, low + width),
    st.sampled_from(["status", "bytes_out", "record"]),
    SMALL,
    SMALL,
) | st.builds(NumberTest, st.sampled_from(["status", "bytes_out"]), SMALL | st.none())
marks = st.one_of(
    st.just(AnnotationTest("star")),
    st.builds(lambda value: AnnotationTest("tag", "exact", value), TEXTS),
    st.builds(lambda value: AnnotationTest("comment", "contains", value, True), TEXTS),
    st.just(AnnotationTest("tag")),
    st.just(AnnotationTest("why")),
    st.builds(lambda value: AnnotationTest("severity", "exact", value), TEXTS),
)
paths = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
bounds = st.builds(Bounds, SMALL, SMALL.map(lambda n: n + 12), st.booleans(), st.booleans())
raws = st.one_of(
    st.builds(RawTest, st.none(), st.just("contains"), TEXTS, st.just(True)),
    st.builds(RawTest, st.none(), st.just("regex"), REGEXES, st.booleans()),
    st.builds(RawTest, paths, st.just("exact"), TEXTS),
    st.builds(RawTest, paths, st.sampled_from(["prefix", "contains"]), PARTS),
    st.builds(RawTest, paths, st.just("present")),
    st.builds(lambda path, inside: RawTest(path, "range", bounds=inside), paths, bounds),
)
others = st.one_of(
    st.builds(SourceTest, st.sampled_from(["exact", "prefix", "contains"]), PARTS),
    st.just(KeyTest(("000000000000-7",))),
    st.just(WindowTest("exposure/3")),
    st.builds(PersonTest, TEXTS.filter(bool)),
    st.builds(NoiseTest, st.sampled_from(["", "crawler", "own-scanner"])),
)
leaves: st.SearchStrategy[Node] = st.one_of(words, texts, numbers, marks, raws, others, st.just(EVERYTHING))


def _grown(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=4)
    return st.one_of(several.map(all_of), several.map(any_of), children.map(negated))


nodes = st.recursive(leaves, _grown, max_leaves=12)

# what rules make and people cannot type: ignoring case, patterns with spaces; written as regexes
OPS = st.sampled_from(["exact", "prefix", "contains"])
_typed_by_rules = st.one_of(
    st.builds(TextTest, FIELDS, OPS, TEXTS, st.booleans()),
    st.builds(TextTest, FIELDS, st.just("wildcard"), PATTERNS.map(lambda text: f"{text} *"), st.booleans()),
    st.builds(TextTest, FIELDS, st.just("in"), st.lists(TEXTS, min_size=2, max_size=3).map(tuple), st.booleans()),
    st.builds(TextTest, FIELDS, st.just("contains"), st.lists(TEXTS, min_size=2, max_size=3).map(tuple), st.booleans()),
    st.builds(RawTest, paths, OPS, TEXTS, st.booleans()),
    st.builds(RawTest, st.none(), st.just("contains"), TEXTS, st.booleans()),
    st.builds(SourceTest, OPS, TEXTS, st.booleans()),
    st.builds(AnnotationTest, st.sampled_from(["tag", "comment"]), OPS, TEXTS, st.booleans()),
    st.builds(WordTest, st.just("contains"), TEXTS, st.booleans()),
)
rule_nodes = st.recursive(leaves | _typed_by_rules, _grown, max_leaves=8)

_json = st.recursive(
    TEXTS | SMALL | st.booleans() | st.none() | st.floats(0, 20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
events = st.builds(
    Sample,
    key=st.sampled_from(["000000000000-7", "000000000000-8"]),
    source=TEXTS,
    texts=st.dictionaries(st.sampled_from(["actor", "resource", "message", "region", "src_ip"]), TEXTS),
    numbers=st.dictionaries(st.sampled_from(["status", "bytes_out", "record"]), SMALL),
    starred=st.booleans(),
    tags=st.lists(TEXTS, max_size=2).map(tuple),
    comments=st.lists(TEXTS, max_size=2).map(tuple),
    windows=st.sampled_from([(), ("exposure/3",)]),
    raw=st.dictionaries(NAMES, _json, max_size=4),
)
