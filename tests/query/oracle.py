"""A second, naive meaning of a tree, straight from the description of the language."""

import fnmatch
import ipaddress
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from timeline.model.event import SEARCHED_BY_WORDS
from timeline.query.tree import (
    All,
    And,
    AnnotationTest,
    Column,
    KeyTest,
    Node,
    NoiseTest,
    Not,
    NumberTest,
    Or,
    PersonTest,
    RawTest,
    SourceTest,
    TextTest,
    WindowTest,
    WordTest,
)


@dataclass(frozen=True)
class Sample:
    """One invented event."""

    key: str = "000000000000-0"
    source: str = "a.log"
    texts: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    starred: bool = False
    tags: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)

    def raw_bytes(self) -> bytes:
        return json.dumps(self.raw, ensure_ascii=False).encode()


def holds(node: Node, event: Sample) -> bool:
    match node:
        case All():
            return True
        case And(nodes):
            return all(holds(part, event) for part in nodes)
        case Or(nodes):
            return any(holds(part, event) for part in nodes)
        case Not(part):
            return not holds(part, event)
        case WordTest(op, value, ignore_case):
            texts = [event.texts[name] for name in SEARCHED_BY_WORDS if name in event.texts]
            return any(text_holds(op, value, ignore_case, text) for text in texts)
        case RawTest():
            return _raw_holds(node, event)
        case Column():
            raise AssertionError("columns are of plans only")
        case _:
            return answer(node, event)


def answer(node: Node, event: Sample) -> bool:
    """The truth of one test that the store answers."""
    match node:
        case TextTest(name, op, value, ignore_case):
            return name in event.texts and text_holds(op, value, ignore_case, event.texts[name])
        case NumberTest(name, low, high):
            number = event.numbers.get(name)
            return number is not None and (low is None or low <= number) and (high is None or number <= high)
        case AnnotationTest("star"):
            return event.starred
        case AnnotationTest(what, op, value, ignore_case):
            texts = event.tags if what == "tag" else event.comments
            return any(text_holds(op, value or "", ignore_case, text) for text in texts)
        case KeyTest(keys):
            return event.key in keys
        case SourceTest(op, value, ignore_case):
            return text_holds(op, value, ignore_case, event.source)
        case PersonTest(name):
            return name in event.persons
        case WindowTest(window):
            return window in event.windows
        case NoiseTest(label):
            return label in event.noise if label else bool(event.noise)
    raise AssertionError(node)


def text_holds(op: str, value: str | tuple[str, ...], ignore_case: bool, text: str) -> bool:
    values = (value,) if isinstance(value, str) else value
    if op == "regex":
        return re.search(values[0], text, re.IGNORECASE if ignore_case else 0) is not None
    if op == "cidr":
        return any(_in_network(text, one) for one in values)
    if ignore_case:
        values, text = tuple(one.casefold() for one in values), text.casefold()
    match op:
        case "present":
            return True
        case "exact" | "in":
            return text in values
        case "prefix":
            return text.startswith(values[0])
        case "contains":
            return any(one in text for one in values)
        case "wildcard":
            return fnmatch.fnmatchcase(text, _as_fnmatch(values[0]))
    raise AssertionError(op)


def _as_fnmatch(pattern: str) -> str:
    return re.sub(r"\\(.)|(\[)", lambda match: f"[{match[1] or match[2]}]", pattern)


def _in_network(text: str, network: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
        return (getattr(address, "ipv4_mapped", None) or address) in ipaddress.ip_network(network)
    except ValueError:
        return False


def _raw_holds(test: RawTest, event: Sample) -> bool:
    if test.path is None:
        return text_holds(test.op, test.value, test.ignore_case, event.raw_bytes().decode())
    return any(_value_holds(test, value) for value in _values(event.raw, test.path))


def _values(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        if path and path[0].isdecimal() and int(path[0]) < len(value):
            yield from _values(value[int(path[0])], path[1:])
        for element in value:
            yield from _values(element, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _values(value[path[0]], path[1:])


def _value_holds(test: RawTest, value: Any) -> bool:
    if value is None:
        return False
    if test.op == "present":
        return True
    if isinstance(value, dict):
        return False
    if test.op == "range":
        bounds = test.bounds
        assert bounds is not None
        try:
            number = float(value) if not isinstance(value, bool) else None
        except ValueError:
            return False
        if number is None:
            return False
        above = bounds.low is None or (number > bounds.low if bounds.low_open else number >= bounds.low)
        below = bounds.high is None or (number < bounds.high if bounds.high_open else number <= bounds.high)
        return above and below
    if test.op == "exact" and isinstance(value, float) and test.value.isdecimal():
        return value == int(test.value)
    text = json.dumps(value) if not isinstance(value, str) else value
    return text_holds(test.op, test.value, test.ignore_case, text)
