"""A query plan, resolved against each segment: texts become ids, and each test becomes a mask over the rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from typing import Any, Final, Protocol

import numpy as np

from timeline.model.errors import UsageError
from timeline.query.compile import Plan, columns_needed, evaluate
from timeline.query.matching import prefix_bounds, text_matcher, value_matcher
from timeline.query.tree import (
    All,
    And,
    AnnotationTest,
    Column,
    KeyTest,
    Node,
    NoiseTest,
    Not,
    NumberTest,
    Or,
    PersonTest,
    RawTest,
    SourceTest,
    Test,
    TextTest,
    WindowTest,
)
from timeline.store.annotations import annotated, marked_with
from timeline.store.columns import Bools, Integers, Mask, both, either, neither, size_of
from timeline.store.locate import Place, locate
from timeline.store.matches import every_row, packed
from timeline.store.raw_bounds import may_be
from timeline.store.raw_rows import FoundRows, RawRows
from timeline.store.reader import UNDATED, Reader, Segment, Stream
from timeline.store.texts import matching_ids

_LEAST, _MOST = -(2**63), 2**63 - 1
_TEXTS_A_SEEK: Final = 32  # distinct texts that can be looked through in the time that finding one takes
_KEPT_MASK_BYTES: Final = 64 << 20
_ROWS_A_READ: Final = 1024
_FIRST_TRIES: Final = 4096


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
        self._masks: dict[int, Mask] = {}
        self._mask_bytes = 0
        self._listed: dict[int, Sequence[int]] = {}
        self._counts: dict[int, int] = {}
        self._places: dict[Test, list[Place]] = {}
        self._raw_rows = None if plan.residual is None else RawRows(reader, plan.residual)

    @property
    def is_everything(self) -> bool:
        """Whether every event matches."""
        return isinstance(self._plan.candidates, All) and self._plan.residual is None

    @property
    def state(self) -> object:
        """Stays equal while the matches do."""
        return self._reader.version, self._reader.state if self._has_marks else 0

    def mask(self, segment: Segment) -> Mask:
        """The matching rows of a segment, by place from 0."""
        self._forget_what_changed()
        if segment.number not in self._masks:
            self._reader.look()
            mask = self._evaluated(segment, self._plan.candidates)
            if self._plan.residual is not None:
                mask = self._tested(segment, mask)
            self._keep(segment.number, mask)
            return mask
        return self._masks[segment.number]

    def _keep(self, number: int, mask: Mask) -> None:
        self._mask_bytes += 1 if isinstance(mask, bool) else mask.nbytes
        if self._mask_bytes > _KEPT_MASK_BYTES and self._plan.residual is None:
            self._masks.clear()  # what only columns decide is soon decided again
            self._mask_bytes = 0
        self._masks[number] = mask

    def count(self, segment: Segment) -> int:
        """How many rows of a segment match."""
        self._forget_what_changed()
        if segment.number not in self._counts:
            self._counts[segment.number] = size_of(self.mask(segment), segment.rows)
        return self._counts[segment.number]

    def rows(self, segment: Segment, limit: int | None) -> Sequence[int]:
        """Matching rows of a segment in ascending order, at most `limit`."""
        self._forget_what_changed()
        if segment.number in self._listed:
            return self._listed[segment.number][:limit]
        if limit is not None and self._plan.residual is not None and segment.number not in self._masks:
            mask = self._tested(segment, self._evaluated(segment, self._plan.candidates), limit)
        else:
            mask = self.mask(segment)
        if isinstance(mask, bool):
            return every_row(segment, limit) if mask else ()
        rows = packed(mask, limit)
        if limit is None or len(rows) < limit:
            self._listed[segment.number] = rows
        return rows

    def _forget_what_changed(self) -> None:
        if self._known != self.state:
            for kept in (self._masks, self._listed, self._counts, self._places):
                kept.clear()
            self._mask_bytes = 0
            self._known = self.state

    def _evaluated(self, segment: Segment, node: Node) -> Mask:
        found: Mask
        match node:
            case All():
                return True
            case Column(index):
                return self._test(segment, self._plan.tests[index])
            case Not(part):
                return neither(self._evaluated(segment, part))
            case And(nodes):
                found = True
                for part in nodes:
                    if found is not False:
                        found = both(found, self._evaluated(segment, part))
                return found
            case Or(nodes):
                found = False
                for part in nodes:
                    found = either(found, self._evaluated(segment, part))
                return found
        raise TypeError(f"not an expression over tests: {type(node).__name__}")

    def _tested(self, segment: Segment, mask: Mask, limit: int | None = None) -> Mask:
        """Candidates that also fulfil what only the raw record can tell; the first ones, once `limit` are found."""
        residual = self._plan.residual
        if residual is None or self._raw_rows is None or mask is False:
            return mask
        known = {index: self._test(segment, self._plan.tests[index]) for index in columns_needed(residual)}
        places = np.arange(segment.rows) if mask is True else np.flatnonzero(mask)
        found = np.zeros(segment.rows, np.bool_)
        if limit is not None:  # perhaps the first page is at hand
            self._try(segment, residual, places[:_FIRST_TRIES], known, found, limit)
            places = places[_FIRST_TRIES:]
            limit -= int(np.count_nonzero(found))
            if limit <= 0:
                return found
        rows = self._raw_rows.found(segment, len(places))
        if rows:
            raw = partial(_may_be, rows)
            places = _kept(places, may_be(residual, True, known.__getitem__, raw))
            unsure = may_be(residual, False, known.__getitem__, raw)
            found[_kept(places, neither(unsure))] = True
            places = _kept(places, unsure)
        self._try(segment, residual, places, known, found, limit)
        return found

    def _try(
        self, segment: Segment, residual: Node, places: Integers, known: Mapping[int, Mask], found: Bools, limit: int | None
    ) -> None:
        """Mark the places whose records fulfil the residual, until `limit` were found."""
        count = 0
        for start in range(0, len(places), _ROWS_A_READ):
            self._reader.look()
            part = places[start : start + _ROWS_A_READ]
            found[part] = list(self._hold(segment, residual, part, known))
            count += int(np.count_nonzero(found[part]))
            if limit is not None and count >= limit:
                return

    def _hold(
        self, segment: Segment, residual: Node, places: Integers, known: Mapping[int, Mask]
    ) -> Iterator[bool]:
        columns = [self._reader.column(segment, name).at(places) for name in ("stream", "offset", "length")]
        for place, number, offset, length in zip(places.tolist(), *columns, strict=True):
            stream = self._reader.stream(number)
            raw = _once(lambda s=stream, o=offset, n=length: self._records.raw(s, o or 0, n or 0))  # type: ignore[misc]  # mypy cannot type defaults of a lambda
            truths = {index: mask if isinstance(mask, bool) else bool(mask[place]) for index, mask in known.items()}
            yield evaluate(residual, truths, raw, lambda s=stream, o=offset, r=raw: self._records.fields(s, o or 0, r()))  # type: ignore[misc]  # the same

    def _test(self, segment: Segment, test: Test) -> Mask:
        match test:
            case TextTest():
                return _text(self._reader, segment, test)
            case NumberTest("timestamp", low, high):
                return _time(self._reader, segment, low, high)
            case NumberTest(field, low, high):
                return _number(self._reader, segment, field, low, high)
            case SourceTest():
                return _source(self._reader, segment, test)
            case KeyTest() | AnnotationTest():
                return _rows_of(segment, self._located(test))
            case PersonTest(name):
                raise UsageError(f"nobody in this case is {name}", hint="`leakline actors` lists everybody")
            case WindowTest(window):
                raise UsageError(f"this case has no window {window}", hint="windows come from `leakline exposures`")
            case NoiseTest(label):
                raise UsageError(f"no noise is called {label or 'so'}", hint="labels come from `leakline noise`")

    def _located(self, test: KeyTest | AnnotationTest) -> list[Place]:
        """Where the events of a test are, in any segment; sought once."""
        if test not in self._places:
            wanted = test.keys if isinstance(test, KeyTest) else _marked(self._reader, test)
            self._places[test] = list(locate(self._reader, wanted).values())
        return self._places[test]


def _may_be(rows: Mapping[RawTest, FoundRows], test: RawTest, wanted: bool) -> Mask:
    """Rows on which the truth of a raw test may be `wanted`: any, where it was not sought."""
    return rows[test].may_be(wanted) if test in rows else True


def _kept(places: Integers, mask: Mask) -> Integers:
    """Those of the places that are in the mask."""
    if isinstance(mask, bool):
        return places if mask else places[:0]
    return places[mask[places]]


def _once(read: Callable[[], bytes]) -> Callable[[], bytes]:
    kept: list[bytes] = []

    def raw() -> bytes:
        if not kept:
            kept.append(read())
        return kept[0]

    return raw


def _text(reader: Reader, segment: Segment, test: TextTest) -> Mask:
    count = segment.ranges.get(test.field, (1, 0))[1]
    if not count:
        return False
    if test.op == "present":
        return reader.column(segment, test.field).present
    values = (test.value,) if isinstance(test.value, str) else test.value
    if not test.ignore_case and test.op in {"exact", "in", "prefix"} and len(values) * _TEXTS_A_SEEK <= count:
        bounds = (_bounds(value, prefix=test.op == "prefix") for value in values)
        ranges = {reader.value_bounds(segment, test.field, low, high) for low, high in bounds}
        return _in_ranges(reader, segment, test.field, [(low, high) for low, high in ranges if low < high])
    return _among(reader, segment, test.field, matching_ids(reader, segment, test))


def _bounds(value: str, *, prefix: bool) -> tuple[bytes, bytes | None]:
    if prefix:
        return prefix_bounds(value)
    low = value.encode("utf-8", "surrogatepass")
    return low, low + b"\0"


def _in_ranges(reader: Reader, segment: Segment, field: str, ranges: Sequence[tuple[int, int]]) -> Mask:
    """Rows whose value's id is in one of these half-open ranges."""
    if len(ranges) > 2:
        return _among(reader, segment, field, [number for low, high in ranges for number in range(low, high)])
    if not ranges:
        return False
    column = reader.column(segment, field)
    return reduce(either, (column.between(low, high - 1) for low, high in ranges))


