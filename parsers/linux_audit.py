"""The log of Linux's audit daemon: logins, commands, files and system calls.

    type=SYSCALL msg=audit(1774910208.123:4567): arch=c000003e syscall=59 success=yes auid=1000 uid=0 ses=3 exe="/usr/bin/tar"
    type=EXECVE msg=audit(1774910208.123:4567): argc=3 a0="tar" a1="czf" a2=2F746D702F772E74677A
    type=USER_LOGIN msg=audit(1774910201.007:4501): pid=811 auid=1000 ses=3 msg='op=login acct="dana" addr=198.51.100.9 res=success'

Lines in a row with the same number are one event. Values in hex are made texts. The actor is the user who logged in (`AUID` where
names were added), not the one that a program runs as. Secrets that were typed into a command are withheld.
Reference: https://github.com/linux-audit/audit-documentation/wiki/SPEC-Audit-Event-Enrichment.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from parsers.lib.audit_events import KEYSTROKES, fields_of_records, values_of_records
from parsers.lib.audit_record import AuditRecord, arguments, read_audit_record
from parsers.lib.command_secrets import secrets_in
from parsers.lib.identity import content_hash
from parsers.lib.json_reading import NUL_BYTES, UTF8_REPLACED, Loaded, Record
from parsers.lib.line_groups import decode_groups
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import SECOND_US

KIND: Final = "linux.audit"
VERSION: Final = 1
TITLE: Final = "Linux audit log (auditd)"
REFERENCE: Final = "https://github.com/linux-audit/audit-documentation/wiki/SPEC-Audit-Event-Enrichment"
FRAMING: Final[Framing] = "whole"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NOT_A_RECORD: Final = "the line is not a record of the audit log"
SOME_NO_RECORDS: Final = "a line of the event is not a record of the audit log"

_LOG: Final = b"""\
type=USER_LOGIN msg=audit(1774910201.007:4501): pid=811 uid=0 auid=1000 ses=3 msg='op=login acct="dana" \
exe="/usr/sbin/sshd" hostname=198.51.100.9 addr=198.51.100.9 terminal=ssh res=success'\x1dUID="root" AUID="dana"
type=SYSCALL msg=audit(1774910208.123:4567): arch=c000003e syscall=59 success=yes exit=0 a0=55d0 ppid=900 pid=901 auid=1000 \
uid=0 gid=0 ses=3 comm="tar" exe="/usr/bin/tar" key="exec"\x1dARCH=x86_64 SYSCALL=execve AUID="dana" UID="root"
type=EXECVE msg=audit(1774910208.123:4567): argc=4 a0="tar" a1="czf" a2=2F746D702F77206F75742E74677A a3="/srv/models"
type=CWD msg=audit(1774910208.123:4567): cwd="/root"
type=PATH msg=audit(1774910208.123:4567): item=0 name="/usr/bin/tar" inode=77 nametype=NORMAL
type=PROCTITLE msg=audit(1774910208.123:4567): proctitle=74617200637A66
type=USER_CMD msg=audit(1774910210.500:4570): pid=905 uid=1000 auid=1000 ses=3 msg='cwd="/home/dana" \
cmd=636174202F6574632F736861646F77 terminal=pts/0 res=failed'
type=ADD_USER msg=audit(1774910212.001:4573): pid=907 auid=1000 ses=3 msg='op=add-user id=1002 exe="/usr/sbin/useradd" res=success'
"""
_FILES: Final = b"""\
node=web-1 type=SYSCALL msg=audit(1774910220.250:4600): arch=c000003e syscall=257 success=no exit=-13 auid=1001 uid=1001 ses=5 \
comm="cat" exe="/usr/bin/cat" key=(null)
node=web-1 type=CWD msg=audit(1774910220.250:4600): cwd="/etc"
node=web-1 type=PATH msg=audit(1774910220.250:4600): item=0 name="shadow" inode=11 nametype=NORMAL
----
node=web-1 type=SERVICE_STOP msg=audit(1774910230.000:4601): uid=0 auid=4294967295 ses=4294967295 msg='unit=auditd res=success'
"""
SAMPLES: Final = (_LOG, _FILES)

_HEAD_BYTES: Final = 4_096
_MARK: Final = b" msg=audit("
_NUMBER: Final = re.compile(rb"\bmsg=audit\((\d{1,12}\.\d{1,6}:\d{1,20})\):")
_RULE: Final = frozenset({"----", "<no matches>"})  # what ausearch puts between events
_MOST_LINES: Final = 4_096  # of one event; more are another one


def sniff(sample: Sample) -> Sniff:
    """By lines with a type and the number of an audit event."""
    if sample.data.find(_MARK, 0, _HEAD_BYTES) < 0:
        return NO
    lines = [line for line in sample.lines if line not in _RULE and not line.startswith("time->")]
    good = sum(len(line) < 65_536 and read_audit_record(line) is not None for line in lines)
    if not good or good * 2 < len(lines):
        return NO
    return Sniff(97, (f"{good} of the first {len(lines)} lines are records of the audit log",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the log, one for each number."""
    return decode_groups(chunk, _FORMAT, _load, _group)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The values of an event's records by their types, without the secrets that were typed."""
    found = _load(record).value
    return {} if found is None else fields_of_records(found["records"])


