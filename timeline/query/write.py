"""Tree -> text that parses to the same tree: for saved filters, breadcrumbs and pivots.

A test that no word can say (a tree from a rule: ignoring case, or a pattern with a space) is written as a regex that
finds the same.
"""

import re
from datetime import timedelta
from typing import Final

from timeline.model.time import EPOCH, MAX_US, MIN_US, SECOND_US
from timeline.query.fields import FIELD_NAMED
from timeline.query.lexer import field_at
from timeline.query.matching import wildcard_regex
from timeline.query.patterns import escaped, quoted, simplified, typed_pattern
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

_SAFE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@:/=,%+~-]*")
_SAFE_SEGMENT: Final = re.compile(r"[A-Za-z0-9_@$#-]+")
_KEYWORDS: Final = frozenset({"AND", "OR", "NOT", "TO"})
_IPV4: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def to_text(node: Node) -> str:
    """Write a tree as a query. A tree that `parse` made comes back equal; TypeError for a plan's columns."""
    match node:
        case All():
            return "*"
        case And(nodes):
            return " AND ".join(map(_conjunct, nodes))
        case Or(nodes):
            return " OR ".join(map(to_text, nodes))
        case Not(part):
            return f"NOT {_group(part)}" if isinstance(part, And | Or) else f"-{to_text(part)}"
        case Column():
            raise TypeError("a column has no text: it belongs to a plan")
        case _:
            return _test_text(node)


def quote_value(field: str, value: str | int | None) -> str:
    """Write a term that matches exactly this value of a field, whatever it holds; None means that it has no value.

    `field` is a name, an alias or `raw.path`. Times are microseconds UTC.
    """
    if value is None:
        return f"-{field}:*"
    found = field_at(f"{field}:")
    kind = found[0].field.kind if found else "text"
    if isinstance(value, int) and kind == "time":
        return _number_text(NumberTest(FIELD_NAMED[field].name, value, value), field)
    if isinstance(value, int):
        return f"{field}:{value}"
    return f"{field}:{value_text(value, is_address=kind == 'address')}"


def raw_name(path: tuple[str, ...]) -> str:
    """Write a path into the raw record as a field name: `raw.a."b.c"`."""
    return ".".join(("raw", *(name if _SAFE_SEGMENT.fullmatch(name) else quoted(name) for name in path)))


def _conjunct(node: Node) -> str:
    return f"({to_text(node)})" if isinstance(node, Or) else to_text(node)


def _group(node: Node) -> str:
    return f"({to_text(node)})"


def _test_text(node: Node) -> str:
    match node:
        case WordTest(op, value, ignore_case):
            return _word_text(op, value, ignore_case)
        case TextTest(field, op, value, ignore_case):
            return _text_text(field, op, value, ignore_case, is_address=FIELD_NAMED[field].kind == "address")
        case SourceTest(op, value, ignore_case):
            return _text_text("source", op, value, ignore_case)
        case NumberTest(field):
            return _number_text(node, field)
        case AnnotationTest():
            return _mark_text(node)
        case KeyTest(keys):
            return f"key:{_values(keys)}"
        case PersonTest(name):
            return f"person:{value_text(name)}"
        case WindowTest(window):
            return f"in:{window}"
        case NoiseTest(label):
            return f"noise:{label or 'yes'}"
        case RawTest():
            return _raw_text(node)
    raise TypeError(f"no text for {type(node).__name__}")


def value_text(text: str, *, is_address: bool = False) -> str:
    """Write a literal value, quoted where it could be read as anything else."""
    if is_address:
        return text if _IPV4.fullmatch(text) else quoted(text)
    is_plain = _SAFE.fullmatch(text) and text not in _KEYWORDS and ".." not in text
    return text if is_plain else quoted(text)


def _values(texts: tuple[str, ...], *, is_address: bool = False) -> str:
    written = [value_text(text, is_address=is_address) for text in texts]
    return written[0] if len(written) == 1 else f"({' OR '.join(written)})"


def _word_text(op: str, value: str, ignore_case: bool) -> str:
    if op == "regex" or not ignore_case:
        return _regex_text(op, value, ignore_case, is_anchored=False)
    if op == "contains":
        written = value_text(value)
        return quoted(value) if field_at(written) else written
    word = _wildcard_word(value)
    if word is None:
        return _regex_text(op, value, ignore_case, is_anchored=False)
    return word.replace(":", r"\:", 1) if field_at(word) else word


def _wildcard_word(pattern: str) -> str | None:
    """Write a pattern that matches anywhere without the stars at its ends, which are understood.

    The first one stays where a backslash would else stand in front and escape what follows.
    """
    return typed_pattern(pattern.removeprefix("*").removesuffix("*")) or typed_pattern(pattern)


