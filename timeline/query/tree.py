r"""What a query means, as frozen nodes.

Node
├── All                    every event
├── And, Or, Not           logic; a test on a missing value is false, so Not of it is true
├── WordTest               a bare word or phrase: over every field that words search
├── TextTest, NumberTest   one field of the event
├── AnnotationTest         stars, tags, comments
├── KeyTest, SourceTest, WindowTest, PersonTest, NoiseTest
├── RawTest                the raw record; all others are answered without reading evidence
└── Column                 only in a plan's residual: test number i, already answered by SQL

A pattern (op "wildcard") is canonical: `*` and `?` are wild, a backslash always precedes a literal `*`,
`?`, `\`. Trees made by `all_of`, `any_of` and `negated` are in normal form: flat, no double negation, exact
alternatives of one field merged.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

TextOp = Literal["exact", "prefix", "contains", "wildcard", "regex", "cidr", "in", "present"]
RawOp = Literal["exact", "prefix", "contains", "wildcard", "regex", "range", "present"]
Mark = Literal["star", "tag", "comment", "severity", "why"]


@dataclass(frozen=True, slots=True)
class TextTest:
    """A condition on one text field.

    `value` is a text for exact, prefix, contains, wildcard and regex (searched anywhere, Python `re`); a
    tuple of texts for in, and for contains where any one of them is enough; one network or a tuple of networks
    for cidr (canonical, `192.0.2.0/24`); "" for present.
    """

    field: str
    op: TextOp
    value: str | tuple[str, ...] = ""
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class WordTest:
    """A bare word, phrase, pattern or regex, found anywhere in any of the fields that words search.

    Words and patterns ignore case, regexes where they say so. A pattern begins and ends with `*`. Never
    reaches the store: it compiles to one TextTest a field.
    """

    op: Literal["contains", "wildcard", "regex"]
    value: str
    ignore_case: bool = True


@dataclass(frozen=True, slots=True)
class NumberTest:
    """A condition on a number or time field: low <= value <= high.

    Both inclusive, None = open; both None = present. Times are microseconds UTC.
    """

    field: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class AnnotationTest:
    """A condition on what analysts said; `value` is None for op present. Any one comment, any one tag."""

    what: Mark
    op: TextOp = "present"
    value: str | None = None
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class KeyTest:
    """The event's public key is one of these."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceTest:
    """A condition on the path of the event's source, as ingested; ops and values as in TextTest."""

    op: TextOp
    value: str | tuple[str, ...]
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class WindowTest:
    """The event lies in a window that analysis found, by name: `exposure/3`."""

    window: str


@dataclass(frozen=True, slots=True)
class PersonTest:
    """The event is attributed to a person (or machine, or unknown holder of a key) that has this name or identity."""

    name: str


@dataclass(frozen=True, slots=True)
class NoiseTest:
    """The event is labelled as noise: by any rule (`label` ""), by those of a class, or by the rule of this name."""

    label: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range of numbers; None = open end. `low_open` and `high_open` leave the bound itself out."""

    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False

    def holds(self, number: float) -> bool:
        """Whether the number lies inside."""
        if self.low is not None and (number < self.low or (self.low_open and number == self.low)):
            return False
        return self.high is None or not (number > self.high or (self.high_open and number == self.high))


@dataclass(frozen=True, slots=True)
class RawTest:
    """A condition on the raw record: the value at `path` (any element of an array), or its bytes (path None).

    On bytes the ops are contains, wildcard (found anywhere) and regex. `bounds` is set for op range only.
    """

    path: tuple[str, ...] | None
    op: RawOp
    value: str = ""
    ignore_case: bool = False
    bounds: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The truth of test number `index` of a plan, known from SQL."""

    index: int


@dataclass(frozen=True, slots=True)
class All:
    """Every event."""


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """Not this; true also where the value is missing."""

    node: "Node"


Test: TypeAlias = TextTest | NumberTest | AnnotationTest | KeyTest | SourceTest | WindowTest | PersonTest | NoiseTest
Node: TypeAlias = All | And | Or | Not | Column | WordTest | RawTest | Test

EVERYTHING: Final = All()


def all_of(nodes: Iterable[Node]) -> Node:
    """Their conjunction in normal form; of nothing: All."""
    flat: dict[object, Node] = {}
    for node in nodes:
        flat.update((_once(part), part) for part in (node.nodes if isinstance(node, And) else (node,)))
    flat.pop(EVERYTHING, None)
    kept = tuple(flat.values())
    if not kept:
        return EVERYTHING
    return kept[0] if len(kept) == 1 else And(kept)


def any_of(nodes: Iterable[Node]) -> Node:
    """Their disjunction in normal form: exact alternatives of one field become one test, however many.

    ValueError for no nodes.
    """
    merged: dict[object, list[Node]] = {}
    for node in nodes:
        for part in node.nodes if isinstance(node, Or) else (node,):
            merged.setdefault(_merge_key(part), []).append(part)
    kept = tuple(_merge(group) for group in merged.values())
    if not kept:
        raise ValueError("a disjunction of nothing")
    return kept[0] if len(kept) == 1 else Or(kept)


def negated(node: Node) -> Node:
    """Its negation, without doubling."""
    return node.node if isinstance(node, Not) else Not(node)


def _merge_key(node: Node) -> object:
    match node:
        case TextTest(field, "exact" | "in", _, ignore_case):
            return ("in", field, ignore_case)
        case TextTest(field, "cidr", _, _):
            return ("cidr", field)
        case SourceTest("exact" | "in", _, ignore_case):
            return ("source", ignore_case)
        case KeyTest():
            return "key"
        case _:
            return _once(node)


def _once(node: Node) -> object:
    """What is equal for equal tests; groups are told apart by identity, for hashing a deep tree takes a deep stack."""
    return id(node) if isinstance(node, And | Or | Not) else node


def _merge(group: list[Node]) -> Node:
    first = group[0]
    values = tuple(dict.fromkeys(value for node in group for value in _values(node)))
    if len(values) < 2:
        return first
    match first:
        case TextTest(field, op, _, ignore_case):
            return TextTest(field, "cidr" if op == "cidr" else "in", values, ignore_case)
        case SourceTest(_, _, ignore_case):
            return SourceTest("in", values, ignore_case)
        case KeyTest():
            return KeyTest(values)
        case _:
            return first


def _values(node: Node) -> Iterator[str]:
    match node:
        case TextTest(_, "exact" | "in" | "cidr", value) | SourceTest("exact" | "in", value):
            if isinstance(value, str):
                yield value
            else:
                yield from value
        case KeyTest(keys):
            yield from keys
