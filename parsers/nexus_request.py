"""Sonatype Nexus Repository 3's request.log: NCSA's first columns, then bytes, milliseconds, user agent and thread.

    198.51.100.9 - dana [30/Mar/2026:22:36:48 +0000] "GET /repository/npm/a.tgz HTTP/1.1" 200 - 734003200 912 "npm/10.5.0"
    [qtp1085283394-921]

(one line in the log). The three numbers after the status are the bytes of the request, the bytes that were sent and the
milliseconds that it took. Logs without the thread at the end are those of any server and are left to `web_access`.
Reference: https://help.sonatype.com/en/logging.html.
"""

import re
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final

from parsers.lib.access_events import access_events
from parsers.lib.clf_time import read_time
from parsers.lib.columns import chunk_lines, per_distinct
from parsers.lib.splitting import Pattern, Shape, split_lines
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import zone_named

KIND: Final = "nexus.request"
VERSION: Final = 1
TITLE: Final = "Sonatype Nexus Repository request.log"
REFERENCE: Final = "https://help.sonatype.com/en/logging.html"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND,)
NOT_THIS_FORMAT: Final = "the line is not a record of Nexus's request.log"

_LINES: Final = b"""\
198.51.100.9 - dana [30/Mar/2026:22:36:48 +0000] "GET /repository/npm/a.tgz HTTP/1.1" 200 - 734003200 912 "npm/10.5.0" \
[qtp1085283394-921]
2001:db8::7 - - [30/Mar/2026:22:36:49 +0000] "PUT /repository/raw/b.bin HTTP/1.1" 401 5120 0 3 "curl/8.5.0" \
[qtp1085283394-44]
203.0.113.77 - *UNKNOWN [30/Mar/2026:22:36:50 +0000] "GET /service/rest/v1/search HTTP/1.1" 404 - - 1 "a \\"b\\" c" [qtp1-7]
"""
SAMPLES: Final = (_LINES,)

_NAMES: Final = ("remote_host", "user", "time", "request", "status", "bytes", "user_agent")
_NOBODY: Final = frozenset({"anonymous", "*UNKNOWN"})
_LINE: Final = re.compile(
    r'(?P<remote_host>[^ "]+) (?P<identity>[^ "]+) (?P<user>[^"\[\]]{1,256}) \[(?P<time>[^\]"]{1,64})\]'
    r' "(?P<request>.*?)" (?P<status>[0-9]{3}|-) (?P<request_bytes>-?[0-9]+|-) (?P<bytes>-?[0-9]+|-)'
    r' (?P<elapsed_ms>-?[0-9]+|-) "(?P<user_agent>.*)" \[(?P<thread>[^\[\]"]{1,256})\]',
    re.DOTALL,
)
_NUMBER: Final = r"(?:-?[0-9]+|-)"
_CLEAN: Final = (
    Shape(
        (
            (
                Pattern(
                    r"^(?P<remote_host>[^ ]+) [^ ]+ (?P<user>[^\[\]]{1,256}) \[(?P<time>[^\]]{1,64})\] $",
                ),
            ),
            (
                Pattern(
                    f"^ (?:[0-9]{{3}}|-) {_NUMBER} {_NUMBER} {_NUMBER} $", words=("", "status", "", "bytes", "", "")
                ),
            ),
            (Pattern(r"^ \[[^\[\]]{1,256}\]$"),),
        ),
        ("request", "user_agent"),
    ),
)


def sniff(sample: Sample) -> Sniff:
    """By how many of the first lines end with a user agent and a thread, and have a time that can be read."""
    lines = sample.lines
    if not any(line.endswith("]") and '" [' in line for line in lines[:3]):
        return NO
    found = [_split(line) if len(line) < 65_536 else None for line in lines]
    good = sum(line is not None and read_time(line["time"]) is not None for line in found)
    if not good:
        return NO
    share = good / len(lines)
    # as access logs with three more columns they are read by others too: a thread at the end decides
    confidence = 100 if share > 0.9 else 90 if share >= 0.5 else 40
    return Sniff(confidence, (f"{good} of the first {len(lines)} lines are requests with the thread that served them",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    lines = chunk_lines(chunk)
    split = split_lines(lines, _CLEAN, _NAMES, _split, NOT_THIS_FORMAT)
    columns = dict(split.columns)
    columns["user"] = per_distinct(columns["user"], _known, columns["user"].type)
    zone = _zone(chunk.context.zone)
    batch, warnings = access_events(KIND, lines, split.rows, columns, lambda text: read_time(text, zone))
    return Decoded(batch, len(lines), split.rejects, split.ignored, warnings)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001  # the protocol's
    """The columns of one line by name, `-` kept; {} when it is no such line."""
    return _split(record.decode("utf-8", "replace")) or {}


def _split(text: str) -> dict[str, Any] | None:
    match = _LINE.fullmatch(text)
    return None if match is None else match.groupdict()


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    try:
        return zone_named(name)
    except ValueError:  # case.yaml is checked where it is read; a decoder goes on
        return None


def _known(user: str) -> str | None:
    return None if user in _NOBODY else user
