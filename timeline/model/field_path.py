r"""A path to a value inside a record: `user.name`, `items[0].id`, `headers."x-real.ip"`, `cs(User-Agent)`.

Names are joined by dots; a name with a dot, a bracket, a brace or a quote in it stands in double quotes, in which `\`
escapes. `[0]` counts into a list from its beginning, `[-1]` from its end.
"""

import re
from typing import Final

import msgspec

MAX_STEPS: Final = 16
_STEP: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|\[(-?\d{1,6})\]|([^."\[\]{}]+)', re.DOTALL)


class FieldPath(msgspec.Struct, frozen=True, omit_defaults=True):
    """The steps of a path: names, and places in lists.

    `whole` is a path of plain names as it was typed: where a record has that very name, dots and all, it is meant.
    """

    steps: tuple[str | int, ...]
    whole: str | None = None


def read_field_path(text: str) -> FieldPath:
    """Read a path. ValueError, in words, for what is none."""
    steps: list[str | int] = []
    plain = True
    position = 0
    text = text.strip()
    while position < len(text):
        if text[position] == "." and steps:
            position += 1
        elif steps and text[position] != "[":
            raise ValueError("a dot is missing between two names")
        match = _STEP.match(text, position)
        if match is None:
            raise ValueError(f"there is no name at character {position + 1}")
        quoted, place, bare = match.groups()
        if quoted is not None:
            steps.append(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL))
        elif place is not None:
            steps.append(int(place))
        else:
            steps.append(bare.strip())
        plain = plain and bare is not None
        position = match.end()
    if not steps or "" in steps:
        raise ValueError("it names nothing")
    if len(steps) > MAX_STEPS:
        raise ValueError(f"it has more than {MAX_STEPS} steps")
    return FieldPath(tuple(steps), text if plain and len(steps) > 1 else None)


def write_field_path(*steps: str | int) -> str:
    """Write the path of these steps, with quotes where they are needed."""
    written = ""
    for step in steps:
        if isinstance(step, int):
            written += f"[{step}]"
            continue
        bare = re.fullmatch(r'[^."\[\]{}\\\s](?:[^."\[\]{}\\]*[^."\[\]{}\\\s])?', step) is not None
        name = step if bare else '"' + re.sub(r'(["\\])', r"\\\1", step) + '"'
        written += f".{name}" if written else name
    return written
