"""A query plan, resolved against each segment: texts become ranges of ids, times become ranges of rows."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, Protocol

from timeline.model.errors import UsageError
from timeline.query.compile import Plan, columns_needed, evaluate
from timeline.query.matching import literal_prefix, prefix_bounds, text_matcher, value_matcher
from timeline.query.tree import AnnotationTest, KeyTest, NumberTest, SourceTest, Test, TextTest, WindowTest
from timeline.store.annotations import annotated, marked_with
from timeline.store.locate import Place, locate
from timeline.store.matches import every_row, packed
from timeline.store.reader import UNDATED, Reader, Segment, Stream

_MAX_RANGES: Final = 16
_LEAST, _MOST = -(2**63), 2**63 - 1  # integers that SQLite holds
_TEXTS_A_SEEK: Final = 32  # distinct texts that can be looked through in the time that finding one takes
_NEGATED: Final = re.compile(r"NOT (\{\d+\})")
Clause = tuple[str, tuple[Any, ...]]
NOTHING: Final[Clause] = ("0", ())


class Records(Protocol):
    """Access to raw records, for the conditions that only they can answer."""

    def raw(self, stream: Stream, offset: int, length: int) -> bytes:
        """Bytes of a record."""
        ...

    def fields(self, stream: Stream, offset: int, record: bytes) -> Mapping[str, Any]:
        """All fields of a record, nested."""
        ...


class Condition:
    """A plan bound to a reader. Methods must be called inside a snapshot."""

    def __init__(self, reader: Reader, plan: Plan, records: Records) -> None:
        self._reader = reader
        self._plan = plan
        self._records = records
        self._has_marks = any(isinstance(test, AnnotationTest) for test in plan.tests)
        self._known: object = None
        self._clauses: dict[int, list[Clause]] = {}
        self._listed: dict[int, Sequence[int]] = {}
        self._counts: dict[int, int] = {}
        self._places: dict[Test, list[Place]] = {}

    @property
    def is_everything(self) -> bool:
        """Whether every event matches."""
        return self._plan.sql == "1" and self._plan.residual is None

    @property
    def state(self) -> object:
        """Stays equal while the matches do."""
        return self._reader.version, self._reader.state if self._has_marks else 0

    def where(self, segment: Segment) -> Clause:
        """SQL over `e` that holds for exactly the matching rows of a segment, and its values."""
        if self._plan.residual is None:
            return self._candidates(segment)
        return "e.row IN (SELECT value FROM json_each(?))", (json.dumps(list(self.rows(segment, None))),)

    def count(self, segment: Segment) -> int:
        """How many rows of a segment match."""
        self._forget_what_changed()
        if self._plan.residual is not None or self.is_everything or segment.number in self._listed:
            return len(self.rows(segment, None))
        if segment.number not in self._counts:
            where, values = self._candidates(segment)
            sql = f"SELECT count(*) FROM {segment.events} e WHERE {where}"
            self._counts[segment.number] = self._reader.connection.execute(sql, values).fetchone()[0]
        return self._counts[segment.number]

    def rows(self, segment: Segment, limit: int | None) -> Sequence[int]:
        """Matching rows of a segment in ascending order, at most `limit`."""
        if self.is_everything:
            return every_row(segment, limit)
        self._forget_what_changed()
        if segment.number in self._listed:
            return self._listed[segment.number][:limit]
        found = self._plain_rows(segment, limit) if self._plan.residual is None else self._tested_rows(segment)
        rows = packed(found if limit is None else islice(found, limit))
        if limit is None or len(rows) < limit:
            self._listed[segment.number] = rows
        return rows

    def _forget_what_changed(self) -> None:
        if self._known != self.state:
            for kept in (self._clauses, self._listed, self._counts, self._places):
                kept.clear()
            self._known = self.state

    def _plain_rows(self, segment: Segment, limit: int | None) -> Iterator[int]:
        where, values = self._candidates(segment)
        sql = f"SELECT e.row FROM {segment.events} e WHERE {where} ORDER BY e.row"
        if limit is not None:
            sql += f" LIMIT {limit}"
        return (row[0] for row in self._reader.connection.execute(sql, values))

    def _tested_rows(self, segment: Segment) -> Iterator[int]:
        """Candidates that also fulfil what only the raw record can tell."""
        residual = self._plan.residual
        if residual is None:
            raise ValueError("nothing is left to test")
        where, values = self._candidates(segment)
        needed = sorted(columns_needed(residual))
        columns, column_values = self._columns(segment, needed)
        sql = (
            f"SELECT e.row, e.stream, e.offset, e.length{columns} FROM {segment.events} e WHERE {where} ORDER BY e.row"
        )
        for row, number, offset, length, *truths in self._reader.connection.execute(sql, (*column_values, *values)):
            stream = self._reader.stream(number)
            raw = _once(lambda s=stream, o=offset, n=length: self._records.raw(s, o or 0, n or 0))  # type: ignore[misc]  # mypy cannot type defaults of a lambda
            known = {index: bool(truth) for index, truth in zip(needed, truths, strict=True)}
            if evaluate(residual, known, raw, lambda s=stream, o=offset, r=raw: self._records.fields(s, o or 0, r())):  # type: ignore[misc]  # the same
                yield row

    def _columns(self, segment: Segment, needed: Sequence[int]) -> Clause:
        clauses = self._resolved(segment)
        text = "".join(f", ifnull(({clauses[index][0]}), 0)" for index in needed)
        return text, tuple(value for index in needed for value in clauses[index][1])

    def _candidates(self, segment: Segment) -> Clause:
        """The plan's expression with each test in place. A test may be NULL where it is not negated: that is as good as false."""
        clauses = self._resolved(segment)
        values: list[Any] = []
        pieces = []
        text = _NEGATED.sub(r"NOT ifnull((\1), 0)", self._plan.sql)
        for piece in re.split(r"(\{\d+\})", text):
            if piece.startswith("{"):
                clause, bound = clauses[int(piece[1:-1])]
                pieces.append(f"({clause})")
                values.extend(bound)
            else:
                pieces.append(piece)
        return "".join(pieces), tuple(values)

    def _resolved(self, segment: Segment) -> list[Clause]:
        self._forget_what_changed()
        if segment.number not in self._clauses:
            self._clauses[segment.number] = [self._resolve(segment, test) for test in self._plan.tests]
        return self._clauses[segment.number]

    def _resolve(self, segment: Segment, test: Test) -> Clause:
        match test:
            case TextTest():
                return _text(self._reader, segment, test)
            case NumberTest("timestamp", low, high):
                return _time(self._reader, segment, low, high)
            case NumberTest(field, low, high):
                return _number(field, low, high)
            case SourceTest():
                return _source(self._reader, test)
            case KeyTest() | AnnotationTest():
                return _rows_of(segment, self._located(test))
            case WindowTest(window):
                raise UsageError(f"this case has no window {window}", hint="windows come from `leakline exposures`")

    def _located(self, test: KeyTest | AnnotationTest) -> list[Place]:
        """Where the events of a test are, in any segment; sought once."""
        if test not in self._places:
            wanted = ((key, None) for key in test.keys) if isinstance(test, KeyTest) else _marked(self._reader, test)
            self._places[test] = list(locate(self._reader, wanted).values())
        return self._places[test]


