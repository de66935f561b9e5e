"""The writer: takes messages in order, seals segments, commits. Runs in a process of its own (`writer_process`)."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from timeline.model.source import CustodyEntry
from timeline.store import custody, rewrite
from timeline.store.bulk import Bulk, write_segment
from timeline.store.dedupe import Duplicates, settle
from timeline.store.keys import lineage_number
from timeline.store.messages import (
    AddChunk,
    AddSource,
    Committed,
    CutStream,
    EndReparse,
    EndStream,
    Finished,
    Log,
    Message,
    RemoveSource,
    Reparse,
    SetClockOffset,
    StartStream,
    StreamCounts,
)
from timeline.store.schema import events_view_ddl
from timeline.store.seal import SEGMENT_SCHEMA, seal

FIRST_FLUSH_ROWS = 10_000
FLUSH_GROWTH = 4
SEGMENT_ROWS = 200_000  # of a million web requests; twice as many cost 80 MB more and won no time
SEGMENT_TEXT_BYTES = 128 << 20
PENDING_EVIDENCE_BYTES = 48 << 20

_REFUSAL_COLUMNS = dict.fromkeys(("stream", "offset", "record", "length", "ignored", "reason"), pa.int64())
_FRAME_COLUMNS = {"stream": pa.int64(), "offset": pa.int64(), "length": pa.int64(), "data": pa.binary()}


class Writer:
    """Applies messages to one case file. `segment_rows` and `first_flush_rows` are for tests of many small segments."""

    def __init__(
        self,
        path: Path,
        *,
        notify: Callable[[Committed], None],
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
        self._evidence_bytes = 0
        self._lineages: dict[int, str] = dict(self._bulk.rows("SELECT id, lineage FROM stream"))
        self._offsets: dict[int, int] = dict(self._bulk.rows("SELECT id, clock_offset_us FROM stream"))
        self._reasons: dict[str, int] = {
            text: number for number, text in self._bulk.rows("SELECT id, text FROM reason")
        }
        self._touched: set[int] = set()
        self._durable = 0
        self._atomic = False
        self._viewed = [row[0] for row in self._bulk.rows("SELECT id FROM segment ORDER BY id")]
        self._bulk.commit()

    def apply(self, message: Message) -> None:
        """Carry out one message."""
        handler = {
            StartStream: self._start, CutStream: self._cut, AddChunk: self._add, EndStream: self._end, AddSource: self._source,
            RemoveSource: self._remove, SetClockOffset: self._clock, Reparse: self._reparse, EndReparse: self._end_reparse,
            Log: self._log,
        }[type(message)]  # fmt: skip
        handler(message)  # type: ignore[operator]  # each handler takes the type it is listed under

    def finish(self) -> Finished:
        """Seal what is left, merge small segments, fold the log into the file; the counts of all touched streams."""
        self._flush()
        if rewrite.merge_small(self._bulk, self._segment_rows):
            self._commit()
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

    def sync(self) -> None:
        """Seal and commit everything so far."""
        self._flush()

    def close(self) -> None:
        """Drop what is not committed and let go of the file."""
        self._bulk.close()

    def _start(self, message: StartStream) -> None:
        self._touched.add(message.number)
        if message.number in self._lineages:
            self._bulk.run("UPDATE stream SET complete = 0, head = ? WHERE id = ?", message.head, message.number)
            return
        self._lineages[message.number] = message.lineage
        self._offsets[message.number] = message.clock_offset_us
        self._bulk.run(
            "INSERT INTO stream (id, lineage, head, sha256, length, complete, kind, parser_version, framing, settings,"
            " clock_offset_us, detection) VALUES (?, ?, ?, '', 0, 0, ?, ?, ?, ?, ?, ?)",
            message.number, message.lineage, message.head, message.kind, message.parser_version, message.framing,
            message.settings, message.clock_offset_us, message.detection,
        )  # fmt: skip

    def _add(self, message: AddChunk) -> None:
        number = message.number
        rows = 0
        if message.events:
            table = self._located(pa.ipc.open_stream(message.events).read_all(), number)
            self._buffer.append(table)
            rows = table.num_rows
            self._rows += rows
            self._text_bytes += table.nbytes
        self._bulk.append_rows("frame", _FRAME_COLUMNS, [(number, *frame) for frame in message.frames])
        self._evidence_bytes += sum(len(frame[2]) for frame in message.frames)
        refusals = [(number, r.offset, r.record, r.length, 0, self._reason(r.reason)) for r in message.rejects]
        refusals += [(number, r.offset, r.record, r.length, 1, self._reason(r.reason)) for r in message.ignored]
        self._bulk.append_rows("refusal", _REFUSAL_COLUMNS, refusals)
        for record, text in message.warnings:
            self._bulk.run(
                "INSERT OR IGNORE INTO warning (stream, record, text) VALUES (?, ?, ?)", number, record, text
            )
        if message.header:
            self._bulk.run(
                "INSERT OR IGNORE INTO header (stream, offset, text) VALUES (?, ?, ?)", number, *message.header
            )
        self._bulk.run(
            "UPDATE stream SET length = ?, sha256 = ?, resume_offset = ?, resume_record = ?, resume_state = ?,"
            " records = records + ?, with_events = with_events + ?, events = events + ?, rejects = rejects + ?,"
            " ignored = ignored + ? WHERE id = ?",
            message.length, message.sha256, message.resume_offset, message.resume_record, message.resume_state,
            message.records, message.with_events, rows, len(message.rejects), len(message.ignored), number,
        )  # fmt: skip
        if (
            self._rows >= self._limit
            or self._text_bytes >= SEGMENT_TEXT_BYTES
            or self._evidence_bytes >= PENDING_EVIDENCE_BYTES
        ):
            self._flush()
            self._limit = min(self._limit * FLUSH_GROWTH, self._segment_rows)

    def _located(self, table: pa.Table, number: int) -> pa.Table:
        rows = table.num_rows
        offset = self._offsets[number]
        table = (
            table.append_column("stream", pa.repeat(pa.scalar(number, pa.int32()), rows))
            .append_column("stated_basis", pa.nulls(rows, SEGMENT_SCHEMA.field("stated_basis").type))
            .append_column("lineage", pa.repeat(pa.scalar(lineage_number(self._lineages[number]), pa.int64()), rows))
            .select(SEGMENT_SCHEMA.names)
            .cast(SEGMENT_SCHEMA)
        )
        return rewrite.shifted(table, number, offset) if offset else table

    def _reason(self, text: str) -> int:
        if text not in self._reasons:
            number = len(self._reasons) + 1
            self._bulk.run("INSERT INTO reason (id, text) VALUES (?, ?)", number, text)
            self._reasons[text] = number
        return self._reasons[text]

    def _end(self, message: EndStream) -> None:
        self._bulk.run(
            "UPDATE stream SET length = ?, sha256 = ?, complete = ?, problem = ? WHERE id = ?",
            message.length, message.sha256, int(message.complete), message.problem, message.number,
        )  # fmt: skip

    def _source(self, message: AddSource) -> None:
        self._bulk.run("DELETE FROM source WHERE path = ?", message.path)
        self._bulk.run(
            "INSERT INTO source (path, stream, file_sha256, file_bytes, file_mtime_us, stream_bytes, stream_sha256, collector,"
            " method, acquired, state, problem) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            message.path, message.stream, message.file_sha256, message.file_bytes, message.file_mtime_us, message.stream_bytes,
            message.stream_sha256, message.collector, message.method, message.acquired, message.state, message.problem,
        )  # fmt: skip

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
        if self._rows:
            table, duplicates = settle(self._bulk, pa.concat_tables(self._buffer))
            self._write_off(duplicates)
            if table.num_rows:
                number = rewrite.next_number(self._bulk)
                write_segment(self._bulk, number, seal(table))
            self._durable += table.num_rows
        self._buffer.clear()
        self._rows = self._text_bytes = self._evidence_bytes = 0
        self._commit()

    def _write_off(self, duplicates: Duplicates) -> None:
        """Correct the counts of streams whose records turned out to be second sightings."""
        for number, (events, records) in sorted(duplicates.by_stream.items()):
            self._touched.add(number)
            self._bulk.run(
                "UPDATE stream SET events = events - ?, with_events = with_events - ?, duplicates = duplicates + ? WHERE id = ?",
                events, records, records, number,
            )  # fmt: skip

    def _refresh_view(self) -> None:
        """Let the view `events` show the segments that there are now."""
        numbers = [row[0] for row in self._bulk.rows("SELECT id FROM segment ORDER BY id")]
        if numbers != self._viewed:
            self._bulk.run("DROP VIEW IF EXISTS events")
            self._bulk.run(events_view_ddl(numbers))
            self._viewed = numbers

    def _commit(self) -> None:
        if not self._atomic:
            self._refresh_view()
            self._bulk.commit()
            self._notify(Committed(self._durable))
