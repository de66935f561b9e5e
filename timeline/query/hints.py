"""What was probably meant: notes on a query that is valid but may not say what its author thinks."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from timeline.model.errors import QueryError
from timeline.query.fields import FIELD_NAMED, close_name
from timeline.query.lexer import Lexer, Token
from timeline.query.patterns import literal_of, word_pattern

_NAMED: Final = re.compile(r"([A-Za-z_][\w.]{2,40}):(?!//)(?=.)", re.ASCII | re.DOTALL)
_COMPARED: Final = re.compile(r"([a-z_.]+)(>=|<=|==?|>|<)(.+)", re.ASCII | re.DOTALL)
_BARE_COMPARISON: Final = re.compile(r"[<>]=?[\d.]+\w*")
_REGEX_SIGNS: Final = re.compile(r"[\[\](){}|^$+\\]")
_ESCAPED_STAR: Final = re.compile(r"[^\\]\\\*\Z")
_DOTTED: Final = re.compile(r"[\d.]+")


def hints(text: str) -> list[str]:
    """Notes on a query, none twice; none for one that cannot be read, whose error says more."""
    lexer = Lexer(text)
    try:
        tokens = lexer.read()
    except QueryError:
        return []
    found = [*_characters(text)]
    for token in tokens:
        if token.type == "WORD":
            found.extend(_of_word(token, is_alone=len(tokens) == 1))
        if token.type in {"WORD", "PHRASE"} and token.field is not None:
            found.extend(_of_value(token))
    return list(dict.fromkeys(found))


def _characters(text: str) -> Iterator[str]:
    for at, char in enumerate(text):
        if char in "“”„«»":
            yield f'{char} at column {at + 1} is not a quote here; phrases stand in "'
        elif unicodedata.category(char) in {"Cf", "Cc"} and not char.isspace():
            yield f"an invisible character at column {at + 1} (U+{ord(char):04X})"


def _of_word(token: Token, *, is_alone: bool) -> Iterator[str]:
    word = token.text
    if token.field is None:
        yield from _of_bare_word(word, is_alone=is_alone)
    if word.startswith("/") and (word.endswith("/") or word.count("/") == 1) and _REGEX_SIGNS.search(word):
        yield rf"{word} is read as text; a regex is /.../ with \/ for a slash inside it"
    if _ESCAPED_STAR.search(word):
        yield rf"\* in {word} is a star itself; write \\* for a backslash and then anything"


def _of_bare_word(word: str, *, is_alone: bool) -> Iterator[str]:
    if word in {"and", "or", "not"} and not is_alone:
        yield f"`{word}` is a word here; operators are upper case: {word.upper()}"
    if word == "TO" or _BARE_COMPARISON.fullmatch(word):
        yield f"`{word}` is a word here; ranges and comparisons need a field: status:[400 TO 499], bytes_out:>10MB"
    named = _NAMED.match(word)
    if named is not None and (name := close_name(named[1])):
        yield f"`{named[1]}:` is not a field; did you mean {name}?"
    compared = _COMPARED.fullmatch(word)
    if compared is not None and compared[1] in FIELD_NAMED:
        sign = "" if compared[2] in {"=", "=="} else compared[2]
        yield f"`{word}` is a word here; write {compared[1]}:{sign}{compared[3]}"


def _of_value(token: Token) -> Iterator[str]:
    assert token.field is not None, "called for values of fields"
    field = token.field.field
    value = literal_of(word_pattern(token.text.strip('"')))
    if value is None:
        return
    if field.kind == "text" and field.values and value not in field.values:
        yield f"no {field.name} is `{value}`; it is one of {', '.join(field.values)}"
    if field.kind == "address" and _DOTTED.fullmatch(value) and not _is_ipv4(value):
        yield f"{value} is no address, and is compared as text; networks are written 192.0.2.0/24 or 192.0.2.*"


def _is_ipv4(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdecimal() and int(part[:4]) < 256 for part in parts)
