"""Ingest from outside: locks the case, finds the sources, runs the pipeline with the writer's process."""

import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from timeline.evidence.framing import CHUNK_BYTES
from timeline.evidence.walk import Found, find_sources
from timeline.ingest.beginnings import BEGINNING_BYTES
from timeline.ingest.known import KnownStreams
from timeline.ingest.pipeline import Run
from timeline.ingest.pipeline import ingest as run_pipeline
from timeline.ingest.progress import Progress
from timeline.ingest.registry import parser_named
from timeline.ingest.settings import LOG_FORMAT_KIND, Overrides
from timeline.model.errors import UsageError
from timeline.model.mapping import EventMapping, mapping_text
from timeline.model.mapping_file import find_mapping
from timeline.model.source import IngestSummary
from timeline.model.time import zone_named
from timeline.session.paths import EVIDENCE, CasePaths
from timeline.store.frames import FrameReader
from timeline.store.lock import WriterLock
from timeline.store.messages import StreamCounts
from timeline.store.reader import Reader
from timeline.store.streams import prefix_sha256, stream_rows
from timeline.store.writer_process import WriterHandle

if TYPE_CHECKING:
    from timeline.session.case import Case


STANDARD_INPUT = Path("-")
AUTOMATIC = "auto"
"""A zone that takes back what was said of it: as the records, the mapping or case.yaml have it, else UTC."""


class IngestOptions(TypedDict, total=False):
    """What a call may say about all its sources; what is absent comes from case.yaml or the files themselves.

    `tz` is an IANA name, a fixed offset or AUTOMATIC; `mapping` a YAML file or the name of a mapping (`leakline help mappings`);
    `clock_offset_us` microseconds, `jobs` workers that decode (None: cores less one).
    `segment_rows`, `first_flush_rows` and `chunk_bytes` are for tests of many small ones.
    """

    kind: str | None
    tz: str | None
    log_format: str | None
    mapping: str | Path | None
    clock_offset_us: int | None
    year: int | None
    collector: str | None
    method: str | None
    acquired: str | None
    jobs: int | None
    segment_rows: int | None
    first_flush_rows: int | None
    chunk_bytes: int


def ingest(
    case: "Case",
    paths: Sequence[Path],
    options: IngestOptions,
    progress: Callable[[Progress], None] | None,
    cancel: threading.Event | None,
) -> IngestSummary:
    """Ingest files and folders into the case.

    UsageError for a path that is not there or an option that makes no sense; CaseBusyError when another process writes.
    """
    overrides = checked_overrides(options)
    for declared in case.config.sources:
        if declared.kind is not None:
            parser_named(declared.kind)
        check_log_format(declared.kind, declared.log_format)
    wanted = wanted_paths(case.paths, paths)
    on_disk = [path for path in wanted if path != STANDARD_INPUT]
    with standard_input(read=len(on_disk) < len(wanted)) as received:
        founds = [*received, *find_sources(on_disk, exclude=case.paths.own_files)]
        return run_founds(case, founds, overrides, options, progress, cancel)


def run_founds(
    case: "Case",
    founds: Sequence[Found],
    overrides: Overrides,
    options: IngestOptions,
    progress: Callable[[Progress], None] | None,
    cancel: threading.Event | None,
) -> IngestSummary:
    """Run the pipeline over sources that were found."""
    with WriterLock(case.path), _writer(case.path, options) as writer:
        with case.reading() as reader:
            rows = stream_rows(reader)
            before = stream_counts(reader)
            key = reader.redaction_key()
        known = KnownStreams(rows, _prefix_hasher(case.path, writer), _beginnings_reader(case.path))
        run = Run(
            founds=founds, config=case.config, overrides=overrides, analyst=case.analyst, now_us=case.now_us(),
            jobs=options.get("jobs"), chunk_bytes=options.get("chunk_bytes", CHUNK_BYTES), progress=progress, cancel=cancel,
            fingerprint_key=key,
        )  # fmt: skip
        return run_pipeline(run, writer, known, before)


def _writer(path: Path, options: IngestOptions) -> WriterHandle:
    return WriterHandle(
        path, segment_rows=options.get("segment_rows"), first_flush_rows=options.get("first_flush_rows")
    )


