"""What an analyst's screens remember from one session to the next: neither evidence nor said of it, so not in the custody log."""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from timeline.store.reader import Reader
from timeline.store.unhurried import write_if_free
from timeline.text import storable

MOST_BYTES: Final = 1 << 20
"""Of one value: a case from somebody else may hold anything."""


def settings(reader: Reader, analyst: str) -> dict[str, Any]:
    """Name -> value (as JSON has them) of what was kept for this analyst; what cannot be read is left out."""
    rows = reader.rows(
        "SELECT name, value FROM setting WHERE analyst = ? AND length(value) <= ? ORDER BY name", (storable(analyst), MOST_BYTES)
    )  # fmt: skip
    found = {}
    for name, value in rows:
        try:
            found[name] = json.loads(value)
        except (ValueError, RecursionError):
            continue
    return found


def keep_settings(path: Path, analyst: str, values: Mapping[str, Any]) -> bool:
    """Keep values (None: forget it) for an analyst; False where the case cannot be written now."""
    texts = {name: json.dumps(value, ensure_ascii=True) for name, value in values.items() if value is not None}
    kept = [(storable(analyst), storable(name), text) for name, text in texts.items() if len(text) <= MOST_BYTES]
    dropped = [(storable(analyst), storable(name)) for name, value in values.items() if value is None]

    def change(connection: sqlite3.Connection) -> None:
        connection.executemany("INSERT OR REPLACE INTO setting (analyst, name, value) VALUES (?, ?, ?)", kept)
        connection.executemany("DELETE FROM setting WHERE analyst = ? AND name = ?", dropped)

    return write_if_free(path, change)
