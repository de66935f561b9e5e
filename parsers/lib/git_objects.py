"""Commit and tag objects, reflog lines and `diff-tree --raw` entries, read leniently: whatever is there is used.

Reference: https://git-scm.com/docs/gitformat-signature, https://git-scm.com/docs/git-commit-tree,
https://git-scm.com/docs/git-diff-tree#_raw_output_format.
"""

import codecs
import re
from dataclasses import dataclass
from typing import Any, Final

from timeline.model.time import MAX_US, SECOND_US

LAST_SECOND: Final = MAX_US // SECOND_US
_IDENT: Final = re.compile(rb"([^<>]*?) ?<([^<>]*)> (\d{1,12}) ([+-]\d{4})")
_LENIENT: Final = re.compile(rb"([^<]*)(?:<([^>]*)>?(.*))?", re.DOTALL)
_SIGNED_NUMBER: Final = re.compile(rb"-?\d{1,30}")
# Encodings that Python knows as such, and that cannot make a few bytes into much or run code.
_ENCODINGS: Final = re.compile(r"iso8859|cp\d|koi8|shift_jis|euc_|gb|big5|hz|iso2022|mac|johab|tis|latin|ascii|utf-")


@dataclass(frozen=True, slots=True)
class Ident:
    """Who and when. `seconds` since 1970; None where it is not stated, negative or beyond the year 9999."""

    name: bytes
    email: bytes
    seconds: int | None
    stated_time: bytes
    zone: bytes

    @property
    def us(self) -> int | None:
        """Microseconds UTC; None where undated."""
        return None if self.seconds is None else self.seconds * SECOND_US


NOBODY: Final = Ident(b"", b"", None, b"", b"")


def read_ident(line: bytes) -> Ident:
    """`Name <mail> SECONDS ZONE`, whatever of it is there."""
    match = _IDENT.fullmatch(line)
    if match is not None:
        seconds = int(match[3])
        return Ident(match[1], match[2], seconds if seconds <= LAST_SECOND else None, match[3], match[4])
    loose = _LENIENT.match(line)
    assert loose is not None  # it matches anything
    words = (loose[3] or b"").rpartition(b">")[2].split()
    stated = words[0] if words and _SIGNED_NUMBER.fullmatch(words[0]) else b""
    number = int(stated) if stated else -1
    seconds_or_none = number if 0 <= number <= LAST_SECOND else None
    zone = words[1] if len(words) > 1 else b""
    return Ident(loose[1].strip(), (loose[2] or b"").strip(), seconds_or_none, stated, zone)


@dataclass(frozen=True, slots=True)
class GitObject:
    """A commit or tag. `headers` are (key, value) in order, continuation lines joined with line feeds."""

    headers: tuple[tuple[bytes, bytes], ...]
    message: bytes
    encoding: str

    def first(self, key: bytes) -> bytes | None:
        """The first value of a header; None where there is none."""
        return next((value for name, value in self.headers if name == key), None)

    def all(self, key: bytes) -> list[bytes]:
        """Every value of a header."""
        return [value for name, value in self.headers if name == key]

    def ident(self, key: bytes) -> Ident:
        """Who and when of a header; nobody where there is none."""
        line = self.first(key)
        return NOBODY if line is None else read_ident(line)

    def text(self, raw: bytes) -> str:
        """Bytes of this object as text, in the encoding that it states."""
        return decoded(raw, self.encoding)


def read_object(raw: bytes) -> GitObject:
    """Take a commit or tag apart."""
    head, _, message = raw.partition(b"\n\n")
    headers: list[tuple[bytes, bytes]] = []
    for line in head.split(b"\n"):
        if line.startswith(b" ") and headers:
            key, value = headers[-1]
            headers[-1] = (key, value + b"\n" + line[1:])
        elif line:
            key, _, value = line.partition(b" ")
            headers.append((key, value))
    stated = next((value for key, value in headers if key == b"encoding"), b"")
    return GitObject(tuple(headers), message, encoding_of(stated))