def checked_overrides(options: IngestOptions) -> Overrides:
    """The options as overrides. UsageError for an unknown kind, zone or a log format that cannot be understood."""
    kind, tz, log_format = options.get("kind"), options.get("tz"), options.get("log_format")
    if kind:
        parser_named(kind)
    mapping = _mapping(options)
    if mapping is not None:
        kind = mapping.parser_kind
    check_log_format(kind, log_format)
    tz = None if tz == AUTOMATIC else tz
    if tz:
        try:
            zone_named(tz)
        except ValueError as error:
            raise UsageError(str(error), where="--tz", hint="an IANA name such as Europe/Berlin, or +02:00") from error
    return Overrides(
        kind=kind,
        tz=tz,
        log_format=log_format,
        mapping=None if mapping is None else mapping_text(mapping),
        clock_offset_us=options.get("clock_offset_us"),
        year=options.get("year"),
        collector=options.get("collector"),
        method=options.get("method"),
        acquired=options.get("acquired"),
    )


def _mapping(options: IngestOptions) -> EventMapping | None:
    given = options.get("mapping")
    if given is None:
        return None
    mapping = find_mapping(str(given), Path())
    if options.get("log_format") is not None:
        raise UsageError("goes not together with --log-format", where="--map", hint="a mapping says it all")
    if options.get("kind") not in {None, mapping.parser_kind}:
        raise UsageError(f"reads {mapping.parser_kind}, not {options['kind']}", where="--map", hint="leave --kind out")
    return mapping


def check_log_format(kind: str | None, log_format: str | None) -> None:
    """UsageError, with the column, for a log format that its parser cannot understand."""
    if log_format is not None:
        check = getattr(parser_named(kind or LOG_FORMAT_KIND), "check_log_format", None)
        if check is None:
            raise UsageError(f"{kind} has no log format", where="log format", hint=f"it belongs to {LOG_FORMAT_KIND}")
        check(log_format)


@contextmanager
def standard_input(*, read: bool) -> Iterator[list[Found]]:
    """Standard input as a source named `stdin`, kept in a temporary file while it is read; nothing if not `read`."""
    if not read:
        yield []
        return
    with tempfile.NamedTemporaryFile(prefix="leakline-") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield [Found(name="stdin", path=Path(copy.name), form="file", size=copy.tell())]


def stream_counts(reader: Reader) -> dict[int, StreamCounts]:
    """Stream number -> its counts."""
    rows = reader.rows("SELECT id, records, with_events, events, duplicates, rejects, ignored FROM stream")
    return {row[0]: StreamCounts(*row[1:]) for row in rows}


def wanted_paths(place: CasePaths, paths: Sequence[Path]) -> Sequence[Path]:
    """What is to be ingested: these paths, or the evidence folder of the case. UsageError when they are not there."""
    if paths:
        for path in paths:
            if not path.exists() and not path.is_symlink() and path != STANDARD_INPUT:
                raise UsageError("there is no such file or folder", where=path, hint="nothing was ingested")
        return paths
    if place.folder is None:
        raise UsageError("nothing to ingest", where=place.database, hint="name files or folders")
    if not (place.folder / EVIDENCE).is_dir():
        raise UsageError(
            "the case has no evidence folder", where=place.folder, hint="name files or folders, or put them there"
        )
    return [place.folder / EVIDENCE]


def _prefix_hasher(path: Path, writer: WriterHandle) -> Callable[[int, int], str]:
    """Hash what is stored of a stream, after the writer has committed what it was told."""

    def hasher(stream: int, length: int) -> str:
        writer.sync()
        reader = Reader(path)
        try:
            return prefix_sha256(reader, stream, length)
        finally:
            reader.close()

    return hasher


def _beginnings_reader(path: Path) -> Callable[[Sequence[int]], list[bytes]]:
    """Read the first bytes of stored streams."""

    def beginnings(streams: Sequence[int]) -> list[bytes]:
        reader = Reader(path)
        try:
            with reader.snapshot():
                frames = FrameReader(reader)
                return [frames.read(stream, 0, BEGINNING_BYTES) for stream in streams]
        finally:
            reader.close()

    return beginnings
