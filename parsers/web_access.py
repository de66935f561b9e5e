r"""Access logs of web servers: Apache httpd, nginx and whatever writes the same lines.

    192.0.2.7 - alice [30/Mar/2026:23:17:59 +0000] "GET /model/shard-00.bin HTTP/1.1" 200 734003200 "-" "curl/8.5.0"
    www.example.com:443 2001:db8::7 - - [30/Mar/2026:23:18:02 +0200] "GET /.git/config HTTP/1.1" 403 199 "-" "-"
    198.51.100.4, 10.0.0.1 - - [30/Mar/2026:23:18:05 +0000] "\x16\x03\x01" 400 157 "-" "-"

Without `log_format` each line is taken for what it looks like (`parsers.lib.access_line` shows the shapes); with one,
the lines must have exactly that format. References: https://httpd.apache.org/docs/current/mod/mod_log_config.html,
https://nginx.org/en/docs/http/ngx_http_log_module.html.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import tzinfo
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import REQUEST, ROLES, access_events
from parsers.lib.access_line import CLEAN, AccessLine, split_access_line
from parsers.lib.clean_lines import clean_lines, in_order
from parsers.lib.clf_time import Moment, read_time
from parsers.lib.columns import Lines, chunk_lines, known, per_distinct
from parsers.lib.log_format import TIME_SEPARATOR, compile_log_format, unescape_json
from parsers.lib.splitting import Split, split_lines
from timeline.model.errors import UsageError
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import zone_named

KIND: Final = "web.access"
VERSION: Final = 2
TITLE: Final = "Apache and nginx access log (common, combined, virtual host first, or any log format)"
REFERENCE: Final = "https://httpd.apache.org/docs/current/logs.html#accesslog"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND,)
NOT_THIS_FORMAT: Final = "the line is not an access log record"
NOT_THE_LOG_FORMAT: Final = "the line does not have the given log format"
CUT: Final = "the line ends inside a quoted text"
_COMMON: Final = rb"""
192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET / HTTP/1.1" 200 2326
192.0.2.7 - alice [30/Mar/2026:23:18:01 +0000] "GET /private/report.pdf HTTP/1.1" 200 88112
198.51.100.23 - - [30/Mar/2026:23:18:04 +0000] "HEAD /.env HTTP/1.1" 404 -
"""
_COMBINED: Final = rb"""
192.0.2.7 - - [30/Mar/2026:23:17:59 +0200] "GET /shard-00.bin HTTP/1.1" 206 734003200 "-" "curl/8.5.0"
2001:db8::7 - bob [30/Mar/2026:23:18:02 +0200] "POST /login HTTP/2.0" 403 199 "https://example.com/" "Mozilla/5.0"
203.0.113.9 - - [30/Mar/2026:23:18:09 +0200] "\x16\x03\x01\x00" 400 157 "-" "a \"quoted\" agent"
"""
_HOST_FIRST: Final = rb"""
www.example.com:443 192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /.git/config HTTP/1.1" 200 311 "-" "git/2.43"
api.example.com:443 203.0.113.9 - - [30/Mar/2026:23:18:00 +0000] "GET /v1/keys HTTP/1.1" 401 12 "-" "-"
"""
_FORWARDED: Final = rb"""
198.51.100.4, 10.0.0.1 - - [30/Mar/2026:23:17:59 +0000] "GET /a?b=c HTTP/1.1" 200 512 "-" "curl/8.5.0"
"203.0.113.9, 10.0.0.1" 10.0.0.2 - - [30/Mar/2026:23:18:01 +0000] "GET /b HTTP/1.1" 200 9 "-" "curl/8.5.0" "-"
"""
_PROXY: Final = (
    b'[30/Mar/2026:23:17:59 +0000] - 200 200 - GET https www.example.com "/backup.tar.gz" [Client 192.0.2.7] '
    b'[Length 1048576] [Gzip -] [Sent-to 10.0.0.15] "Wget/1.21" "-"\n'
    b'[30/Mar/2026:23:18:05 +0000] 403 - GET https www.example.com "/admin" [Client 203.0.113.9] [Length 548] '
    b'[Gzip -] "python-requests/2.31.0" "-"\n'
)
SAMPLES: Final = tuple(sample.lstrip() for sample in (_COMMON, _COMBINED, _HOST_FIRST, _FORWARDED, _PROXY))
_REQUEST = re.compile(REQUEST)


def sniff(sample: Sample) -> Sniff:
    """By how many of the first lines are access log records whose time can be read."""
    lines = [line for line in sample.lines if len(line) < 65_536]
    if not lines:
        return NO
    found = [split_access_line(line) for line in lines]
    good = sum(line is not None and read_time(line["time"]) is not None for line in found)
    if not good:
        return NO
    share = good / len(lines)
    confidence = 95 if share > 0.9 else 85 if share >= 0.5 else 60 if share >= 0.2 else 30
    if all(line is None or _written_by_traefik(line) for line in found):
        confidence = 40
    return Sniff(confidence, (f"{good} of the first {len(lines)} lines are access log records",))


def _written_by_traefik(line: AccessLine) -> bool:
    """Traefik adds its request count, router, server and duration (`12ms`) to the combined format."""
    extra = line.get("extra", [])
    return len(extra) == 4 and extra[3].endswith("ms") and extra[0].isdigit()


def check_log_format(text: str) -> None:
    """Raise UsageError, whose `where` is `log format, column N`, for a `log_format` that cannot be understood."""
    compile_log_format(text)


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines; UsageError when the context's log format or zone cannot be understood."""
    zone = _zone(chunk.context)
    if chunk.context.log_format is not None:
        return _decode_formatted(chunk_lines(chunk), chunk.context.log_format, zone)
    clean = clean_lines(KIND, chunk)
    if clean is None:
        return _decode_lines(chunk_lines(chunk), zone)
    if not len(clean.others):
        return Decoded(clean.events, len(clean.events))
    others = _decode_lines(clean.others, zone)
    return replace(others, events=in_order([clean.events, others.events]), records=len(clean.events) + others.records)


