"""From a public event key to its row."""

from collections.abc import Iterable
from typing import NamedTuple

from timeline.store.keys import EventKey, parse_key
from timeline.store.reader import UNDATED, Reader, Segment


class Place(NamedTuple):
    """A row of a segment."""

    segment: int
    row: int


def locate(reader: Reader, wanted: Iterable[tuple[str, int | None]]) -> dict[str, Place]:
    """Key -> place of each (key, time hint) that the case has.

    The hint is the time that the record itself states (us UTC, before a clock offset); with it a row is found by
    seeking, without or with a stale one by scanning.
    """
    by_lineage = {stream.lineage: stream for stream in reader.streams.values()}
    found: dict[str, Place] = {}
    for text, hint in wanted:
        key = parse_key(text)
        if key is None:
            continue
        if key.identity is not None:
            place = _by_identity(reader, key.identity)
        else:
            stream = by_lineage.get(key.lineage)
            place = None if stream is None else _by_offset(reader, stream.number, stream.clock_offset_us, key, hint)
        if place is not None:
            found[text] = place
    return found


def _by_identity(reader: Reader, identity: int) -> Place | None:
    for segment in reader.segments:
        row = reader.connection.execute(f"SELECT row FROM {segment.events} WHERE key = ?", (identity,)).fetchone()
        if row:
            return Place(segment.number, row[0])
    return None


def _by_offset(reader: Reader, stream: int, clock_offset_us: int, key: EventKey, hint: int | None) -> Place | None:
    segments = [segment for segment in reader.segments if stream in segment.streams]
    for segment in segments:
        us = UNDATED if hint is None else hint + clock_offset_us
        first, last = reader.first_row_at(segment, us), segment.rows
        if hint is not None:
            last = reader.first_row_at(segment, us + 1) - 1
        row = _among(reader, segment, stream, key, first, last)
        if row is not None:
            return Place(segment.number, row)
    for segment in segments:
        row = _among(reader, segment, stream, key, 1, segment.rows)
        if row is not None:
            return Place(segment.number, row)
    return None


def _among(reader: Reader, segment: Segment, stream: int, key: EventKey, first: int, last: int) -> int | None:
    if first > last:
        return None
    sql = f"SELECT row FROM {segment.events} WHERE row BETWEEN ? AND ? AND stream = ? AND offset = ? AND sub = ? AND key IS NULL"
    found = reader.connection.execute(sql, (first, last, stream, key.offset, key.sub)).fetchone()
    return None if found is None else int(found[0])
