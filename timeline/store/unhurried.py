"""Writes that are not worth waiting for: what analyses found, what screens remember."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from timeline.model.errors import LeaklineError
from timeline.store.connection import explained, open_writer

_BUSY_MS: Final = 200


def write_if_free(path: Path, change: Callable[[sqlite3.Connection], None]) -> bool:
    """Change a case in one transaction; False where it cannot be written, or another program writes for longer than a moment.

    Afterwards the case file alone holds it, without its log.
    """
    if not os.access(path, os.W_OK):
        return False
    try:
        with explained(path), closing(open_writer(path)) as connection:
            connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
            connection.execute("BEGIN IMMEDIATE")
            change(connection)
            connection.execute("COMMIT")
            connection.execute("PRAGMA busy_timeout=0")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (LeaklineError, sqlite3.Error, OSError):
        return False
    return True
