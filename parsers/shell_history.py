"""Histories of shells: what was typed into bash, zsh and fish, with its time where the shell wrote one.

    #1774910208
    tar czf /tmp/w.tgz /srv/models
    : 1774910215:4;scp /tmp/w.tgz dana@203.0.113.9:
    - cmd: git push --force
      when: 1774910230

bash writes times where HISTTIMEFORMAT is set; after such a line all lines up to the next one are one command. A line that ends
in a backslash goes on. The user is that of the home directory in the file's path. Secrets that were typed are withheld.
References: https://www.gnu.org/software/bash/manual/html_node/Bash-History-Facilities.html,
https://zsh.sourceforge.io/Doc/Release/Options.html#History, https://fishshell.com/docs/current/cmds/history.html.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from parsers.lib.command_secrets import secrets_in, without_typed_secrets
from parsers.lib.json_reading import NUL_BYTES, UTF8_REPLACED, Loaded, Record
from parsers.lib.json_values import as_text
from parsers.lib.line_groups import decode_groups
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import SECOND_US

KIND: Final = "shell.history"
VERSION: Final = 1
TITLE: Final = "Histories of shells: bash, zsh, fish"
REFERENCE: Final = "https://www.gnu.org/software/bash/manual/html_node/Bash-History-Facilities.html"
FRAMING: Final[Framing] = "whole"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_COMMAND: Final = "a time without a command"

_BASH: Final = b"""#1774910208
tar czf /tmp/w.tgz /srv/models
#1774910210
for f in *.bin; do
  sha256sum "$f"
done
"""
_ZSH: Final = b""": 1774910215:4;scp /tmp/w.tgz dana@203.0.113.9:
: 1774910220:0;docker run \\\\
  --rm example/cli
: 1774910225:0;curl -u dana:not-a-password https://registry.example.com/v2/
"""
_FISH: Final = b"""- cmd: git push --force
  when: 1774910230
  paths:
    - weights.bin
- cmd: echo one\\ntwo
  when: 1774910240
"""
SAMPLES: Final = (_BASH, _ZSH, _FISH)

_BASH_TIME: Final = re.compile(rb"#(\d{9,11})[ \t]*")
_ZSH_TIME: Final = re.compile(rb": {1,4}(\d{9,11}):(\d{1,9});")
_FISH_COMMAND: Final = b"- cmd: "
_MARK: Final = re.compile(rb"(?:^|\n)(?:(#1\d{8,9}\r?\n)|(: {1,4}1\d{8,9}:\d{1,9};)|(- cmd: ))")
_NAMED: Final = re.compile(
    r"(?:^|[/\\])\.?(?:bash_|zsh_|sh_|ash_|ksh_)history$|(?:^|[/\\])\.?z?histfile$|(?:^|[/\\])\.zhistory$"
)
# a file in a home directory itself, or in a hidden directory of it
_HOME: Final = re.compile(
    r"(?:^|[/\\])(?:(?:home|Users)[/\\]([^/\\]{1,64})|(root))[/\\](?:\.[^/\\]{1,64}[/\\](?:[^/\\]{1,64}[/\\]){0,4})?[^/\\]{1,128}$"
)
_HEAD_BYTES: Final = 4_096
_ESCAPED: Final = re.compile(r"\\(n|\\)")
_META: Final = re.compile(rb"\x83(.)", re.DOTALL)  # how zsh writes bytes that mean something to itself
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w{0,127}=")
_BEFORE: Final = frozenset(
    {"sudo", "doas", "exec", "command", "nohup", "time", "env", "builtin", "then", "do", "!", "{", "("}
)
_MOST_WORDS: Final = 16


def sniff(sample: Sample) -> Sniff:
    """By times as the shells write them; by the file's name where there are none."""
    found = _MARK.search(sample.data, 0, _HEAD_BYTES)
    named = _NAMED.search(sample.name) is not None
    if found is None:
        plain = named and sample.data[:1] not in {b"{", b"[", b""} and b"\0" not in sample.data[:_HEAD_BYTES]
        return Sniff(80, ("the file has the name of a shell's history",)) if plain else NO
    lines = [line.encode() for line in sample.lines]
    if found[3]:
        whens = sum(line.startswith(b"  when: ") for line in lines)
        return Sniff(96, (f"{whens} of the first lines tell when a command of fish was run",)) if whens else NO
    pattern = _BASH_TIME if found[1] else _ZSH_TIME
    good = sum(bool(pattern.fullmatch(line) if found[1] else pattern.match(line)) for line in lines)
    sure = named or good * 4 >= len(lines)
    return (
        Sniff(95 if sure else 45, (f"{good} of the first {len(lines)} lines have the time of a command",))
        if good
        else NO
    )


