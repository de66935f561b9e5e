"""A host's authentication log: syslog of RFC 3164 (with and without a year), RFC 5424, or with ISO times.

    Mar 30 22:36:48 bastion sshd[4411]: Accepted publickey for dana from 198.51.100.9 port 50122 ssh2: ED25519 SHA256:abc
    <38>1 2026-03-30T22:36:48+00:00 bastion sshd 4411 - - Failed password for root from 203.0.113.4 port 40122 ssh2
    2026-03-30T22:36:48.123456+02:00 bastion sudo: dana : TTY=pts/0 ; PWD=/home/dana ; USER=root ; COMMAND=/usr/bin/id

Lines of sshd are of kind ssh.auth, those of sudo of kind sudo, those of other programs of kind syslog. A key's fingerprint is the
credential. References: https://datatracker.ietf.org/doc/html/rfc3164, https://datatracker.ietf.org/doc/html/rfc5424.
"""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "ssh.auth"
VERSION: Final = 1
TITLE: Final = "Authentication log of a host: sshd, sudo and other programs in syslog"
REFERENCE: Final = "https://datatracker.ietf.org/doc/html/rfc5424"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = False
EMITS: Final = (KIND, "sudo", "syslog")
NOT_SYSLOG: Final = "the line is not a syslog record"

_PLAIN: Final = b"""\
Mar 30 22:36:48 bastion sshd[4411]: Accepted publickey for dana from 198.51.100.9 port 50122 ssh2: RSA SHA256:abcdefghijklmnopqrstuv
Mar 30 22:37:02 bastion sshd[4412]: Failed password for invalid user admin from 203.0.113.4 port 40122 ssh2
Mar 30 22:37:03 bastion sshd[4412]: Connection closed by invalid user admin 203.0.113.4 port 40122 [preauth]
Mar 30 22:38:10 bastion sudo:     dana : TTY=pts/0 ; PWD=/home/dana ; USER=root ; COMMAND=/usr/bin/tar czf /tmp/w.tgz /srv/models
"""
_MODERN: Final = b"""\
<38>1 2026-03-30T22:36:48+00:00 bastion sshd 4411 - [meta x="1"] Invalid user admin from 203.0.113.4 port 33166
2026-03-30T22:36:48.123456+02:00 bastion sshd-session[4413]: Disconnected from user dana 198.51.100.9 port 50122
"""
SAMPLES: Final = (_PLAIN, _MODERN)

_HEAD: Final = re.compile(
    r"(?:<\d{1,3}>)?(?:1 )?(?P<time>[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,9})?"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,20})"
    r" (?P<host>\S{1,255}) (?P<rest>.*)",
    re.DOTALL,
)
_PROGRAM: Final = re.compile(r"(?P<program>[\w./-]{1,64})(?:\[(?P<pid>\d{1,10})\])?: {0,64}(?P<message>.*)", re.DOTALL)
_STRUCTURED: Final = re.compile(
    r"(?P<program>[\w./-]{1,64}) (?P<pid>\d{1,10}|-) (?P<id>\S{1,64}) (?P<data>-|(?:\[[^\]]{0,2000}\])+) ?(?P<message>.*)",
    re.DOTALL,
)
_SSHD: Final = frozenset({"sshd", "sshd-session", "sshd-auth"})
_WHO: Final = (
    re.compile(
        r"(?:Accepted|Failed) \S{1,64} for (?:(?:invalid|illegal) user )?(?P<user>.{0,256}?) from (?P<from>\S{1,255})",
        re.IGNORECASE,
    ),
    re.compile(r"(?:Invalid|Illegal) user (?P<user>.{0,256}?) from (?P<from>\S{1,255})", re.IGNORECASE),
    re.compile(
        r"(?:Disconnected from|Disconnecting|Connection (?:closed|reset) by)"
        r" (?:(?:invalid|authenticating) user|user)? ?(?P<user>[^ ]{0,256}?) ?(?P<from>[0-9A-Fa-f.:]{3,64}) port \d",
        re.IGNORECASE,
    ),
)
_FROM: Final = re.compile(r"(?:from |by |with |for |user \S{1,64} |rhost=|\()(?P<from>[0-9A-Fa-f.:]{3,64})(?=[ :,)]|$)")
_USER: Final = re.compile(r"(?:[Uu]ser[= ]\"?|for user |by user )(?P<user>[^ \"=(]{1,64})")
_KEY: Final = re.compile(r" ssh2: \S{1,20} (?P<key>(?:SHA256:|MD5:)?[\w+/=:]{20,128})")
_ACTIONS: Final = (
    ("accepted", "accepted", "success"), ("failed", "failed", "failure"), ("invalid user", "invalid_user", "failure"),
    ("illegal user", "invalid_user", "failure"), ("received disconnect", "disconnected", None),
    ("disconnected from", "disconnected", None), ("disconnecting", "disconnected", None),
    ("connection closed by", "disconnected", None), ("connection reset by", "disconnected", None),
)  # fmt: skip
_SUDO: Final = re.compile(r"\s*(?P<user>\S{1,256}) : (?P<what>.*)", re.DOTALL)


