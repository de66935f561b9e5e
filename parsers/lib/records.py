"""The loop that every parser shares that reads record by record: whole records in; events, rejects and ignored ones out.

A format gives one pure function from a record to the values of its event or events, written with the total getters of
`parsers.lib.json_values`; place, kind, identity, counting and damage are dealt with here. What makes a record of bytes is
a `Load`: `parsers.lib.json_records`, `parsers.lib.csv_records` and `parsers.lib.line_records` have one each.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, Final, Protocol

from parsers.lib.identity import part_hash, write_canonical
from parsers.lib.json_columns import UNDATED, EventColumns
from parsers.lib.json_reading import DAMAGE, Loaded, Record
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, Decoded, Refusal

BLANK_LINE: Final = "blank line"
UNDECODABLE: Final = "could not be decoded"
NO_TIME: Final = "the record states no time that can be read"

# records that are read together: few enough that they stay in the processor's cache, and that they are gone again
# before Python's collector looks at them
_BLOCK: Final = 128

Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ignored:
    """A record that is no event and is nothing wrong either (a comment, a header), and why."""

    reason: str


_NO_EVENT: Final = (str, Ignored)
ReadRecord = Callable[[Record, Times, Warn], EventValues | list[EventValues] | Ignored | str]
Unwrap = Callable[[Record, Warn], Record]
Load = Callable[[bytes], Loaded]


def as_it_is(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    """The record that is not wrapped in another one."""
    return record


class Typed(Protocol):
    """Reads records of the usual shape many at a time, for one chunk. It gives what `RecordFormat.read` gives.

    Records are structs or dictionaries, as `decode` makes them.
    """

    decode: Callable[[bytes], Any]  # one record; raises one of DAMAGE for one that is not for this path

    def values(self, records: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
        """All columns of these records but kind, record, offset and length, as `EventColumns.extend` takes them.

        Raises where one of the records is not for this path after all.
        """
        ...


@dataclass(frozen=True, slots=True)
class RecordFormat:
    """What is particular to one format.

    `read` gives the values of the record's event, or of each of its events (at least one), or `Ignored`, or the reason
    why the record is refused (a fixed sentence). It leaves `record`, `offset` and `length` alone, and `kind` where that
    is the format's own; also `content`, unless the record is a list of entries, each of which is found elsewhere by
    itself. `unwrap` takes the record out of what an export put around it. `typed` makes a faster reader for the columns
    of one chunk of JSON.
    """

    kind: str
    read: ReadRecord
    unwrap: Unwrap = as_it_is
    typed: Callable[[EventColumns, Times], Typed] | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    """Some records in a row: their ordinals, offsets in the stream, and bytes."""

    numbers: Sequence[int]
    offsets: Sequence[int]
    raws: Sequence[bytes]

    def runs(self, marks: Sequence[bool]) -> Iterator[tuple[bool, "_Block"]]:
        """The block in pieces of equal marks, one mark a record."""
        start = 0
        for mark, same in groupby(marks):
            stop = start + len(list(same))
            yield mark, _Block(self.numbers[start:stop], self.offsets[start:stop], self.raws[start:stop])
            start = stop


class _Rows:
    """What the records of one chunk gave so far."""

    def __init__(self, form: RecordFormat, load: Load, times: Times) -> None:
        self.form = form
        self._load = load
        self.times = times
        self.columns = EventColumns(form.kind)
        self.typed = None if form.typed is None else form.typed(self.columns, times)
        self._events: list[EventValues] = []
        self.rejects: list[Refusal] = []
        self.ignored: list[Refusal] = []
        self.warnings: list[tuple[int, str]] = []
        self._written = bytearray()  # of the record at hand; one for all is quicker than a new one for each

    def take_all(self, block: _Block) -> None:
        """Put the records of a block where they belong, in order."""
        if self.typed is None:
            self._take_singly(block)
            return
        decode = self.typed.decode
        try:
            self._take_typed(block, [decode(raw) for raw in block.raws])
        except DAMAGE:
            for usual, run in block.runs([self._is_usual(raw) for raw in block.raws]):
                if usual:
                    self._take_typed(run, [decode(raw) for raw in run.raws])
                else:
                    self._take_singly(run)

    def _is_usual(self, raw: bytes) -> bool:
        assert self.typed is not None
        try:
            self.typed.decode(raw)
        except DAMAGE:
            return False
        return True

    def _take_singly(self, block: _Block) -> None:
        for number, offset, raw in zip(block.numbers, block.offsets, block.raws, strict=True):
            self._take(number, offset, raw)
        self.columns.append_all(self._events)
        self._events = []

    def _take_typed(self, block: _Block, records: Sequence[Any]) -> None:
        assert self.typed is not None
        try:
            values: dict[str, Sequence[Any]] = {
                **self.typed.values(records),
                "record": block.numbers,
                "offset": block.offsets,
                "length": list(map(len, block.raws)),
            }
        except Exception:  # noqa: BLE001 - the parser wall: the exact path says what is wrong with which record
            self.columns.spoiled = True
            self._take_singly(block)
            return
        self.columns.extend(len(records), values)
        undated = self.columns.joined["when"].get(UNDATED, -1)
        if undated in values["when"]:
            dates = zip(block.numbers, values["when"], strict=True)
            self.warnings.extend((number, NO_TIME) for number, date in dates if date == undated)

    def _take(self, number: int, offset: int, raw: bytes) -> None:
        loaded = self._load(raw)
        if loaded.value is None:
            if not raw or raw.isspace():
                self.ignored.append(Refusal(number, offset, len(raw), BLANK_LINE))
            else:
                kept = self.ignored if loaded.is_ignored else self.rejects
                kept.append(Refusal(number, offset, len(raw), loaded.problem or UNDECODABLE))
            return
        notes = [] if loaded.warning is None else [loaded.warning]
        try:
            found = self._events_of(loaded.value, notes)
        except Exception:  # noqa: BLE001 - the parser wall: a hostile record becomes a reject, never the log's end
            found = UNDECODABLE
        if isinstance(found, str):
            self.rejects.append(Refusal(number, offset, len(raw), found))
            return
        if isinstance(found, Ignored):
            self.ignored.append(Refusal(number, offset, len(raw), found.reason))
            return
        length = len(raw)
        for values in found:
            values["record"] = number
            values["offset"] = offset
            values["length"] = length
            if values.get("timestamp") is None:
                notes.append(NO_TIME)
        self._events += found
        if notes:
            self.warnings.extend((number, note) for note in dict.fromkeys(notes))

    def _events_of(self, value: Record, notes: list[str]) -> list[EventValues] | Ignored | str:
        form = self.form
        record = value if form.unwrap is as_it_is else form.unwrap(value, notes.append)
        found = form.read(record, self.times, notes.append)
        if isinstance(found, _NO_EVENT):
            return found
        events = found if isinstance(found, list) else [found]
        is_written = False
        for place, values in enumerate(events):
            if values.get("uid") is not None and "content" not in values:
                if not is_written:
                    write_canonical(record, self._written)
                    is_written = True
                values["content"] = part_hash(self._written, place)
        return events or UNDECODABLE


def decode_records(chunk: Chunk, form: RecordFormat, load: Load) -> Decoded:
    """The events of a chunk. Every record is in one or more events, one reject or one ignored; never raises."""
    rows = _Rows(form, load, Times.of(chunk.context))
    records = 0
    for block in _blocks(chunk):
        rows.take_all(block)
        records += len(block.raws)
    return Decoded(rows.columns.batch(), records, rows.rejects, rows.ignored, rows.warnings)


def fields_of(raw: bytes, form: RecordFormat, load: Load) -> Mapping[str, Any]:
    """All fields of one raw record, taken out of what an export put around it; {} if it cannot be read."""
    value = load(raw).value
    return {} if value is None else form.unwrap(value, lambda _: None)


def _blocks(chunk: Chunk) -> Iterator[_Block]:
    if chunk.spans is None:
        places = iter(chunk.records())
        while part := list(islice(places, _BLOCK)):
            numbers, offsets, raws = zip(*part, strict=True)
            yield _Block(numbers, offsets, raws)
        return
    data, base = chunk.data, chunk.offset
    for at in range(0, len(chunk.spans), _BLOCK):
        spans = chunk.spans[at : at + _BLOCK]
        first = chunk.first_record + at
        yield _Block(
            range(first, first + len(spans)),
            [base + start for start, _ in spans],
            [data[start : start + length] for start, length in spans],
        )