def decode(chunk: Chunk) -> Decoded:
    """Events of the commands, one each."""
    return decode_groups(chunk, _format(_user_of(chunk.context.source)), _load, _group)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """Shell, time, duration and the command, without the secrets that were typed."""
    found = _load(record).value
    return {} if found is None else {**found, "command": without_typed_secrets(found["command"])}


def unprintable(record: bytes, header: bytes, context: DecodeContext) -> tuple[str, ...]:  # noqa: ARG001 - as `fields`
    """The texts of a raw record that a report must not show."""
    found = _load(record).value
    return () if found is None else tuple(secrets_in(found["command"]))


def _group(lines: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, int]]:
    """The lines of one command; of a time of bash and what follows it."""
    start = end = -1
    last = shell = b""
    for at, line in lines:
        if _goes_on(shell, last, line):
            end = at + len(line)
        else:
            if start >= 0:
                yield start, end
            start, end = at, at + len(line)
            shell = b"#" if _BASH_TIME.fullmatch(line) else b"-" if line.startswith(_FISH_COMMAND) else b":"
        last = line
    if start >= 0:
        yield start, end


def _goes_on(shell: bytes, last: bytes, line: bytes) -> bool:
    """Whether a line belongs to the record that the line before it is of."""
    if shell == b"#":
        return not (_BASH_TIME.fullmatch(line) or _ZSH_TIME.match(line) or line.startswith(_FISH_COMMAND))
    if shell == b"-":
        return line.startswith(b"  ")
    return shell == b":" and (len(last) - len(last.rstrip(b"\\"))) % 2 == 1 and not _ZSH_TIME.match(line)


def _load(raw: bytes) -> Loaded:
    if b"\0" in raw:
        return Loaded(None, NUL_BYTES)
    shell, when, took = None, None, None
    body = raw
    if (zsh := _ZSH_TIME.match(raw)) is not None:
        shell, when, took = "zsh", int(zsh[1]), int(zsh[2])
        body = _META.sub(lambda match: bytes([match[1][0] ^ 32]), raw[zsh.end() :])
    elif raw.startswith(_FISH_COMMAND):
        shell = "fish"
        body, *others = raw.removeprefix(_FISH_COMMAND).splitlines() or [b""]
        when = next((_count(line[8:]) for line in others if line.startswith(b"  when: ")), None)
    else:
        first, _, rest = raw.partition(b"\n")
        if (bash := _BASH_TIME.fullmatch(first.rstrip(b"\r"))) is not None:
            shell, when, body = "bash", int(bash[1]), rest
    try:
        command, warning = body.decode("utf-8"), None
    except UnicodeDecodeError:
        command, warning = body.decode("utf-8", "replace"), UTF8_REPLACED
    if shell == "fish":
        command = _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else "\\", command)
    command = command.replace("\r\n", "\n").strip("\r\n")
    if not command.strip():
        return Loaded(None, None if not raw.strip() else NO_COMMAND, is_ignored=True)
    return Loaded({"shell": shell, "time": when, "seconds": took, "command": command}, None, warning)


def _count(digits: bytes) -> int | None:
    plain = digits.strip()
    return int(plain) if plain.isdigit() and len(plain) <= 11 else None


@lru_cache(maxsize=64)
def _format(user: str | None) -> RecordFormat:
    def read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
        shown = without_typed_secrets(record["command"])
        values: EventValues = {
            "timestamp_desc": "event",
            "action": "command",
            "outcome": "unknown",  # a history does not say how it ended
            "actor": user,
            "resource": _program(shown),
            "message": as_text(shown),
        }
        stamp = times.epoch(record["time"], SECOND_US)
        if stamp is not None:
            values.update(stamp.values())
        return values

    return RecordFormat(KIND, read)


def _program(command: str) -> str | None:
    """The program that a command begins with, behind assignments and `sudo`."""
    for word in command[:1_024].split(maxsplit=_MOST_WORDS)[:_MOST_WORDS]:
        if _ASSIGNMENT.match(word) is None and word not in _BEFORE and not word.startswith("-"):
            return as_text(word.strip("()`;&|"))
    return None


def _user_of(source: str) -> str | None:
    """Whose home directory the file is in; None where the path does not say."""
    found = _HOME.search(source[-1_024:])
    return None if found is None else found[1] or found[2]
