"""Decides from its first bytes how a JSON source is laid out: lines, a list, an envelope, objects in a row."""

import re
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from timeline.evidence.framing.framed import BOM
from timeline.evidence.framing.json_runs import lengths_between, likely_borders
from timeline.evidence.framing.json_values import ValueScanner
from timeline.model.parser import ENVELOPES

DECIDE_BYTES: Final = 1024 * 1024

_SPACE: Final = re.compile(rb"[ \t\r\n\x1e]*+")
_INLINE: Final = re.compile(rb"[ \t\r]*+")
_KEY: Final = re.compile(rb'[ \t\r\n,]*+"((?:[^"\\]|\\.)*+)"[ \t\r\n]*+:[ \t\r\n]*+', re.DOTALL)
_SCALAR: Final = re.compile(rb"[^ \t\r\n,{}\[\]\"]++")
_LIST: Final = re.compile(rb"\[[ \t\r\n]*+(.?)", re.DOTALL)
# an object that says who acted is a record, whatever lists it holds (Google Workspace: `events` inside one activity)
_RECORD_KEYS: Final = frozenset({b"actor", b"userIdentity"})
_RAW: Final = msgspec.json.Decoder(msgspec.Raw)
_ENVELOPES: Final = tuple(name.encode() for name in ENVELOPES)

Layout = Literal["lines", "list", "envelope", "objects"]


@dataclass(frozen=True, slots=True)
class Mode:
    """How the source is laid out.

    `start` is the offset of the first byte that matters: for an envelope the byte after its list's `[`, for a list and
    for objects the first bracket. `name` is the envelope's. `separated` says that records are led by an RS (0x1e).
    """

    layout: Layout
    start: int = 0
    name: str | None = None
    separated: bool = False


def decide(head: bytes, *, whole: bool) -> Mode:
    """The layout of a source that begins with `head` (DECIDE_BYTES of it; or all of it, when `whole`)."""
    begin = len(BOM) if head.startswith(BOM) else 0
    space = _SPACE.match(head, begin)
    at = space.end() if space else begin
    separated = b"\x1e" in head[begin:at]
    if head[at : at + 1] == b"[":
        return Mode("list", at)
    if head[at : at + 1] != b"{":
        return Mode("lines", separated=separated)
    closed = _first_end(head, at, whole=whole)
    line_end = head.find(b"\n", at)
    line_end = len(head) if line_end < 0 else line_end
    if closed is not None and closed <= line_end:
        return _closed_in_line(head, at, closed, separated=separated, whole=whole)
    if line_end < len(head) and not _goes_on(head, at, line_end):
        return Mode("lines", separated=separated)
    envelope = _envelope(head, at, closed)
    if envelope is None and line_end == len(head):
        return Mode("lines", separated=separated)
    return envelope or Mode("objects", at)


def _first_end(head: bytes, at: int, *, whole: bool) -> int | None:
    """Where the object at `at` is closed; None where it is not. What is sound JSON is not scanned bracket by bracket."""
    if whole:
        try:
            return at + len(_RAW.decode(memoryview(head)[at:]))
        except (msgspec.DecodeError, RecursionError):
            pass
    scanner = ValueScanner(at)
    if (begun := _leading_envelope(head, at)) is not None:
        for border in likely_borders(head, begun.start, len(head), None, last=False):
            if lengths_between(head, begun.start, border) is not None:
                scanner = ValueScanner(border, closers=b"}]")
                break
    return scanner.position if scanner.scan(head, 0) == "closed" else None


def _closed_in_line(head: bytes, at: int, closed: int, *, separated: bool, whole: bool) -> Mode:
    inline = _INLINE.match(head, closed)
    follows = inline.end() if inline else closed
    if head[follows : follows + 1] in {b"{", b","}:
        return _leading_envelope(head, at) or Mode("objects", at)
    if head[follows : follows + 1] not in {b"", b"\n", b"\x1e"}:
        return Mode("lines", separated=separated)
    space = _SPACE.match(head, closed)
    alone = whole and (space is None or space.end() == len(head))
    found = _envelope(head, at, closed) if alone else _leading_envelope(head, at)
    return found or Mode("lines", separated=separated)


def _goes_on(head: bytes, at: int, line_end: int) -> bool:
    """Whether the object that the first line leaves open goes on in the next line (or is a cut record of its own)."""
    scanner = ValueScanner(at)
    if scanner.scan(head, 0, line_end) == "broken" or scanner.in_string:
        return False
    space = _SPACE.match(head, line_end)
    if space is None or head[space.end() : space.end() + 1] != b"{":
        return True
    last = head[at:line_end].rstrip()[-1:]
    return last in {b"[", b":"} or (last == b"," and scanner.innermost == b"]")


def _leading_envelope(head: bytes, at: int) -> Mode | None:
    """An envelope whose list is its first key; so every later object of the stream can be told from its first bytes."""
    for name in _ENVELOPES:
        found = envelope_start(name.decode()).match(head, at)
        if found and head[found.end() : found.end() + 1] == b"{":
            return Mode("envelope", found.end(), name.decode())
    return None


def envelope_start(name: str) -> re.Pattern[bytes]:
    """What an envelope looks like whose first key is `name`, to the first byte inside its list."""
    return re.compile(rb'\{[ \t\r\n]*+"' + re.escape(name.encode()) + rb'"[ \t\r\n]*+:[ \t\r\n]*+\[[ \t\r\n]*+')


def _envelope(head: bytes, at: int, closed: int | None) -> Mode | None:
    """The first key of ENVELOPES that holds a list of objects; or an empty list where all other values are scalars."""
    empty: Mode | None = None
    nested = False
    position = at + 1
    while key := _KEY.match(head, position):
        position = key.end()
        if key[1] in _RECORD_KEYS:
            return None
        if key[1] in _ENVELOPES and (opened := _LIST.match(head, position)):
            found = Mode("envelope", position + 1, key[1].decode())
            if opened[1] == b"{":
                return found if not _names_actor(head, position, closed) else None
            if opened[1] == b"]":
                empty = empty or found
                position = opened.end()
                continue
        first = head[position : position + 1]
        nested = nested or first in {b"{", b"["}
        end = _value_end(head, position)
        if end is None:
            return None
        position = end
    return empty if closed is not None and not nested else None


def _names_actor(head: bytes, position: int, closed: int | None) -> bool:
    if closed is None:
        return False
    last = head.rfind(b"]", position, closed)
    if head[last + 1 : closed].strip() == b"}" and lengths_between(head, position + 1, last) is not None:
        return False  # nothing comes after the list
    end = _value_end(head, position)
    while end is not None and (key := _KEY.match(head, end)):
        if key[1] in _RECORD_KEYS:
            return True
        end = _value_end(head, key.end())
    return False


def _value_end(head: bytes, position: int) -> int | None:
    first = head[position : position + 1]
    if first in {b"{", b"[", b'"'}:
        scanner = ValueScanner(position, text=first == b'"')
        return scanner.position if scanner.scan(head, 0) == "closed" else None
    scalar = _SCALAR.match(head, position)
    return scalar.end() if scalar else None
