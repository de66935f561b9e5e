"""Trees as short text, one line each, for the fixture of valid queries.

actor=alice  actor^=s3:Get (prefix)  actor~=curl (contains)  actor*=a?c (wildcard)  actor/=re (regex)
src_ip@192.0.2.0/24 (network)  actor=[a|b] (in)  actor? (present)  .../i: case ignored  status=404  status=400..499
word~=x  raw~=x  raw.a.b=x  raw.a.b=1..<2  key=[...]  window=exposure/3  times are ISO in UTC
"""

from datetime import timedelta

from timeline.model.time import EPOCH
from timeline.query.tree import (
    All,
    And,
    AnnotationTest,
    Bounds,
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

_SIGNS = {"exact": "=", "in": "=", "prefix": "^=", "contains": "~=", "wildcard": "*=", "regex": "/=", "cidr": "@"}


def sexpr(node: Node) -> str:
    match node:
        case All():
            return "(all)"
        case And(nodes):
            return f"(and {' '.join(map(sexpr, nodes))})"
        case Or(nodes):
            return f"(or {' '.join(map(sexpr, nodes))})"
        case Not(part):
            return f"(not {sexpr(part)})"
        case RawTest():
            return _raw(node)
        case AnnotationTest(what, op, mark, ignore_case):
            return _text(what, op, mark or "", ignore_case == (what == "comment" and op != "regex") or op == "present")
        case _:
            return _test(node)


def _test(
    node: Column | WordTest | TextTest | SourceTest | NumberTest | KeyTest | WindowTest | PersonTest | NoiseTest,
) -> str:
    match node:
        case WordTest(op, word, ignore_case):
            return _text("word", op, word, ignore_case != (op == "regex"))
        case TextTest(field, op, value, ignore_case):
            return _text(field, op, value, not ignore_case)
        case SourceTest(op, value, ignore_case):
            return _text("source", op, value, not ignore_case)
        case NumberTest(field, low, high):
            return f"{field}{_range(field, low, high)}"
        case KeyTest(keys):
            return f"key=[{'|'.join(keys)}]"
        case PersonTest(name):
            return f"person={name}"
        case WindowTest(window):
            return f"window={window}"
        case NoiseTest(label):
            return f"noise={label or 'any'}"
        case Column(index):
            return f"column{index}"


def _raw(test: RawTest) -> str:
    name = ".".join(("raw", *(test.path or ())))
    if test.op == "range":
        return f"{name}{_bounds(test.bounds)}"
    return _text(name, test.op, test.value, test.ignore_case == (test.path is None and test.op != "regex"))


def _text(name: str, op: str, value: str | tuple[str, ...], is_usual_case: bool) -> str:
    if op == "present":
        return f"{name}?"
    shown = value if isinstance(value, str) else f"[{'|'.join(value)}]"
    return f"{name}{_SIGNS[op]}{shown}{'' if is_usual_case else '/i'}"


def _range(field: str, low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return "?"
    start, end = ("" if number is None else _number(field, number) for number in (low, high))
    return f"={start}" if start == end else f"={start}..{end}"


def _number(field: str, number: int) -> str:
    if field != "timestamp":
        return str(number)
    shown = (EPOCH + timedelta(microseconds=number)).replace(tzinfo=None).isoformat(timespec="microseconds")
    return shown.removesuffix(".000000") + "Z"


def _bounds(bounds: Bounds | None) -> str:
    assert bounds is not None
    low = "" if bounds.low is None else repr(bounds.low)
    high = "" if bounds.high is None else repr(bounds.high)
    return f"={low}{'<' if bounds.low_open else ''}..{'<' if bounds.high_open else ''}{high}"
