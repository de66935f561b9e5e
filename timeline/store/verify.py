"""What a case can prove of itself: schema, database, evidence, order, accounting, custody."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import pairwise, repeat
from typing import Final

import numpy as np

from timeline.model.errors import CaseError
from timeline.model.event import FIELDS
from timeline.model.fingerprint import is_fingerprint
from timeline.model.source import Check, CustodyEntry
from timeline.store.columns import both, size_of
from timeline.store.connection import schema_problems
from timeline.store.custody import GENESIS, check_chain
from timeline.store.events import Placed, placed_rows
from timeline.store.frames import FrameReader
from timeline.store.keys import lineage_number
from timeline.store.reader import UNDATED, Reader, Segment
from timeline.store.schema import EVENT_COLUMNS

Tell = Callable[[str, int], None]
"""(name of the check, how many things were looked at so far)."""
_MOST_PROBLEMS: Final = 20  # that a check tells of and holds
_CREDENTIAL: Final = [field.name for field in FIELDS].index("credential")


def checks(reader: Reader, *, expect_head: str | None, tell: Tell) -> Iterator[Check]:
    """Every check of the case file alone, in order."""
    yield Check("schema is a case's", 1, tuple(schema_problems(reader.connection)))
    yield _database(reader)
    with reader.snapshot():
        yield _evidence(reader, tell)
        yield from _segments(reader, tell)
        yield _tried("texts are in the order that lookups rely on", _dictionaries, reader)
        yield _tried("rows for other programs agree", _rows_for_others, reader)
        yield _tried("every record is accounted for", _accounting, reader)
        yield _custody(reader, expect_head)


def _tried(name: str, look: Callable[[Reader], tuple[int, list[str]]], reader: Reader) -> Check:
    """A check that finds what it can; a case too damaged for it is its problem."""
    try:
        checked, problems = look(reader)
    except CaseError as error:
        checked, problems = 0, [error.what]
    return Check(name, checked, tuple(problems))


def _database(reader: Reader) -> Check:
    rows = reader.rows("PRAGMA integrity_check(20)")
    problems = tuple(str(row[0]) for row in rows if row[0] != "ok")
    pages = reader.rows("PRAGMA page_count")[0][0]
    return Check("database pages are sound", pages, problems)


def _evidence(reader: Reader, tell: Tell) -> Check:
    """Every frame decompresses, and each stream's bytes have the hash that was noted when they came in."""
    frames = FrameReader(reader)
    problems: list[str] = []
    checked = 0
    for number, sha256, length, kind in reader.rows("SELECT id, sha256, length, kind FROM stream ORDER BY id"):
        path = reader.streams[number].path
        only_hashed = kind is None or not length  # of a binary that no parser claims the case keeps the hash alone
        if only_hashed and not reader.rows("SELECT 1 FROM frame WHERE stream = ? LIMIT 1", (number,)):
            continue
        digest = hashlib.sha256()
        size = 0
        try:
            for block in frames.stream(number):
                digest.update(block)
                size += len(block)
                checked += 1
                tell("evidence frames", checked)
        except CaseError as error:
            problems.append(f"{path}: {error.what}")
            continue
        if size != length or digest.hexdigest() != sha256:
            problems.append(f"{path}: the stored bytes are not those that were ingested")
    return Check("evidence frames re-read and re-hashed", checked, tuple(problems))


def _segments(reader: Reader, tell: Tell) -> Iterator[Check]:
    """Rows are in canonical order, their texts exist, and their byte ranges lie inside their streams."""
    disorder: list[str] = []
    outside: list[str] = []
    checked = 0
    for segment in reader.segments:
        try:
            for placed in _in_order(reader, segment, disorder):
                problem = _misplaced(reader, placed)
                if problem and len(outside) < _MOST_PROBLEMS:
                    outside.append(problem)
                checked += 1
                if checked % 10_000 == 0:
                    tell("events", checked)
        except CaseError as error:
            disorder.append(error.what)
    yield Check("events are in canonical order", checked, tuple(disorder[:_MOST_PROBLEMS]))
    yield Check("events point into their evidence", checked, tuple(outside))


