"""What analyses found, kept in the case beside the state of the events that it was found in."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import zstandard

from timeline.model.errors import LeaklineError
from timeline.store.connection import explained, open_writer
from timeline.store.reader import Reader

MOST_BYTES: Final = 192 << 20
"""Of one result, uncompressed: a case from somebody else may hold anything."""
_BUSY_MS: Final = 200  # a result is not worth waiting for


def stored_result(reader: Reader, name: str, state: str) -> bytes | None:
    """The result of that name if it was found in that state; None otherwise, and where it cannot be read."""
    rows = reader.rows("SELECT value FROM result WHERE name = ? AND state = ?", (name, state))
    if not rows:
        return None
    try:
        if not 0 <= zstandard.frame_content_size(rows[0][0]) <= MOST_BYTES:
            return None
        return zstandard.ZstdDecompressor().decompress(rows[0][0])
    except zstandard.ZstdError:
        return None


def store_results(path: Path, results: Mapping[str, tuple[str, bytes]]) -> bool:
    """Keep results (name -> state, value) in place of older ones; False where the case cannot be written now."""
    packer = zstandard.ZstdCompressor()
    rows = [
        (name, state, packer.compress(value)) for name, (state, value) in results.items() if len(value) <= MOST_BYTES
    ]
    if not rows or not os.access(path, os.W_OK):
        return False
    try:
        with explained(path), closing(open_writer(path)) as connection:
            connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT OR REPLACE INTO result (name, state, value) VALUES (?, ?, ?)", rows)
            connection.execute("COMMIT")
            connection.execute("PRAGMA busy_timeout=0")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (LeaklineError, sqlite3.Error, OSError):
        return False
    return True
