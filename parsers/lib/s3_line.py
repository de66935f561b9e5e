"""One line of an S3 server access log split into its fields by position, by the names of AWS's documentation.

The first 15 fields hold neither spaces nor stray quotes; referer and user agent come from the client, and quotes inside
them are not escaped, so what follows them is found from the end of the line.
"""

import re
from typing import Any, Final

from parsers.lib.splitting import Pattern, Shape

_TAIL_NAMES: Final = (
    "version_id",
    "host_id",
    "signature_version",
    "cipher_suite",
    "authentication_type",
    "host_header",
    "tls_version",
    "access_point_arn",
    "acl_required",
)
_LINE = re.compile(
    r"(?P<bucket_owner>[^ ]+) (?P<bucket>[^ ]+) \[(?P<time>[^\]]*)\] (?P<remote_ip>[^ ]+) (?P<requester>[^ ]+)"
    r" (?P<request_id>[^ ]+) (?P<operation>[A-Z0-9_]+\.[A-Z0-9_.]+) (?P<key>[^ ]+)"
    r' (?:"(?P<request_uri>.*?)"|(?P<no_request>-)) (?P<http_status>[0-9]{3}|-) (?P<error_code>[^ ]+)'
    r" (?P<bytes_sent>[0-9]+|-) (?P<object_size>[0-9]+|-) (?P<total_time>[0-9]+|-) (?P<turn_around_time>[0-9]+|-) ",
    re.DOTALL,
)
CLEAN: Final = (
    Shape(
        (
            (
                Pattern(
                    r"^[^ ]+ (?P<bucket>[^ ]+) \[(?P<time>[^\]]*)\]"
                    r" (?P<words>[^ ]+ [^ ]+ [^ ]+ [A-Z0-9_]+\.[A-Z0-9_.]+ [^ ]+) $",
                    words=("remote_ip", "requester", "request_id", "operation", "key"),
                ),
            ),
            (
                Pattern(
                    r"^ (?P<http_status>[0-9]{3}|-) [^ ]+ (?P<bytes_sent>[0-9]+|-)"
                    r" (?:[0-9]+|-) (?:[0-9]+|-) (?:[0-9]+|-) $"
                ),
            ),
            (Pattern("^ $"),),
            (Pattern("^(?: [^ ]+)*$"),),
        ),
        ("", "", "user_agent"),
    ),
)


def split_s3_line(text: str) -> dict[str, Any] | None:
    """The fields of one line as logged, `-` kept; None when it is not such a line. What AWS adds later is `extra`."""
    match = _LINE.match(text)
    if match is None:
        return None
    line: dict[str, Any] = match.groupdict()
    no_request = line.pop("no_request")
    line["request_uri"] = no_request or line["request_uri"]
    end = _split_end(text[match.end() :])
    if end is None:
        return None
    line["referer"], line["user_agent"], words = end
    line.update(zip(_TAIL_NAMES, words, strict=False))
    if len(words) > len(_TAIL_NAMES):
        line["extra"] = words[len(_TAIL_NAMES) :]
    return line


def _split_end(text: str) -> tuple[str, str, list[str]] | None:
    """Referer, user agent and the words after them."""
    last = text.rfind('"')
    words = text[last + 1 :].split()
    if last < 0:
        return None if len(words) < 2 else (words[0], words[1], words[2:])
    quoted = text[: last + 1]
    if quoted.startswith('- "'):
        return "-", quoted[3:-1], words
    if not quoted.startswith('"'):
        return None
    referer, separator, agent = quoted[1:].partition('" "')
    if separator:
        return (referer, agent[:-1], words) if agent else None
    return (referer[:-1], words[0], words[1:]) if last > 0 and words else None