def _in_order(reader: Reader, segment: Segment, problems: list[str]) -> Iterator[Placed]:
    """Every row of a segment; `problems` gets those that are not where they belong."""
    first_us = segment.first_us
    previous = None
    dated = 0
    last_us = None
    for placed in placed_rows(reader, segment, range(1, segment.rows + 1)):
        if previous is not None and placed.order < previous and len(problems) < _MOST_PROBLEMS:
            problems.append(f"segment {segment.number} row {placed.row} is out of order")
        if previous is None and placed.order.us != UNDATED and placed.order.us != first_us:
            problems.append(f"segment {segment.number} does not begin when it is said to begin")
        if placed.order.us != UNDATED:
            dated, last_us = dated + 1, placed.order.us
        previous = placed.order
        yield placed
    if (dated, last_us) != (segment.dated_rows, segment.last_us):
        problems.append(f"segment {segment.number} does not have the dates that it is said to have")


def _misplaced(reader: Reader, placed: Placed) -> str | None:
    offset, length = (value if isinstance(value, int) else 0 for value in (placed.values[5], placed.values[6]))
    stream = reader.stream(placed.stream)
    if min(offset, length) < 0:
        return f"{placed.key} points before the beginning of {stream.path}"
    return f"{placed.key} points behind the end of {stream.path}" if offset + length > stream.length else None


def _accounting(reader: Reader) -> tuple[int, list[str]]:
    """Records = gave events + duplicates + rejects + ignored, for every stream, counted anew."""
    problems: list[str] = []
    rows = reader.rows("SELECT id, records, with_events, events, duplicates, rejects, ignored FROM stream ORDER BY id")
    held = _held(reader)
    for number, records, with_events, events, duplicates, rejects, ignored in rows:
        path = reader.streams[number].path
        if records != with_events + duplicates + rejects + ignored:
            problems.append(f"{path}: {records} records, but {with_events} + {duplicates} + {rejects} + {ignored}")
        there, first_events = held.get(number, (0, 0))
        if there != events:
            problems.append(f"{path}: {events} events are counted, {there} are there")
        if first_events != with_events:
            problems.append(f"{path}: {with_events} records gave events, there are events of {first_events}")
        refused = reader.rows("SELECT count(*) - sum(ignored), sum(ignored) FROM refusal WHERE stream = ?", (number,))[
            0
        ]
        if (refused[0] or 0, refused[1] or 0) != (rejects, ignored):
            problems.append(f"{path}: stored rejects or ignored records do not match their count")
        witnesses = reader.rows("SELECT count(*) FROM witness WHERE stream = ?", (number,))[0][0]
        if witnesses < duplicates:
            problems.append(f"{path}: {duplicates} duplicates are counted, {witnesses} witnesses are there")
    return sum(row[1] for row in rows), problems


def _held(reader: Reader) -> dict[int, tuple[int, int]]:
    """Stream -> (events, records that they are of)."""
    counts: dict[int, tuple[int, int]] = {}
    for segment in reader.segments:
        firsts = reader.column(segment, "sub").between(0, 0)
        for stream in segment.streams:
            ours = reader.column(segment, "stream").between(stream, stream)
            before = counts.get(stream, (0, 0))
            events = before[0] + size_of(ours, segment.rows)
            counts[stream] = (events, before[1] + size_of(both(ours, firsts), segment.rows))
    return counts


def _dictionaries(reader: Reader) -> tuple[int, list[str]]:
    """Texts of each field ascend, each there once."""
    problems: list[str] = []
    checked = 0
    for segment in reader.segments:
        for field, (first, count) in segment.ranges.items():
            reader.look()
            texts = reader.distinct(segment, first, first + count)
            checked += count
            if len(problems) < _MOST_PROBLEMS and any(one >= other for one, other in pairwise(texts)):
                problems.append(f"segment {segment.number}: the values of {field} are not in order")
    return checked, problems


