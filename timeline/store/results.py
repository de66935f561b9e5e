"""What analyses found, kept in the case beside the state of the events that it was found in."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import zstandard

from timeline.store.reader import Reader
from timeline.store.unhurried import write_if_free

MOST_BYTES: Final = 192 << 20
"""Of one result, uncompressed: a case from somebody else may hold anything."""


def stored_state(reader: Reader, name: str) -> str | None:
    """What the result of that name rests on; None where there is none."""
    rows = reader.rows("SELECT state FROM result WHERE name = ?", (name,))
    return str(rows[0][0]) if rows else None


def stored_value(reader: Reader, name: str) -> bytes | None:
    """The result of that name; None where there is none, or it cannot be read."""
    rows = reader.rows("SELECT value FROM result WHERE name = ?", (name,))
    if not rows:
        return None
    (packed,) = rows[0]
    try:
        if not 0 <= zstandard.frame_content_size(packed) <= MOST_BYTES:
            return None
        return zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError:
        return None


def store_results(path: Path, results: Mapping[str, tuple[str, bytes]], moved: Mapping[str, tuple[str, str]]) -> bool:
    """Keep results (name -> what it rests on, value) in place of older ones; False where the case cannot be written now.

    `moved` are results that stand (name -> what the case says that it rests on, what it rests on now).
    """
    packer = zstandard.ZstdCompressor(level=1)  # half the time; results are read once or twice
    rows = [
        (name, state, packer.compress(value)) for name, (state, value) in results.items() if len(value) <= MOST_BYTES
    ]
    standing = [(now, name, before) for name, (before, now) in moved.items()]
    if not (rows or standing):
        return False

    def change(connection: sqlite3.Connection) -> None:
        connection.executemany("INSERT OR REPLACE INTO result (name, state, value) VALUES (?, ?, ?)", rows)
        connection.executemany("UPDATE result SET state = ? WHERE name = ? AND state = ?", standing)

    return write_if_free(path, change)
