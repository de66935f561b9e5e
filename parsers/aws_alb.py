"""Application Load Balancer access log: one line a request, quoted texts, fields by position.

    https 2026-03-30T22:36:48.424113Z app/web/50dc6c495c0c9188 198.51.100.9:44740 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57
    "GET https://www.example.com:443/robots.txt HTTP/1.1" "curl/8.5.0" ECDHE-RSA TLSv1.2 arn:... "Root=1-58337281-1d84f3d7" ...

The time is that of the end of the request. A trace covers several requests, so it is the session.
Reference: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html.
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

KIND: Final = "aws.alb"
VERSION: Final = 2
TITLE: Final = "Application Load Balancer access log"
REFERENCE: Final = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND,)
NOT_THIS_FORMAT: Final = "the line is not an ALB access log record"

_LINES: Final = b"""\
https 2026-03-30T22:36:48.424113Z app/web/50dc6c495c0c9188 198.51.100.9:44740 10.0.0.1:80 0.086 0.048 0.037 200 200 34 366 \
"GET https://www.example.com:443/model?shard=1 HTTP/1.1" "curl/8.5.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 \
arn:aws:elasticloadbalancing:us-east-2:111122223333:targetgroup/t/73e2 "Root=1-58337281-1d84f3d73c47ec4e58577259" \
"www.example.com" "-" 1 2026-03-30T22:36:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"
h2 2026-03-30T22:37:00.000000Z app/web/50dc6c495c0c9188 [2001:db8::7]:44740 - -1 -1 -1 403 - 5 0 \
"POST https://www.example.com:443/upload HTTP/2.0" "an \\x22agent\\x22" - - - \
"-" "-" "-" 0 2026-03-30T22:37:00.000000Z "waf" "-" "-"
"""
SAMPLES: Final = (_LINES,)

_LINE: Final = re.compile(
    rf"(?P<type>https?|h2|grpcs|wss?) (?P<time>\S{{19,40}}) (?P<elb>app/\S{{1,512}}){PLACES}"
    r' "(?P<request>[^"]*)" "(?P<user_agent>[^"]*)" (?P<ssl_cipher>\S{1,128}) (?P<ssl_protocol>\S{1,32})'
    r" (?P<target_group_arn>\S{1,512})"
    r' "(?P<trace_id>[^"]*)"(?P<rest>.*)',
    re.DOTALL,
)
_CLEAN: Final = BalancerLines(
    KIND, "(?:https?|h2|grpcs|wss?) ", 1, "app/[^ ]{1,512}", "^ [^ ]{1,128} [^ ]{1,32} [^ ]{1,512} $", has_trace=True
)


def sniff(sample: Sample) -> Sniff:
    """By how many of the first lines are such records."""
    lines = [line for line in sample.lines if len(line) < 65_536]
    if not lines or not any(" app/" in line[:80] for line in lines):
        return NO
    good = sum(_LINE.match(line) is not None for line in lines)
    if not good:
        return NO
    return Sniff(
        97 if good > len(lines) * 0.9 else 86, (f"{good} of the first {len(lines)} lines are ALB access log records",)
    )


def _split(line: str) -> Record | Ignored | str:
    match = _LINE.match(line)
    return NOT_THIS_FORMAT if match is None else dict(match.groupdict())


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    return decode_clean_first(chunk, _CLEAN.read_clean, decode_singly)


def decode_singly(chunk: Chunk) -> Decoded:
    """The same of every line by itself."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat(KIND, read_balancer)
