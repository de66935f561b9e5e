"""What could stand at the cursor: from the grammar (what may come next) and the registry of fields."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from lark import UnexpectedToken

from timeline.model.errors import QueryError
from timeline.query.fields import QUERY_FIELDS, QueryField
from timeline.query.lexer import FieldName, Lexer, Token
from timeline.query.parsing import grammar
from timeline.query.patterns import literal_of, phrase_text, word_pattern
from timeline.query.write import value_text

CompletionKind = Literal["field", "operator", "value"]
Values = Callable[[str, str], Sequence[tuple[str, int]]]
_MOST: Final = 50
_OPERATORS: Final = {
    "AND": "both sides hold; what a space means",
    "OR": "either side holds; binds less tightly than AND",
    "NOT": "the next term does not hold",
}
_TIMES: Final = (
    ("-1h", "an hour ago"),
    ("-24h", "a day ago, to the hour"),
    ("-7d", "a week ago"),
    ("today", "midnight today"),
    ("yesterday", "midnight yesterday"),
    ("now", "this moment"),
)
_DAYS: Final = (("today", "the whole day"), ("yesterday", "the whole day"))
_EXAMPLES: Final = {
    "bytes": ((">1MB", "more than a million bytes"), (">100MB", ""), (">1GB", "")),
    "after": _TIMES,
    "before": _TIMES,
    "around": _TIMES,
    "time": _DAYS,
}
_STATUS: Final = (("4xx", "400 to 499"), ("5xx", "500 to 599"), (">=400", "errors"))
_STARRED_KINDS: Final = frozenset({"text", "address", "int", "bytes", "time", "tag", "comment"})


@dataclass(frozen=True, slots=True)
class Completion:
    """Put `text` in place of query[start:end] (0-based). `meaning` is a line about it; counts are of the whole case."""

    text: str
    start: int
    end: int
    kind: CompletionKind
    meaning: str

    @property
    def detail(self) -> str:
        """The line to show beside it."""
        return self.meaning


@dataclass(frozen=True, slots=True)
class _Partial:
    """What stands before the cursor: whole tokens, and the beginning of one. `typed` is None where it has wildcards."""

    whole: tuple[Token, ...]
    start: int
    typed: str | None
    field: FieldName | None
    is_open: bool  # inside a parenthesis


def complete(text: str, cursor: int, *, values: Values | None = None) -> list[Completion]:
    """What could stand at the 0-based `cursor`, best first, at most 50; none where nothing can be said.

    `values(field, typed)` gives values of a text field (or `tag`, `source`) that begin with `typed`, with their counts.
    """
    cursor = min(max(cursor, 0), len(text))
    partial = _before(text[:cursor])
    if partial is None:
        return []
    accepted = _accepted(partial.whole)
    found: list[tuple[str, CompletionKind, str]] = []
    if "WORD" in accepted and partial.typed is not None:
        if partial.field is not None:
            found += _values(partial.field.field, partial.typed, values) if partial.field.path is None else []
        elif "FIELD" in accepted:
            found += _fields(partial.typed)
    operators = list(_operators(partial, accepted))
    is_operator_likely = not partial.typed or partial.typed.isupper()
    found = operators + found if is_operator_likely else found + operators
    return [Completion(new, partial.start, cursor, kind, meaning) for new, kind, meaning in found[:_MOST]]


def _before(text: str) -> _Partial | None:
    """Take the text before the cursor apart; None where a list's file or a range is being written."""
    lexer = Lexer(text)
    try:
        tokens = lexer.read()
    except QueryError as error:
        return _broken(text, lexer, error)
    last = tokens[-1] if tokens else None
    if last is not None and last.end == len(text) and last.type in {"WORD", "PHRASE"}:
        literal = phrase_text(last.text) if last.type == "PHRASE" else literal_of(word_pattern(last.text))
        before = tokens[-2] if len(tokens) > 1 else None
        if before is not None and before.type == "COMPARE" and before.end == last.start:
            return _Partial(tuple(tokens[:-2]), before.start, before.text + last.text, last.field, bool(lexer.open))
        return _Partial(tuple(tokens[:-1]), last.start, literal, last.field, bool(lexer.open))
    if last is not None and last.end == len(text) and last.type not in {"FIELD", "LPAR", "MINUS", "PLUS", "COMPARE"}:
        return None
    return _Partial(tuple(tokens), len(text), "", _field_next(lexer), bool(lexer.open))


def _broken(text: str, lexer: Lexer, error: QueryError) -> _Partial | None:
    """Take apart what cannot be read yet: an open quote, or a prefix with nothing after it."""
    at = error.column - 1
    whole = tuple(token for token in lexer.tokens if token.end <= at)
    if text[at : at + 1] == '"' and text[at - 1 : at] != "@":
        return _Partial(whole, at, phrase_text(f'{text[at:]}"'), _field_next(lexer), bool(lexer.open))
    if at == len(text) - 1 and text[at] in "-+!":
        return _Partial(whole, len(text), "", _field_next(lexer), bool(lexer.open))
    return None


def _field_next(lexer: Lexer) -> FieldName | None:
    """The field whose value would come next."""
    if lexer.tokens and lexer.tokens[-1].type in {"FIELD", "COMPARE"}:
        return lexer.tokens[-1].field
    return lexer.open[-1][1] if lexer.open else None


def _accepted(tokens: Sequence[Token]) -> frozenset[str]:
    """The types of token that the grammar takes after these."""
    parser = grammar().parse_interactive()
    feed = cast("Callable[[Token], object]", parser.feed_token)
    try:
        for token in tokens:
            feed(token)
    except UnexpectedToken:
        return frozenset()
    accepts = cast("Callable[[], set[str]]", parser.accepts)
    return frozenset(accepts())


def _fields(typed: str) -> Iterator[tuple[str, CompletionKind, str]]:
    """Fields whose name begins so, then fields that have such an alias."""
    lowered = typed.lower()
    by_alias = []
    for field in QUERY_FIELDS:
        name = f"{field.name}{'.' if field.kind == 'raw' and lowered.startswith('raw.') else ':'}"
        if name.startswith(lowered):
            yield name, "field", f"{field.meaning}, as in {field.example}"
        elif lowered and any(alias.startswith(lowered) for alias in field.aliases):
            by_alias.append(field)
    for field in by_alias:
        yield f"{field.name}:", "field", f"{field.meaning}; also {', '.join(field.aliases)}"


def _operators(partial: _Partial, accepted: frozenset[str]) -> Iterator[tuple[str, CompletionKind, str]]:
    if partial.typed is None:
        return
    for name, meaning in _OPERATORS.items():
        if name in accepted and name.startswith(partial.typed) and (partial.typed or partial.whole):
            yield f"{name} ", "operator", meaning
    if partial.is_open and "RPAR" in accepted and not partial.typed:
        yield ")", "operator", "closes the group"


def _values(field: QueryField, typed: str, values: Values | None) -> Iterator[tuple[str, CompletionKind, str]]:
    for value in field.values:
        if value.startswith(typed.lower()):
            yield value, "value", field.meaning
    examples = _STATUS if field.name == "status" else _EXAMPLES.get(field.kind, ())
    for value, meaning in examples:
        if value.startswith(typed.lower()):
            yield value, "value", meaning or field.meaning
    if values is not None and field.kind in {"text", "address", "tag", "source"}:
        for value, count in values(field.name, typed):
            if value not in field.values:
                written = value_text(value, is_address=field.kind == "address")
                yield written, "value", f"{count:,} event{'' if count == 1 else 's'}"
    if not typed and field.kind in _STARRED_KINDS:
        yield "*", "value", f"any {field.name}"
