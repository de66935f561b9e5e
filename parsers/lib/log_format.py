r"""A log format (Apache LogFormat or nginx log_format) compiled to an exact decoder of lines.

Accepted as people have it at hand: a nickname (`combined`), the bare format, the format in quotes with `\"` inside, a
whole `LogFormat "..." name` line, a whole `log_format name escape=json '...' '...';` directive. One regular expression,
valid for RE2 and for Python's `re` alike, is made of it, so that the columnar and the single-line decoder agree.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property, lru_cache
from typing import Any, Final

from parsers.lib.apache_format import DIRECTIVE, NICKNAMES, apache_pieces
from parsers.lib.clf_time import Moment
from parsers.lib.format_pieces import Column, FormatText, Literal, Piece
from parsers.lib.format_time import assemble_time
from parsers.lib.nginx_format import VARIABLE, nginx_pieces
from parsers.lib.splitting import Pattern, Shape
from timeline.model.errors import UsageError

TIME_SEPARATOR: Final = "\x1f"
_IN_QUOTES: Final = r'[^"\\]*(?:\\.[^"\\]*)*'
_LIST: Final = "[^ ,]+(?:(?:, ?| : )[^ ,]+)*"
_APACHE_LINE = re.compile(r'\s*LogFormat\s+("(?:[^"\\]|\\.)*")(?:\s+\S+)?\s*', re.DOTALL | re.IGNORECASE)
_NGINX_LINE = re.compile(r"\s*log_format\s+\S+(?:\s+escape=(default|json|none))?\s+(.*?)\s*;?\s*", re.DOTALL)
_QUOTED_PIECES = re.compile(r"""(?:\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))+\s*;?\s*""", re.DOTALL)
_QUOTED_PIECE = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True)
class LogFormat:
    """A compiled format.

    `pattern` matches a whole line, `shapes` take clean lines apart as whole columns; `names` gives the group of
    each column of `fields`; `roles` the groups that fill each role, the preferred first; `times` the (group,
    directive) pairs of the time. `json_escapes` says that values are escaped as in JSON.
    """

    pattern: str
    shapes: tuple[Shape, ...]
    names: tuple[tuple[str, str], ...]
    roles: Mapping[str, tuple[str, ...]]
    times: tuple[tuple[str, str], ...]
    json_escapes: bool

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.DOTALL)

    def split(self, line: str) -> dict[str, str] | None:
        """The groups of one line; None when the line does not have this format."""
        match = self._expression.fullmatch(line)
        return None if match is None else {name: value or "" for name, value in match.groupdict().items()}

    def fields(self, line: str) -> dict[str, Any]:
        """The columns of one line by name, {} when it does not match; a repeated name gets `_2`, `_3`."""
        groups = self.split(line)
        if groups is None:
            return {}
        found: dict[str, Any] = {}
        for group, name in self.names:
            number = 1
            unique = name
            while unique in found:
                number += 1
                unique = f"{name}_{number}"
            value = groups[group]
            found[unique] = unescape_json(value) if self.json_escapes else value
        return found

    def read_time(self, texts: str, zone: tzinfo | None) -> Moment | None:
        """The moment that the time groups' texts, joined by `TIME_SEPARATOR`, state together."""
        return assemble_time([directive for _, directive in self.times], texts.split(TIME_SEPARATOR), zone)


def unescape_json(text: str) -> str:
    """The text that a JSON string body stands for; unchanged where it is none."""
    if "\\" not in text:
        return text
    try:
        value = json.loads(f'"{text}"', strict=False)
    except ValueError:
        return text
    return value if isinstance(value, str) else text


@lru_cache(maxsize=64)
def compile_log_format(text: str) -> LogFormat:
    """Compile a format; UsageError, whose `where` is `log format, column N`, when it cannot be understood."""
    source, nginx, escapes = _unwrap(text)
    pieces = _joined(nginx_pieces(source) if nginx else apache_pieces(source))
    columns = [piece for piece in pieces if isinstance(piece, Column)]
    if not columns:
        raise source.fault("no column is named", 0, "write an Apache LogFormat, an nginx log_format, or `combined`")
    pattern = []
    for number, piece in enumerate(pieces):
        if isinstance(piece, Literal):
            pattern.append(re.escape(piece.text))
        else:
            pattern.append(f"(?P<c{piece.index}>{_value(source, pieces, number)})")
    return LogFormat(
        pattern="^" + "".join(pattern) + "$",
        shapes=_shapes(pieces, pattern),
        names=tuple((f"c{column.index}", column.name) for column in columns),
        roles=_roles(columns),
        times=_times(columns),
        json_escapes=escapes == "json",
    )