def _decode_lines(lines: Lines, zone: tzinfo | None) -> Decoded:
    split = split_lines(lines, CLEAN, (*ROLES, "cut"), _split_common, NOT_THIS_FORMAT)
    columns = dict(split.columns)
    cut = columns.pop("cut")
    return _decoded(lines, split, columns, lambda text: read_time(text, zone), cut)


def _zone(context: DecodeContext) -> tzinfo | None:
    try:
        return zone_named(context.zone) if context.zone else None
    except ValueError as error:
        raise UsageError(str(error), where="zone", hint="use a name such as Europe/Berlin, or +02:00") from error


def _split_common(text: str) -> Mapping[str, object] | None:
    line = split_access_line(text)
    if line is None:
        return None
    return {**line, "cut": "cut"} if line.get("cut") else line


def _decode_formatted(lines: Lines, log_format: str, zone: tzinfo | None) -> Decoded:
    layout = compile_log_format(log_format)
    groups = {group for names in layout.roles.values() for group in names} | {group for group, _ in layout.times}
    split = split_lines(lines, layout.shapes, sorted(groups), layout.split, NOT_THE_LOG_FORMAT)
    texts = split.columns
    if layout.json_escapes:
        texts = {name: _without_json_escapes(column) for name, column in texts.items()}
    columns = {
        role: pc.coalesce(*(known(texts[group]) for group in names)) if len(names) > 1 else texts[names[0]]
        for role, names in layout.roles.items()
    }
    if layout.times:
        columns["time"] = pc.binary_join_element_wise(*(texts[group] for group, _ in layout.times), TIME_SEPARATOR)
    return _decoded(lines, split, columns, lambda text: layout.read_time(text, zone))


def _without_json_escapes(column: pa.Array) -> pa.Array:
    if pc.any(pc.match_substring(column, "\\")).as_py():
        return per_distinct(column, unescape_json, pa.utf8())
    return column


def _decoded(
    lines: Lines,
    split: Split,
    columns: Mapping[str, pa.Array],
    read: Callable[[str], Moment | None],
    cut: pa.Array | None = None,
) -> Decoded:
    events, warnings = access_events(KIND, lines, split.rows, columns, read)
    if cut is not None and cut.null_count < len(cut):
        warnings.extend((number, CUT) for number in lines.record.take(split.rows).filter(pc.is_valid(cut)).to_pylist())
    return Decoded(events, len(lines), split.rejects, split.ignored, warnings)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001  # the protocol's
    """The columns of one line by name, `-` kept; method, target and protocol apart where the request line is one."""
    text = record.decode("utf-8", "replace")
    found: dict[str, Any]
    if context.log_format is not None:
        found = compile_log_format(context.log_format).fields(text)
    else:
        found = dict(split_access_line(text) or {})
    request = found.get("request")
    if isinstance(request, str) and (parts := _REQUEST.fullmatch(request)):
        for name, value in parts.groupdict().items():
            found.setdefault(name, value)
    return found