def encoding_of(stated: bytes) -> str:
    """A text encoding of Python for the name that a commit states; UTF-8 where it states none that can be used."""
    if not stated:
        return "utf-8"
    try:
        name = codecs.lookup(stated.decode("ascii")).name
    except (LookupError, ValueError):
        return "utf-8"
    return name if _ENCODINGS.match(name) else "utf-8"


def decoded(raw: bytes, encoding: str = "utf-8") -> str:
    """Bytes as text, what cannot be read replaced."""
    return raw.decode(encoding, "replace")


def subject_of(message: bytes) -> bytes:
    """The first paragraph in one line, as `git log --oneline` shows it."""
    paragraph = message.lstrip(b"\n").partition(b"\n\n")[0]
    if b"\n" not in paragraph:
        return paragraph.strip()
    lines = []
    for line in paragraph.split(b"\n"):
        if not line.strip():
            break
        lines.append(line.strip())
    return b" ".join(lines)


def changed_paths(raw: bytes) -> list[dict[str, Any]]:
    """Entries of `diff-tree --raw -z`; in those of merges `old_mode` and `old` are lists, one value for each parent."""
    parts = raw.split(b"\0")
    return [_entry(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]


def _entry(meta: bytes, path: bytes) -> dict[str, Any]:
    parents = len(meta) - len(meta.lstrip(b":"))
    words = [word.decode("ascii", "replace") for word in meta[parents:].split(b" ")]
    if len(words) != 2 * parents + 3:
        return {"status": "?", "path": decoded(path)}
    modes, oids = words[: parents + 1], words[parents + 1 : -1]
    single = parents == 1
    return {
        "status": words[-1],
        "path": decoded(path),
        "old_mode": modes[0] if single else modes[:-1],
        "new_mode": modes[-1],
        "old": oids[0] if single else oids[:-1],
        "new": oids[-1],
    }


_REFLOG: Final = re.compile(
    rb"([0-9a-f]{40}(?:[0-9a-f]{24})?) ([0-9a-f]{40}(?:[0-9a-f]{24})?) ([^\t]*)(?:\t(.*))?", re.DOTALL
)
_VERB: Final = re.compile(r"([a-z][a-z-]{1,31})\b")
_PUSHES: Final = frozenset({"push", "update by push"})


@dataclass(frozen=True, slots=True)
class ReflogLine:
    """One line of a reflog: a ref went from `old` to `new` (hex; zeros: not there)."""

    old: str
    new: str
    ident: Ident
    message: str

    @property
    def named(self) -> str | None:
        """The object that the ref came to; where it was deleted, the one that it had; None where neither is named."""
        return next((oid for oid in (self.new, self.old) if oid.strip("0")), None)

    @property
    def pushed(self) -> bool:
        """Whether this is the clock of a push: written by a push into the repository, or by one from it."""
        return self.message in _PUSHES

    def action(self, *, forced: bool, stash: bool) -> str:
        """The verb that the line states; where it states none, or only that bytes came, what became of the ref."""
        verb = "push" if self.pushed else "stash" if stash else _verb(self.message)
        if verb not in {"", "push", "fetch", "pull"}:
            return verb
        if not self.new.strip("0"):
            return "delete"
        if forced:
            return "forced-update"
        return verb or ("create" if not self.old.strip("0") else "update")


def read_reflog(line: bytes) -> ReflogLine | None:
    """Take a reflog line apart; None where it is none."""
    match = _REFLOG.fullmatch(line)
    if match is None:
        return None
    ident = read_ident(match[3])
    return ReflogLine(match[1].decode(), match[2].decode(), ident, decoded(match[4] or b"").strip())


def _verb(message: str) -> str:
    if message.startswith(("WIP on ", "On ")):
        return "stash"
    match = _VERB.match(message.removeprefix("initial "))
    return match[1] if match else ""
