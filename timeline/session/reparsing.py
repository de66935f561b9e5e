"""Decoding a stored source again, and removing one."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from timeline.ingest.chunks import Conveyor, Resume, StreamChunks
from timeline.ingest.pieces import framed_pieces
from timeline.ingest.pool import make_pool
from timeline.ingest.progress import Progress
from timeline.ingest.registry import parser_named
from timeline.ingest.settings import context_from_json, context_to_json, mapping_for, zone_of
from timeline.model.errors import Cancelled, UsageError
from timeline.model.parser import Framing
from timeline.model.source import IngestSummary, SourceInfo
from timeline.session.ingesting import AUTOMATIC, IngestOptions, checked_overrides, stream_counts
from timeline.store.frames import FrameReader
from timeline.store.lock import WriterLock
from timeline.store.messages import AddSource, EndReparse, EndStream, Log, RemoveSource, Reparse, SetClockOffset
from timeline.store.streams import StreamRow, source_paths, stream_rows
from timeline.store.writer_process import WriterHandle

if TYPE_CHECKING:
    from timeline.session.case import Case


def reparse(
    case: "Case",
    info: SourceInfo,
    options: IngestOptions,
    progress: Callable[[Progress], None] | None,
    cancel: threading.Event | None,
) -> IngestSummary:
    """Decode a source again from the bytes in the case; all or nothing. Annotations stay on their events.

    UsageError when no kind is known, or the case does not hold the source's bytes.
    """
    overrides = checked_overrides(options)
    with WriterLock(case.path), WriterHandle(case.path) as writer:
        row = _stream_of(case, info.path)
        kind = overrides.kind or case.config.source_settings(info.path).kind or row.kind
        if kind is None:
            raise UsageError("its format is not known", where=info.path, hint="say it with --kind")
        parser = parser_named(kind)
        context = context_from_json(row.settings, case.redaction_key())
        said = case.config.source_settings(info.path)
        mapping = mapping_for(kind, overrides.mapping, said.mapping, context.mapping)
        zone = zone_of(mapping) if options.get("tz") == AUTOMATIC else context.zone
        if mapping != context.mapping:  # a zone that came with the old one goes with it
            zone = zone_of(mapping) or (None if zone == zone_of(context.mapping) else zone)
        context = replace(
            context,
            mapping=mapping,
            zone=overrides.tz or said.tz or zone,
            year=overrides.year or said.year or context.year,
            log_format=overrides.log_format or said.log_format or context.log_format,
            options={**context.options, **said.options},
        )
        _check_held(case, row, info.path)
        with case.reading() as reader:
            before = stream_counts(reader)[row.number]
        if overrides.clock_offset_us is not None:
            writer.send(SetClockOffset(row.number, overrides.clock_offset_us))
        settings = context_to_json(context)
        writer.send(Reparse(row.number, parser.KIND, parser.VERSION, parser.FRAMING, settings))
        events = done = 0

        def arrived(count: int) -> None:
            nonlocal events
            events += count
            tell()

        def tell() -> None:
            if progress is not None:
                progress(Progress(info.path, kind, 0, 1, done, done, row.length, events, 0))

        def taken(count: int) -> None:
            nonlocal done
            done += count
            tell()

        with make_pool(options.get("jobs"), row.length) as pool:
            conveyor = Conveyor(pool, writer.send, arrived)
            chunks = StreamChunks(
                conveyor, number=row.number, kind=parser.KIND, framing=parser.FRAMING, context=context,
                stored_length=row.length, resume=Resume(),
            )  # fmt: skip
            _decode_again(case, row, parser.FRAMING, chunks, cancel, taken)
            conveyor.collect(everything=True)
        writer.send(EndStream(row.number, row.length, row.sha256, complete=bool(row.complete), problem=None))
        writer.send(_now_readable(info, row))
        detail = {"source": info.path, "kind": kind, "parser_version": parser.VERSION, "settings": settings}
        writer.send(Log(case.now_us(), case.analyst, "reparse", detail))
        writer.send(EndReparse(row.number))
        counts = writer.finish().counts[row.number]
    return IngestSummary(
        sources=1, records=counts.records, events=counts.events, duplicates=counts.duplicates, rejects=counts.rejects,
        ignored=counts.ignored, bytes=row.length, notes=(f"{info.path}: had {before.events:,} events before", *pool.notes),
    )  # fmt: skip


def _decode_again(
    case: "Case", row: StreamRow, framing: Framing, chunks: StreamChunks, cancel: threading.Event | None,
    taken: Callable[[int], None],
) -> None:  # fmt: skip
    with case.reading(cancel) as reader:
        for piece in framed_pieces(FrameReader(reader).stream(row.number), framing, 0, None):
            if cancel is not None and cancel.is_set():
                raise Cancelled("cancelled", hint="the source is as it was")
            chunks.add(piece, row.sha256)
            taken(len(piece.raw))


def _stream_of(case: "Case", path: str) -> StreamRow:
    with case.reading() as reader:
        number = source_paths(reader)[path]
        rows = {row.number: row for row in stream_rows(reader)}
    if number is None:
        raise UsageError("the case holds no bytes of it: it could not be read", where=path, hint="ingest it again")
    return rows[number]


def _check_held(case: "Case", row: StreamRow, path: str) -> None:
    with case.reading() as reader:
        held = reader.rows("SELECT coalesce(sum(length), 0) FROM frame WHERE stream = ?", (row.number,))[0][0]
    if held != row.length:
        raise UsageError("the case holds only its hash, not its bytes", where=path, hint="ingest it again with --kind")


def _now_readable(info: SourceInfo, row: StreamRow) -> AddSource:
    return AddSource(
        path=info.path, stream=row.number, file_sha256=info.file_sha256, file_bytes=info.file_bytes,
        file_mtime_us=info.file_mtime_us, stream_bytes=info.stream_bytes, stream_sha256=info.stream_sha256,
        collector=info.collector, method=info.method, acquired=info.acquired,
        state="complete" if row.complete else "partial", problem=None if row.complete else info.problem,
    )  # fmt: skip


def remove(case: "Case", path: str) -> None:
    """Remove a source with every byte and event that only it holds; the custody log keeps its name and hashes."""
    info = case.source(path)
    with WriterLock(case.path), WriterHandle(case.path) as writer:
        detail: dict[str, object] = {
            "source": info.path, "file_sha256": info.file_sha256, "stream_sha256": info.stream_sha256, "events": info.events,
        }  # fmt: skip
        writer.send(Log(case.now_us(), case.analyst, "remove", detail))
        writer.send(RemoveSource(info.path))
        writer.finish()
