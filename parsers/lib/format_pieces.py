"""What a log format consists of, whichever server it is for: literal texts and columns, each with its place.

Shared by the Apache and nginx readers; `parsers.lib.log_format` makes one pattern of the pieces.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from timeline.model.errors import UsageError

# Times are written by directives of strftime(3), in the C locale.
STRFTIME: Final = {
    "Y": "[0-9]{4}", "y": "[0-9]{2}", "m": "[0-9]{2}", "d": "[0-9]{2}", "e": "[ 0-9][0-9]", "j": "[0-9]{3}",
    "b": "[A-Za-z]{3}", "h": "[A-Za-z]{3}", "B": "[A-Za-z]+", "a": "[A-Za-z]{3}", "A": "[A-Za-z]+",
    "H": "[0-9]{2}", "k": "[ 0-9][0-9]", "I": "[0-9]{2}", "l": "[ 0-9][0-9]", "p": "[AaPp][Mm]",
    "M": "[0-9]{2}", "S": "[0-9]{2}", "z": "[+-][0-9]{2}:?[0-9]{2}", "Z": "[A-Za-z]+", "s": "[0-9]{1,12}",
    "u": "[0-9]", "w": "[0-9]", "C": "[0-9]{2}", "U": "[0-9]{2}", "V": "[0-9]{2}", "W": "[0-9]{2}",
    "G": "[0-9]{4}", "g": "[0-9]{2}",
}  # fmt: skip
_COMPOSITE: Final = {
    "D": "%m/%d/%y", "T": "%H:%M:%S", "F": "%Y-%m-%d", "R": "%H:%M", "r": "%I:%M:%S %p", "c": "%a %b %e %H:%M:%S %Y",
    "x": "%m/%d/%y", "X": "%H:%M:%S", "n": "\n", "t": "\t",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormatText:
    """A format as the server sees it: escapes and quotes of the configuration file removed.

    `columns[i]` is the 1-based column of `text[i]` in what the person wrote.
    """

    text: str
    columns: tuple[int, ...]

    def fault(self, what: str, index: int, hint: str | None = None) -> UsageError:
        """An error at a character of the format."""
        column = self.columns[index] if index < len(self.columns) else (self.columns or (1,))[-1]
        return UsageError(what, where=f"log format, column {column}", hint=hint)


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands in every line."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A value. `index` is its place in the format's text.

    `role` is the column of `parsers.lib.access_events` that it fills, None for those that only `fields` shows; `rank`
    says which of several columns for one role wins (the lowest). `pattern` is None where the value goes on to the
    literal that follows. `time` maps the names of groups inside `pattern` ("": the whole) to time directives.
    `self_ending` says that no literal needs to follow; `starts_with` is the character
    that it begins with and that the column before it cannot hold, so that no literal is needed there.
    """

    name: str
    index: int
    role: str | None = None
    rank: int = 0
    pattern: str | None = None
    time: dict[str, str] = field(default_factory=dict)
    self_ending: bool = False
    starts_with: str = ""
    list_of_values: bool = False


Piece = Literal | Column

STATUS: Final = "[0-9]{3}|-"
COUNT: Final = "[0-9]{1,18}|-"


def strftime_column(source: FormatText, index: int, layout: str, name: str = "time") -> Column:
    """The column of a time that is written in a strftime layout; UsageError for a directive that cannot be read."""
    for letter, meaning in _COMPOSITE.items():
        layout = layout.replace(f"%{letter}", meaning)
    directives: dict[str, str] = {}
    pattern = []
    position = 0
    for match in re.finditer("%(.?)", layout, re.DOTALL):
        pattern.append(re.escape(layout[position : match.start()]))
        position = match.end()
        letter = match[1]
        if letter == "%":
            pattern.append("%")
        elif letter in STRFTIME:
            group = f"t{index}_{len(directives)}"
            directives[group] = letter
            pattern.append(f"(?P<{group}>{STRFTIME[letter]})")
        else:
            raise source.fault(f"the time directive %{letter} cannot be read", index, "use the directives of strftime")
    pattern.append(re.escape(layout[position:]))
    return Column(name, index, pattern="".join(pattern), time=directives, self_ending=True)