def _joined(pieces: list[Piece]) -> list[Piece]:
    """The pieces with literals that follow each other made one."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Literal) and joined and isinstance(joined[-1], Literal):
            joined[-1] = Literal(joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def _shapes(pieces: list[Piece], patterns: list[str]) -> tuple[Shape, ...]:
    """The shape of clean lines; none when a quoted text of the format is not exactly one column.

    In a line with as many quotes as the format's literals have, every quote is one of those, so that the pieces between
    can be matched on their own.
    """
    outside: list[str] = [""]
    for piece, pattern in zip(pieces, patterns, strict=True):
        if isinstance(piece, Column):
            outside[-1] += pattern
            continue
        first, *others = piece.text.split('"')
        outside[-1] += re.escape(first)
        outside.extend(re.escape(other) for other in others)
    quoted = [re.fullmatch(rf"\(\?P<(c[0-9]+)>{re.escape(_IN_QUOTES)}\)", text) for text in outside[1::2]]
    if len(outside) % 2 == 0 or not all(quoted):
        return ()
    between = tuple((Pattern(f"^{text}$"),) for text in outside[::2])
    return (Shape(between, tuple(match[1] for match in quoted if match)),)


def _value(source: FormatText, pieces: list[Piece], number: int) -> str:
    """The pattern of a column, which must not be able to run over into what follows it."""
    column = pieces[number]
    assert isinstance(column, Column)
    before = pieces[number - 1] if number else Literal("")
    after = pieces[number + 1] if number + 1 < len(pieces) else Literal("")
    if isinstance(after, Column) and not (column.self_ending or after.starts_with):
        raise source.fault(
            f"nothing separates {column.name} from {after.name}", after.index, "its end could not be found"
        )
    if column.pattern is not None:
        return column.pattern
    if isinstance(after, Column):
        return f"[^{after.starts_with} ]*"
    if isinstance(before, Literal) and before.text.endswith('"') and after.text.startswith('"'):
        return _IN_QUOTES
    return _unquoted(column, after.text)


def _unquoted(column: Column, after: str) -> str:
    if not after:
        return ".*"
    if after[0] != " ":
        return f"[^{re.escape(after[0])}]*"
    if column.role == "user" and after.startswith(" ["):
        return r"[^ \[]*(?: [^ \[]+)*"
    if column.role == "request":
        return "[^ ]+(?: [^ ]+ [^ ]+)?"
    return _LIST if column.list_of_values else "[^ ]*"


def _roles(columns: list[Column]) -> dict[str, tuple[str, ...]]:
    ranked = sorted((column for column in columns if column.role), key=lambda column: column.rank)
    roles: dict[str, tuple[str, ...]] = {}
    for column in ranked:
        assert column.role is not None
        roles[column.role] = (*roles.get(column.role, ()), f"c{column.index}")
    return roles


def _times(columns: list[Column]) -> tuple[tuple[str, str], ...]:
    """One group for each directive, the first that states it; a whole time in one text stands alone."""
    found: dict[str, str] = {}
    for column in columns:
        for group, directive in column.time.items():
            found.setdefault(directive, group or f"c{column.index}")
    return tuple((group, directive) for directive, group in found.items())


def _unwrap(text: str) -> tuple[FormatText, bool, str]:
    """The format without the configuration file's quoting; whether it is nginx's; how its values are escaped."""
    if nickname := NICKNAMES.get(text.strip()):
        return FormatText(nickname, (1,) * len(nickname)), False, "default"
    if line := _APACHE_LINE.fullmatch(text):
        return _unquote(text, *line.span(1)), False, "default"
    if directive := _NGINX_LINE.fullmatch(text):
        if not _QUOTED_PIECES.fullmatch(directive[2]):
            return _bare(text, *directive.span(2)), True, directive[1] or "default"
        return _unquote(text, *directive.span(2)), True, directive[1] or "default"
    unquoted = _QUOTED_PIECES.fullmatch(text) is not None
    source = _unquote(text, 0, len(text)) if unquoted else _bare(text, 0, len(text))
    nginx = VARIABLE.search(source.text) is not None and DIRECTIVE.search(source.text) is None
    if not source.text.strip():
        raise UsageError("the log format is empty", where="log format, column 1")
    return source, nginx, "default"


def _bare(text: str, start: int, end: int) -> FormatText:
    return _unescaped([(char, column) for column, char in enumerate(text[start:end], start + 1)])


def _unquote(text: str, start: int, end: int) -> FormatText:
    characters: list[tuple[str, int]] = []
    for match in _QUOTED_PIECE.finditer(text, start, end):
        inner = 1 if match[1] is not None else 2
        characters.extend((char, column) for column, char in enumerate(match[inner], match.start(inner) + 1))
    return _unescaped(characters)


def _unescaped(characters: list[tuple[str, int]]) -> FormatText:
    out: list[tuple[str, int]] = []
    position = 0
    while position < len(characters):
        char, column = characters[position]
        if char == "\\" and position + 1 < len(characters):
            following = characters[position + 1][0]
            char = _ESCAPED.get(following, following)
            position += 1
        out.append((char, column))
        position += 1
    return FormatText("".join(char for char, _ in out), tuple(column for _, column in out))
