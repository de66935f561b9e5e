"""The writer: takes messages in order, seals segments, commits. Runs in a process of its own (`writer_process`)."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from timeline.model.source import CustodyEntry
from timeline.store import custody, rewrite
from timeline.store.bulk import Bulk
from timeline.store.dedupe import Duplicates, settle
from timeline.store.keys import lineage_number
from timeline.store.messages import (
    AddChunk,
    AddGroup,
    AddSource,
    Batch,
    Committed,
    CutStream,
    EndReparse,
    EndStream,
    Finished,
    Listed,
    Log,
    Message,
    RemoveSource,
    Reparse,
    SetClockOffset,
    StartStream,
    StreamCounts,
)
from timeline.store.pending import Pending
from timeline.store.seal import SEGMENT_SCHEMA, seal
from timeline.store.segments import list_rows, next_number, refresh_view, unlisted, write_segment

FIRST_FLUSH_ROWS = 10_000
FLUSH_GROWTH = 4
SEGMENT_ROWS = 200_000  # of a million web requests; twice as many cost 80 MB more and won no time
SEGMENT_TEXT_BYTES = 128 << 20
PENDING_EVIDENCE_BYTES = 48 << 20
PENDING_CHUNKS = 20_000  # and sources, whose rows wait in memory


class Writer:
    """Applies messages to one case file. `segment_rows` and `first_flush_rows` are for tests of many small segments."""

    def __init__(
        self,
        path: Path,
        *,
        notify: Callable[[Committed | Listed], None],
        segment_rows: int = SEGMENT_ROWS,
        first_flush_rows: int = FIRST_FLUSH_ROWS,
    ) -> None:
        self._bulk = Bulk(path)
        self._notify = notify
        self._segment_rows = segment_rows
        self._limit = min(first_flush_rows, segment_rows)
        self._buffer: list[pa.Table] = []
        self._rows = 0
        self._text_bytes = 0
        self._chunks = 0
        self._lineages: dict[int, str] = dict(self._bulk.rows("SELECT id, lineage FROM stream"))
        self._offsets: dict[int, int] = dict(self._bulk.rows("SELECT id, clock_offset_us FROM stream"))
        self._pending = Pending(self._bulk)
        self._unlisted = unlisted(self._bulk)
        self._touched: set[int] = set()
        self._durable = 0
        self._atomic = False
        self._bulk.commit()

    def apply(self, message: Message) -> None:
        """Carry out one message."""
        handler = {
            StartStream: self._start, CutStream: self._cut, AddChunk: self._add, AddGroup: self._add_group,
            Batch: self._batch, EndStream: self._end, AddSource: self._source, RemoveSource: self._remove,
            SetClockOffset: self._clock, Reparse: self._reparse, EndReparse: self._end_reparse, Log: self._log,
        }[type(message)]  # fmt: skip
        handler(message)  # type: ignore[operator]  # each handler takes the type it is listed under

    def finish(self) -> Finished:
        """Seal what is left, merge small segments, list all rows, fold the log into the file; the counts of all touched streams."""
        self._flush()
        if rewrite.merge_small(self._bulk, self._segment_rows):
            self._unlisted = unlisted(self._bulk)
            self._commit()
        while self.list_some():
            pass
        counts = {}
        for number in sorted(self._touched):
            row = self._bulk.rows(
                "SELECT records, with_events, events, duplicates, rejects, ignored FROM stream WHERE id = ?", number
            )
            if row:
                counts[number] = StreamCounts(*row[0])
        self._bulk.commit()
        self._bulk.checkpoint()
        return Finished(counts)

    def list_some(self) -> bool:
        """Show the rows of one more sealed segment to other programs; False when all are shown, or none may be now."""
        if not self._unlisted or self._atomic:
            return False
        list_rows(self._bulk, self._unlisted.pop(0))
        refresh_view(self._bulk)
        self._bulk.commit()
        self._notify(Listed(len(self._unlisted)))
        return bool(self._unlisted)

    def sync(self) -> None:
        """Seal and commit everything so far."""
        self._flush()

    def close(self) -> None:
        """Drop what is not committed and let go of the file."""
        self._bulk.close()

    def _start(self, message: StartStream) -> None:
        self._touched.add(message.number)
        if message.number in self._lineages:
            self._pending.go_on(message)
            return
        self._lineages[message.number] = message.lineage
        self._offsets[message.number] = message.clock_offset_us
        self._pending.start(message)

    def _batch(self, message: Batch) -> None:
        for part in message.messages:
            self.apply(part)

    def _add(self, message: AddChunk) -> None:
        events = pa.ipc.open_stream(message.events).read_all() if message.events else None
        self._take([message], events, [0 if events is None else events.num_rows])

    def _add_group(self, message: AddGroup) -> None:
        events = pa.ipc.open_stream(message.events).read_all() if message.events else None
        self._take(message.chunks, events, message.rows)

    def _take(self, chunks: Sequence[AddChunk], events: pa.Table | None, rows: Sequence[int]) -> None:
        """Buffer chunks and their events, of which each has so many in turn."""
        for chunk, count in zip(chunks, rows, strict=True):
            self._pending.add(chunk, count)
        self._chunks += len(chunks)
        if events is not None:
            table = self._located(events, [chunk.number for chunk in chunks], rows)
            self._buffer.append(table)
            self._rows += table.num_rows
            self._text_bytes += table.nbytes
        self._flush_what_is_full()

    def _flush_what_is_full(self) -> None:
        if (
            self._rows >= self._limit
            or self._text_bytes >= SEGMENT_TEXT_BYTES
            or self._pending.evidence_bytes >= PENDING_EVIDENCE_BYTES
            or self._chunks >= PENDING_CHUNKS
        ):
            self._flush()
            self._limit = min(self._limit * FLUSH_GROWTH, self._segment_rows)

    def _located(self, table: pa.Table, numbers: Sequence[int], rows: Sequence[int]) -> pa.Table:
        """Events with the columns that only the store knows. Columns that are null everywhere need not have been sent."""
        lineages = [lineage_number(self._lineages[number]) for number in numbers]
        columns = {
            "stream": _repeated(numbers, rows, pa.int32()),
            "lineage": _repeated(lineages, rows, pa.int64()),
            **{name: table.column(name) for name in table.column_names},
        }
        found = pa.table(
            [_typed(columns.get(field.name), field.type, table.num_rows) for field in SEGMENT_SCHEMA],
            schema=SEGMENT_SCHEMA,
        )
        for number in dict.fromkeys(numbers):
            if self._offsets[number]:
                found = rewrite.shifted(found, number, self._offsets[number])
        return found

    def _end(self, message: EndStream) -> None:
        self._pending.end(message)

    def _source(self, message: AddSource) -> None:
        self._pending.source(message)
        self._chunks += 1  # an empty file has no chunk, and still takes room
        self._flush_what_is_full()

    def _cut(self, message: CutStream) -> None:
        self._touched.add(message.number)
        self._flush()
        rewrite.cut(self._bulk, message)
        self._commit()

    def _remove(self, message: RemoveSource) -> None:
        self._flush()
        self._bulk.run("PRAGMA secure_delete=ON")
        rewrite.remove_source(self._bulk, message.path)
        self._commit()

    def _clock(self, message: SetClockOffset) -> None:
        self._flush()
        self._touched.add(message.number)
        rewrite.set_clock_offset(self._bulk, message.number, message.offset_us)
        self._offsets[message.number] = message.offset_us
        self._commit()

    def _reparse(self, message: Reparse) -> None:
        self._flush()
        self._atomic = True
        self._touched.add(message.number)
        rewrite.forget_decoded(self._bulk, message.number)
        self._bulk.run(
            "UPDATE stream SET kind = ?, parser_version = ?, framing = ?, settings = ? WHERE id = ?",
            message.kind, message.parser_version, message.framing, message.settings, message.number,
        )  # fmt: skip

    def _end_reparse(self, message: EndReparse) -> None:
        del message
        self._flush()
        self._atomic = False
        self._commit()

    def _log(self, message: Log) -> None:
        rows = self._bulk.rows(
            "SELECT number, at_us, analyst, action, detail, hash FROM custody ORDER BY number DESC LIMIT 1"
        )
        previous = CustodyEntry(*rows[0]) if rows else None
        entry = custody.next_entry(
            previous, at_us=message.at_us, analyst=message.analyst, action=message.action, detail=message.detail
        )
        self._bulk.run(
            "INSERT INTO custody (number, at_us, analyst, action, detail, hash) VALUES (?, ?, ?, ?, ?, ?)",
            entry.number, entry.at_us, entry.analyst, entry.action, entry.detail, entry.hash,
        )  # fmt: skip

    def _flush(self) -> None:
        """Seal the buffer as one segment and commit it with everything else that is pending."""
        self._pending.write()
        if self._rows:
            table, duplicates = settle(self._bulk, pa.concat_tables(self._buffer))
            self._write_off(duplicates)
            if table.num_rows:
                write_segment(self._bulk, next_number(self._bulk), seal(table))
            self._durable += table.num_rows
        self._buffer.clear()
        self._rows = self._text_bytes = self._chunks = 0
        self._commit()

    def _write_off(self, duplicates: Duplicates) -> None:
        """Correct the counts of streams whose records turned out to be second sightings."""
        for number, (events, records) in sorted(duplicates.by_stream.items()):
            self._touched.add(number)
            self._bulk.run(
                "UPDATE stream SET events = events - ?, with_events = with_events - ?, duplicates = duplicates + ? WHERE id = ?",
                events, records, records, number,
            )  # fmt: skip

    def _commit(self) -> None:
        if self._atomic:
            return
        refresh_view(self._bulk)
        self._unlisted = unlisted(self._bulk)
        self._bulk.commit()
        self._notify(Committed(self._durable))


def _repeated(values: Sequence[int], counts: Sequence[int], kind: pa.DataType) -> pa.Array:
    if len(values) == 1:
        return pa.repeat(pa.scalar(values[0], kind), counts[0])
    return pa.array(np.repeat(np.array(values, np.int64), counts)).cast(kind)


def _typed(column: pa.Array | pa.ChunkedArray | None, kind: pa.DataType, rows: int) -> pa.Array | pa.ChunkedArray:
    if column is None:
        return pa.nulls(rows, kind)
    return column if column.type == kind else column.cast(kind)
