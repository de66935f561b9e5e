"""One term -> its test: what a value means depends on the field before it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Final, NoReturn, cast

from timeline.model.errors import LeaklineError, QueryError
from timeline.model.noise import CLASSES, NAME
from timeline.query.lexer import FieldName, Token
from timeline.query.matching import network
from timeline.query.patterns import anywhere, escaped, literal_of, phrase_text, simplified, word_pattern
from timeline.query.ranges import Ranges
from timeline.query.regexes import BadRegexError, check_regex
from timeline.query.tree import (
    EVERYTHING,
    AnnotationTest,
    KeyTest,
    Node,
    NoiseTest,
    NumberTest,
    PersonTest,
    RawOp,
    RawTest,
    SourceTest,
    TextTest,
    WindowTest,
    WordTest,
    any_of,
    negated,
)

ReadList = Callable[[str], Sequence[str]]
_WINDOW: Final = re.compile(r"[a-z][a-z_-]*/[\w.-]+")
_ADDRESS_LIKE: Final = re.compile(r"[0-9a-f.:]*[.:][0-9a-f.:]*/\d+|\d+/\d+", re.IGNORECASE)
_LONGEST_ADDRESS: Final = 64
_RANGED: Final = frozenset({"int", "bytes", "time", "after", "before", "around"})
_YES_NO: Final = {"yes": True, "true": True, "1": True, "*": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the values of one query depend on besides its text."""

    text: str
    now_us: int
    zone: tzinfo = UTC
    read_list: ReadList | None = None

    def fail(self, what: str, at: int, expected: str) -> NoReturn:
        """Raise the QueryError for the 0-based offset `at`."""
        raise QueryError(what, query=self.text, column=min(at, len(self.text)) + 1, expected=expected)


@dataclass(frozen=True, slots=True)
class Value:
    """A typed value: its canonical pattern, whether it was quoted, where it stands and how it was typed."""

    pattern: str
    is_phrase: bool
    at: int
    typed: str

    def literal(self) -> str | None:
        """The text, when there is no wildcard in it."""
        return literal_of(self.pattern)


