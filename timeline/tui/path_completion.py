"""Completion of a path that a person types, as a shell does it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOST: Final = 5_000
"""Names of a folder that are offered."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a folder holds that goes on as `text` begins. Folders end in `/`. `is_cut`: there are more than MOST."""

    text: str
    names: tuple[str, ...]
    is_cut: bool = False

    @property
    def stem(self) -> str:
        """The part of the text that stays: everything up to the last `/`."""
        return self.text[: self.text.rfind("/") + 1]

    @property
    def common(self) -> str:
        """The text, as far as all names agree how it goes on."""
        if not self.names or self.is_cut:
            return self.text
        first, last = self.names[0], self.names[-1]  # they are sorted: what these agree on, all do
        same = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
        return self.stem + first[:same]


def read_names(text: str, most: int = MOST) -> Names:
    """Look into the folder that the text names up to its last `/`; no names where that cannot be read. Blocks.

    Hidden names are offered once the name begins with a dot; never those that a line cannot hold (control characters, bytes that
    are no text).
    """
    found = Names(text, ())
    begins = text[len(found.stem) :]
    try:
        with os.scandir(Path(found.stem or ".").expanduser()) as entries:
            names = [
                f"{entry.name}/" if entry.is_dir() else entry.name
                for entry in entries
                if entry.name.startswith(begins)
                and entry.name.isprintable()
                and (begins or not entry.name.startswith("."))
            ]
    except (OSError, RuntimeError, ValueError):  # RuntimeError: no such user's home
        return found
    names.sort()
    return Names(text, tuple(names[:most]), len(names) > most)


def names_among(text: str, known: Sequence[str]) -> Names:
    """Of names without folders: those that begin as the text does."""
    return Names(text, tuple(name for name in sorted(known) if name.startswith(text)))


def listed(names: Sequence[str], lines: int, *, is_cut: bool = False) -> list[str]:
    """The first names, and how many more there are: at most `lines` lines."""
    if len(names) <= lines and not is_cut:
        return list(names)
    shown = list(names[: max(0, lines - 1)])
    return [*shown, f"… {len(names) - len(shown):,}{'+' if is_cut else ''} more"]
