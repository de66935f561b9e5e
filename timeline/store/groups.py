"""Matching events grouped by the values of some fields: how many, how many bytes, from when to when, first and last event.

Grouped per segment on columns, merged by text. Nothing is sampled: the sums are exact.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from timeline.model.errors import UsageError
from timeline.model.event import FIELD_BY_NAME
from timeline.model.groups import Group, Value
from timeline.store.columns import Integers
from timeline.store.conditions import Condition
from timeline.store.events import order_at
from timeline.store.keys import key_order, show_key
from timeline.store.reader import UNDATED, Reader, Segment

Derive = Callable[[str], str | None]
SOURCE: Final = "source"
MOST_GROUPS: Final = 1_000_000
_NUMBERS: Final = 2**62  # codes of several fields together stay below
_LOW: Final = 2**32 - 1
_LEAST: Final = -(2**63)
_LEAST_TEXT: Final = ""


@dataclass(frozen=True, slots=True)
class _Shape:
    """By what is grouped."""

    fields: tuple[str, ...]
    derive: Mapping[str, Derive]
    bin_us: int
    keyed: bool
    valued: frozenset[str]


class _Sum:
    """What is known of one group so far. Places are (time or UNDATED, segment, row from 1); None where no keys are wanted."""

    __slots__ = ("bytes_out", "events", "first", "first_us", "largest", "last", "last_us", "undated", "with_bytes")

    def __init__(
        self, events: int, bytes_out: int, with_bytes: int, largest: int, first_us: int | None, last_us: int | None,
        first: "_Place | None", last: "_Place | None", undated: int,
    ) -> None:  # fmt: skip
        self.events = events
        self.bytes_out = bytes_out
        self.with_bytes = with_bytes
        self.largest = largest
        self.first_us = first_us
        self.last_us = last_us
        self.first = first
        self.last = last
        self.undated = undated

    def add(self, other: "_Sum", reader: Reader) -> None:
        """Take in another segment's part of the group."""
        self.events += other.events
        self.bytes_out += other.bytes_out
        self.with_bytes += other.with_bytes
        self.largest = max(self.largest, other.largest)
        self.undated += other.undated
        self.first_us = _either(min, self.first_us, other.first_us)
        self.last_us = _either(max, self.last_us, other.last_us)
        if self.first is not None and other.first is not None and _is_before(other.first, self.first, reader):
            self.first = other.first
        if self.last is not None and other.last is not None and _is_before(self.last, other.last, reader):
            self.last = other.last


_Place = tuple[int, Segment, int]


def _is_before(one: _Place, other: _Place, reader: Reader) -> bool:
    """Whether it stands first in canonical order."""
    if one[0] != other[0]:
        return one[0] < other[0]
    return order_at(reader, *one[1:]) < order_at(reader, *other[1:])


def _either(choose: Callable[[int, int], int], one: int | None, other: int | None) -> int | None:
    return one if other is None else other if one is None else choose(one, other)


def group_events(
    reader: Reader,
    condition: Condition,
    fields: Sequence[str],
    *,
    derive: Mapping[str, Derive] | None = None,
    bin_us: int | None = None,
    keyed: bool = True,
    valued: Collection[str] = (),
    most: int = MOST_GROUPS,
) -> list[Group]:
    """The matches by these fields (names of fields, or `source`), ordered by values, groups without a value first.

    `derive` makes of each distinct value of a text field what is grouped by. With `bin_us`, times are grouped by the
    beginning of the interval of that width that they lie in. Without `keyed` the groups' keys are "" and their order is not
    stated, which takes half the time. Events without a value of a field of `valued` are left out. UsageError for a field that
    is none, and for more than `most` groups. Inside a snapshot.
    """
    for field in fields:
        if field not in FIELD_BY_NAME and field != SOURCE:
            raise UsageError(f"there is no field {field}", hint=f"one of {', '.join(FIELD_BY_NAME)}")
    shape = _Shape(tuple(fields), derive or {}, bin_us or 1, keyed, frozenset(valued))
    sums: dict[tuple[Value, ...], _Sum] = {}
    for segment in reader.segments:
        reader.look()
        for values, part in _in_segment(reader, condition, segment, shape):
            if values in sums:
                sums[values].add(part, reader)
            else:
                sums[values] = part
        if len(sums) > most:
            raise UsageError(
                f"more than {most:,} groups", where=", ".join(fields), hint="group by fewer fields, or filter"
            )
    firsts = _keys(reader, [part.first for part in sums.values() if part.first is not None])
    lasts = _keys(reader, [part.last for part in sums.values() if part.last is not None])
    found = []
    while sums:  # from the end, as keys are; what is done with is let go
        values, s = sums.popitem()
        first, last = (firsts.pop(), lasts.pop()) if keyed else ("", "")
        found.append(
            Group(values, s.events, s.bytes_out, s.with_bytes, s.first_us, s.last_us, first, last, s.largest, s.undated)
        )
    return _in_order(found, fields) if keyed else found


