r"""Classic Load Balancer access log: one line a request or connection, fields by position.

    2026-03-30T22:36:48.424113Z web-classic 198.51.100.9:44740 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 734003200
    "GET http://www.example.com:80/model.bin HTTP/1.1" "curl/8.5.0" - -

(one line in the log). The time is that at which the request came, or the connection was made. Lines of TCP and SSL
listeners have no request and no status. Older lines end with the request.
Reference: https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.balancer_lines import PLACES, BalancerLines, read_balancer
from parsers.lib.clean_first import decode_clean_first
from parsers.lib.json_reading import Record
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "aws.elb"
VERSION: Final = 1
TITLE: Final = "Classic Load Balancer access log"
REFERENCE: Final = "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND,)
NOT_THIS_FORMAT: Final = "the line is not a Classic Load Balancer access log record"

_LINES: Final = b"""\
2026-03-30T22:36:48.424113Z web-classic 198.51.100.9:44740 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 734003200 \
"GET https://www.example.com:443/model.bin?shard=1 HTTP/1.1" "curl/8.5.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2
2026-03-30T22:36:49.000000Z web-classic 203.0.113.4:1032 - -1 -1 -1 503 0 0 0 \
"POST http://www.example.com:80/upload HTTP/1.1" "an "agent"" - -
2026-03-30T22:36:50.000001Z tcp-classic 198.51.100.9:2817 10.0.0.1:5432 0.001069 0.000028 0.000041 - - 82 305 "- - - " "-" - -
"""
_OLD: Final = b"""\
2026-03-30T22:36:48.424113Z web-old 198.51.100.9:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 \
"GET http://www.example.com:80/ HTTP/1.1"
"""
SAMPLES: Final = (_LINES, _OLD)

_TIME: Final = r"(?P<time>[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,20})"
# clients write quotes into user agents, and nothing stands for them
_LINE: Final = re.compile(
    rf'{_TIME} (?P<elb>[^\s/]{{1,512}}){PLACES} "(?P<request>[^"]*)"'
    r'(?: "(?P<user_agent>.*)" (?P<ssl_cipher>\S{1,128}) (?P<ssl_protocol>\S{1,32})\s*|(?P<rest>.*))',
    re.DOTALL | re.ASCII,
)
_CLEAN: Final = BalancerLines(KIND, "", 0, "[^ /]{1,512}", "^ [^ ]{1,128} [^ ]{1,32}$", has_trace=False)


def sniff(sample: Sample) -> Sniff:
    """By how many of the first lines are such records."""
    lines = [line for line in sample.lines if len(line) < 65_536]
    if not any(line[10:11] == "T" and line.count(" ", 0, 800) > 10 and ' "' in line for line in lines[:5]):
        return NO
    good = sum(_LINE.fullmatch(line) is not None for line in lines)
    if not good:
        return NO
    confidence = 96 if good > len(lines) * 0.9 else 86
    return Sniff(confidence, (f"{good} of the first {len(lines)} lines are Classic Load Balancer access log records",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    return decode_clean_first(chunk, _CLEAN.read_clean, decode_singly)


def decode_singly(chunk: Chunk) -> Decoded:
    """The same of every line by itself."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


def _split(line: str) -> Record | Ignored | str:
    match = _LINE.fullmatch(line)
    if match is None:
        return NOT_THIS_FORMAT
    return {name: value for name, value in match.groupdict().items() if value is not None}


_FORMAT: Final = RecordFormat(KIND, read_balancer)
