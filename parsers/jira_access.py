"""Access log of Jira Server and Data Center: its own pattern, and that of Tomcat's thread names.

    192.0.2.7 1397x5161x1 dana [30/Mar/2026:23:17:59 +0000] "GET /browse/ML-1 HTTP/1.1" 200 5120 0.0450 "-" "curl/8.5.0" "9nrl"
    [30/Mar/2026:23:17:59 +0200] dana http-nio-8080-exec-6 192.0.2.7 GET /browse/ML-1 HTTP/1.1 200 102ms 5120 - curl/8.5.0

The client is the address that Tomcat took for it; one that a proxy forwarded stays in the raw record. The session is
Jira's hash of the session id.
Reference: https://confluence.atlassian.com/adminjiraserver/logging-and-profiling-938847671.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.atlassian_lines import decode_atlassian, sniff_atlassian, split_atlassian_line
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "jira.access"
VERSION: Final = 1
TITLE: Final = "Jira Server and Data Center access log"
REFERENCE: Final = "https://confluence.atlassian.com/adminjiraserver/logging-and-profiling-938847671.html"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND,)

_OWN: Final = rb"""
192.0.2.7 1397x5161x1 dana [30/Mar/2026:23:17:59 +0000] "GET /browse/ML-1 HTTP/1.1" 200 5120 0.0450 "-" "curl/8.5.0" "9nrl"
2001:db8::7 1397x5162x1 - [30/Mar/2026:23:18:02 +0000] "POST /login.jsp?os_destination=%2F HTTP/1.1" 401 - 0.0011 \
"https://jira.example.com/" "Mozilla/5.0 (X11; Linux x86_64)" "-"
""".replace(b"\\\n", b"")
_THREADS: Final = b"""
[30/Mar/2026:23:17:59 +0200] dana http-nio-8080-exec-6 192.0.2.7 GET /secure/Dashboard.jspa HTTP/1.1 200 41ms 5120 - curl/8.5.0
[30/Mar/2026:23:18:05 +0200] 203.0.113.9 - http-nio-8080-exec-1 10.0.0.4 DELETE /rest/api/2/issue/ML-2 HTTP/1.1 403 7ms - \
https://jira.example.com/browse/ML-2 Mozilla/5.0 (X11; Linux x86_64)
"""
SAMPLES: Final = (_OWN.lstrip(), _THREADS.lstrip())


def sniff(sample: Sample) -> Sniff:
    """By the shape of the first lines and by what they ask for."""
    return sniff_atlassian(sample, is_jira=True)


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    return decode_atlassian(KIND, chunk)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The texts of one line by name, `-` kept; {} when it is no such line."""
    return split_atlassian_line(record.decode("utf-8", "replace")) or {}
