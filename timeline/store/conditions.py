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
        self._clauses: dict[tuple[int, int], list[Clause]] = {}
        self._listed: dict[tuple[int, int], Sequence[int]] = {}

    @property
    def is_everything(self) -> bool:
        """Whether every event matches."""
        return self._plan.sql == "1" and self._plan.residual is None

    def where(self, segment: Segment) -> Clause:
        """SQL over `e` that holds for exactly the matching rows of a segment, and its values."""
        if self._plan.residual is None:
            return self._candidates(segment)
        return "e.row IN (SELECT value FROM json_each(?))", (json.dumps(list(self.rows(segment, None))),)

    def rows(self, segment: Segment, limit: int | None) -> Sequence[int]:
        """Matching rows of a segment in ascending order, at most `limit`."""
        if self.is_everything:
            return every_row(segment, limit)
        key = (self._reader.version, segment.number)
        if key in self._listed:
            return self._listed[key][:limit]
        found = self._plain_rows(segment, limit) if self._plan.residual is None else self._tested_rows(segment)
        rows = packed(found if limit is None else islice(found, limit))
        if limit is None:
            self._listed[key] = rows
        return rows

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
            stream = self._reader.streams[number]
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
        key = (self._reader.version, segment.number)
        if key not in self._clauses:
            self._clauses[key] = [self._resolve(segment, test) for test in self._plan.tests]
        return self._clauses[key]

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
            case KeyTest(keys):
                return _places(segment, locate(self._reader, ((key, None) for key in keys)).values())
            case AnnotationTest():
                return _marked(self._reader, segment, test)
            case WindowTest(window):
                raise UsageError(f"this case has no window {window}", hint="windows come from `leakline exposures`")


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
    if not test.ignore_case and test.op in {"exact", "in", "prefix"}:
        values = (test.value,) if isinstance(test.value, str) else test.value
        bounds = (_bounds(value, prefix=test.op == "prefix") for value in values)
        ranges = [reader.value_bounds(segment, test.field, low, high) for low, high in bounds]
        return _ids(column, [(low, high) for low, high in ranges if low < high])
    matches = text_matcher(test)
    prefix = (
        literal_prefix(test.value)
        if test.op == "wildcard" and not test.ignore_case and isinstance(test.value, str)
        else ""
    )
    low, high = reader.value_bounds(segment, test.field, *prefix_bounds(prefix)) if prefix else (first, first + count)
    found = (number for number, text in reader.distinct(segment, test.field) if low <= number < high and matches(text))
    return _ids(column, _ranges(found))


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
    if low is not None and high is not None:
        return f"{column} BETWEEN ? AND ?", (_fit(low), _fit(high))
    return (f"{column} >= ?", (_fit(low),)) if low is not None else (f"{column} <= ?", (_fit(high),))


def _fit(number: int | None) -> int:
    return max(-(2**63), min(2**63 - 1, number or 0))


def _source(reader: Reader, test: SourceTest) -> Clause:
    matches = text_matcher(TextTest("source", test.op, test.value, test.ignore_case))
    paths = reader.connection.execute("SELECT path, stream FROM source WHERE stream IS NOT NULL")
    numbers = sorted({stream for path, stream in paths if matches(path)})
    return ("e.stream IN (SELECT value FROM json_each(?))", (json.dumps(numbers),)) if numbers else NOTHING


def _places(segment: Segment, places: Iterable[Place]) -> Clause:
    rows = sorted(place.row for place in places if place.segment == segment.number)
    return ("e.row IN (SELECT value FROM json_each(?))", (json.dumps(rows),)) if rows else NOTHING


def _marked(reader: Reader, segment: Segment, test: AnnotationTest) -> Clause:
    matches = (
        None if test.op == "present" or test.value is None else value_matcher(test.op, test.value, test.ignore_case)
    )
    wanted = [(item.key, item.hint_us) for item in annotated(reader).values() if marked_with(item, test.what, matches)]
    return _places(segment, locate(reader, wanted).values())