def _text_text(
    field: str, op: str, value: str | tuple[str, ...], ignore_case: bool, *, is_address: bool = False
) -> str:
    if op == "present":
        return f"{field}:*"
    if isinstance(value, tuple) and op == "contains":
        written = [_slashed(re.escape(one), ignore_case) for one in value]  # one each: a regex has its longest length
        return f"{field}:({' OR '.join(written)})"
    if isinstance(value, tuple) and not ignore_case:
        if op == "cidr":
            return f"{field}:({' OR '.join(value)})" if len(value) > 1 else f"{field}:{value[0]}"
        return f"{field}:{_values(value, is_address=is_address)}"
    if isinstance(value, tuple):
        regex = "|".join(f"^{re.escape(one)}\\Z" for one in value)
        return f"{field}:{_slashed(regex, ignore_case)}"
    if op == "cidr":
        return f"{field}:{value}"
    if op == "exact" and not ignore_case:
        return f"{field}:{value_text(value, is_address=is_address)}"
    return f"{field}:{_pattern_text(op, value, ignore_case)}"


def _pattern_text(op: str, value: str, ignore_case: bool) -> str:
    """Write prefix, contains, wildcard and regex, or anything that ignores case."""
    if op != "regex" and not ignore_case:
        pattern = {"prefix": f"{escaped(value)}*", "contains": f"*{escaped(value)}*"}.get(op, value)
        written = typed_pattern(pattern)
        if written is not None and simplified(pattern)[0] == op:
            return written
    return _regex_text(op, value, ignore_case, is_anchored=True)


def _regex_text(op: str, value: str, ignore_case: bool, *, is_anchored: bool) -> str:
    match op:
        case "regex":
            regex = value
        case "wildcard" if is_anchored:
            regex = f"(?s:^{wildcard_regex(value, ignore_case).pattern}\\Z)"
        case "wildcard":
            regex = f"(?s:{wildcard_regex(value, ignore_case).pattern})"
        case "exact":
            regex = f"^{re.escape(value)}\\Z"
        case "prefix":
            regex = f"^{re.escape(value)}"
        case _:
            regex = re.escape(value)
    return _slashed(regex, ignore_case)


def _slashed(regex: str, ignore_case: bool) -> str:
    body = re.sub(r"\\.|/", lambda part: r"\/" if part[0] == "/" else part[0], regex, flags=re.DOTALL)
    return f"/{body}/{'i' if ignore_case else ''}"


def _number_text(test: NumberTest, name: str) -> str:
    low, high = test.low, test.high
    if low is None and high is None:
        return f"{name}:*"
    if FIELD_NAMED[test.field].kind == "time":
        return _time_text(name, low, high)
    if low == high:
        return f"{name}:{low}"
    if low is None:
        return f"{name}:<={high}"
    return f"{name}:>={low}" if high is None else f"{name}:[{low} TO {high}]"


def _time_text(name: str, low: int | None, high: int | None) -> str:
    """Times with Z, to the second or, where that would say something else, to the microsecond."""
    if low is not None and high is None:
        return f"after:{_moment(low)}" if low <= MAX_US else f"{name}:>{_exact(MAX_US)}"
    if high is not None and low is None:
        return f"before:{_moment(high + 1)}" if high < MAX_US else f"{name}:<={_exact(MAX_US)}"
    assert low is not None, "both ends are open elsewhere"
    assert high is not None, "both ends are open elsewhere"
    start, end = _moment(low), _moment(high - SECOND_US + 1) if (high + 1) % SECOND_US == 0 else _exact(high)
    if low % SECOND_US == 0 and high == low + SECOND_US - 1:
        return f"{name}:{start}"
    return f"{name}:{_exact(low)}" if low == high else f"{name}:[{start} TO {end}]"


def _moment(us: int) -> str:
    """The second that begins here, or exactly this microsecond."""
    return _exact(us) if us % SECOND_US else _exact(us).replace(".000000", "")


def _exact(us: int) -> str:
    moment = EPOCH + timedelta(microseconds=min(max(us, MIN_US), MAX_US))
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _mark_text(test: AnnotationTest) -> str:
    if test.what == "star":
        return "is:starred"
    if test.what == "why":
        return "is:key"
    if test.value is None or test.op == "present":
        return f"{test.what}:*"
    if test.what in {"tag", "severity"}:
        return _text_text(test.what, test.op, test.value, test.ignore_case)
    if test.op == "contains" and test.ignore_case:
        return f"comment:{value_text(test.value)}"
    written = _wildcard_word(test.value) if test.op == "wildcard" and test.ignore_case else None
    anchored = test.op in {"exact", "prefix"}
    return f"comment:{written or _regex_text(test.op, test.value, test.ignore_case, is_anchored=anchored)}"


def _raw_text(test: RawTest) -> str:
    if test.path is not None:
        name = raw_name(test.path)
        if test.op == "range":
            return f"{name}:{_bounds_text(test.bounds or Bounds())}"
        return _text_text(name, test.op, test.value, test.ignore_case)
    if test.op == "contains" and test.ignore_case:
        return f"raw:{value_text(test.value)}"
    written = _wildcard_word(test.value) if test.op == "wildcard" and test.ignore_case else None
    return f"raw:{written or _regex_text(test.op, test.value, test.ignore_case, is_anchored=False)}"


def _bounds_text(bounds: Bounds) -> str:
    opening, closing = "{" if bounds.low_open else "[", "}" if bounds.high_open else "]"
    low = "*" if bounds.low is None else repr(bounds.low)
    high = "*" if bounds.high is None else repr(bounds.high)
    return f"{opening}{low} TO {high}{closing}"
