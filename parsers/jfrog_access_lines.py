"""Artifactory's access log and the audit trail of the JFrog Platform, as written to their files.

    2026-03-30T22:36:48.424Z [7a938a8b8b518a60] [ACCEPTED DOWNLOAD] npm-local:models.tgz  for client : dana / 198.51.100.9.
    2026-03-30 22:36:49,001 [7a938a8b8b518a60] [DENIED LOGIN] for eve/203.0.113.77.
    2026-03-30T22:36:50.001Z|7a938a8b8b518a61|198.51.100.9|dana|dana|ci|C|TKN|{"added":{"id":"a1"}}

The audit trail has the columns date, trace id, address, user, logged principal, entity, type (C created, U updated,
D deleted), event (USR, GRP, PRM, TKN ...) and what was changed, which may hold the separator.
Reference: https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-log,
https://jfrog.com/help/r/jfrog-platform-administration-documentation/audit-trail-log.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.jfrog_records import ACCESS, read_access
from parsers.lib.json_reading import Record
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import RecordFormat
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "jfrog.access.lines"
VERSION: Final = 1
TITLE: Final = "Artifactory access log and audit trail (lines)"
REFERENCE: Final = "https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-log"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = False
EMITS: Final = (ACCESS,)
NOT_THIS_FORMAT: Final = "the line is not a record of access or of an audit trail"

_ACCESSED: Final = b"""\
2026-03-30T22:36:48.424Z [7a938a8b8b518a60] [ACCEPTED DOWNLOAD] npm-local:models/-/a.tgz  for client : dana / 198.51.100.9.
2026-03-30T22:36:49.001Z [7a938a8b8b518a62] [DENIED LOGIN] for client : NA / 2001:db8::7 [token]
2026-03-30 22:36:50,001 [7a938a8b8b518a63] [ACCEPTED DEPLOY] libs:a for b/c.jar for anonymous/203.0.113.77.
"""
_AUDITED: Final = b"""\
2026-03-30T22:36:50.001Z|7a938a8b8b518a61|198.51.100.9|dana|dana|ci|C|TKN|{"added":{"id":"a1","scope":"a|b"}}
2026-03-30T22:36:51.001Z|7a938a8b8b518a64|UNKNOWN|UNKNOWN|jfrt@01example|readers|D|GRP|{}
"""
SAMPLES: Final = (_ACCESSED, _AUDITED)

_TIME: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}[.,][0-9]{3,9}(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_ACCESS_LINE: Final = re.compile(
    rf"(?P<log_timestamp>{_TIME}) (?:\[(?P<trace_id>[^\[\]]*)\] )?"
    r"\[(?P<action_response>(?:ACCEPTED|DENIED|FAILED) [A-Z_ ]+)\](?: (?P<rest>.*))?",
    re.DOTALL,
)
_AUDIT_TIME: Final = re.compile(_TIME)
_AUDIT_NAMES: Final = (
    "log_timestamp", "trace_id", "user_ip", "user", "logged_principal", "entity_name", "event_type", "event",
    "data_changed",
)  # fmt: skip
_FOR: Final = " for "
_CLIENT: Final = "client : "


def sniff(sample: Sample) -> Sniff:
    """By how many of the first lines are such records."""
    lines = sample.lines
    if not any(line[:2] == "20" and ("|" in line or "] [" in line or " [" in line) for line in lines[:3]):
        return NO
    good = sum(not isinstance(_split(line), str) for line in lines)
    if not good:
        return NO
    share = good / len(lines)
    confidence = 97 if share > 0.9 else 88 if share >= 0.5 else 40
    return Sniff(confidence, (f"{good} of the first {len(lines)} lines are records of access or of an audit trail",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of the line, by the names that JFrog's fluentd configuration gives them."""
    return line_fields(record, _FORMAT, _split)


def _split(line: str) -> Record | str:
    match = _ACCESS_LINE.fullmatch(line)
    if match is not None:
        return _accessed(match)
    columns = line.split("|", len(_AUDIT_NAMES) - 1)
    if len(columns) < len(_AUDIT_NAMES) or not _AUDIT_TIME.fullmatch(columns[0]):
        return NOT_THIS_FORMAT
    kind, event = columns[6], columns[7]
    if len(kind) > 2 or not kind.isalpha() or not (event.isascii() and event.isalpha() and event.isupper()):
        return NOT_THIS_FORMAT
    return dict(zip(_AUDIT_NAMES, columns, strict=True))


def _accessed(match: re.Match[str]) -> Record:
    """`<path> for [client : ]<user>/<address>[.][ [type]]`; a path may hold ` for ` itself."""
    found: Record = {name: value for name, value in match.groupdict().items() if value is not None and name != "rest"}
    path, separator, client = f" {match['rest'] or ''}".rpartition(_FOR)
    if not separator:
        path, client = client, ""
    found["repo_path"] = path.strip()
    client, bracket, kind = client.removeprefix(_CLIENT).partition(" [")
    if bracket:
        found["type"] = kind.removesuffix("]")
    user, slash, address = client.strip().removesuffix(".").rpartition("/")
    found["username"], found["ip"] = (user.strip(), address.strip()) if slash else (client.strip(), "")
    return found


_FORMAT: Final = RecordFormat(KIND, read_access)
