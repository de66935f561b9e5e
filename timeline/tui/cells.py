"""Evidence text fitted into terminal cells: made visible, then cut with a mark or wrapped, never wider than asked."""

import re
from typing import Final

from rich.cells import cell_len

from timeline.text import visible

CUT: Final = "…"

# Characters whose width terminals disagree on because they change or join their neighbour: variation selectors, flags,
# skin tones, conjoining Jamo vowels and tails, tags. Shown as escapes, so that one character's width never depends on
# the next.
_UNSTEADY = re.compile(
    "[\u1160-\u11ff\ud7b0-\ud7ff\ufe00-\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
)
_ASCII = re.compile(r"[ -~]*")
# A cell holds one character and, after `visible`, at most four combining marks.
_CHARACTERS_PER_CELL = 5


def steady(text: str) -> str:
    """`visible` text in which each character has the same width on every terminal."""
    shown = visible(text)
    if _ASCII.fullmatch(shown):
        return shown
    return _UNSTEADY.sub(_escape, shown)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def masked(text: str) -> str:
    """As many characters as `text`, those that `steady` would escape replaced by one that stands still."""
    if _ASCII.fullmatch(text):
        return text
    return "".join(char if steady(char) == char else "\ufffd" for char in text)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Exactly `width` cells of `text`: padded (on the left if `right`), or cut and marked with `…`.

    Looks only at the beginning of a long text, so a field of a megabyte costs no more than a short one.
    """
    if width <= 0:
        return ""
    head = text[: width * _CHARACTERS_PER_CELL + 1]
    shown = steady(head)
    if len(head) == len(text) and _ASCII.fullmatch(shown) and len(shown) <= width:
        return shown.rjust(width) if right else shown.ljust(width)
    used = cell_len(shown)
    if used > width or len(head) < len(text):
        shown = _cut(shown, width - 1) + CUT
        used = cell_len(shown)
    padding = " " * (width - used)
    return padding + shown if right else shown + padding


def _cut(text: str, width: int) -> str:
    """The longest beginning of safe `text` that is at most `width` cells wide."""
    if _ASCII.fullmatch(text[:width]):
        return text[:width] if cell_len(text[: width + 1]) > width else _cut_wide(text, width)
    return _cut_wide(text, width)


def _cut_wide(text: str, width: int) -> str:
    used = 0
    for index, char in enumerate(text):
        used += cell_len(char)
        if used > width:
            return text[:index]
    return text


def wrap_words(text: str, width: int) -> list[str]:
    """As `wrap`, but broken after a space where there is one in the second half of a piece."""
    width = max(2, width)
    pieces: list[str] = []
    while text:
        piece = wrap(text[: width + 1], width)[0]
        if len(piece) < len(text) and (space := piece.rfind(" ")) >= len(piece) // 2:
            piece = piece[: space + 1]
        pieces.append(piece)
        text = text[len(piece) :]
    return pieces or [""]


def wrap(text: str, width: int) -> list[str]:
    """Safe `text` in pieces of at most `width` cells, broken anywhere: a raw record has no words to keep whole."""
    width = max(2, width)
    if text.isascii():
        return [text[start : start + width] for start in range(0, len(text), width)] or [""]
    pieces: list[str] = []
    start = used = 0
    for index, char in enumerate(text):
        size = 1 if char.isascii() else cell_len(char)
        if used + size > width:
            pieces.append(text[start:index])
            start, used = index, 0
        used += size
    pieces.append(text[start:])
    return pieces
