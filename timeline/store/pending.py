"""What the writer was told of streams and sources and has not written yet: kept here, written in bulk at each commit."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

import pyarrow as pa

from timeline.model.parser import Refusal
from timeline.store.bulk import Bulk
from timeline.store.messages import AddChunk, AddSource, EndStream, StartStream


@dataclass(frozen=True, slots=True)
class StreamState:
    """A row of the table `stream`; counts are of what this run added since the last commit."""

    id: int
    lineage: str
    head: str
    sha256: str
    length: int
    complete: int
    kind: str | None
    parser_version: int | None
    framing: str | None
    resume_offset: int
    resume_record: int
    resume_state: str | None
    settings: str
    clock_offset_us: int
    detection: str
    problem: str | None
    records: int
    with_events: int
    events: int
    duplicates: int
    rejects: int
    ignored: int


_COUNTS: Final = ("records", "with_events", "events", "rejects", "ignored")
_TEXTS: Final = frozenset(field.name for field in fields(StreamState) if "str" in str(field.type))
_STREAM: Final = {field.name: pa.utf8() if field.name in _TEXTS else pa.int64() for field in fields(StreamState)}
_SOURCE: Final = {
    "path": pa.utf8(),
    "stream": pa.int64(),
    "file_sha256": pa.utf8(),
    "file_bytes": pa.int64(),
    "file_mtime_us": pa.int64(),
    "stream_bytes": pa.int64(),
    "stream_sha256": pa.utf8(),
    "collector": pa.utf8(),
    "method": pa.utf8(),
    "acquired": pa.utf8(),
    "state": pa.utf8(),
    "problem": pa.utf8(),
}
_REFUSAL: Final = dict.fromkeys(("stream", "offset", "record", "length", "ignored", "reason"), pa.int64())
_FRAME: Final = {"stream": pa.int64(), "offset": pa.int64(), "length": pa.int64(), "data": pa.binary()}
_WARNING: Final = {"stream": pa.int64(), "record": pa.int64(), "text": pa.utf8()}
_HEADER: Final = {"stream": pa.int64(), "offset": pa.int64(), "text": pa.binary()}
_READ: Final = f"SELECT {', '.join(_STREAM)} FROM stream"


class Pending:
    """Rows of the fixed tables that wait for the next commit. Nothing in them is visible to SQL before `write`."""

    def __init__(self, bulk: Bulk) -> None:
        self._bulk = bulk
        self._streams: dict[int, StreamState] = {}
        self._sources: dict[str, AddSource] = {}
        self._refusals: list[tuple[int, ...]] = []
        self._frames: list[tuple[int, int, int, bytes]] = []
        self._warnings: dict[tuple[int, int, str], None] = {}
        self._headers: dict[tuple[int, int], bytes] = {}
        self._reasons: dict[str, int] = {text: n for n, text in bulk.rows("SELECT id, text FROM reason")}
        self.evidence_bytes = 0

    def start(self, message: StartStream) -> None:
        """Begin a new stream."""
        self._streams[message.number] = StreamState(
            id=message.number, lineage=message.lineage, head=message.head, sha256="", length=0, complete=0, kind=message.kind,
            parser_version=message.parser_version, framing=message.framing, resume_offset=0, resume_record=0, resume_state=None,
            settings=message.settings, clock_offset_us=message.clock_offset_us, detection=message.detection, problem=None,
            records=0, with_events=0, events=0, duplicates=0, rejects=0, ignored=0,
        )  # fmt: skip

    def go_on(self, message: StartStream) -> None:
        """Go on with a stored stream."""
        self._streams[message.number] = replace(self._stream(message.number), complete=0, head=message.head)

    def add(self, message: AddChunk, events: int) -> None:
        """Book a chunk that gave `events` events."""
        number = message.number
        state = self._stream(number)
        self._streams[number] = replace(
            state, length=message.length, sha256=message.sha256, resume_offset=message.resume_offset,
            resume_record=message.resume_record, resume_state=message.resume_state, records=state.records + message.records,
            with_events=state.with_events + message.with_events, events=state.events + events,
            rejects=state.rejects + len(message.rejects), ignored=state.ignored + len(message.ignored),
        )  # fmt: skip
        self._frames += [(number, *frame) for frame in message.frames]
        self.evidence_bytes += sum(len(frame[2]) for frame in message.frames)
        self._refuse(number, message.rejects, ignored=0)
        self._refuse(number, message.ignored, ignored=1)
        self._warnings |= {(number, record, text): None for record, text in message.warnings}
        if message.header:
            self._headers.setdefault((number, message.header[0]), message.header[1])

    def _refuse(self, number: int, refused: tuple[Refusal, ...], *, ignored: int) -> None:
        self._refusals += [(number, r.offset, r.record, r.length, ignored, self._reason(r.reason)) for r in refused]

    def _reason(self, text: str) -> int:
        if text not in self._reasons:
            number = len(self._reasons) + 1
            self._bulk.run("INSERT INTO reason (id, text) VALUES (?, ?)", number, text)
            self._reasons[text] = number
        return self._reasons[text]

    def end(self, message: EndStream) -> None:
        """Note how a stream ended."""
        state = self._stream(message.number)
        self._streams[message.number] = replace(
            state, length=message.length, sha256=message.sha256, complete=int(message.complete), problem=message.problem
        )

    def source(self, message: AddSource) -> None:
        """Note a received file; replaces what was said of that path before."""
        self._sources[message.path] = message

    def _stream(self, number: int) -> StreamState:
        if number not in self._streams:
            self._streams[number] = StreamState(*self._bulk.look(f"{_READ} WHERE id = ?", number)[0])
        return self._streams[number]

    def write(self) -> None:
        """Write everything, inside the caller's transaction, and hold nothing any more."""
        bulk = self._bulk
        _replace_rows(bulk, "stream", "id", _STREAM, [tuple(asdict(s).values()) for s in self._streams.values()])
        _replace_rows(bulk, "source", "path", _SOURCE, [tuple(asdict(s).values()) for s in self._sources.values()])
        bulk.append_rows("frame", _FRAME, self._frames)
        bulk.append_rows("refusal", _REFUSAL, self._refusals)
        for table, columns, rows in (
            ("warning", _WARNING, list(self._warnings)),
            ("header", _HEADER, [(*place, text) for place, text in self._headers.items()]),
        ):
            _insert_new(bulk, table, columns, rows)
        for kept in (self._streams, self._sources, self._refusals, self._frames, self._warnings, self._headers):
            kept.clear()
        self.evidence_bytes = 0


