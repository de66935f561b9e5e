"""nginx's log_format read into pieces: `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent`.

Reference: https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format and the variables of the core module. Any
variable may be logged (`map`, `set`), so a name nobody knows is a column of its own.
"""

import re
from typing import Final

from parsers.lib.format_pieces import COUNT, STATUS, Column, FormatText, Literal, Piece

VARIABLE: Final = re.compile(r"\$(?:\{(?P<braced>[A-Za-z0-9_]+)\}|(?P<bare>[A-Za-z0-9_]+))")
# variable -> (role, rank, pattern)
_ROLES: Final[dict[str, tuple[str, int, str | None]]] = {
    "remote_addr": ("remote_host", 1, None),
    "realip_remote_addr": ("remote_host", 2, None),
    "http_x_forwarded_for": ("forwarded_for", 1, None),
    "proxy_add_x_forwarded_for": ("forwarded_for", 2, None),
    "remote_user": ("user", 1, None),
    "request": ("request", 1, None),
    "request_method": ("method", 1, None),
    "request_uri": ("target", 1, None),
    "uri": ("target", 2, None),
    "document_uri": ("target", 3, None),
    "args": ("query", 1, None),
    "query_string": ("query", 2, None),
    "status": ("status", 1, STATUS),
    "body_bytes_sent": ("bytes", 1, COUNT),
    "bytes_sent": ("bytes", 2, COUNT),
    "http_user_agent": ("user_agent", 1, None),
}
# variable -> (time directive, pattern)
_TIMES: Final[dict[str, tuple[str, str | None]]] = {
    "time_local": ("text", r'[^ \]"]*(?: [+-][0-9]{4})?'),
    "time_iso8601": ("text", None),
    "msec": ("seconds", "[0-9.]{1,18}"),
}
_LISTS: Final = re.compile("upstream_|http_x_forwarded_for$|proxy_add_x_forwarded_for$")


def nginx_pieces(source: FormatText) -> list[Piece]:
    """The pieces of a log_format; UsageError names the column of a `$` that starts no variable."""
    pieces: list[Piece] = []
    position = 0
    text = source.text
    while position < len(text):
        start = text.find("$", position)
        if start < 0:
            start = len(text)
        if start > position:
            pieces.append(Literal(text[position:start]))
        if start == len(text):
            break
        match = VARIABLE.match(text, start)
        if match is None:
            raise source.fault("a $ that starts no variable", start)
        pieces.append(_variable(match["braced"] or match["bare"], start))
        position = match.end()
    return pieces


def _variable(name: str, index: int) -> Column:
    if name in _TIMES:
        directive, pattern = _TIMES[name]
        return Column(name, index, pattern=pattern, time={"": directive})
    if name == "is_args":
        return Column(name, index, pattern=r"\??", self_ending=True, starts_with="?")
    role, rank, pattern = _ROLES.get(name, (None, 0, None))
    starts_with = "/" if role == "target" else ""
    return Column(
        name, index, role, rank, pattern, starts_with=starts_with, list_of_values=_LISTS.match(name) is not None
    )