def merged_groups(one: Sequence[Group], other: Sequence[Group], fields: Sequence[str], *, keyed: bool) -> list[Group]:
    """What `group_events` makes of some events and of others, as it makes it of all."""
    found = {group.values: group for group in one}
    for group in other:
        known = found.get(group.values)
        found[group.values] = group if known is None else _both(known, group)
    return _in_order(list(found.values()), fields) if keyed else list(found.values())


def _both(one: Group, other: Group) -> Group:
    return Group(
        one.values,
        one.events + other.events,
        one.bytes_out + other.bytes_out,
        one.with_bytes + other.with_bytes,
        _either(min, one.first_us, other.first_us),
        _either(max, one.last_us, other.last_us),
        min(one, other, key=lambda group: _when(group.first_us, group.first_key)).first_key,
        max(one, other, key=lambda group: _when(None if group.undated else group.last_us, group.last_key)).last_key,
        max(one.largest, other.largest),
        one.undated + other.undated,
    )


def _when(us: int | None, key: str) -> tuple[int, tuple[int, int, int]]:
    """Place of an event in canonical order; without a key, of its time."""
    return UNDATED if us is None else us, key_order(key) if key else (0, 0, 0)


def _in_order(found: list[Group], fields: Sequence[str]) -> list[Group]:
    """The same list, ordered by values."""
    least = [_LEAST_TEXT if field == SOURCE or FIELD_BY_NAME[field].type == "text" else _LEAST for field in fields]
    found.sort(key=lambda group: _sortable(group.values, least))
    return found


def _sortable(values: tuple[Value, ...], least: Sequence[Value]) -> tuple[Value, ...]:
    """The values with, in place of None, what stands before all others of its field."""
    if None not in values:
        return values
    return tuple(low if value is None else value for value, low in zip(values, least, strict=True))


def _in_segment(
    reader: Reader, condition: Condition, segment: Segment, shape: _Shape
) -> Iterator[tuple[tuple[Value, ...], _Sum]]:
    mask = condition.mask(segment)
    if mask is False:
        return
    rows = np.arange(segment.rows) if mask is True else np.flatnonzero(mask)
    if not len(rows):
        return
    rows, columns = _columns(reader, segment, rows, shape)
    if not len(rows):
        return
    order, starts = _grouped([codes for codes, _ in columns], [len(distinct) for _, distinct in columns], len(rows))
    ends = np.append(starts[1:], len(rows))
    sorted_rows = rows[order]
    heads = order[starts]
    values = zip(*([distinct[code] for code in codes[heads].tolist()] for codes, distinct in columns), strict=True)
    measures = _measures(reader, segment, sorted_rows, starts, ends, keyed=shape.keyed)
    yield from zip(values if columns else [()], measures, strict=True)


def _columns(
    reader: Reader, segment: Segment, rows: Integers, shape: _Shape
) -> tuple[Integers, list[tuple[Integers, list[Value]]]]:
    """The rows that have what they must, and each field's codes of them with what these stand for."""
    found: dict[str, tuple[Integers, list[Value]]] = {}
    for field in sorted(shape.fields, key=lambda field: field not in shape.valued):
        codes, distinct = _coded(reader, segment, field, rows, shape)
        if field in shape.valued and None in distinct:
            there = np.array([value is not None for value in distinct])[codes]
            rows, codes = rows[there], codes[there]
            found = {name: (before[there], values) for name, (before, values) in found.items()}
        found[field] = codes, distinct
    return rows, [found[field] for field in shape.fields]


