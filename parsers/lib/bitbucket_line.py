"""One line of Bitbucket's access log split into its columns, which are joined by ` | `.

Reference: https://confluence.atlassian.com/bitbucketserverkb/how-to-read-the-bitbucket-server-data-center-log-files-779171668.html.
"""

import re
from typing import Any, Final

from parsers.lib.splitting import Pattern, Shape

_TIME: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}[,.][0-9]{3}"
_HEAD = re.compile(
    r"(?P<remote_host>[^|]*) \| (?P<protocol>[^|]*) \| (?P<request_id>[^|]*) \| (?:(?P<mesh_id>@[^|]*) \| )?"
    rf"(?P<user>[^|]*) \| (?P<time>{_TIME}) \| "
)
_REST: Final = ("status", "bytes_read", "bytes", "labels", "duration_ms", "session")
_END: Final = " | "
_NUMBER: Final = "(?:[0-9]+|-)"
CLEAN: Final = (
    Shape(
        (
            (
                Pattern(
                    rf"^[^ |]+ \| [a-z]+ \| [^ |]+ \| [^ |@][^ |]* \| {_TIME} \| $",
                    words=("remote_host", "", "", "", "", "", "user", "", "", "", "", ""),
                    slices={"time": (-26, -3)},
                ),
            ),
            (Pattern(r"^ \| $"),),
            (Pattern("^ $"),),
            (
                Pattern(
                    rf"^ \| (?P<status>[0-9]{{3}}|-) \| {_NUMBER} \| (?P<bytes>[0-9]+|-) \| (?P<labels>[^ |][^|]*[^ |]|[^ |])"
                    rf" \| {_NUMBER} \| (?P<session>[^ |]+)(?: \| ?)?$"
                ),
            ),
        ),
        ("request", "", "user_agent"),
    ),
)


def split_bitbucket_line(text: str) -> dict[str, Any] | None:
    """The columns of one line as logged, `-` kept; None when it is not such a line. What comes after them is `extra`."""
    head = _HEAD.match(text)
    if head is None or text[head.end() : head.end() + 1] != '"':
        return None
    line: dict[str, Any] = {name: value for name, value in head.groupdict().items() if value is not None}
    start = head.end() + 1
    end = text.find('"' + _END, start)
    if end < 0:
        return None
    line["request"] = text[start:end]
    rest = text[end + len(_END) + 1 :]
    if rest.startswith('"'):
        details, separator, rest = rest[1:].partition('"' + _END)
        if not separator:
            return None
        line["referer"], separator, line["user_agent"] = details.partition('" "')
        if not separator:
            line["user_agent"] = line.pop("referer")
    else:
        _, _, rest = rest.partition(_END)
    values = rest.rstrip().removesuffix("|").rstrip().split(_END)
    line.update(zip(_REST, values, strict=False))
    if len(values) > len(_REST):
        line["extra"] = values[len(_REST) :]
    return line
