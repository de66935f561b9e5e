"""What an analyst's screens remember from one session to the next: neither evidence nor said of it, so not in the custody log."""

import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from timeline.model.errors import LeaklineError
from timeline.store.connection import explained, open_writer
from timeline.store.reader import Reader
from timeline.text import storable

MOST_BYTES: Final = 1 << 20
"""Of one value: a case from somebody else may hold anything."""
_BUSY_MS: Final = 200  # not worth waiting for


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
    if not os.access(path, os.W_OK):
        return False
    try:
        with explained(path), closing(open_writer(path)) as connection:
            connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT OR REPLACE INTO setting (analyst, name, value) VALUES (?, ?, ?)", kept)
            connection.executemany("DELETE FROM setting WHERE analyst = ? AND name = ?", dropped)
            connection.execute("COMMIT")
            connection.execute("PRAGMA busy_timeout=0")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (LeaklineError, sqlite3.Error, OSError):
        return False
    return True
