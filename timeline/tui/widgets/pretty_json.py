"""A JSON record on many lines. Only white space between its tokens changes, so all that it says is still there."""

import re
from typing import Final

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|"', re.DOTALL)
_DEEPEST_INDENT: Final = 20


def pretty(text: str) -> str | None:
    """Indented by two spaces; None when the text does not look like a JSON object or array. Never raises."""
    if text.lstrip()[:1] not in {"{", "["}:
        return None
    lines: list[str] = []
    line: list[str] = []
    depth = 0

    def end() -> None:
        lines.append("".join(line))
        line[:] = ["  " * min(depth, _DEEPEST_INDENT)]

    opened = False
    for piece in _TOKEN.findall(text):
        if piece in {"}", "]"}:
            depth = max(0, depth - 1)
            if not opened:
                end()
            opened = False
            line.append(piece)
            continue
        if opened:
            end()
            opened = False
        line.append(": " if piece == ":" else piece)
        if piece in {"{", "["}:
            depth += 1
            opened = True
        elif piece == ",":
            end()
    lines.append("".join(line))
    return "\n".join(lines)
