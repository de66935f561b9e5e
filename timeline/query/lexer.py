"""Text -> tokens. By hand, because what a colon, a slash or a parenthesis means depends on what stands before it.

A colon makes a field only after a known name, so that a pasted ARN, URL or IPv6 address is one word. Tokens carry the
field whose value they are. Positions are 0-based offsets into the query.
"""

import re
from dataclasses import dataclass
from typing import Final, NoReturn

from timeline.model.errors import QueryError
from timeline.query.fields import FIELD_NAMED, QueryField
from timeline.query.patterns import phrase_text, skip_backslashes

MAX_DEPTH: Final = 100
_NAME: Final = re.compile(r"[A-Za-z_@][\w.@]*(?=:)", re.ASCII)
_SEGMENT: Final = r'(?:"(?:[^"\\]|\\.)*"|[^\s.:"()\\]+)'
_RAW_PATH: Final = re.compile(rf"raw((?:\.{_SEGMENT})+):", re.DOTALL)
_PATH_SEGMENT: Final = re.compile(rf"\.({_SEGMENT})", re.DOTALL)
_OPERATOR: Final = re.compile(r'(AND|OR|NOT)(?=[\s()"]|\Z)|(&&|\|\|)')
_COMPARE: Final = re.compile(r"[<>]=?")
_TO: Final = re.compile(r'(?<![^\s\[{])TO(?![^\s\]}])|"(?:[^"\\]|\\.)*"', re.DOTALL)
_TEXT_RANGE: Final = re.compile(r"[\[{][^\]}]*\sTO\s[^\]}]*[\]}]")
_RANGED: Final = frozenset({"int", "bytes", "time"})
_PLAIN_TEXT: Final = frozenset({"raw", "comment"})  # `<` and `[` begin ordinary text there


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field as named in a query; `path` is set for `raw.a.b`, `text` as typed with its colon."""

    field: QueryField
    text: str
    path: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the query: text[start:end], with the field whose value it is (None for a bare word)."""

    type: str
    start: int
    end: int
    text: str
    field: FieldName | None = None


def field_at(text: str, at: int = 0) -> tuple[FieldName, int] | None:
    """Read the field that is named at `at`, with its colon -> (the field, where its value begins); None for none."""
    name = _NAME.match(text, at)
    if name is not None and (field := FIELD_NAMED.get(name[0])) is not None:
        return FieldName(field, text[at : name.end() + 1]), name.end() + 1
    path = _RAW_PATH.match(text, at)
    if path is None:
        return None
    segments = tuple(
        phrase_text(segment) if segment.startswith('"') else segment for segment in _PATH_SEGMENT.findall(path[1])
    )
    return FieldName(FIELD_NAMED["raw"], path[0], segments), path.end()


