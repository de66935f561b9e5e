"""What the case knows of streams and sources, for the pipeline and for people."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from timeline.model.source import RefusedRecord, SourceInfo
from timeline.store.frames import FrameReader
from timeline.store.reader import Reader, Segment
from timeline.text import storable


@dataclass(frozen=True, slots=True)
class StreamRow:
    """A stored stream and where decoding it would go on. `settings` is the JSON of its decode context."""

    number: int
    lineage: str
    head: str
    sha256: str
    length: int
    complete: bool | int
    kind: str | None
    parser_version: int | None
    framing: str | None
    resume_offset: int
    resume_record: int
    resume_state: str | None
    settings: str
    clock_offset_us: int


_STREAM_COLUMNS = (
    "id, lineage, head, sha256, length, complete, kind, parser_version, framing, resume_offset, resume_record,"
    " resume_state, settings, clock_offset_us"
)


def stream_rows(reader: Reader) -> list[StreamRow]:
    """All streams, by number."""
    rows = reader.rows(f"SELECT {_STREAM_COLUMNS} FROM stream ORDER BY id")
    return [StreamRow(*row) for row in rows]


def source_paths(reader: Reader) -> dict[str, int | None]:
    """Path -> stream of every source."""
    return dict(reader.rows("SELECT path, stream FROM source"))


def source_infos(reader: Reader) -> list[SourceInfo]:
    """Every source with the counts of its stream, by path. Sources that share a stream: the first by path counts it."""
    with reader.snapshot():
        spans = _stream_spans(reader)
        warnings = dict(reader.rows("SELECT stream, count(*) FROM warning GROUP BY stream"))
        rows = reader.rows(
            "SELECT p.path, p.file_sha256, p.file_bytes, p.file_mtime_us, p.stream_bytes, p.stream_sha256, p.collector,"
            " p.method, p.acquired, p.state, p.problem, s.id, s.kind, s.parser_version, s.records, s.with_events, s.events,"
            " s.duplicates, s.rejects, s.ignored, s.settings, s.clock_offset_us, s.detection, s.problem"
            " FROM source p LEFT JOIN stream s ON s.id = p.stream ORDER BY p.path"
        )
    main: dict[int, str] = {}
    infos = []
    for number, row in enumerate(rows, 1):
        stream = row[11]
        first = main.setdefault(stream, row[0]) if stream is not None else row[0]
        infos.append(_info(number, row, spans.get(stream, (None, None, 0)), warnings.get(stream, 0), first))
    return infos


def _info(
    number: int, row: tuple[Any, ...], span: tuple[int | None, int | None, int], warnings: int, first: str
) -> SourceInfo:
    settings = json.loads(row[20]) if row[20] else {}
    counts = row[14:20] if row[11] is not None else (0, 0, 0, 0, 0, 0)
    return SourceInfo(
        number=number,
        path=row[0],
        kind=row[12],
        parser_version=row[13],
        file_sha256=row[1],
        file_bytes=row[2],
        file_mtime_us=row[3],
        stream_sha256=row[5],
        stream_bytes=row[4],
        records=counts[0],
        with_events=counts[1],
        events=counts[2],
        duplicates=counts[3],
        rejects=counts[4],
        ignored=counts[5],
        first_us=span[0],
        last_us=span[1],
        undated=span[2],
        zone=settings.get("zone"),
        year=settings.get("year"),
        clock_offset_us=row[21] or 0,
        collector=row[6],
        method=row[7],
        acquired=row[8],
        detection=tuple(json.loads(row[22])) if row[22] else (),
        state=row[9],
        problem=row[10] or row[23],
        same_as=first if first != row[0] else None,
        warnings=warnings,
    )


def _stream_spans(reader: Reader) -> dict[int, tuple[int | None, int | None, int]]:
    """Stream -> (first, last) time of its dated events and the number of its undated ones."""
    spans: dict[int, tuple[int | None, int | None, int]] = {}
    for segment in reader.segments:
        for stream, first, last, undated in _spans_in(reader, segment):
            old_first, old_last, old_undated = spans.get(stream, (None, None, 0))
            spans[stream] = (_least(old_first, first), _most(old_last, last), old_undated + undated)
    return spans


def _spans_in(reader: Reader, segment: Segment) -> Iterator[tuple[int, int | None, int | None, int]]:
    """(stream, first, last, undated) of a segment. Rows ascend with time, undated ones last."""
    dated = segment.dated_rows
    if len(segment.streams) == 1:
        yield next(iter(segment.streams)), segment.first_us, segment.last_us, segment.rows - dated
        return
    streams, _ = reader.column(segment, "stream").values
    times, _ = reader.column(segment, "timestamp").values
    numbers, firsts = np.unique(streams[:dated], return_index=True)
    _, lasts = np.unique(streams[:dated][::-1], return_index=True)
    for number, first, last in zip(numbers.tolist(), firsts.tolist(), lasts.tolist(), strict=True):
        yield number, int(times[first]), int(times[dated - 1 - last]), 0
    undated, counts = np.unique(streams[dated:], return_counts=True)
    for number, count in zip(undated.tolist(), counts.tolist(), strict=True):
        yield number, None, None, count


def _least(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


def _most(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else max(one, other)


def refusals(reader: Reader, *, ignored: bool, source: str | None = None) -> list[RefusedRecord]:
    """Stored rejects or ignored records, by path and place; of one source or of all."""
    where, values = ("AND p.path = ?", (storable(source),)) if source is not None else ("", ())
    rows = reader.rows(
        "SELECT p.path, r.record, r.offset, r.length, x.text FROM refusal r JOIN reason x ON x.id = r.reason"
        f" JOIN source p ON p.stream = r.stream WHERE r.ignored = ? AND r.offset < max(p.stream_bytes, 1) {where}"
        " ORDER BY p.path, r.offset, r.record",
        (int(ignored), *values),
    )
    return [RefusedRecord(*row) for row in rows]


def header_at(reader: Reader, stream: int, offset: int) -> bytes:
    """The framing's header in force at a byte of a stream; b"" without one."""
    rows = reader.rows(
        "SELECT text FROM header WHERE stream = ? AND offset <= ? ORDER BY offset DESC LIMIT 1", (stream, offset)
    )
    return bytes(rows[0][0]) if rows else b""


def prefix_sha256(reader: Reader, stream: int, length: int) -> str:
    """SHA-256 of the first `length` bytes of a stored stream."""
    import hashlib

    digest = hashlib.sha256()
    left = length
    for block in FrameReader(reader).stream(stream):
        digest.update(block[:left])
        left -= len(block)
        if left <= 0:
            break
    return digest.hexdigest()
