"""Text -> tree, through lexer.py, grammar.lark and terms.py."""

from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn, cast

from lark import Lark, Tree, UnexpectedToken
from lark.exceptions import VisitError
from lark.visitors import Transformer_NonRecursive

from timeline.model.errors import QueryError
from timeline.query.lexer import Lexer, Token
from timeline.query.terms import Meaning, ReadList, Terms
from timeline.query.tree import EVERYTHING, Node, RawTest, all_of, any_of, negated

_END = "$END"
_RANGE_PART = {
    "LBRACKET": "its lower end, or * for none",
    "LBRACE": "its lower end, or * for none",
    "TO": "its upper end, or * for none",
}
_OPERATORS = frozenset({"AND", "OR", "NOT", "MINUS", "PLUS"})


def parse(text: str, *, now_us: int, zone: tzinfo = UTC, read_list: ReadList | None = None) -> Node:
    """Read a query into a tree in normal form; an empty one means All.

    `now_us` (microseconds UTC) is the present for relative times, `zone` the zone of times without one. `read_list`
    gives the lines of a file named by `@file`; it may raise OSError, ValueError or a LeaklineError. Raises QueryError
    with the 1-based column of the fault and what was expected there, and nothing else.
    """
    tokens = Lexer(text).read()
    feed = cast("Callable[[Token], Tree[Token]]", grammar().parse_interactive().feed_token)  # any token with a type
    try:
        for token in tokens:
            feed(token)
        tree = feed(Token(_END, len(text), len(text), ""))
    except UnexpectedToken as error:
        _refuse(text, tokens, cast("Token", error.token))
    try:
        return _Builder(Terms(Meaning(text, now_us, zone, read_list))).transform(tree)
    except VisitError as error:
        raise error.orig_exc from None


@cache
def grammar() -> Lark:
    """The compiled grammar; made once in a process."""
    source = files("timeline.query").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(source, parser="lalr", lexer="contextual")


class _Builder(Transformer_NonRecursive[Token, Node]):
    """Makes nodes from the rules of the grammar, without recursion."""

    def __init__(self, terms: Terms) -> None:
        super().__init__(visit_tokens=False)
        self._terms = terms

    def everything(self, _children: list[Any]) -> Node:
        return EVERYTHING

    def alternatives(self, children: list[Any]) -> Node:
        return any_of(_nodes(children))

    def conditions(self, children: list[Any]) -> Node:
        return all_of(_nodes(children))

    def negation(self, children: list[Any]) -> Node:
        return negated(_nodes(children)[0])

    def itself(self, children: list[Any]) -> Node:
        return _nodes(children)[0]

    def term(self, children: list[Any]) -> Node:
        return self._terms.term(children[0])

    def around(self, children: list[Any]) -> Node:
        phrase, spread = children
        margin = spread.text.lstrip("±/+-").strip()
        margin_at = spread.start + len(spread.text) - len(spread.text.lstrip("±/+-"))
        return self._terms.ranges.around(self._terms.value(phrase).typed, phrase.start, margin, margin_at)

    def comparison(self, children: list[Any]) -> Node:
        operator, bound = children
        value = self._terms.value(bound)
        ranges, name = self._terms.ranges, operator.field
        if name.path is not None:
            low, high = (value.typed, None) if operator.text.startswith(">") else (None, value.typed)
            is_open = not operator.text.endswith("=")
            ends = (low, value.at), (high, value.at)
            return RawTest(name.path, "range", bounds=ranges.bounds(*ends, low_open=is_open, high_open=is_open))
        self._need_order(operator)
        return ranges.compare(name, operator.text, value.typed, value.at)

    def range(self, children: list[Any]) -> Node:
        opening, low, _to, high, closing = children
        ends = self._end(low), self._end(high)
        is_open = {"low_open": opening.type == "LBRACE", "high_open": closing.type == "RBRACE"}
        if opening.field.path is not None:
            return RawTest(opening.field.path, "range", bounds=self._terms.ranges.bounds(*ends, **is_open))
        self._need_order(opening)
        return self._terms.ranges.between(opening.field, *ends, **is_open)

    def _end(self, bound: Token) -> tuple[str | None, int]:
        text = bound.text
        if len(text) > 1 and text.startswith('"') and text.endswith('"'):
            text = text[1:-1]
        return (None if text == "*" else text), bound.start

    def _need_order(self, token: Any) -> None:
        if token.field.field.kind not in {"int", "bytes", "time"}:
            self._terms.refuse_range(token.field, token.start)


def _nodes(children: Sequence[Any]) -> list[Node]:
    return [child for child in children if not isinstance(child, Token)]


def _refuse(text: str, tokens: Sequence[Token], found: Token) -> NoReturn:
    """Say what is wrong at the token that the grammar did not take."""
    index = len(tokens) if found.type == _END else tokens.index(found)
    before = tokens[index - 1] if index else None
    what, at, expected = _fault(tokens[:index], before, found)
    raise QueryError(what, query=text, column=at + 1, expected=expected)


def _fault(read: Sequence[Token], before: Token | None, found: Token) -> tuple[str, int, str]:
    if found.field is not None and found.type in {"TO", "BOUND", "LBRACKET", "LBRACE", "RBRACKET", "RBRACE"}:
        return "this range is not complete", found.start, _RANGE_PART.get(before.type if before else "", "[10 TO 20]")
    if before is not None and before.type == "FIELD":
        name = before.text
        return f"nothing after `{name}`", before.end, f'a value: word, "two words", a* or /regex/ ({_example(before)})'
    if before is not None and before.type == "COMPARE":
        return f"nothing after `{before.text}`", before.end, "a number, a size or a time"
    if before is not None and before.type in _OPERATORS:
        return f"nothing after `{before.text}`", before.end, "a term, or a group in parentheses"
    if found.type == "RPAR":
        if before is not None and before.type == "LPAR":
            return "nothing between the parentheses", found.start, "a term"
        return "`)` without `(`", found.start, "quotes around text that holds parentheses"
    if found.type == _END:
        return "`(` is never closed", _unclosed(read).start, "a closing )"
    return f"nothing before `{found.text}`", found.start, "a term, or quotes around a word that is meant literally"


def _example(token: Token) -> str:
    return token.field.field.example if token.field else ""


def _unclosed(tokens: Sequence[Token]) -> Token:
    """The last parenthesis that is open at the end."""
    stack: list[Token] = []
    for token in tokens:
        if token.type == "LPAR":
            stack.append(token)
        elif token.type == "RPAR" and stack:
            stack.pop()
    return stack[-1]
