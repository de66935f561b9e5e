"""Reading a case: one connection, short transactions, segments seen as one.

Not thread-safe: each thread has a reader of its own.
"""

import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from timeline.model.errors import Cancelled, CaseError
from timeline.store.columns import Column, Encoded, KeptColumns
from timeline.store.connection import explained, open_reader

UNDATED: Final = 2**63 - 1  # where undated rows stand in canonical order
_STEPS_BETWEEN_LOOKS = 20_000
_LINEAGE = re.compile("[0-9a-f]{12}")
_KEPT_TEXTS = 200_000
_MOST_ROWS: Final = 1 << 24  # of a segment; the writer makes them of far fewer
_MOST_IDS: Final = 1 << 32
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Segment:
    """One sealed segment: `rows` rows from 1, of which the first `dated_rows` have a time.

    `ranges` gives per text field the first id and the count of its values, `streams` per stream the first and last offset
    of its rows; `revision` changes when a row is pointed at another place.
    """

    number: int
    rows: int
    dated_rows: int
    first_us: int | None
    last_us: int | None
    ranges: dict[str, tuple[int, int]]
    streams: dict[int, tuple[int, int]]
    revision: int

    @property
    def values(self) -> str:
        """Name of the table of values."""
        return f"segment_{self.number}_value"


@dataclass(frozen=True, slots=True)
class Stream:
    """What readers need of a stream: its public path (the first of its sources by name), lineage, hash and parser."""

    number: int
    path: str
    lineage: str
    sha256: str
    length: int
    kind: str | None
    framing: str | None
    settings: str
    clock_offset_us: int


