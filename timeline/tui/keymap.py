"""Keys that a person chose for themselves, in a YAML file: `star: s`, `next_starred: [n, "*"]`, `facets.close: q`.

The names are those that `leakline help keys` lists; an action of another screen than the timeline is named with its screen.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from timeline.model.yaml_reading import NUMBERS, Value, read_tree
from timeline.tui.actions import ACTIONS, Action

VARIABLE: Final = "LEAKLINE_KEYS"
_NAMED: Final = {
    **dict.fromkeys(("space", "tab", "enter", "escape", "backspace", "delete", "insert", "home", "end")),
    **dict.fromkeys(("pageup", "pagedown", "up", "down", "left", "right")),
    **dict.fromkeys(f"f{number}" for number in range(1, 13)),
}
_BOOLEANS: Final = frozenset({"tag:yaml.org,2002:bool"})  # `y` and `n` are keys here


@dataclass(frozen=True, slots=True)
class Keymap:
    """Keys by the name of an action; those that are not in it have their usual ones."""

    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, action: Action) -> tuple[str, ...]:
        """The keys of an action."""
        return self.own.get(action.name, action.keys)

    def bindings(self) -> dict[str, str]:
        """As Textual wants it: the names of bindings, and their keys."""
        return {name: ",".join("comma" if key == "," else key for key in keys) for name, keys in self.own.items()}


def keymap_file() -> Path | None:
    """The file: $LEAKLINE_KEYS, else keys.yaml in leakline's folder of the person's configuration; None without one."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    home = os.environ.get("XDG_CONFIG_HOME")
    path = (Path(home) if home else Path.home() / ".config") / "leakline" / "keys.yaml"
    return path if path.is_file() else None


def read_keymap(path: Path) -> Keymap:
    """Read the file. CaseFileError, with the line, for an action or key that there is not, and for a key of two actions."""
    own: dict[str, tuple[str, ...]] = {}
    values: dict[str, Value] = read_tree(path).mapping([action.name for action in ACTIONS])
    for name, value in values.items():
        own[name] = _keys(value)
    keymap = Keymap(own)
    taken: dict[tuple[str, str], Action] = {}
    for action in sorted(ACTIONS, key=lambda action: action.name in own):
        for key in keymap.of(action):
            other = taken.setdefault((action.where, key), action)
            if other is not action:
                named = action.name if action.name in own else other.name
                raise values[named].error(f"`{key}` is the key of `{other.name}` too", "give that another key as well")
    return keymap


def _keys(value: Value) -> tuple[str, ...]:
    is_one = value.found() not in {"a list", "a group of keys"}
    items = [value] if is_one else value.items()
    keys = tuple(dict.fromkeys(_key(item) for item in items))
    if not keys:
        raise value.error("has no key", "leave the line out to keep the usual one")
    return keys


def _key(value: Value) -> str:
    key = value.text(also=NUMBERS | _BOOLEANS).strip()
    modifier, plus, plain = key.rpartition("+")
    if plus and plain:
        is_known = modifier in {"ctrl", "alt", "shift"} and (len(plain) == 1 or plain in _NAMED)
    else:
        is_known = len(key) == 1 or key in _NAMED
    if not is_known or not key.isprintable():
        raise value.error(
            f"names no key: `{key[:40]}`", 'a character, `space`, `f5`, `ctrl+n`, `pagedown` ...; quote `"#"`'
        )
    return key
