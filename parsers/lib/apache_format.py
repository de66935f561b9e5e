r"""Apache's LogFormat read into pieces: `%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"`.

Reference: https://httpd.apache.org/docs/current/mod/mod_log_config.html#formats; also the directives of mod_logio,
mod_ssl (`%{...}x`, `%{...}c`) and trailers (`%{...}^ti`).
"""

import re
from typing import Final

from parsers.lib.format_pieces import COUNT, STATUS, Column, FormatText, Literal, Piece, strftime_column

NICKNAMES: Final = {
    "common": '%h %l %u %t "%r" %>s %b',
    "combined": '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"',
    "vhost_combined": '%v:%p %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"',
    "vhost_common": '%v %h %l %u %t "%r" %>s %b',
    "combinedio": '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i" %I %O',
}
DIRECTIVE: Final = re.compile(
    r"%(?:%|(?P<modifier>[<>!0-9,]*)(?:\{(?P<argument>[^}]*)\})?(?P<modifier2>[<>]?)(?P<letter>\^[A-Za-z]{2}|[A-Za-z]))"
)
_CLF: Final = r"\[[^\]]*\]"
# letter -> (name in `fields`, role, rank, pattern)
_PLAIN: Final[dict[str, tuple[str, str | None, int, str | None]]] = {
    "h": ("remote_host", "remote_host", 2, None),
    "a": ("remote_address", "remote_host", 1, None),
    "l": ("identity", None, 0, None),
    "u": ("user", "user", 1, None),
    "r": ("request", "request", 1, None),
    "m": ("method", "method", 1, None),
    "U": ("path", "target", 1, None),
    "q": ("query", "query", 1, r"(?:\?[^ ]*)?"),
    "H": ("protocol", None, 0, None),
    "s": ("status", "status", 2, STATUS),
    "b": ("bytes", "bytes", 1, COUNT),
    "B": ("bytes", "bytes", 1, COUNT),
    "O": ("bytes_sent", "bytes", 2, COUNT),
    "I": ("bytes_received", None, 0, COUNT),
    "S": ("bytes_total", None, 0, COUNT),
    "D": ("duration_us", None, 0, None),
    "T": ("duration", None, 0, None),
    "v": ("vhost", None, 0, None),
    "V": ("server_name", None, 0, None),
    "p": ("port", None, 0, None),
    "P": ("process_id", None, 0, None),
    "k": ("keepalive_requests", None, 0, None),
    "A": ("local_address", None, 0, None),
    "f": ("filename", None, 0, None),
    "R": ("handler", None, 0, None),
    "L": ("log_id", None, 0, None),
    "X": ("connection_status", None, 0, "[X+-]"),
    "^FB": ("first_byte_us", None, 0, None),
}
_NEEDS_ARGUMENT: Final = {"i", "o", "e", "n", "C", "x", "c", "^ti", "^to"}
_HEADERS: Final[dict[str, tuple[str, str | None]]] = {
    "referer": ("referer", None),
    "user-agent": ("user_agent", "user_agent"),
    "x-forwarded-for": ("X-Forwarded-For", "forwarded_for"),
}


def apache_pieces(source: FormatText) -> list[Piece]:
    """The pieces of a LogFormat; UsageError names the column of what cannot be read."""
    pieces: list[Piece] = []
    position = 0
    text = source.text
    while position < len(text):
        start = text.find("%", position)
        if start < 0:
            start = len(text)
        if start > position:
            pieces.append(Literal(text[position:start]))
        if start == len(text):
            break
        match = DIRECTIVE.match(text, start)
        if match is None:
            raise source.fault("a % that starts no directive", start, "write %% for a percent sign")
        pieces.extend([Literal("%")] if match[0] == "%%" else _directive(source, start, match))
        position = match.end()
    return pieces


def _directive(source: FormatText, index: int, match: re.Match[str]) -> list[Piece]:
    letter, argument = match["letter"], match["argument"]
    if letter == "t":
        return _time(source, index, argument)
    if letter in _NEEDS_ARGUMENT:
        if not argument:
            raise source.fault(f"{match[0]} needs a name in braces", index)
        name, role = _HEADERS.get(argument.lower(), (argument, None)) if letter == "i" else (argument, None)
        return [Column(name, index, role, rank=1, list_of_values=role == "forwarded_for")]
    if letter not in _PLAIN:
        raise source.fault(f"{match[0]} is not a directive of LogFormat", index)
    name, role, rank, pattern = _PLAIN[letter]
    if letter in {"a", "h"} and argument == "c":
        name, rank = "peer_address", 3
    elif letter == "s" and ">" in match["modifier"] + match["modifier2"]:
        rank = 1
    elif letter == "s":
        name = "original_status"
    return [
        Column(name, index, role, rank, pattern, self_ending=letter in {"q", "X"}, starts_with="?" * (letter == "q"))
    ]


def _time(source: FormatText, index: int, argument: str | None) -> list[Piece]:
    layout = re.sub("^(?:begin|end):?", "", argument or "")
    if not layout:
        return [Literal("["), Column("time", index, pattern=r"[^\]]*", time={"": "text"}), Literal("]")]
    simple: dict[str, tuple[str, str]] = {
        "sec": ("[0-9]{1,12}", "seconds"),
        "msec": ("[0-9]{1,15}", "milliseconds"),
        "usec": ("[0-9]{1,18}", "microseconds"),
        "msec_frac": ("[0-9]{3}", "fraction"),
        "usec_frac": ("[0-9]{6}", "fraction"),
    }
    if layout in simple:
        pattern, directive = simple[layout]
        return [Column("time", index, pattern=pattern, time={"": directive}, self_ending=True)]
    return [strftime_column(source, index, layout)]