def _coded(reader: Reader, segment: Segment, field: str, rows: Integers, shape: _Shape) -> tuple[Integers, list[Value]]:
    """(code of each row, what the codes stand for)."""
    column = reader.column(segment, "stream" if field == SOURCE else field)
    values, present = column.values
    wanted = values[rows] // shape.bin_us * shape.bin_us if field == "timestamp" else values[rows]
    numbers, codes = np.unique(wanted, return_inverse=True)
    distinct: list[Value] = numbers.tolist()
    if field == SOURCE:
        distinct = [reader.stream(number).path for number in numbers.tolist()]
    elif FIELD_BY_NAME[field].type == "text":
        there = numbers[numbers != 0].tolist()  # ids begin at 1
        texts = reader.texts(segment, there)
        distinct = [texts[number] if number else None for number in numbers.tolist()]
    if present is not True and field != SOURCE:
        missing = np.ones(len(rows), np.bool_) if present is False else ~present[rows]
        codes = np.where(missing, len(distinct), codes)
        distinct.append(None)
    derive = shape.derive.get(field)
    if derive is not None:
        known: dict[Value, int] = {}
        derived = [derive(value) if isinstance(value, str) else value for value in distinct]
        codes = np.array([known.setdefault(value, len(known)) for value in derived], np.int64)[codes]
        distinct = list(known)
    return codes.astype(np.int64), distinct


def _grouped(columns: Sequence[Integers], sizes: Sequence[int], rows: int) -> tuple[Integers, Integers]:
    """(places ordered by group, in each group as they were; where each group begins in that order)."""
    together = np.zeros(rows, np.int64)
    size = 1
    for codes, count in zip(columns, sizes, strict=True):
        if size * count >= _NUMBERS:
            distinct, together = np.unique(together, return_inverse=True)
            size = len(distinct)
        together = together * count + codes
        size *= count
    order = np.argsort(together, kind="stable")
    ordered = together[order]
    begins = np.ones(rows, np.bool_)
    begins[1:] = ordered[1:] != ordered[:-1]
    return order, np.flatnonzero(begins)


def _measures(
    reader: Reader, segment: Segment, rows: Integers, starts: Integers, ends: Integers, *, keyed: bool
) -> Iterator[_Sum]:
    """The sums of the groups whose rows (from 0) stand one group after the other, ascending in each."""
    sizes, with_size = reader.column(segment, "bytes_out").values
    logged = (sizes[rows] >= 0) & (True if with_size is True else False if with_size is False else with_size[rows])
    sent = np.where(logged, sizes[rows], 0)
    high, low = np.add.reduceat(sent >> 32, starts).tolist(), np.add.reduceat(sent & _LOW, starts).tolist()
    largest = np.maximum.reduceat(sent, starts).tolist()
    with_bytes = np.add.reduceat(logged.astype(np.int64), starts).tolist()
    dated = np.add.reduceat((rows < segment.dated_rows).astype(np.int64), starts)
    stamps, _ = reader.column(segment, "timestamp").values
    firsts, lasts = rows[starts], rows[ends - 1]
    last_dated = stamps[rows[np.maximum(starts + dated - 1, starts)]]
    found = zip(
        (ends - starts).tolist(), high, low, largest, with_bytes, dated.tolist(), firsts.tolist(), lasts.tolist(),
        stamps[firsts].tolist(), last_dated.tolist(), strict=True,
    )  # fmt: skip
    for events, upper, lower, most, logging, count, first, last, first_us, last_us in found:
        yield _Sum(
            events,
            (upper << 32) + lower,
            logging,
            most,
            first_us if count else None,
            last_us if count else None,
            (first_us if count else UNDATED, segment, first + 1) if keyed else None,
            (last_us if count == events else UNDATED, segment, last + 1) if keyed else None,
            events - count,
        )


def _keys(reader: Reader, places: Sequence[_Place]) -> list[str]:
    """The public key of the event at each place."""
    by_segment: defaultdict[int, list[int]] = defaultdict(list)
    for at, (_, segment, _) in enumerate(places):
        by_segment[segment.number].append(at)
    found = [""] * len(places)
    for own in by_segment.values():
        segment = places[own[0]][1]
        rows = np.array([places[at][2] - 1 for at in own], np.int64)
        columns = [reader.column(segment, name).at(rows) for name in ("key", "stream", "offset", "sub")]
        for at, identity, stream, offset, sub in zip(own, *columns, strict=True):
            found[at] = show_key(identity, reader.stream(stream).lineage, offset, sub or 0)
    return found