def _among(reader: Reader, segment: Segment, field: str, numbers: Sequence[int]) -> Mask:
    """Rows whose value has one of these ids."""
    if not numbers:
        return False
    column = reader.column(segment, field)
    if len(numbers) == 1:
        return column.between(numbers[0], numbers[0])
    first, count = segment.ranges[field]
    wanted: Bools = np.zeros(count, np.bool_)
    wanted[np.array(numbers) - first] = True
    try:
        return column.among(wanted, first)
    except IndexError as error:
        raise reader.damaged(f"segment {segment.number} has texts that its dictionary has not") from error


def _time(reader: Reader, segment: Segment, low: int | None, high: int | None) -> Mask:
    times = (_LEAST if low is None else low, UNDATED if high is None else min(high + 1, UNDATED))
    first, end = reader.first_rows_at(segment, times)
    if first >= end:
        return False
    if end - first == segment.rows:
        return True
    mask = np.zeros(segment.rows, np.bool_)
    mask[first - 1 : end - 1] = True
    return mask


def _number(reader: Reader, segment: Segment, field: str, low: int | None, high: int | None) -> Mask:
    column = reader.column(segment, field)
    if low is None and high is None:
        return column.present
    return column.between(_LEAST if low is None else low, _MOST if high is None else high)


def _source(reader: Reader, segment: Segment, test: SourceTest) -> Mask:
    matches = text_matcher(TextTest("source", test.op, test.value, test.ignore_case))
    paths = reader.connection.execute("SELECT path, stream FROM source WHERE stream IS NOT NULL")
    numbers = {stream for path, stream in paths if matches(path)}
    ours = sorted(numbers & segment.streams.keys())
    if not ours or len(ours) == len(segment.streams):
        return bool(ours)
    streams, _ = reader.column(segment, "stream").values
    return np.isin(streams, ours)


def _rows_of(segment: Segment, places: Iterable[Place]) -> Mask:
    rows = [place.row - 1 for place in places if place.segment == segment.number]
    if not rows:
        return False
    mask = np.zeros(segment.rows, np.bool_)
    mask[rows] = True
    return mask


def _marked(reader: Reader, test: AnnotationTest) -> Iterator[str]:
    """Key of every event that analysts marked so."""
    matches = (
        None if test.op == "present" or test.value is None else value_matcher(test.op, test.value, test.ignore_case)
    )
    return (item.key for item in annotated(reader).values() if marked_with(item, test.what, matches))
