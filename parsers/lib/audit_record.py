"""One line of Linux's audit log: its type, its time and number, its values with what is in hex made text.

    node=web-1 type=PATH msg=audit(1774910208.123:4567): item=0 name="/etc/shadow" inode=11 nametype=NORMAL

References: https://github.com/linux-audit/audit-documentation/wiki/SPEC-Writing-Good-Events,
https://github.com/linux-audit/audit-documentation/wiki/SPEC-Audit-Event-Enrichment.
"""

import re
from typing import Final, NamedTuple

_LINE: Final = re.compile(
    r"(?:.{0,256}?\b)??(?:node=(?P<node>\S{1,255}) )?type=(?P<type>[A-Z0-9_]{1,64}|UNKNOWN\[\d{1,8}\]) "
    r"msg=audit\((?P<time>\d{1,12}\.\d{1,6}):(?P<serial>\d{1,20})\): ?",
)
_PAIR: Final = re.compile(r"([A-Za-z_][\w.-]{0,63}(?:\[\d{1,6}\])?)=(\"[^\"]*+\"|'[^']*+'|[^\s'\"]*+)")
_VERDICT: Final = re.compile(r"avc: {1,4}(denied|granted)")  # SELinux says it in words
_HEX: Final = re.compile(r"(?:[0-9A-F]{2})+")
_ARGUMENT: Final = re.compile(r"a\d{1,6}(?:\[\d{1,6}\])?")
# fields that the kernel and the programs write in hex where a blank, a quote or another sign is in them
_TEXTS: Final = frozenset(
    {"proctitle", "cmd", "data", "comm", "exe", "name", "cwd", "path", "acct", "file", "new-name", "watch"}
)
_NAMED_BY: Final = "\x1d"  # stands before the names that auditd adds
_NOTHING: Final = frozenset({"", "?", "(null)", "(none)", "(unknown)", "(invalid)"})


class AuditRecord(NamedTuple):
    """One line. `names` are those that auditd added (AUID="dana"); of a field that is there twice the first counts."""

    type: str
    node: str | None
    time: str
    serial: str
    values: dict[str, str]
    names: dict[str, str]

    def value(self, name: str) -> str | None:
        """A value that says something; None for `?`, `(null)` and the like."""
        found = self.values.get(name)
        return None if found is None or found in _NOTHING else found


def read_audit_record(line: str) -> AuditRecord | None:
    """The record of a line; None where it is none."""
    head = _LINE.match(line)
    if head is None:
        return None
    body, _, added = line[head.end() :].partition(_NAMED_BY)
    names = {name: value.strip("\"'") for name, value in _PAIR.findall(added)} if added else {}
    return AuditRecord(head["type"], head["node"], head["time"], head["serial"], _values(body, head["type"]), names)


def _values(body: str, kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if kind.endswith("AVC") and (verdict := _VERDICT.search(body, 0, 1_024)) is not None:
        found["avc"] = verdict[1]
    for name, written in _PAIR.findall(body):
        first = written[:1]
        if first == '"':  # most texts
            found.setdefault(name, written[1:-1])
        elif first == "'":  # what a program says, in the kernel's own pairs
            for inner, value in _PAIR.findall(written[1:-1]) if "=" in written else ():
                found.setdefault(inner, _plain(inner, value, kind))
            if "=" not in written:
                found.setdefault(name, written[1:-1])
        else:
            found.setdefault(name, _plain(name, written, kind))
    return found


def _plain(name: str, written: str, kind: str) -> str:
    if written[:1] == '"':
        return written[1:-1]
    is_text = name in _TEXTS or (kind == "EXECVE" and name[:1] == "a" and name != "argc")
    if is_text and len(written) > 1 and _HEX.fullmatch(written) is not None:
        return bytes.fromhex(written).rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "replace")
    return written


def arguments(record: AuditRecord) -> list[str]:
    """The words of a command, from `a0`, `a1` ... and the parts `a1[0]`, `a1[1]` of long ones."""
    whole: dict[int, str] = {}
    for name, value in record.values.items():
        if name[:1] == "a" and name != "argc" and _ARGUMENT.fullmatch(name) is not None:
            place = int(name[1:].partition("[")[0])
            whole[place] = whole.get(place, "") + value
    return [whole[place] for place in sorted(whole)]
