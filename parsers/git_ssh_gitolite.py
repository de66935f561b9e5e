"""Git over SSH as Gitolite logs it: who asked for which command, what the rules said, and which refs were pushed.

    2026-03-30.22:36:48  4411  ssh  ARGV=dana  SOC=git-upload-pack 'ml/w'  FROM=198.51.100.9
    2026-03-30.22:36:48  4411  pre_git  ml/w  dana  R  any  refs/.*
    2026-03-30.22:36:50  4412  die  W any ml/w eve DENIED by fallthru

(with tabs between). The process id, which all lines of a connection have, is the session. Times are of the server's zone,
which is not stated. Reference: https://gitolite.com/gitolite/dev-notes.html.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "git.ssh.gitolite"
VERSION: Final = 1
TITLE: Final = "Git over SSH: log of Gitolite"
REFERENCE: Final = "https://gitolite.com/gitolite/dev-notes.html"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = False
EMITS: Final = ("git.ssh",)
NOT_GITOLITE: Final = "the line does not begin with the time and the process id of Gitolite"

_LINES: Final = b"""\
2026-03-30.22:36:48\t4411\tssh\tARGV=dana\tSOC=git-upload-pack 'ml/w'\tFROM=198.51.100.9
2026-03-30.22:36:48\t4411\tpre_git\tml/w\tdana\tR\tany\trefs/.*
2026-03-30.22:36:48\t4411\tsystem\tgit\tshell\t-c\tgit-upload-pack '/home/git/repositories/ml/w.git'
2026-03-30.22:36:49\t4411\tEND
2026-03-30.22:36:50\t4412\tdie\tW any ml/w eve DENIED by fallthru
2026-03-30.22:37:02\t4413\tupdate\tml/w\tdana\tW\trefs/heads/main\t1f2e3d4c\t5b6a7988\trefs/heads/main
"""
SAMPLES: Final = (_LINES,)

_LINE: Final = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d\.\d\d:\d\d:\d\d)[\t ]+(?P<pid>\d{1,20})[\t ]+(?P<what>[^\t ]{1,64})(?:[\t ](?P<rest>.*))?",
    re.DOTALL,
)
_ASKED: Final = re.compile(
    r"(?P<command>git[ -](?:upload|receive)-(?:pack|archive))\s{1,4}'?/?(?P<repository>[^']{1,1000})'?"
)
_DENIED: Final = re.compile(
    r"(?P<right>\S{1,16}) (?P<ref>\S{1,500}) (?P<repository>\S{1,500}) (?P<user>\S{1,256}) DENIED by "
)
_CONNECTIONS: Final = frozenset({"ssh", "http"})
_CHECKS: Final = frozenset({"pre_git", "update"})
_MEMBERS: Final = {"ARGV": "user", "SOC": "command", "FROM": "address"}
_NAMES: Final = ("repository", "user", "right", "ref")


def sniff(sample: Sample) -> Sniff:
    """By lines of a time with a full stop before its clock, a process id and an action of Gitolite."""
    if b"\t" not in sample.data[:4096]:
        return NO
    lines = [line for line in sample.lines if len(line) < 8192]
    good = sum(line[10:11] == "." and _LINE.match(line) is not None for line in lines)
    if not good or good < len(lines) / 2:
        return NO
    return Sniff(95, (f"{good} of the first {len(lines)} lines are of Gitolite",))


def _split(line: str) -> Record | Ignored | str:
    match = _LINE.fullmatch(line)
    if match is None:
        return NOT_GITOLITE
    record: Record = {name: match[name] for name in ("time", "pid", "what")}
    rest = match["rest"]
    if rest is None:
        return record
    parts = rest.split("\t")
    if match["what"] in _CONNECTIONS:
        pairs = (part.partition("=") for part in parts)
        record.update({_MEMBERS[name]: value for name, _, value in pairs if name in _MEMBERS})
    elif match["what"] in _CHECKS and len(parts) >= len(_NAMES):
        record.update(zip(_NAMES, parts, strict=False))
    record["text"] = " ".join(parts).strip()
    return record


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    values: EventValues = {
        "timestamp_desc": "event",
        "action": as_text(record["what"]),
        "actor": as_text(record.get("user")),
        "resource": as_text(record.get("repository")),
        "session": record["pid"],
        "src_ip": client_address(record.get("address")),
        "message": as_text(record.get("text")),
        **_told(record["what"], record),
    }
    stamp = times.written(record["time"], "%Y-%m-%d.%H:%M:%S")
    if stamp is not None:
        values.update(stamp.values())
    return values


def _told(what: str, record: Record) -> EventValues:
    """The command that was asked for, or what the rules said."""
    if what in _CONNECTIONS:
        command = record.get("command", "")
        asked = _ASKED.match(command)
        if asked is None:
            return {"action": as_text(command) or what}
        repository = asked["repository"].strip().removesuffix(".git")
        return {"action": asked["command"].replace(" ", "-"), "resource": as_text(repository)}
    text = record.get("text", "")
    if what in _CHECKS:
        return {"outcome": "denied" if "DENIED" in text else "success"}
    if what != "die":
        return {}
    denied = _DENIED.search(text, 0, 4096)
    if denied is None:
        return {"outcome": "denied" if "DENIED" in text else "failure"}
    return {"outcome": "denied", "actor": as_text(denied["user"]), "resource": as_text(denied["repository"])}


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat("git.ssh", _read)