class Terms:
    """Makes tests from the tokens of one query."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self.ranges = Ranges(meaning.now_us, meaning.zone, meaning.fail)

    def term(self, token: Token) -> Node:
        """The test for a word, phrase, regex or list."""
        match token.type:
            case "REGEX":
                return self._regex(token)
            case "LIST":
                return self._list(token)
            case _:
                return self.node(token.field, self.value(token))

    def value(self, token: Token) -> Value:
        """Read a word or phrase. QueryError for an empty one where no empty text can be."""
        if token.type != "PHRASE":
            return Value(word_pattern(token.text), False, token.start, token.text)
        text = phrase_text(token.text)
        if not text and (token.field is None or token.field.path is None):
            field = token.field.text if token.field else ""
            self._meaning.fail("an empty phrase", token.start, f"some text (-{field}* finds what has no value)")
        return Value(escaped(text), True, token.start, text)

    def node(self, name: FieldName | None, value: Value) -> Node:
        """The test for a value of a field, or for a bare word."""
        if name is None:
            return _bare(value)
        kind = name.field.kind
        if kind in _RANGED:
            return self.ranges.node(name, value.pattern, value.typed, value.at)
        op, text = simplified(value.pattern)
        match kind:
            case "text":
                return TextTest(name.field.name, op, text)
            case "address":
                return self._address(name.field.name, value)
            case "source":
                return EVERYTHING if op == "present" else SourceTest(op, text)
            case "raw":
                return self._raw(name, value)
            case "tag" | "severity" as what:
                return AnnotationTest(what, op, None if op == "present" else text)
            case "comment":
                op, text = simplified(anywhere(value.pattern))
                return AnnotationTest("comment", op, None if op == "present" else text, op != "present")
            case _:
                return self._fixed(name, value)

    def _fixed(self, name: FieldName, value: Value) -> Node:
        """The test for a field whose values are keys, windows or fixed words."""
        text = value.literal()
        if name.field.kind == "key":
            if value.pattern == "*":
                return EVERYTHING
            if text is None or any(char.isspace() for char in text):
                self._meaning.fail("an event key has no wildcards or spaces", value.at, name.field.example)
            return KeyTest((text,))
        if name.field.kind == "person":
            if not text:
                self._meaning.fail(f"not one name: {value.typed}", value.at, name.field.example)
            return PersonTest(text)
        if name.field.kind == "window":
            if text is None or not _WINDOW.fullmatch(text):
                self._meaning.fail(f"not a window: {value.typed}", value.at, f"kind/number: {name.field.example}")
            return WindowTest(text)
        if name.field.kind == "noise":
            return self._noise(value)
        if name.field.kind == "star":
            answer = _YES_NO.get(value.typed.lower())
            if answer is None:
                self._meaning.fail(f"not yes or no: {value.typed}", value.at, "star:yes or star:no")
            return AnnotationTest("star") if answer else negated(AnnotationTest("star"))
        found = _IS.get(value.typed.lower())
        if found is None:
            self._meaning.fail(f"nothing can be `{value.typed}`", value.at, ", ".join(f"is:{word}" for word in _IS))
        return found

    def _noise(self, value: Value) -> Node:
        answer = _YES_NO.get(value.typed.lower())
        if answer is not None:
            return NoiseTest() if answer else negated(NoiseTest())
        text = value.literal()
        if text is None or not NAME.fullmatch(text):
            self._meaning.fail(
                f"not a label of noise: {value.typed}", value.at, f"yes, no, a rule or {', '.join(CLASSES)}"
            )
        return NoiseTest(text)

    def _address(self, field: str, value: Value) -> Node:
        op, text = simplified(value.pattern)
        if op != "exact" or value.is_phrase or len(text) > _LONGEST_ADDRESS:
            return TextTest(field, op, text)
        bracketed = text[1:-1] if text.startswith("[") and text.endswith("]") else text
        try:
            net = network(bracketed)
        except ValueError:
            if _ADDRESS_LIKE.fullmatch(text):
                self._meaning.fail(f"not a network: {text}", value.at, "192.0.2.0/24 or 2001:db8::/32")
            return TextTest(field, op, text)
        is_plain = net.version == 4 and "/" not in text and ":" not in text
        return TextTest(field, "exact", text) if is_plain else TextTest(field, "cidr", str(net))

    def _raw(self, name: FieldName, value: Value) -> Node:
        if name.path is None:
            op, text = simplified(anywhere(value.pattern))
            return EVERYTHING if op == "present" else RawTest(None, cast("RawOp", op), text, ignore_case=True)
        if not value.is_phrase and (bounds := self.ranges.dotted_bounds(value.typed)) is not None:
            return RawTest(name.path, "range", bounds=bounds)
        op, text = simplified(value.pattern)
        return RawTest(name.path, op, text)

    def _regex(self, token: Token) -> Node:
        ignore_case = token.text.endswith("i")
        typed = token.text[1 : -2 if ignore_case else -1]
        try:
            check_regex(typed)
        except BadRegexError as error:
            self._meaning.fail(str(error), token.start + 1 + error.at, error.expected)
        pattern = re.sub(r"\\(.)", lambda pair: "/" if pair[1] == "/" else pair[0], typed, flags=re.DOTALL)
        name = token.field
        match name.field.kind if name else None:
            case None:
                return WordTest("regex", pattern, ignore_case)
            case "text" | "address":
                return TextTest(_of(name).field.name, "regex", pattern, ignore_case)
            case "source":
                return SourceTest("regex", pattern, ignore_case)
            case "raw":
                return RawTest(_of(name).path, "regex", pattern, ignore_case)
            case "tag" | "severity" | "comment" as what:
                return AnnotationTest(what, "regex", pattern, ignore_case)
        return self._meaning.fail(f"`{_of(name).text}` takes no regex", token.start, _of(name).field.example)

    def _list(self, token: Token) -> Node:
        name = _of(token.field)
        typed = token.text[1:]
        path = phrase_text(typed) if typed.startswith('"') else typed
        if self._meaning.read_list is None:
            self._meaning.fail("lists from files cannot be read here", token.start, name.field.example)
        try:
            lines = self._meaning.read_list(path)
        except (OSError, ValueError, LookupError, LeaklineError) as error:
            strerror = getattr(error, "strerror", None) or "not a list"
            reason = error.what if isinstance(error, LeaklineError) else strerror
            expected = f'a file with one value a line; {name.text}"@{path}" in quotes to search for the text'
            self._meaning.fail(f"cannot read the list {path}: {reason}", token.start, expected)
        values = [line.strip() for line in lines]
        values = [value for value in values if value and not value.startswith("#")]
        if not values:
            self._meaning.fail(f"the list {path} is empty", token.start, "one value a line")
        return any_of(self._of_list(name, token, value) for value in dict.fromkeys(values))

    def _of_list(self, name: FieldName, token: Token, text: str) -> Node:
        """The test for one line of a list: literal, except that addresses may be networks."""
        try:
            return self.node(name, Value(escaped(text), name.field.kind != "address", token.start, text))
        except QueryError as error:
            what = f"the list {token.text[1:]}: {error.what}"
            raise QueryError(what, query=error.query, column=token.start + 1, expected=error.expected) from error

    def refuse_range(self, name: FieldName, at: int) -> NoReturn:
        """Say that the field has no order that a range could use."""
        what = f"`{name.text}` holds text, and ranges need a number or a time"
        self._meaning.fail(what, at, "quotes around the text, if it is meant literally")


_IS: Final[dict[str, Node]] = {
    "starred": AnnotationTest("star"),
    "tagged": AnnotationTest("tag"),
    "commented": AnnotationTest("comment"),
    "key": AnnotationTest("why"),
    "dated": NumberTest("timestamp"),
    "undated": negated(NumberTest("timestamp")),
}


def _of(name: FieldName | None) -> FieldName:
    assert name is not None, "only values of a field get here"
    return name


def _bare(value: Value) -> Node:
    op, text = simplified(anywhere(value.pattern))
    if op == "present":
        return EVERYTHING
    return WordTest("contains" if op == "contains" else "wildcard", text)
