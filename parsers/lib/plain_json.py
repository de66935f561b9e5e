"""Total getters over decoded JSON: any shape in, the wanted type or None out."""

from collections.abc import Mapping
from typing import Any

_PLACEHOLDERS = frozenset({"", "-"})


def at(value: object, *path: str | int) -> Any:
    """The value at a path of keys and indexes; None where there is none."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(value, list) or not -len(value) <= step < len(value):
                return None
            value = value[step]
        elif isinstance(value, Mapping):
            value = value.get(step)
        else:
            return None
    return value


def text(value: object, *path: str | int) -> str | None:
    """The text at a path; numbers as they print; None for placeholders (`-`, empty), null and nested values."""
    found = at(value, *path)
    if isinstance(found, str):
        return None if found in _PLACEHOLDERS else found
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return str(found)


def integer(value: object, *path: str | int) -> int | None:
    """The whole number at a path, also from a float or digits in a text, cut towards zero; None for anything else."""
    found = at(value, *path)
    if isinstance(found, bool):
        return None
    if isinstance(found, int):
        return found
    try:
        return int(float(found)) if isinstance(found, float | str) else None
    except (ValueError, OverflowError):
        return None


def first_text(*candidates: str | None) -> str | None:
    """The first candidate that is a text."""
    return next((candidate for candidate in candidates if candidate), None)
