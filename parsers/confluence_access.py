"""Access log of Confluence Server and Data Center, as Tomcat writes it by Confluence's pattern.

    [30/Mar/2026:23:17:59 +0200] dana http-nio-8090-exec-6 192.0.2.7 GET /index.action HTTP/1.1 200 88ms 2048 - curl/8.5.0

The client is the address that Tomcat took for it; one that a proxy forwarded stays in the raw record. A name in its place
(`%h` with look-ups) is no address.
Reference: https://confluence.atlassian.com/doc/configure-access-logs-1044780567.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.atlassian_lines import decode_atlassian, sniff_atlassian, split_atlassian_line
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "confluence.access"
VERSION: Final = 1
TITLE: Final = "Confluence Server and Data Center access log"
REFERENCE: Final = "https://confluence.atlassian.com/doc/configure-access-logs-1044780567.html"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND,)

_LINES: Final = b"""
[30/Mar/2026:23:17:59 +0200] dana http-nio-8090-exec-6 192.0.2.7 GET /index.action HTTP/1.1 200 88ms 2048 - curl/8.5.0
[30/Mar/2026:23:18:02 +0200] - http-nio-8090-exec-1 build.example.com POST /dologin.action HTTP/1.1 401 13ms 640 \
https://wiki.example.com/login.action Mozilla/5.0 (X11; Linux x86_64)
[30/Mar/2026:23:18:05 +0200] 203.0.113.9, 10.0.0.9 kim http-nio-8090-exec-1 10.0.0.4 GET /display/ML/Keys HTTP/1.1 200 7ms 512 \
- Mozilla/5.0 (X11; Linux x86_64)
"""
SAMPLES: Final = (_LINES.lstrip(),)


def sniff(sample: Sample) -> Sniff:
    """By the shape of the first lines and by what they ask for."""
    return sniff_atlassian(sample, is_jira=False)


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    return decode_atlassian(KIND, chunk)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The texts of one line by name, `-` kept; {} when it is no such line."""
    return split_atlassian_line(record.decode("utf-8", "replace")) or {}