def sniff(sample: Sample) -> Sniff:
    """By syslog lines, some of which are of sshd or sudo."""
    if not any(mark in sample.data for mark in (b"sshd", b"sudo")):
        return NO
    found = [_split(line) for line in sample.lines if len(line) < 8192]
    good = [line for line in found if isinstance(line, dict)]
    named = sum(line["program"] in _SSHD or line["program"] == "sudo" for line in good)
    if not named or len(good) < len(found) / 2:
        return NO
    return Sniff(95, (f"{named} of the first {len(found)} lines are of sshd or sudo",))


def _split(line: str) -> Record | Ignored | str:
    head = _HEAD.match(line)
    if head is None:
        return NOT_SYSLOG
    rest = _PROGRAM.match(head["rest"]) or _STRUCTURED.match(head["rest"])
    if rest is None:
        return {"time": head["time"], "host": head["host"], "program": "", "message": head["rest"]}
    return {"time": head["time"], "host": head["host"], **{k: v for k, v in rest.groupdict().items() if v is not None}}


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    program, message = record["program"].rpartition("/")[2], record["message"].strip()
    values: EventValues = {
        "timestamp_desc": "event",
        "message": _known(message),
        "resource": _known(record["host"]),
    }
    if program in _SSHD:
        values.update(_sshd(message))
    elif program == "sudo":
        values.update(_sudo(message))
    else:
        values.update({"kind": "syslog", "action": _known(program)})
    stamp = times.iso(record["time"]) or times.yearless(record["time"])
    if stamp is not None:
        values.update(stamp.values())
    return values


def _sshd(message: str) -> EventValues:
    lower = message.lower()
    action, outcome = next(
        ((action, outcome) for start, action, outcome in _ACTIONS if lower.startswith(start)), ("other", None)
    )
    who = next((match for pattern in _WHO if (match := pattern.search(message, 0, 2048))), None)
    address = who["from"] if who is not None else None
    if address is None and (found := _FROM.search(message, 0, 2048)):
        address = found["from"]
    user = who["user"] if who is not None else None
    if not user and (named := _USER.search(message, 0, 2048)):
        user = named["user"]
    key = _KEY.search(message, 0, 2048)
    return {
        "action": action,
        "outcome": outcome,
        "actor": _known(user),
        "src_ip": _address(address),
        "credential": None if key is None else key["key"],
    }


def _sudo(message: str) -> EventValues:
    match = _SUDO.fullmatch(message)
    if match is None:
        return {"kind": "sudo", "action": "other"}
    command = match["what"].partition("COMMAND=")[2]
    denied = any(
        words in match["what"]
        for words in ("NOT in sudoers", "incorrect password", "command not allowed", "authentication failure")
    )
    return {
        "kind": "sudo",
        "action": "command" if command else "other",
        "actor": _known(match["user"]),
        "resource": _known(command.strip()),
        "outcome": "denied" if denied else "success" if command else None,
    }


def _known(value: str | None) -> str | None:
    return value if value and value.strip() and value != "-" else None


def _address(value: str | None) -> str | None:
    """An address; None for a name."""
    if value is None:
        return None
    value = value.removeprefix("::ffff:")
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return None
    return value


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat(KIND, _read)
