"""A host's authentication log: syslog of RFC 3164 (with and without a year), RFC 5424, or with ISO times.

    Mar 30 22:36:48 bastion sshd[4411]: Accepted publickey for dana from 198.51.100.9 port 50122 ssh2: ED25519 SHA256:abc
    <38>1 2026-03-30T22:36:48+00:00 bastion sshd 4411 - - Failed password for root from 203.0.113.4 port 40122 ssh2
    2026-03-30T22:36:48.123456+02:00 bastion sudo: dana : TTY=pts/0 ; PWD=/home/dana ; USER=root ; COMMAND=/usr/bin/id

Lines of sshd are of kind ssh.auth, those of sudo of kind sudo, those of other programs of kind syslog. A key's fingerprint is the
credential. References: https://datatracker.ietf.org/doc/html/rfc3164, https://datatracker.ietf.org/doc/html/rfc5424.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.clean_first import decode_clean_first
from parsers.lib.host_lines import read_host_lines
from parsers.lib.host_programs import SSHD, known, said
from parsers.lib.json_reading import Record
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "ssh.auth"
VERSION: Final = 3
TITLE: Final = "Authentication log of a host: sshd, sudo and other programs in syslog"
REFERENCE: Final = "https://datatracker.ietf.org/doc/html/rfc5424"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
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


def sniff(sample: Sample) -> Sniff:
    """By syslog lines, some of which are of sshd or sudo."""
    if not any(mark in sample.data for mark in (b"sshd", b"sudo")):
        return NO
    found = [_split(line) for line in sample.lines if len(line) < 8192]
    good = [line for line in found if isinstance(line, dict)]
    named = sum(line["program"] in SSHD or line["program"] == "sudo" for line in good)
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
    values: EventValues = {"resource": known(record["host"]), **said(record["program"], record["message"])}
    stamp = times.iso(record["time"]) or times.yearless(record["time"])
    if stamp is not None:
        values.update(stamp.values())
    return values


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each: of the clean ones as columns, of the others one by one."""
    times = Times.of(chunk.context)
    return decode_clean_first(chunk, lambda lines: read_host_lines(lines, times), decode_singly)


def decode_singly(chunk: Chunk) -> Decoded:
    """The same of every line by itself."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat(KIND, _read)
