"""Rows become events: ids become texts, streams become paths, witnesses and annotations are attached."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from timeline.model.event import FIELDS, Event, Note, Witness
from timeline.store.keys import lineage_number, show_key
from timeline.store.reader import UNDATED, Reader, Segment

_FIELD_NAMES: Final = tuple(field.name for field in FIELDS)
_TEXT: Final = frozenset(field.name for field in FIELDS if field.type == "text")
_COLUMNS: Final = ", ".join(f'e."{name}"' for name in (*_FIELD_NAMES, "stream", "sub", "key"))
_TEXT_PLACES: Final = tuple(place for place, name in enumerate(_FIELD_NAMES, 1) if name in _TEXT)
_TIME_PLACE: Final = 1 + _FIELD_NAMES.index("timestamp")
_OFFSET_PLACE: Final = 1 + _FIELD_NAMES.index("offset")
_STREAM_PLACE, _SUB_PLACE, _KEY_PLACE = (len(_FIELD_NAMES) + 1 + n for n in range(3))


class Order(NamedTuple):
    """Place of a row in canonical order."""

    us: int
    hash: int
    offset: int
    sub: int


def order_at(reader: Reader, segment: Segment, row: int) -> Order:
    """Place of a row in canonical order. CaseError when the segment does not have it."""
    sql = f"SELECT timestamp, key, stream, offset, sub FROM {segment.events} WHERE row = ?"
    found = reader.connection.execute(sql, (row,)).fetchone()
    if found is None:
        raise reader.damaged(f"segment {segment.number} has no row {row}")
    return _order(reader, *found)


def _order(reader: Reader, us: int | None, identity: int | None, stream: int, offset: int | None, sub: int) -> Order:
    when = UNDATED if us is None else us
    if identity is not None:
        return Order(when, identity, 0, sub)
    return Order(when, lineage_number(reader.stream(stream).lineage), offset or 0, sub)


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
    """These rows of a segment, in their order."""
    for start in range(0, len(rows), 500):
        reader.look()
        part = list(rows[start : start + 500])
        where, values = f"e.row IN ({','.join('?' * len(part))})", part
        if part[-1] - part[0] == len(part) - 1:
            where, values = "e.row BETWEEN ? AND ?", [part[0], part[-1]]
        sql = f"SELECT e.row, {_COLUMNS} FROM {segment.events} e WHERE {where} ORDER BY e.row"
        found = reader.connection.execute(sql, values).fetchall()
        texts = reader.texts(segment, {row[place] for row in found for place in _TEXT_PLACES})
        for row in found:
            yield _placed(reader, segment, row, texts)


def _placed(reader: Reader, segment: Segment, row: tuple[int, ...], texts: Mapping[int, str]) -> Placed:
    values: list[object] = list(row[1 : len(_FIELD_NAMES) + 1])
    for place in _TEXT_PLACES:
        number = row[place]
        if number is not None:
            values[place - 1] = texts[number]
    stream = reader.stream(row[_STREAM_PLACE])
    identity, sub, offset = row[_KEY_PLACE], row[_SUB_PLACE], row[_OFFSET_PLACE]
    order = _order(reader, row[_TIME_PLACE], identity, stream.number, offset, sub)
    key = show_key(identity, stream.lineage, offset, sub)
    return Placed(order, segment.number, row[0], key, identity, stream.number, tuple(values))


class Marks(NamedTuple):
    """What analysts say of one event now."""

    starred: bool
    tags: tuple[str, ...]
    comments: tuple[Note, ...]


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
