"""The log of Harbor's core and its other services, with or without the head that syslog puts before it.

    Mar 30 22:36:48 172.18.0.1 core[1160]: 2026-03-30T22:36:48Z [ERROR] [/server/middleware/security/basic_auth.go:72]
    [client IP="198.51.100.9, 172.18.0.2" requestID="dfdf" user agent="docker/28.0"]: failed to authenticate user:dana, error:...

(That is one line.) The time is the service's own, in UTC; lines that have none take that of syslog.
Reference: https://goharbor.io/docs/main/install-config/configure-yml-file/.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.service_lines import plain, prose, sniff_lines, uncoloured
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "harbor.log"
VERSION: Final = 1
TITLE: Final = "Harbor service log"
REFERENCE: Final = "https://goharbor.io/docs/main/install-config/configure-yml-file/"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = False
EMITS: Final = (KIND,)

_LINES: Final = b"""\
Mar 30 22:36:48 172.18.0.1 core[1160]: 2026-03-30T22:36:48Z [ERROR] [/server/middleware/security/basic_auth.go:72]\
[client IP="198.51.100.9, 172.18.0.2" requestID="dfdf" user agent="docker/28.0 UpstreamClient(Docker-Client/28.0 \\(linux\\))"]: \
failed to authenticate user:dana, error:Failed to authenticate user, due to error 'Invalid credentials'
Mar 30 22:36:50 172.18.0.1 core[1160]: 2026-03-30T22:36:50Z [INFO] [/core/controllers/base.go:110]: Config path: /etc/core/app.conf
"""
SAMPLES: Final = (_LINES,)

_SYSLOG: Final = (
    r"(?:(?:<\d{1,3}>)?(?P<logged>[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,24})"
    r" (?P<host>\S{1,255}) (?P<service>[\w./-]{1,64})(?:\[(?P<pid>\d{1,10})\])?: )?"
)
_OWN: Final = (
    r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?) \[(?P<level>[A-Z]{4,8})\]"
    r" \[(?P<place>/[^\]]{1,200}\.go:\d{1,6})\]"
)
_USUAL: Final = re.compile(_SYSLOG + _OWN)
_HEAD: Final = re.compile(
    _SYSLOG + r"(?:" + _OWN + r"(?:\[(?P<request>(?:[^\]\"]|\"(?:[^\"\\]|\\.)*\")*)\])? ?:? ?)?(?P<message>.*)",
    re.DOTALL,
)
_DETAIL: Final = re.compile(r'([A-Za-z][A-Za-z ]{0,31})="((?:[^"\\]|\\.)*)"')
_REFUSED: Final = re.compile(r"failed to authenticate (?:user|robot):? ?(?P<user>[^,]{0,320})(?:,|$)", re.IGNORECASE)
_LOCKED: Final = re.compile(r"Login failed, locking (?P<user>[^,]{1,320}),", re.IGNORECASE)


def sniff(sample: Sample) -> Sniff:
    """By the service's own time, level and place in Go source, with or without syslog's head."""
    return sniff_lines(sample, (b".go:",), _USUAL, "Harbor")


def _split(line: str) -> Record:
    head = _HEAD.match(uncoloured(line))
    if head is None:  # cannot be: every part of the head may be absent
        return {"message": line}
    record: Record = {name: value for name, value in head.groupdict().items() if value is not None}
    details = record.get("request")
    if details is not None:
        record["request"] = {name.strip(): value.replace("\\", "") for name, value in _DETAIL.findall(details)}
    return record


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    message = record["message"]
    request = record.get("request", {})
    values: EventValues = {
        "timestamp_desc": "event",
        "message": prose(message),
        "src_ip": client_address(plain(request.get("client IP"))),
        "user_agent": plain(request.get("user agent")),
    }
    refused = _REFUSED.search(message, 0, 2048) or _LOCKED.search(message, 0, 2048)
    if refused is not None:
        values.update({"action": "login", "outcome": "failure", "actor": plain(refused["user"])})
    own, logged = record.get("time"), record.get("logged")
    stamp = (
        times.iso(own if own is None or own.endswith("Z") else f"{own}Z") or times.yearless(logged) or times.iso(logged)
    )
    if stamp is not None:
        values.update(stamp.values())
    return values


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat(KIND, _read)