def unprintable(record: bytes, header: bytes, context: DecodeContext) -> tuple[str, ...]:  # noqa: ARG001 - as `fields`
    """The texts of a raw record that a report must not show, also as the record has them in hex."""
    found = _load(record).value
    if found is None:
        return ()
    records: Sequence[AuditRecord] = found["records"]
    lines = [" ".join(arguments(item)) if item.type == "EXECVE" else " ".join(item.values.values()) for item in records]
    typed = [item.values["data"] for item in records if item.type in KEYSTROKES and item.values.get("data")]
    plain = dict.fromkeys([*(secret for line in lines for secret in secrets_in(line)), *typed])
    return (*plain, *(secret.encode("utf-8", "replace").hex().upper() for secret in plain))


def _group(lines: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, int]]:
    """Lines in a row with the same number."""
    start, end, number, count = -1, -1, b"", 0
    for at, line in lines:
        match = _NUMBER.search(line, 0, _HEAD_BYTES)
        own = b"" if match is None else match[1]
        if own and own == number and count < _MOST_LINES:
            end, count = at + len(line), count + 1
            continue
        if start >= 0:
            yield start, end
        start, end, number, count = at, at + len(line), own, 1
    if start >= 0:
        yield start, end


def _load(raw: bytes) -> Loaded:
    if b"\0" in raw:
        return Loaded(None, NUL_BYTES)
    try:
        text, warning = raw.decode("utf-8"), None
    except UnicodeDecodeError:
        text, warning = raw.decode("utf-8", "replace"), UTF8_REPLACED
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) == 1 and (lines[0].strip() in _RULE or lines[0].startswith("time->")):
        return Loaded(None, "a line between events", is_ignored=True)
    found = [read_audit_record(line.removesuffix("\r")) for line in lines]
    records = [record for record in found if record is not None]
    if not records:
        return Loaded(None, NOT_A_RECORD if lines else None)
    return Loaded({"records": records}, None, warning if len(records) == len(found) else SOME_NO_RECORDS)


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    records: Sequence[AuditRecord] = record["records"]
    shown = fields_of_records(records)
    values = values_of_records(records, shown)
    values["content"] = content_hash(shown)  # of what is shown: a hash of a short secret tells it
    stamp = times.epoch(records[0].time, SECOND_US)
    if stamp is not None:
        values.update(stamp.values())
        values["timestamp_precision"] = SECOND_US // 10 ** len(records[0].time.partition(".")[2])
    return values


_FORMAT: Final = RecordFormat(KIND, _read)
