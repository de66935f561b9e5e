"""What the logs of services in plain lines have in common: a head that not every line has, colours, texts for people."""

import re
from typing import Final

from parsers.lib.json_values import as_text
from timeline.model.parser import NO, Sample, Sniff

_COLOUR: Final = re.compile(r"\x1b\[[\d;]{0,16}m")
_BEGINNING: Final = 16_384
_LONGEST: Final = 8_192


def uncoloured(line: str) -> str:
    """The line without the codes by which terminals show colours."""
    return _COLOUR.sub("", line) if "\x1b" in line else line


def prose(value: str) -> str | None:
    """What a line tells people; None where nothing is left of it."""
    return as_text(value.strip())


def plain(value: str | None) -> str | None:
    """A value without quotes; None where it stands for nothing."""
    if value is None:
        return None
    value = value.strip().strip('"')
    return None if value in {"", "-", "null", "None", "<nil>"} else value


def sniff_lines(sample: Sample, marks: tuple[bytes, ...], usual: re.Pattern[str], what: str) -> Sniff:
    """How sure one can be by the share of first lines that begin as usual; no, where none of the marks is there."""
    beginning = sample.data[:_BEGINNING]
    if not any(mark in beginning for mark in marks):
        return NO
    lines = [line for line in sample.lines if len(line) < _LONGEST]
    good = sum(usual.match(uncoloured(line)) is not None for line in lines)
    if not good:
        return NO
    return Sniff(95 if good >= len(lines) / 2 else 80 if good >= len(lines) / 10 else 45, (
        f"{good} of the first {len(lines)} lines are of {what}",
    ))  # fmt: skip
