"""The log of Gitea or Forgejo: failed logins, web requests by its router, and whatever else the server writes.

    2026/03/30 22:36:48 ...web/auth/auth.go:206:SignInPost() [W] Failed authentication attempt for dana from 198.51.100.9:3952: ...
    2026/03/30 22:36:49 ...routing/logger.go:102:func1() [I] router: completed GET /ml/w for 198.51.100.9:0, 200 OK in 9ms

The request by which `gitea serv` asks whether a key may run a command of Git over SSH is of kind git.ssh; its address is that
of the server itself. Times are of the server's zone, which is not stated. Lines of a stack trace have none and are events, too.
Reference: https://docs.gitea.com/administration/logging-config.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.clean_first import decode_clean_first
from parsers.lib.gitea_lines import read_gitea_lines
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.service_lines import plain, prose, sniff_lines, uncoloured
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "gitea.log"
VERSION: Final = 2
TITLE: Final = "Gitea or Forgejo server log"
REFERENCE: Final = "https://docs.gitea.com/administration/logging-config"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND, "git.ssh")

_LINES: Final = b"""\
2026/03/30 22:36:48 ...ers/web/auth/auth.go:206:SignInPost() [W] [645e12aa] Failed authentication attempt for dana from \
198.51.100.9:39522: user's password is invalid [uid: 4, name: dana]
2026/03/30 22:36:49 ...eb/routing/logger.go:102:func1() [I] router: completed GET /ml/w.git/info/refs?service=git-upload-pack for \
198.51.100.9:0, 200 OK in 9.1ms @ repo/githttp.go:548(repo.GetInfoRefs)
2026/03/30 22:36:50 ...eb/routing/logger.go:102:func1() [I] router: completed GET /api/internal/serv/command/7/ml/w?mode=1\
&verb=git-upload-pack for 127.0.0.1:0, 200 OK in 8.9ms @ private/serv.go:80(private.ServCommand)
2026/03/30 22:37:00 cmd/web.go:223:runWeb() [I] Starting Gitea on PID: 7
"""
SAMPLES: Final = (_LINES,)

_TIME: Final = r"(?P<time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?)"
_USUAL: Final = re.compile(_TIME + r" (?:\S{1,200}\.go:\d{1,6}:|.{0,40}?\[[TDIWECF]\] )")
_HEAD: Final = re.compile(
    r"(?:\[\w{1,16}\] )?" + _TIME
    + r" (?:(?P<place>\S{1,200}\.go:\d{1,6}:\S{0,200}) )?(?:\[(?P<level>[TDIWECF])\] )?"
    r"(?:\[(?P<trace>[0-9a-f-]{4,36})\] )?(?P<message>.*)",
    re.DOTALL,
)  # fmt: skip
_REFUSED: Final = re.compile(
    r"(?:Failed authentication attempt|invalid credentials|Attempted access of unknown user)"
    r"(?: for (?P<user>.{1,320}?))? from (?P<address>[\[\]0-9A-Fa-f.:]{2,64}?)(?::? |:?$)",
    re.IGNORECASE,
)
_ROUTED: Final = re.compile(
    r"router: (?P<state>[a-z]{1,16}(?: [a-z-]{1,16})?) +(?P<method>[A-Z]{3,10}) (?P<target>\S{1,8000})"
    r" for (?P<address>[^\s,]{1,80})(?:, (?P<status>\d{3})?)?"
)
_STARTED: Final = re.compile(
    r"Started (?P<method>[A-Z]{3,10}) (?P<target>\S{1,8000}) for (?P<address>[^\s,]{1,80})(?P<status>$)?"
)
_COMPLETED: Final = re.compile(
    r"Completed (?P<method>[A-Z]{3,10}) (?P<target>\S{1,8000}) (?P<status>\d{3})(?P<address>$)?"
)
_SERV: Final = re.compile(
    r"/api/internal/serv/command/(?P<key>\d{1,18})/(?P<repository>[^?\s]{1,1000})\?(?:[^\s&]{1,100}&){0,8}verb=(?P<verb>[a-z][a-z-]{0,63})"
)


def sniff(sample: Sample) -> Sniff:
    """By times with slashes before a place in Go source or a level in one letter."""
    return sniff_lines(sample, (b".go:", b"[I] ", b"[W] ", b"[E] "), _USUAL, "Gitea or Forgejo")


def _split(line: str) -> Record:
    line = uncoloured(line)
    head = _HEAD.match(line)
    if head is None:
        return {"message": line}
    return {name: value for name, value in head.groupdict().items() if value is not None}


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    message = record["message"]
    values: EventValues = {"timestamp_desc": "event", "message": prose(message), **_told(message)}
    stamp = times.written(record.get("time"), "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M:%S.%f")
    if stamp is not None:
        values.update(stamp.values())
    return values


def _told(message: str) -> EventValues:
    """What a login that failed or a web request says; {} for other lines."""
    refused = _REFUSED.search(message, 0, 2048)
    if refused is not None:
        return {
            "action": "login",
            "outcome": "failure",
            "actor": plain(refused["user"]),
            "src_ip": client_address(refused["address"]),
        }
    request = _ROUTED.match(message) or _STARTED.match(message) or _COMPLETED.match(message)
    if request is None:
        return {}
    status = int(request["status"] or 0)
    if serv := _SERV.match(request["target"]):
        return {
            "kind": "git.ssh",
            "action": serv["verb"],
            "credential": f"key-{serv['key']}",
            "resource": as_text(serv["repository"]),
            "status": status or None,
            "outcome": outcome_of(status) if status else None,
        }
    return {
        "timestamp_desc": "request",
        "action": request["method"],
        "resource": request["target"],
        "src_ip": client_address(request["address"] or None),
        "status": status or None,
        "outcome": outcome_of(status) if status else None,
    }


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each: of the clean ones as columns, of the others one by one."""
    times = Times.of(chunk.context)
    return decode_clean_first(chunk, lambda lines: read_gitea_lines(lines, KIND, times, _told), decode_singly)


def decode_singly(chunk: Chunk) -> Decoded:
    """The same of every line by itself."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat(KIND, _read)
