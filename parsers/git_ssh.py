"""Git over SSH as gitlab-shell logs it: which command was run on which repository, by whom.

    {"command": "git-upload-pack", "gl_project_path": "ml/w", "level": "info", "msg": "executing git command",
     "time": "2026-03-30T22:36:48Z", "user_id": "user-4", "username": "dana", "remote_ip": "198.51.100.9"}

Its other lines (requests to GitLab's internal API, errors) are events too.
Reference: https://docs.gitlab.com/administration/logs/#gitlab-shelllog.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import count, first_text, http_status, text
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "git.ssh"
VERSION: Final = 1
TITLE: Final = "Git over SSH: log of gitlab-shell"
REFERENCE: Final = "https://docs.gitlab.com/administration/logs/#gitlab-shelllog"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_LINE: Final = "the object has no text and no command"

_LINES: Final = b"""\
{"command":"git-upload-pack","git_protocol":"version=2","gl_project_path":"ml/w","gl_key_id":7,"level":"info",\
"msg":"executing git command","time":"2026-03-30T22:36:48Z","user_id":"user-4","username":"dana","remote_ip":"198.51.100.9"}
{"duration_ms":74.1,"level":"info","method":"POST","msg":"Finished HTTP request","status":200,"time":"2026-03-30T22:36:48Z",\
"url":"http://127.0.0.1:8080/api/v4/internal/allowed"}
"""
SAMPLES: Final = (_LINES,)
_GIT_COMMANDS: Final = frozenset({"git-upload-pack", "git-receive-pack", "git-upload-archive"})


def sniff(sample: Sample) -> Sniff:
    """By Git's commands with the user or project that gitlab-shell names."""
    if b'"command"' not in sample.data[:16_384]:
        return NO
    good = sum(
        record.get("command") in _GIT_COMMANDS
        and "msg" in record
        and ("gl_project_path" in record or "user_id" in record)
        for record in sample.objects
    )
    return Sniff(95, (f"{good} of the first objects are commands of Git in gitlab-shell",)) if good else NO


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    message, command = text(record, "msg"), text(record, "command")
    if message is None and command is None:
        return NO_LINE
    status = http_status(record, "status")
    key = text(record, "gl_key_id")
    values: EventValues = {
        "timestamp_desc": "event",
        "action": first_text(record, "command", "method"),
        "outcome": "failure" if record.get("level") == "error" else None if status is None else outcome_of(status),
        "actor": first_text(record, "username", "user_id", "gl_id"),
        "credential": None if key is None else f"key-{key}",
        "session": text(record, "correlation_id"),
        "src_ip": client_address(first_text(record, "remote_ip", "remote_addr")),
        "resource": first_text(record, "gl_project_path", "gl_repository", "url"),
        "status": status,
        "bytes_out": count(record, "written_bytes"),
        "message": message,
    }
    stamp = times.iso(record.get("time"))
    if stamp is not None:
        values.update(stamp.values())
    return values


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """All fields of one line."""
    return json_fields(record, _FORMAT)


_FORMAT: Final = RecordFormat(KIND, _read)