def _replace_rows(
    bulk: Bulk, table: str, key: str, columns: dict[str, pa.DataType], rows: list[tuple[Any, ...]]
) -> None:
    """Put these rows in the place of those with the same key."""
    if not rows:
        return
    place = list(columns).index(key)
    _to_temporary(bulk, f"new_{table}", {key: columns[key]}, [(row[place],) for row in rows])
    bulk.run(f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM temp.new_{table})")
    bulk.append_rows(table, columns, rows)


def _insert_new(bulk: Bulk, table: str, columns: dict[str, pa.DataType], rows: list[tuple[Any, ...]]) -> None:
    """Add the rows that the table does not have yet."""
    if rows:
        _to_temporary(bulk, f"new_{table}", columns, rows)
        names = ", ".join(columns)
        bulk.run(f"INSERT OR IGNORE INTO {table} ({names}) SELECT {names} FROM temp.new_{table}")


def _to_temporary(bulk: Bulk, name: str, columns: dict[str, pa.DataType], rows: list[tuple[Any, ...]]) -> None:
    bulk.run(f"CREATE TEMP TABLE IF NOT EXISTS {name} ({', '.join(columns)})")
    bulk.run(f"DELETE FROM temp.{name}")
    arrays = [pa.array(values, kind) for values, kind in zip(zip(*rows, strict=True), columns.values(), strict=True)]
    bulk.append(name, pa.table(arrays, names=list(columns)), temporary=True)