class Reader:
    """A read-only connection. `cancel` set from any thread ends what is running with `Cancelled`.

    `searching` is told how many bytes of evidence a raw search has searched, and of how many.
    """

    def __init__(self, path: Path, *, check_schema: bool = False, cancel: threading.Event | None = None) -> None:
        self.path = path
        self.cancel = cancel
        self.searching: Callable[[int, int], None] | None = None
        self.connection = open_reader(path, check_schema=check_schema)
        self.connection.set_progress_handler(self._look, _STEPS_BETWEEN_LOOKS)
        self._depth = 0
        self._closed = False
        self._state = -1
        self._remembered: dict[str, object] = {}
        self._read: object = None
        self._version = 0
        self._segments: tuple[Segment, ...] = ()
        self._streams: dict[int, Stream] = {}
        self._texts: dict[int, dict[int, str]] = {}
        self._columns = KeptColumns()

    def _look(self) -> int:
        return int(self.cancel is not None and self.cancel.is_set())

    def look(self) -> None:
        """Raise Cancelled when `cancel` is set; for loops of many short reads, which SQLite does not interrupt."""
        if self.cancel is not None and self.cancel.is_set():
            raise Cancelled("cancelled")

    def close(self) -> None:
        """Close the connection, also under an iteration that nobody finished."""
        self._closed = True
        self.connection.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside sees one state of the case. May be nested."""
        self.look()
        if self._depth:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
            return
        with self._errors():
            self.connection.execute("BEGIN")
            self._depth = 1
            try:
                self._refresh()
                yield
            finally:
                self._depth = 0
                if not self._closed and self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        with explained(self.path):
            try:
                yield
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                    raise Cancelled("cancelled") from error
                raise

    def _refresh(self) -> None:
        state = self.connection.execute("PRAGMA data_version").fetchone()[0]
        if state == self._state:
            return
        self._remembered.clear()
        self._read_segments()
        self._state = state

    def _read_segments(self) -> None:
        rows = self.connection.execute(
            "SELECT id, rows, dated_rows, first_us, last_us, ranges, streams, revision FROM segment ORDER BY id"
        ).fetchall()
        streams = self.connection.execute(
            "SELECT s.id, coalesce((SELECT min(path) FROM source WHERE stream = s.id), '?'), s.lineage, s.sha256, s.length, s.kind,"
            " s.framing, s.settings, s.clock_offset_us FROM stream s"
        ).fetchall()
        if (rows, streams) == self._read:
            return
        self._version += 1
        self._segments = tuple(self._segment(*row) for row in rows)
        self._streams = {row[0]: Stream(*row) for row in streams}
        if not all(_LINEAGE.fullmatch(stream.lineage) for stream in self._streams.values()):
            raise self.damaged("a stream has no proper lineage")
        alive = {segment.number for segment in self._segments}
        self._texts = {number: texts for number, texts in self._texts.items() if number in alive}
        self._columns.forget_all_but({(segment.number, segment.revision) for segment in self._segments})
        self._read = (rows, streams)  # last: what is damaged stays unread, and is refused again

    def _segment(
        self,
        number: int,
        rows: int,
        dated: int,
        first: int | None,
        last: int | None,
        ranges: str,
        held: str,
        revision: int,
    ) -> Segment:
        try:
            fields = {str(field): (int(start), int(count)) for field, (start, count) in json.loads(ranges).items()}
            if not 0 < rows <= _MOST_ROWS or not 0 <= dated <= rows or (first is None) != (dated == 0):
                raise self.damaged(f"segment {number} is not described properly")
            if not all(start > 0 and count >= 0 and start + count <= _MOST_IDS for start, count in fields.values()):
                raise self.damaged(f"segment {number} is not described properly")
            streams = {int(stream): (int(low), int(high)) for stream, (low, high) in json.loads(held).items()}
            return Segment(number, rows, dated, first, last, fields, streams, revision)
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise self.damaged(f"segment {number} is not described properly") from error

    @property
    def version(self) -> int:
        """Stays the same while segments and streams do. Never 0 inside a snapshot."""
        return self._version

    @property
    def state(self) -> int:
        """Changes with every commit to the case. Valid inside a snapshot."""
        return self._state

    def remember(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made once for each state of the case."""
        if name not in self._remembered:
            self._remembered[name] = make()
        return cast("T", self._remembered[name])

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All segments, by number. Valid inside a snapshot."""
        return self._segments

    def only(self, segments: Sequence[Segment]) -> "Reader":
        """The same case as if it had these segments only. For as long as the snapshot that they were read in."""
        view = copy(self)
        view._segments = tuple(segments)  # noqa: SLF001 - its own kind
        view._remembered = {}  # noqa: SLF001 - its own kind
        return view

    @property
    def streams(self) -> dict[int, Stream]:
        """All streams by number. Valid inside a snapshot."""
        return self._streams

    def stream(self, number: int | None) -> Stream:
        """One stream by its number. CaseError when events are of one that is not there, or of none."""
        if number is None or number not in self._streams:
            raise self.damaged(f"events are of stream {number}, which is not there")
        return self._streams[number]

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self.snapshot():
            return self.connection.execute(sql, values).fetchall()

    def redaction_key(self) -> bytes:
        """The case's own key for fingerprints of secrets."""
        rows = self.rows("SELECT value FROM meta WHERE key = 'redaction_key'")
        try:
            return bytes.fromhex(str(rows[0][0]))
        except (IndexError, ValueError):
            raise self.damaged("its key for fingerprints is not there") from None

    def texts(self, segment: Segment, ids: Iterable[int | None]) -> dict[int, str]:
        """Id -> text for these ids of a segment; kept for the next call, bounded."""
        if sum(map(len, self._texts.values())) > _KEPT_TEXTS:
            self._texts.clear()
        known = self._texts.setdefault(segment.number, {})
        missing = sorted({number for number in ids if number is not None and number not in known})
        for start in range(0, len(missing), 500):
            part = missing[start : start + 500]
            marks = ",".join("?" * len(part))
            known.update(self.connection.execute(f"SELECT id, text FROM {segment.values} WHERE id IN ({marks})", part))
        lost = next((number for number in missing if number not in known), None)
        if lost is not None:
            raise self.damaged(f"segment {segment.number} has no text {lost}")
        return known

    def column(self, segment: Segment, name: str) -> Column:
        """One column of a segment, kept for the next call, bounded. CaseError when the case is damaged."""
        kept = self._columns.get(segment.number, segment.revision, name)
        if kept is None:
            self.look()
            row = self.connection.execute(
                "SELECT form, base, step, data FROM segment_column WHERE segment = ? AND name = ?",
                (segment.number, name),
            ).fetchone()
            try:
                kept = Column(Encoded(*row), segment.rows)
            except (ValueError, TypeError, OverflowError) as error:
                raise self.damaged(f"segment {segment.number} has no proper column {name}") from error
            self._columns.put(segment.number, segment.revision, name, kept)
        return kept

    def first_row_at(self, segment: Segment, us: int) -> int:
        """Smallest row whose time is `us` or later; undated rows stand at UNDATED."""
        return int(self.first_rows_at(segment, [us])[0])

    def first_rows_at(self, segment: Segment, times: Sequence[int]) -> list[int]:
        """`first_row_at` of each of these times."""
        if segment.first_us is None or segment.last_us is None:
            return [1] * len(times)
        if all(us <= segment.first_us or us > segment.last_us for us in times):
            return [1 if us <= segment.first_us else segment.dated_rows + 1 for us in times]
        column = self.column(segment, "timestamp")
        return [column.first_not_below(us, segment.dated_rows) + 1 for us in times]

    def time_of(self, segment: Segment, row: int) -> int:
        """Time of a dated row."""
        us = self.column(segment, "timestamp").one(row - 1)
        if us is None:
            raise self.damaged(f"row {row} of segment {segment.number} has no time")
        return us

    def _one(self, sql: str, number: int, kind: type[T]) -> T:
        """A value that every sound case has."""
        found = self.connection.execute(sql, (number,)).fetchone()
        if found is None or not isinstance(found[0], kind):
            raise self.damaged(f"row {number} is missing or not what it should be")
        return found[0]

    def damaged(self, what: str) -> CaseError:
        """Make the error for a segment that contradicts itself."""
        return CaseError(f"the case is damaged: {what}", where=self.path, hint="run `leakline verify`")

    def value_bounds(self, segment: Segment, field: str, low: bytes, high: bytes | None) -> tuple[int, int]:
        """Ids [a, b) of a field's values v with low <= v < high by UTF-8 bytes (high None: no upper end)."""
        first, count = segment.ranges.get(field, (1, 0))
        start = self._first_value_at(segment, low, first, first + count)
        end = first + count if high is None else self._first_value_at(segment, high, start, first + count)
        return start, end

    def _first_value_at(self, segment: Segment, text: bytes, low: int, high: int) -> int:
        sql = f"SELECT CAST(text AS BLOB) FROM {segment.values} WHERE id = ?"
        while low < high:
            middle = (low + high) // 2
            if self._one(sql, middle, bytes) < text:
                low = middle + 1
            else:
                high = middle
        return low

    def distinct(self, segment: Segment, first: int, end: int) -> list[str]:
        """Texts of the values with ids [first, end) of a segment, which are dense."""
        sql = f"SELECT text FROM {segment.values} WHERE id >= ? AND id < ? ORDER BY id"
        texts = [row[0] for row in self.connection.execute(sql, (first, end))]
        if len(texts) != end - first:
            raise self.damaged(f"segment {segment.number} does not have all of its texts")
        return texts

    def containing(self, segment: Segment, first: int, end: int, part: str) -> list[int]:
        """Ids of the same texts that contain `part`, ascending."""
        sql = f"SELECT id FROM {segment.values} WHERE id >= ? AND id < ? AND instr(text, ?) ORDER BY id"
        return [row[0] for row in self.connection.execute(sql, (first, end, part))]

    def joined(self, segment: Segment, first: int, end: int, border: str) -> str | None:
        """The same texts as one, `border` between them; None where one of them holds it.

        SQLite passes over a table in the order of its ids; to ask for that order would make it take twice the time.
        """
        sql = f"SELECT group_concat(text, ?) FROM {segment.values} WHERE id >= ? AND id < ?"
        text = self.connection.execute(sql, (border, first, end)).fetchone()[0]
        if not isinstance(text, str):
            raise self.damaged(f"segment {segment.number} does not have its texts")
        return text if text.count(border) == end - first - 1 else None
