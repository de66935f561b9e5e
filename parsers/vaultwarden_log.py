"""The log of Vaultwarden (bitwarden_rs): failed and successful logins, requests, and whatever else the server writes.

    [2026-03-30 22:36:48.424][vaultwarden::api::identity][ERROR] Username or password is incorrect. Try again. IP: 192.0.2.9.
    [2026-03-30 22:36:48.424+0200][vaultwarden::api::admin][ERROR] Invalid admin token. IP: 198.51.100.9

An error that names an address is a login that failed. Lines without a head (panics) are events without a time.
Reference: https://github.com/dani-garcia/vaultwarden/wiki/Fail2Ban-Setup.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.service_lines import plain, prose, sniff_lines, uncoloured
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "vaultwarden.log"
VERSION: Final = 1
TITLE: Final = "Vaultwarden server log"
REFERENCE: Final = "https://github.com/dani-garcia/vaultwarden/wiki/Fail2Ban-Setup"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = False
EMITS: Final = (KIND,)

_LINES: Final = b"""\
[2026-03-30 22:36:48.424][vaultwarden::api::identity][ERROR] Username or password is incorrect. Try again. IP: 198.51.100.9. \
Username: dana@example.com.
[2026-03-30 22:36:50.002+0200][vaultwarden::api::admin][ERROR] Invalid admin token. IP: 2001:db8::7
[2026-03-30 22:37:01.100][vaultwarden::api::identity][INFO] User dana@example.com logged in successfully. IP: 198.51.100.9
[2026-03-30 22:37:01.101][response][INFO] (login) POST /identity/connect/token => 200 OK
"""
SAMPLES: Final = (_LINES,)

_TIME: Final = r"\[(?P<time>(?:\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,9})? ?(?:Z|UTC|[+-]\d\d:?\d\d)?)?)\]"
_LEVEL: Final = r"\[ ?(?P<level>ERROR|WARN|INFO|DEBUG|TRACE|OFF) ?\]"
_HEAD: Final = re.compile(
    r"(?:" + _TIME + r")?\[(?P<module>[\w:.-]{1,128})\]" + _LEVEL + r" ?(?P<message>.*)", re.DOTALL
)
_ADDRESS: Final = re.compile(r"\bIP: (?P<address>\[?[0-9A-Fa-f:.]{2,64}\]?)")
_USERNAME: Final = re.compile(r"\bUsername: (?P<user>[^\s]{1,320})")
_LOGGED_IN: Final = re.compile(r"User (?P<user>\S{1,320}) logged in successfully")
_REQUEST: Final = re.compile(
    r"(?:\(\w{1,64}\) )?(?P<method>[A-Z]{3,10}) (?P<target>/\S{0,8000})(?: => (?P<status>\d{3}))?"
)
_MODULES: Final = frozenset({"request", "response"})


def sniff(sample: Sample) -> Sniff:
    """By time, module and level in brackets."""
    return sniff_lines(sample, (b"[vaultwarden", b"[bitwarden_rs"), _HEAD, "Vaultwarden")


def _split(line: str) -> Record:
    line = uncoloured(line)
    head = _HEAD.match(line)
    if head is None:
        return {"message": line}
    return {name: value for name, value in head.groupdict().items() if value}


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    message = record.get("message", "")
    values: EventValues = {"timestamp_desc": "event", "message": prose(message)}
    if record.get("module") in _MODULES:
        values.update(_requested(message))
    else:
        values.update(_login(message, failed=record.get("level") == "ERROR"))
    stamp = times.written(
        record.get("time"), "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S%z"
    ) or times.iso(record.get("time"))  # fmt: skip
    if stamp is not None:
        values.update(stamp.values())
    return values


def _login(message: str, *, failed: bool) -> EventValues:
    """Who tried to log in from where, and whether it failed; {} for lines that are about something else."""
    address = _ADDRESS.search(message, 0, 4096)
    done = _LOGGED_IN.match(message)
    if address is None and done is None:
        return {}
    user = done or _USERNAME.search(message, 0, 4096)
    values: EventValues = {
        "src_ip": None if address is None else client_address(address["address"].rstrip(".")),
        "actor": None if user is None else plain(user["user"].rstrip(".")),
    }
    if failed or done is not None:
        values["action"] = "login"
        values["outcome"] = "failure" if done is None else "success"
    return values


def _requested(message: str) -> EventValues:
    request = _REQUEST.match(message)
    if request is None:
        return {}
    status = int(request["status"] or 0)
    return {
        "timestamp_desc": "request",
        "action": request["method"],
        "resource": request["target"],
        "status": status or None,
        "outcome": outcome_of(status) if status else None,
    }


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat(KIND, _read)