def _rows_for_others(reader: Reader) -> tuple[int, list[str]]:
    """The tables of rows, which other programs read, say what the columns say."""
    problems: list[str] = []
    checked = 0
    for (number,) in reader.rows("SELECT id FROM segment WHERE listed <> 0 ORDER BY id"):
        segment = next(segment for segment in reader.segments if segment.number == number)
        names = [name for name in EVENT_COLUMNS if not reader.column(segment, name).is_same]
        wanted = zip(*(reader.column(segment, name).at(np.arange(segment.rows)) for name in names), strict=True)
        quoted = "".join(f', "{name}"' for name in names)
        rows = reader.connection.execute(f"SELECT row{quoted} FROM segment_{number}_event ORDER BY row")
        found = 0
        every = wanted if names else repeat((), segment.rows)  # first, so that no row is taken behind its end
        for place, (values, row) in enumerate(zip(every, rows, strict=False), 1):
            found = place
            if row != (place, *values):
                problems.append(f"row {place} of table segment_{number}_event differs from its event")
                break
        else:
            if found != segment.rows or rows.fetchone() is not None:
                problems.append(f"table segment_{number}_event does not have {segment.rows} rows")
        checked += found
    return checked, problems[:_MOST_PROBLEMS]


def _custody(reader: Reader, expect_head: str | None) -> Check:
    rows = reader.rows("SELECT number, at_us, analyst, action, detail, hash FROM custody ORDER BY number")
    entries = [CustodyEntry(*row) for row in rows]
    problems = check_chain(entries)
    head = entries[-1].hash if entries else GENESIS
    if expect_head is not None and expect_head.lower() not in {entry.hash for entry in entries}:
        problems.append(f"the expected head {expect_head} is not in the chain: it was rewritten, or is another case's")
    elif expect_head is not None and expect_head.lower() != head:
        later = len(entries) - 1 - [entry.hash for entry in entries].index(expect_head.lower())
        problems.append(f"the chain has {later} entries after the expected head; its head is {head}")
    return Check("custody chain", len(entries), tuple(problems))


def digest(reader: Reader) -> str:
    """SHA-256 over evidence hashes, refusals and events as text, in an order that no ingest history changes.

    Fingerprints of secrets, which are other ones in every case, count by the order in which they first come.
    """
    total = hashlib.sha256()
    with reader.snapshot():
        streams = reader.rows("SELECT lineage, sha256, length, kind FROM stream ORDER BY lineage")
        total.update(repr(streams).encode())
        refused = reader.rows(
            "SELECT s.lineage, r.offset, r.record, r.length, r.ignored, x.text FROM refusal r JOIN reason x ON x.id = r.reason"
            " JOIN stream s ON s.id = r.stream ORDER BY 1, 2, 3"
        )
        total.update(repr(refused).encode())
        witnesses = reader.rows(
            "SELECT w.key, s.lineage, w.offset, w.record, w.length FROM witness w JOIN stream s ON s.id = w.stream ORDER BY 1, 2, 3"
        )
        total.update(repr(witnesses).encode())
        for text in _merged_texts(reader):
            total.update(text.encode("utf-8", "surrogatepass"))
    return total.hexdigest()


def _merged_texts(reader: Reader) -> Iterator[str]:
    import heapq

    feeds = [placed_rows(reader, segment, range(1, segment.rows + 1)) for segment in reader.segments]
    ordinals: dict[str, str] = {}
    for placed in heapq.merge(*feeds, key=lambda item: (item.order, item.key)):
        lineage = lineage_number(reader.streams[placed.stream].lineage)
        values, credential = placed.values, placed.values[_CREDENTIAL]
        if isinstance(credential, str) and is_fingerprint(credential):
            ordinal = ordinals.setdefault(credential, f"fingerprint {len(ordinals) + 1}")
            values = (*values[:_CREDENTIAL], ordinal, *values[_CREDENTIAL + 1 :])
        yield repr((placed.key, lineage, values)) + "\n"
