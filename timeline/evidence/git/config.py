"""Reads a seized repository's configuration as text. Nothing in it is obeyed; includes are never opened."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

_SECTION: Final = re.compile(rb'\s*\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\\n]|\\.)*)")?\s*\]')
_KEY: Final = re.compile(rb"\s*([A-Za-z][A-Za-z0-9-]*)\s*(=|$|(?=[#;]))")
_ESCAPES: Final = {b"n": b"\n", b"t": b"\t", b"b": b"\b"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One `key = value` of a section. `subsection` is None where there is none; a key alone has value b"true"."""

    section: str
    subsection: bytes | None
    key: str
    value: bytes


def read_settings(text: bytes) -> list[Setting]:
    """All settings in order; lines that are no configuration are passed over."""
    return list(_settings(text.replace(b"\r\n", b"\n")))


def _settings(text: bytes) -> Iterator[Setting]:
    section, subsection = "", None
    lines = iter(text.split(b"\n"))
    for line in lines:
        rest = line
        if match := _SECTION.match(line):
            section, subsection = _section(match)
            rest = line[match.end() :]
        key = _KEY.match(rest)
        if key is None or not section:
            continue
        value = _value(rest[key.end() :], lines) if key[2] else b"true"
        yield Setting(section, subsection, key[1].decode().lower(), value)


def _section(match: re.Match[bytes]) -> tuple[str, bytes | None]:
    name = match[1].decode().lower()
    if match[2] is not None:
        return name, re.sub(rb"\\(.)", rb"\1", match[2])
    section, dot, old_style = name.partition(".")
    return section, old_style.encode() if dot else None


def _value(text: bytes, following: Iterator[bytes]) -> bytes:
    """The value that starts in `text`: quotes and escapes undone, comment cut off, continued on `following` lines."""
    out = bytearray()
    kept = 0  # blanks at the end count only inside quotes
    quoted = False
    position = 0
    while position <= len(text):
        char = text[position : position + 1]
        position += 1
        if char == b"\\" and position == len(text):
            text, position = next(following, b""), 0
            continue
        if not char or (not quoted and char in b"#;"):
            break
        if char == b'"':
            quoted = not quoted
            kept = len(out)
            continue
        if char == b"\\":
            char = text[position : position + 1]
            char = _ESCAPES.get(char, char)
            position += 1
        if not quoted and char in b" \t":
            if out or kept:
                out += char
            continue
        out += char
        kept = len(out)
    return bytes(out[:kept])


@dataclass(frozen=True, slots=True)
class Config:
    """What reading the objects needs to know of a configuration.

    `object_format` and `ref_storage` are None where the configuration does not say. `partial` is None, or what a
    partial clone left out (b"" where it is not stated).
    """

    settings: tuple[Setting, ...]
    object_format: Literal["sha1", "sha256"] | None = None
    unknown_format: bytes | None = None
    ref_storage: bytes | None = None
    bare: bool | None = None
    partial: bytes | None = None

    def remotes(self) -> dict[bytes, list[tuple[str, bytes]]]:
        """Settings of each `[remote "NAME"]`, in order."""
        found: dict[bytes, list[tuple[str, bytes]]] = {}
        for setting in self.settings:
            if setting.section == "remote" and setting.subsection is not None:
                found.setdefault(setting.subsection, []).append((setting.key, setting.value))
        return found


def read_config(text: bytes) -> Config:
    """Understand a configuration file."""
    settings = tuple(read_settings(text))
    values = {(s.section, s.key): s.value for s in settings if s.subsection is None}
    stated = values.get(("extensions", "objectformat"))
    known = stated.decode("latin-1").lower() if stated is not None else None
    bare = values.get(("core", "bare"))
    return Config(
        settings=settings,
        object_format="sha256" if known == "sha256" else "sha1" if known == "sha1" else None,
        unknown_format=stated if known not in {None, "sha1", "sha256"} else None,
        ref_storage=values.get(("extensions", "refstorage")),
        bare=None if bare is None else bare.lower() in {b"true", b"yes", b"on", b"1"},
        partial=_partial(settings, values),
    )


def _partial(settings: tuple[Setting, ...], values: dict[tuple[str, str], bytes]) -> bytes | None:
    filters = [s.value for s in settings if s.section == "remote" and s.key == "partialclonefilter"]
    if filters:
        return filters[-1]
    promisor = any(s.section == "remote" and s.key == "promisor" and s.value.lower() == b"true" for s in settings)
    return b"" if promisor or ("extensions", "partialclone") in values else None
