"""From public event keys to their rows, without an index on places: events stand in canonical order instead."""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from timeline.store.events import Order, order_at
from timeline.store.keys import lineage_number, parse_key
from timeline.store.reader import UNDATED, Reader, Segment, Stream

_NEAR: Final = 64
_ROWS_A_SEEK: Final = 2_000  # rows that can be scanned in the time that finding one takes


class Place(NamedTuple):
    """A row of a segment."""

    segment: int
    row: int


class _Wanted(NamedTuple):
    """An event of a stream: the place of its record, which of its events, and its time where that is known."""

    key: str
    offset: int
    sub: int
    us: int | None


def locate(reader: Reader, wanted: Iterable[tuple[str, int | None]]) -> dict[str, Place]:
    """Key -> place of each (key, time hint) that the case has.

    The hint is the time that the record itself states (us UTC, before a clock offset). With it a row is found by
    seeking, without it in logs that are roughly in order; otherwise, and for many keys at once, by scanning.
    """
    by_lineage = {stream.lineage: stream for stream in reader.streams.values()}
    identities: dict[int, str] = {}
    by_stream: dict[int, list[_Wanted]] = defaultdict(list)
    for text, hint in wanted:
        key = parse_key(text)
        if key is None:
            continue
        if key.identity is not None:
            identities[key.identity] = text
        elif (stream := by_lineage.get(key.lineage)) is not None:
            us = None if hint is None else hint + stream.clock_offset_us
            by_stream[stream.number].append(_Wanted(text, key.offset, key.sub, us))
    found = _by_identity(reader, identities)
    for number, events in by_stream.items():
        found |= _of_stream(reader, reader.streams[number], events)
    return found


def _by_identity(reader: Reader, keys: dict[int, str]) -> dict[str, Place]:
    if not keys:
        return {}
    numbers = json.dumps(list(keys))
    return {
        keys[key]: Place(segment.number, row)
        for segment in reader.segments
        for key, row in reader.connection.execute(
            f"SELECT key, row FROM {segment.events} WHERE key IN (SELECT value FROM json_each(?))", (numbers,)
        )
    }


def _of_stream(reader: Reader, stream: Stream, wanted: list[_Wanted]) -> dict[str, Place]:
    segments = [segment for segment in reader.segments if stream.number in segment.streams]
    found: dict[str, Place] = {}
    if len(wanted) * _ROWS_A_SEEK < sum(segment.rows for segment in segments):
        for event in wanted:
            place = _sought(reader, segments, stream, event)
            if place is not None:
                found[event.key] = place
    missing = {(event.offset, event.sub): event.key for event in wanted if event.key not in found}
    for segment in segments:
        if not missing:
            break
        for row, offset, sub in _scanned(reader, segment, stream, {offset for offset, _ in missing}):
            key = missing.pop((offset, sub), None)
            if key is not None:
                found[key] = Place(segment.number, row)
    return found


def _scanned(reader: Reader, segment: Segment, stream: Stream, offsets: set[int]) -> list[tuple[int, int, int]]:
    sql = (
        f"SELECT row, coalesce(offset, 0), sub FROM {segment.events} WHERE stream = ? AND key IS NULL"
        " AND coalesce(offset, 0) IN (SELECT value FROM json_each(?)) ORDER BY row"
    )
    return reader.connection.execute(sql, (stream.number, json.dumps(sorted(offsets)))).fetchall()


def _sought(reader: Reader, segments: list[Segment], stream: Stream, event: _Wanted) -> Place | None:
    """Find a row by its order where its time is known, among the undated ones, or by the order of offsets in a log."""
    for segment in segments:
        row = None
        if event.us is not None and segment.first_us is not None and segment.last_us is not None:
            if segment.first_us <= event.us <= segment.last_us:
                row = _by_order(reader, segment, stream, event, event.us)
        elif event.us is None:
            row = _by_order(reader, segment, stream, event, UNDATED) or _by_offset(reader, segment, stream, event)
        if row is not None:
            return Place(segment.number, row)
    return None


def _by_order(reader: Reader, segment: Segment, stream: Stream, event: _Wanted, us: int) -> int | None:
    order = Order(us, lineage_number(stream.lineage), event.offset, event.sub)
    rows = range(1, segment.rows + 1) if us != UNDATED else range(segment.dated_rows + 1, segment.rows + 1)
    at = bisect_left(rows, order, key=lambda row: order_at(reader, segment, row))
    return rows[at] if at < len(rows) and order_at(reader, segment, rows[at]) == order else None


def _by_offset(reader: Reader, segment: Segment, stream: Stream, event: _Wanted) -> int | None:
    """Find a dated row as if offsets ascended with time, which they nearly do in a log; None when that leads astray."""
    near = (
        f"SELECT offset FROM {segment.events} WHERE row BETWEEN ? AND ? AND stream = ? AND key IS NULL"
        " ORDER BY row LIMIT 1"
    )
    low, high = 1, segment.dated_rows + 1
    while low < high:
        middle = (low + high) // 2
        found = reader.connection.execute(near, (middle, middle + _NEAR, stream.number)).fetchone()
        if found is None:
            return None
        if (found[0] or 0) < event.offset:
            low = middle + 1
        else:
            high = middle
    exact = (
        f"SELECT row FROM {segment.events} WHERE row BETWEEN ? AND ? AND stream = ? AND offset = ? AND sub = ?"
        " AND key IS NULL"
    )
    values = (low - _NEAR, low + _NEAR, stream.number, event.offset, event.sub)
    row = reader.connection.execute(exact, values).fetchone()
    return None if row is None else int(row[0])