class Lexer:
    """One pass over one query. `tokens` holds what was read, also when reading ended with a QueryError."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.tokens: list[Token] = []
        self.field: FieldName | None = None  # the field whose value comes next
        self.open: list[tuple[Token, FieldName | None]] = []
        self._depth = 0

    def read(self) -> list[Token]:
        """Read everything. QueryError for what is begun and never ended."""
        for at, char in enumerate(self.text):
            if "\ud800" <= char <= "\udfff":
                raise QueryError("this is not a character", query=self.text, column=at + 1, expected="valid UTF-8")
        while self._skip_spaces():
            if self.field is not None:
                self._value_of_field()
            else:
                self._term()
        return self.tokens

    def _skip_spaces(self) -> bool:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at < len(self.text)

    def _fail(self, what: str, at: int, expected: str) -> NoReturn:
        raise QueryError(what, query=self.text, column=at + 1, expected=expected)

    def _add(self, kind: str, end: int, field: FieldName | None = None) -> None:
        self.tokens.append(Token(kind, self.at, end, self.text[self.at : end], field))
        self.at = end

    def _group_field(self) -> FieldName | None:
        return self.open[-1][1] if self.open else None

    def _term(self) -> None:
        """Read an operator, a prefix, a parenthesis, a field or a value."""
        char = self.text[self.at]
        if self._operator():
            return
        if char in "()":
            self._parenthesis(char)
        elif char in "-+!":
            self._prefix(char)
        elif self._group_field() is not None:
            self._value(self._group_field())
        elif not self._field():
            self._value(None)

    def _operator(self) -> bool:
        match = _OPERATOR.match(self.text, self.at)
        if match is None:
            return False
        self._add(match[1] or ("AND" if match[2] == "&&" else "OR"), match.end())
        return True

    def _prefix(self, char: str) -> None:
        after = self.text[self.at + 1 : self.at + 2]
        if not after or after.isspace() or after == ")":
            self._fail(
                f"`{char}` stands alone", self.at, f'a term right after it, or "{char}" in quotes to search for it'
            )
        self._add({"-": "MINUS", "+": "PLUS", "!": "NOT"}[char], self.at + 1)

    def _parenthesis(self, char: str) -> None:
        if char == ")":
            if self.open:
                self.open.pop()
            self._add("RPAR", self.at + 1)
            return
        field = self.field or self._group_field()
        if len(self.open) >= MAX_DEPTH + (self.field is not None):
            self._fail(f"parentheses nested deeper than {MAX_DEPTH}", self.at, "fewer levels")
        self._add("LPAR", self.at + 1)
        self.open.append((self.tokens[-1], field))
        self.field = None

    def _field(self) -> bool:
        found = field_at(self.text, self.at)
        if found is not None:
            name, end = found
            self._add("FIELD", end, name)
            self.field = name
            return True
        if self.text.startswith(('raw."', "raw.."), self.at) or self.text.startswith("raw.:", self.at):
            expected = 'raw.name.name:value or raw."a.b":value'
            self._fail("this path into the raw record is not complete", self.at + 4, expected)
        return False

    def _value_of_field(self) -> None:
        """Read what follows a field's colon; an operator or another field there is left for the grammar to refuse."""
        field = self.field
        assert field is not None
        spaced = self.at > self.tokens[-1].end
        if self.text[self.at] == "(":
            self._parenthesis("(")
        elif self.text[self.at] == ")":
            self.field = None
        elif spaced and (_OPERATOR.match(self.text, self.at) or field_at(self.text, self.at)):
            self.field = None
            self._term()
        else:
            self.field = None
            self._value(field)

    def _value(self, field: FieldName | None) -> None:
        char = self.text[self.at]
        if char == '"':
            self._phrase(field)
        elif char == "/" and (end := regex_end(self.text, self.at)) is not None:
            self._add("REGEX", end, field)
        elif field is not None and char == "@":
            self._list(field)
        elif field is not None and self._is_compared(field):
            self._comparison(field)
        elif field is not None and self._is_range(field):
            self._range(field)
        else:
            self._add("WORD", self._word_end(self.at), field)

    def _is_compared(self, field: FieldName) -> bool:
        return self.text[self.at] in "<>" and not _is_plain(field)

    def _is_range(self, field: FieldName) -> bool:
        if self.text[self.at] not in "[{" or _is_plain(field):
            return False
        return field.field.kind in _RANGED or _TEXT_RANGE.match(self.text, self.at) is not None

    def _word_end(self, at: int) -> int:
        depth = 0
        while at < len(self.text):
            char = self.text[at]
            if char == "\\":
                at = skip_backslashes(self.text, at)
                continue
            if char.isspace() or (char == ")" and depth == 0):
                break
            depth += (char == "(") - (char == ")")
            at += 1
        return at

    def _phrase_end(self, at: int) -> int:
        """Find the end of the phrase that begins at `at`, behind its closing quote."""
        start = at
        at += 1
        while self.text[at : at + 1] not in {'"', ""}:
            at = skip_backslashes(self.text, at) if self.text[at] == "\\" else at + 1
        if at >= len(self.text):
            self._fail("this quote is never closed", start, r'a closing " (write \" for a quote inside)')
        return at + 1

    def _phrase(self, field: FieldName | None) -> None:
        end = self._phrase_end(self.at)
        self._add("PHRASE", end, field)
        if field is not None and field.field.kind == "around" and self.text[end : end + 1] in set("±/+"):
            self._add("SPREAD", self._word_end(end), field)
        after = self.text[self.at : self.at + 1]
        if after and not after.isspace() and after != ")":
            self._fail("text right after a closing quote", self.at, r"a space, or \" for a quote inside the phrase")

    def _list(self, field: FieldName) -> None:
        start = self.at
        is_quoted = self.text[start + 1 : start + 2] == '"'
        end = self._phrase_end(start + 1) if is_quoted else self._word_end(start)
        if end == start + 1:
            self._fail("`@` names no file", start + 1, f"{field.text}@file.txt")
        self._add("LIST", end, field)

    def _comparison(self, field: FieldName) -> None:
        match = _COMPARE.match(self.text, self.at)
        assert match is not None, "called where one begins"
        self._add("COMPARE", match.end(), field)
        if not self._skip_spaces():
            return
        if self.text[self.at] == '"':
            self._phrase(field)
        elif self.text[self.at] not in "()":
            self._add("WORD", self._word_end(self.at), field)

    def _bracket_end(self, at: int) -> int:
        """Find the closing bracket of the range at `at`, quotes skipped; the end of the text when there is none."""
        while at < len(self.text) and self.text[at] not in "]}":
            at = self._phrase_end(at) if self.text[at] == '"' else at + 1
        return at

    def _range(self, field: FieldName) -> None:
        start, close = self.at, self._bracket_end(self.at)
        if close == len(self.text):
            self._fail("this range is never closed", start, "[10 TO 20], or {10 TO 20} without its ends")
        self._add("LBRACKET" if self.text[start] == "[" else "LBRACE", start + 1, field)
        while self.at < close:
            separator = next((found for found in _TO.finditer(self.text, self.at, close) if found[0] == "TO"), None)
            self._bound(separator.start() if separator else close, field)
            if separator is not None:
                self._add("TO", separator.end(), field)
        self._add("RBRACKET" if self.text[close] == "]" else "RBRACE", close + 1, field)

    def _bound(self, end: int, field: FieldName) -> None:
        """Add the text up to `end`, trimmed, as a bound, if there is any."""
        while self.at < end and self.text[self.at].isspace():
            self.at += 1
        if self.at < end:
            self._add("BOUND", self.at + len(self.text[self.at : end].rstrip()), field)
        self.at = end


def _is_plain(field: FieldName) -> bool:
    return field.path is None and field.field.kind in _PLAIN_TEXT


def regex_end(text: str, at: int) -> int | None:
    """Find the end of the regex that begins with the slash at `at`, behind its flag; None when it is ordinary text.

    A regex ends with the first slash that is neither escaped nor in a set, and nothing but `i` may follow:
    `/etc/passwd` is a path.
    """
    start, at, in_set = at, at + 1, False
    while at < len(text) and (text[at] != "/" or in_set):
        if text[at] == "[" and not in_set:
            in_set = True
            at += 1 + (text[at + 1 : at + 2] == "^")
            at += text[at : at + 1] == "]"
            continue
        in_set = in_set and text[at] != "]"
        at += 2 if text[at] == "\\" else 1
    if at >= len(text) or at == start + 1:
        return None
    end = at + 1 + (text[at + 1 : at + 2] == "i")
    after = text[end : end + 1]
    return end if not after or after.isspace() or after == ")" else None
