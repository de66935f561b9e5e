"""The pack of noise. The head of `packs/noise.yaml` says what each key means."""

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, cast

from timeline.model.errors import UsageError
from timeline.model.noise import CLASSES, NAME, Basis, NoiseClass
from timeline.model.yaml_reading import Value, parse_tree, read_tree
from timeline.query.matching import network
from timeline.query.patterns import simplified, word_pattern
from timeline.query.tree import (
    EVERYTHING,
    And,
    AnnotationTest,
    Node,
    NoiseTest,
    Not,
    Or,
    PersonTest,
    TextOp,
    TextTest,
    WindowTest,
    WordTest,
    any_of,
    negated,
)
from timeline.rules.patterns import needed, read_query

FILE: Final = "noise.yaml"
_KEYS: Final = ("rule", "class", "title", "agents", "actors", "credentials", "addresses", "query", "claimed")
_CONDITIONS: Final = ("agents", "actors", "credentials", "addresses", "query")
NOTHING: Final = negated(EVERYTHING)
_RESERVED: Final = frozenset({*CLASSES, "yes", "no", "true", "false", "1", "0"})


@dataclass(frozen=True, slots=True)
class NoiseRule:
    """One rule: an event is its own where any of `tests` (on one field each) or `query` holds."""

    name: str
    label: NoiseClass
    title: str
    basis: Basis
    tests: tuple[TextTest, ...]
    query: Node | None = None


def events_of_tests(tests: Iterable[TextTest]) -> Node:
    """The query for what fulfils any of the tests; texts that one field may hold are looked for at once."""
    held: dict[tuple[str, bool], list[str]] = {}
    others: list[Node] = []
    for test in tests:
        if test.op == "contains":
            values = (test.value,) if isinstance(test.value, str) else test.value
            held.setdefault((test.field, test.ignore_case), []).extend(values)
        else:
            others.append(test)
    parts = [
        TextTest(field, "contains", tuple(dict.fromkeys(texts)), ignore_case)
        for (field, ignore_case), texts in held.items()
    ]
    return any_of([*parts, *others]) if parts or others else NOTHING


def events_of_rules(rules: Iterable[NoiseRule]) -> Node:
    """The query for the events of any of the rules."""
    rules = tuple(rules)
    queries = [rule.query for rule in rules if rule.query is not None]
    tests = [test for rule in rules for test in rule.tests]
    parts = [*([events_of_tests(tests)] if tests else []), *queries]
    return any_of(parts) if parts else NOTHING


def labelled(rules: Sequence[NoiseRule], label: str, among: Collection[str] | None = None) -> Node:
    """The query for the events of a class, of the rule of this name, or ("") of any rule. UsageError when there is none.

    `among` are the names of the rules that have events, where that is known: the others need not be asked.
    """
    found = [rule for rule in rules if label in {"", rule.label, rule.name}]
    if not found and label not in CLASSES:
        names = [*CLASSES, *(rule.name for rule in rules)]
        near = difflib.get_close_matches(label, names, 3, 0.5)
        hint = f"did you mean {', '.join(near)}?" if near else f"one of {', '.join(CLASSES)}, or a rule's name"
        raise UsageError(f"no noise is called {label}", hint=hint)
    return events_of_rules(rule for rule in found if among is None or rule.name in among)


@cache
def own_noise_pack() -> tuple[NoiseRule, ...]:
    """The pack that comes with Leakline."""
    return read_noise_pack(parse_tree(files("timeline.rules").joinpath("packs", FILE).read_bytes(), FILE))


def extended_noise_pack(path: Path) -> tuple[NoiseRule, ...]:
    """An analyst's rules, and those of the pack that comes with Leakline which the file does not take away."""
    return read_noise_pack(read_tree(path), own_noise_pack())


def read_noise_pack(tree: Value, base: Sequence[NoiseRule] | None = None) -> tuple[NoiseRule, ...]:
    """Read a pack; with `base` it adds to that one. CaseFileError with file, line and key for whatever is wrong in it."""
    keys = tree.mapping(("rules",) if base is None else ("rules", "without"))
    kept = list(base or ())
    if "without" in keys:
        names = tuple(rule.name for rule in kept)
        gone = {item.choice(names) for item in keys["without"].items()}
        kept = [rule for rule in kept if rule.name not in gone]
    taken = {rule.name for rule in kept}
    own = []
    adds_none = "without" in keys and "rules" not in keys
    for item in [] if adds_none else needed(tree, keys, "rules").items():
        own.append(_rule(item, taken, is_declared=base is not None))
        taken.add(own[-1].name)
    return (*own, *kept)


def _rule(value: Value, taken: Collection[str], *, is_declared: bool) -> NoiseRule:
    keys = value.mapping(_KEYS)
    name = needed(value, keys, "rule").text()
    if not NAME.fullmatch(name) or name in _RESERVED:
        raise keys["rule"].error(f"cannot be `{name}`", "small letters, digits, dots, dashes; not a class")
    if name in taken:
        raise keys["rule"].error(f"names a rule that there is already: {name}")
    if not any(key in keys for key in _CONDITIONS):
        raise value.error("has no condition", f"one of {', '.join(_CONDITIONS)}")
    query = _query(keys["query"]) if "query" in keys else None
    is_claimed = "agents" in keys or (query is not None and _asks_agents(query))
    if "claimed" in keys:
        is_claimed = keys["claimed"].boolean() or is_claimed
    return NoiseRule(
        name,
        cast("NoiseClass", needed(value, keys, "class").choice(CLASSES)),
        needed(value, keys, "title").text(),
        "says it is" if is_claimed else "declared as" if is_declared else "logged as",
        tuple(test for key, read in _TESTS.items() if key in keys for test in read(keys[key])),
        query,
    )


def _agents(value: Value) -> Iterator[TextTest]:
    yield TextTest("user_agent", "contains", value.texts(), ignore_case=True)


def _patterns(field: str) -> Callable[[Value], Iterator[TextTest]]:
    def tests(value: Value) -> Iterator[TextTest]:
        for item in value.items():
            op, text = simplified(word_pattern(item.text()))
            if op == "present":
                raise item.error("would be everybody")
            yield TextTest(field, cast("TextOp", op), text)

    return tests


def _addresses(value: Value) -> Iterator[TextTest]:
    found = []
    for item in value.items():
        try:
            found.append(str(network(item.text())))
        except ValueError:
            hint = "such as 198.51.100.0/24, 203.0.113.7 or 2001:db8::/32"
            raise item.error("is no address and no network", hint) from None
    yield TextTest("src_ip", "cidr", tuple(found))


_TESTS: Final[dict[str, Callable[[Value], Iterator[TextTest]]]] = {
    "agents": _agents,
    "actors": _patterns("actor"),
    "credentials": _patterns("credential"),
    "addresses": _addresses,
}


def _query(value: Value) -> Node:
    node = read_query(value)
    if any(isinstance(test, NoiseTest | PersonTest | WindowTest | AnnotationTest) for test in _leaves(node)):
        raise value.error("asks for noise:, person:, in: or for what analysts marked", "ask for what the events say")
    return node


def _asks_agents(node: Node) -> bool:
    return any(
        isinstance(test, WordTest) or (isinstance(test, TextTest) and test.field == "user_agent")
        for test in _leaves(node)
    )


def _leaves(node: Node) -> Iterator[Node]:
    match node:
        case And(nodes) | Or(nodes):
            for part in nodes:
                yield from _leaves(part)
        case Not(part):
            yield from _leaves(part)
        case _:
            yield node