def _once(read: Callable[[], bytes]) -> Callable[[], bytes]:
    kept: list[bytes] = []

    def raw() -> bytes:
        if not kept:
            kept.append(read())
        return kept[0]

    return raw


def _text(reader: Reader, segment: Segment, test: TextTest) -> Clause:
    column = f'e."{test.field}"'
    first, count = segment.ranges.get(test.field, (1, 0))
    if not count:
        return NOTHING
    if test.op == "present":
        return f"{column} IS NOT NULL", ()
    values = (test.value,) if isinstance(test.value, str) else test.value
    if not test.ignore_case and test.op in {"exact", "in", "prefix"} and len(values) * _TEXTS_A_SEEK <= count:
        bounds = (_bounds(value, prefix=test.op == "prefix") for value in values)
        ranges = sorted({reader.value_bounds(segment, test.field, low, high) for low, high in bounds})
        return _ids(column, [(low, high) for low, high in ranges if low < high])
    matches = text_matcher(test)
    low, end = first, first + count
    if test.op == "wildcard" and not test.ignore_case and (prefix := literal_prefix(values[0])):
        low, end = reader.value_bounds(segment, test.field, *prefix_bounds(prefix))
    return _ids(column, _ranges(number for number, text in reader.distinct(segment, low, end) if matches(text)))


def _bounds(value: str, *, prefix: bool) -> tuple[bytes, bytes | None]:
    if prefix:
        return prefix_bounds(value)
    low = value.encode("utf-8", "surrogatepass")
    return low, low + b"\0"


def _ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as half-open ranges."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number:
            ranges[-1] = (ranges[-1][0], number + 1)
        else:
            ranges.append((number, number + 1))
    return ranges


def _ids(column: str, ranges: Sequence[tuple[int, int]]) -> Clause:
    if not ranges:
        return NOTHING
    if len(ranges) <= _MAX_RANGES:
        clauses = [f"{column} = ?" if high - low == 1 else f"{column} BETWEEN ? AND ?" for low, high in ranges]
        values = [value for low, high in ranges for value in ((low,) if high - low == 1 else (low, high - 1))]
        return " OR ".join(clauses), tuple(values)
    return f"{column} IN (SELECT value FROM json_each(?))", (
        json.dumps([n for low, high in ranges for n in range(low, high)]),
    )


def _time(reader: Reader, segment: Segment, low: int | None, high: int | None) -> Clause:
    first = 1 if low is None else reader.first_row_at(segment, low)
    last = segment.dated_rows if high is None else reader.first_row_at(segment, min(high + 1, UNDATED)) - 1
    return ("e.row BETWEEN ? AND ?", (first, last)) if first <= last else NOTHING


def _number(field: str, low: int | None, high: int | None) -> Clause:
    column = f'e."{field}"'
    if low is None and high is None:
        return f"{column} IS NOT NULL", ()
    low = _LEAST if low is None else max(low, _LEAST)
    high = _MOST if high is None else min(high, _MOST)
    return (f"{column} BETWEEN ? AND ?", (low, high)) if low <= high else NOTHING


def _source(reader: Reader, test: SourceTest) -> Clause:
    matches = text_matcher(TextTest("source", test.op, test.value, test.ignore_case))
    paths = reader.connection.execute("SELECT path, stream FROM source WHERE stream IS NOT NULL")
    numbers = sorted({stream for path, stream in paths if matches(path)})
    return ("e.stream IN (SELECT value FROM json_each(?))", (json.dumps(numbers),)) if numbers else NOTHING


def _rows_of(segment: Segment, places: Iterable[Place]) -> Clause:
    rows = sorted(place.row for place in places if place.segment == segment.number)
    return ("e.row IN (SELECT value FROM json_each(?))", (json.dumps(rows),)) if rows else NOTHING


def _marked(reader: Reader, test: AnnotationTest) -> Iterator[tuple[str, int | None]]:
    """(key, time hint) of every event that analysts marked so."""
    matches = (
        None if test.op == "present" or test.value is None else value_matcher(test.op, test.value, test.ignore_case)
    )
    return ((item.key, item.hint_us) for item in annotated(reader).values() if marked_with(item, test.what, matches))
