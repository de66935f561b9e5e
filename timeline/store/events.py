"""Rows become events: ids become texts, streams become paths, witnesses and annotations are attached."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from timeline.model.event import FIELDS, Event, Note, Witness
from timeline.store.keys import lineage_number, show_key
from timeline.store.reader import UNDATED, Reader, Segment

_FIELD_NAMES: Final = tuple(field.name for field in FIELDS)
_TEXT_PLACES: Final = tuple(place for place, field in enumerate(FIELDS) if field.type == "text")
_TIME_PLACE: Final = _FIELD_NAMES.index("timestamp")
_OFFSET_PLACE: Final = _FIELD_NAMES.index("offset")
_COLUMNS: Final = (*_FIELD_NAMES, "stream", "sub", "key")
_ROWS_A_READ: Final = 1000


class Order(NamedTuple):
    """Place of a row in canonical order."""

    us: int
    hash: int
    offset: int
    sub: int


def order_at(reader: Reader, segment: Segment, row: int) -> Order:
    """Place of a row in canonical order. CaseError when the segment does not have it."""
    if not 1 <= row <= segment.rows:
        raise reader.damaged(f"segment {segment.number} has no row {row}")
    us, identity, stream, offset, sub = (
        reader.column(segment, name).one(row - 1) for name in ("timestamp", "key", "stream", "offset", "sub")
    )
    return _order(reader, us, identity, stream, offset, sub)


def _order(
    reader: Reader, us: int | None, identity: int | None, stream: int | None, offset: int | None, sub: int | None
) -> Order:
    when = UNDATED if us is None else us
    if identity is not None:
        return Order(when, identity, 0, sub or 0)
    return Order(when, lineage_number(reader.stream(stream).lineage), offset or 0, sub or 0)


class Placed(NamedTuple):
    """A row with its texts, its place in canonical order and its public key."""

    order: Order
    segment: int
    row: int
    key: str
    identity: int | None
    stream: int
    values: tuple[object, ...]  # in the order of FIELDS


def placed_rows(reader: Reader, segment: Segment, rows: Sequence[int]) -> Iterator[Placed]:
    """These rows of a segment, in their order. CaseError when the segment contradicts itself."""
    for start in range(0, len(rows), _ROWS_A_READ):
        reader.look()
        part = np.array(rows[start : start + _ROWS_A_READ], np.int64)
        if part.min() < 1 or part.max() > segment.rows:
            raise reader.damaged(f"segment {segment.number} does not have all of its rows")
        columns: list[list[Any]] = [reader.column(segment, name).at(part - 1) for name in _COLUMNS]
        texts = reader.texts(segment, {number for place in _TEXT_PLACES for number in set(columns[place])})
        for place in _TEXT_PLACES:
            columns[place] = [None if number is None else texts[number] for number in columns[place]]
        for row, *values in zip(part.tolist(), *columns, strict=True):
            yield _placed(reader, segment, row, values)


def _placed(reader: Reader, segment: Segment, row: int, found: list[Any]) -> Placed:
    *values, number, sub, identity = found
    stream = reader.stream(number)
    order = _order(reader, values[_TIME_PLACE], identity, number, values[_OFFSET_PLACE], sub)
    key = show_key(identity, stream.lineage, values[_OFFSET_PLACE], sub or 0)
    return Placed(order, segment.number, row, key, identity, stream.number, tuple(values))


class Marks(NamedTuple):
    """What analysts say of one event now."""

    starred: bool
    tags: tuple[str, ...]
    comments: tuple[Note, ...]
    severity: str | None = None
    why: str | None = None


_NO_MARKS: Final = Marks(starred=False, tags=(), comments=())


def complete(reader: Reader, placed: Sequence[Placed], marks: Mapping[str, Marks]) -> list[Event]:
    """The events of these rows, with witnesses and with `marks` by key."""
    witnesses = _witnesses(reader, [p.identity for p in placed if p.identity is not None])
    events = []
    for item in placed:
        stream = reader.streams[item.stream]
        said = marks.get(item.key, _NO_MARKS)
        events.append(
            Event(
                item.key,
                stream.path,
                stream.sha256,
                **dict(zip(_FIELD_NAMES, item.values, strict=True)),  # type: ignore[arg-type]  # typed by FIELDS
                witnesses=witnesses.get(item.identity, ()) if item.identity is not None else (),
                starred=said.starred,
                tags=said.tags,
                comments=said.comments,
                severity=said.severity,
                why=said.why,
            )
        )
    return events


def _witnesses(reader: Reader, identities: Sequence[int]) -> dict[int, tuple[Witness, ...]]:
    found: dict[int, list[Witness]] = {}
    for start in range(0, len(identities), 500):
        part = identities[start : start + 500]
        sql = f"SELECT key, stream, record, offset, length FROM witness WHERE key IN ({','.join('?' * len(part))})"
        for key, stream, record, offset, length in reader.connection.execute(sql, part):
            found.setdefault(key, []).append(Witness(reader.stream(stream).path, record, offset, length))
    return {key: tuple(sorted(items, key=lambda w: (w.source, w.offset or 0))) for key, items in found.items()}
