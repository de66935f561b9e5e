"""A host's journal as `journalctl -o json` writes it: sshd, sudo and other programs.

    {"__REALTIME_TIMESTAMP": "1774910208424000", "_HOSTNAME": "bastion", "SYSLOG_IDENTIFIER": "sshd", "MESSAGE": "..."}

The time is that of the program where the journal has it, else that of receipt. A message that is no UTF-8 is a list of bytes.
The kinds are those of authentication logs in lines. Reference: https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.host_programs import said
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import first_text, items, text
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "ssh.auth.journal"
VERSION: Final = 2
TITLE: Final = "Journal of a host as JSON: sshd, sudo and other programs"
REFERENCE: Final = "https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = ("ssh.auth", "sudo", "syslog")
NO_ENTRY: Final = "the object is not an entry of a journal"

_LINES: Final = b"""\
{"__CURSOR": "s=1;i=2", "__REALTIME_TIMESTAMP": "1774910208424000", "_HOSTNAME": "bastion", "SYSLOG_IDENTIFIER": "sshd", \
"MESSAGE": "Invalid user admin from 203.0.113.4 port 40122", "_BOOT_ID": "4f"}
{"__CURSOR": "s=1;i=3", "__REALTIME_TIMESTAMP": "1774910209424010", "_SOURCE_REALTIME_TIMESTAMP": "1774910209424000", \
"_HOSTNAME": "bastion", "SYSLOG_IDENTIFIER": "sudo", "MESSAGE": "dana : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/id"}
"""
SAMPLES: Final = (_LINES,)


def sniff(sample: Sample) -> Sniff:
    """By the names that the journal gives its own fields."""
    if b"__REALTIME_TIMESTAMP" not in sample.data[:16_384]:
        return NO
    good = sum("__REALTIME_TIMESTAMP" in entry for entry in sample.objects)
    return Sniff(95, (f"{good} of the first objects are entries of a journal",)) if good else NO


def _message(record: Record) -> str:
    found = record.get("MESSAGE")
    if isinstance(found, str):
        return found
    listed = items(record, "MESSAGE")
    if listed and all(type(part) is int and 0 <= part < 256 for part in listed):
        return bytes(listed).decode("utf-8", "replace")
    return next((part for part in listed if isinstance(part, str)), "")


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    if "__REALTIME_TIMESTAMP" not in record and "MESSAGE" not in record:
        return NO_ENTRY
    program = first_text(record, "SYSLOG_IDENTIFIER", "_COMM") or ""
    values: EventValues = {"resource": text(record, "_HOSTNAME"), **said(program, _message(record))}
    stamp = times.epoch(record.get("_SOURCE_REALTIME_TIMESTAMP"), 1) or times.epoch(
        record.get("__REALTIME_TIMESTAMP"), 1
    )
    if stamp is not None:
        values.update(stamp.values())
    return values


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """All fields of one entry."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, _read)
