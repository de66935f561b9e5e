"""Git over SSH as gitlab-shell of GitLab up to 12 logs it, in lines of Ruby's logger.

    I, [2026-03-30T22:36:48.424113 #4411]  INFO -- : gitlab-shell: executing git command <git-upload-pack /srv/repositories/w.git>
    for user with key key-7.

(That is one line.) Requests to GitLab's internal API and keys that were added or removed are events too. Times are of the
server's zone, which is not stated. Reference: https://docs.gitlab.com/administration/logs/#gitlab-shelllog.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "git.ssh.lines"
VERSION: Final = 1
TITLE: Final = "Git over SSH: old log of gitlab-shell, in lines"
REFERENCE: Final = "https://docs.gitlab.com/administration/logs/#gitlab-shelllog"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = False
EMITS: Final = ("git.ssh",)
NOT_THIS_FORMAT: Final = "the line does not have the head of Ruby's logger"
LOG_HEADER: Final = "first line of a log file"

_LINES: Final = b"""\
# Logfile created on 2026-03-30 22:00:00 +0000 by logger.rb/44203
I, [2026-03-30T22:36:48.424113 #4411]  INFO -- : POST http://127.0.0.1:8080/api/v4/internal/allowed 0.03507
I, [2026-03-30T22:36:48.424652 #4411]  INFO -- : gitlab-shell: executing git command <git-upload-pack \
/srv/repositories/ml/w.git> for user with key key-7.
W, [2026-03-30T22:36:50.518279 #4412]  WARN -- : gitlab-shell: Access denied for git command <git-receive-pack 'ml/w.git'> \
by user with key key-8.
I, [2026-03-30T22:37:02.947954 #4413]  INFO -- : Removing key key-8
"""
SAMPLES: Final = (_LINES,)

_LINE: Final = re.compile(
    r"(?P<letter>[DIWEFUA]), \[(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?) #(?P<pid>\d{1,20})\] {1,4}"
    r"(?P<level>[A-Z]{3,7}) -- (?P<program>[^:]{0,64}): (?P<message>.*)",
    re.DOTALL,
)
_COMMAND: Final = re.compile(
    r"<(?P<command>git[a-z-]{0,40})(?: (?P<target>.{0,4000}?))?> (?:for|by) (?P<who>.{1,320}?)\.?$", re.DOTALL
)
_REQUEST: Final = re.compile(r"(?P<method>GET|POST|PUT|DELETE) (?P<url>https?://\S{1,4000})(?: [\d.]{1,20})?")
_KEY: Final = re.compile(r"(?P<what>Adding|Removing) key (?P<key>key-\d{1,18})")
_RELATIVE: Final = re.compile(r'"relative_path":"([^"]{1,1000})"')
_NAMED: Final = re.compile(r'"gl_username":"([^"]{1,256})"')
_KEY_OF: Final = re.compile(r"user with (?:key|id) (?P<id>\S{1,64}?)\.?$")
_KEYS: Final = {"Adding": "add_key", "Removing": "remove_key"}


def sniff(sample: Sample) -> Sniff:
    """By lines of Ruby's logger, some of which are of gitlab-shell or of its requests."""
    data = sample.data[:65_536]
    if b"]  " not in data or not any(
        mark in data for mark in (b": gitlab-shell: ", b"/internal/allowed", b": Adding key key-")
    ):
        return NO
    lines = [line for line in sample.lines if len(line) < 8192]
    good = sum(_LINE.match(line) is not None for line in lines)
    if not good or good < len(lines) / 2:
        return NO
    return Sniff(95, (f"{good} of the first {len(lines)} lines are of gitlab-shell",))


def _split(line: str) -> Record | Ignored | str:
    match = _LINE.fullmatch(line)
    if match is None:
        return Ignored(LOG_HEADER) if line.startswith("# Logfile created on ") else NOT_THIS_FORMAT
    return match.groupdict()


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    message = record["message"].strip()
    values: EventValues = {
        "timestamp_desc": "event",
        "outcome": "failure" if record["level"] in {"ERROR", "FATAL"} else None,
        "message": as_text(message),
        **_told(message),
    }
    stamp = times.iso(record["time"])
    if stamp is not None:
        values.update(stamp.values())
    return values


def _told(message: str) -> EventValues:
    """What a command, a request or a key says; {} for other lines."""
    if request := _REQUEST.match(message):
        return {"action": request["method"], "resource": request["url"]}
    if key := _KEY.match(message):
        return {"action": _KEYS[key["what"]], "credential": key["key"]}
    command = _COMMAND.search(message, 0, 8192)
    if command is None:
        return {}
    target = command["target"] or ""
    who = _KEY_OF.search(command["who"])
    named = _NAMED.search(target)
    identity = None if who is None else who["id"]
    values: EventValues = {
        "action": command["command"].replace("gitaly-", "git-"),
        "actor": as_text(named[1]) if named else as_text(command["who"]) if who is None else None,
        "resource": as_text(_repository(target)),
    }
    if identity is not None and identity.startswith("key-"):
        values["credential"] = identity
    elif identity is not None and values["actor"] is None:
        values["actor"] = identity
    if "denied" in message[: command.start()]:
        values["outcome"] = "denied"
    return values


def _repository(target: str) -> str:
    """Group and name of the repository at a path, or in a request to Gitaly."""
    relative = _RELATIVE.search(target)
    path = relative[1] if relative else target.strip().strip("'\"")
    return path.rpartition("/repositories/")[2].removesuffix(".git")


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat("git.ssh", _read)
