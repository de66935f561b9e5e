"""The ingest run: sources in canonical order -> chunks -> workers -> the writer's process."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from timeline.evidence.containers import open_many, open_stream
from timeline.evidence.framing import CHUNK_BYTES
from timeline.evidence.walk import Found
from timeline.ingest.chunks import GROUP_BYTES, Conveyor, Resume, StreamChunks
from timeline.ingest.detect import Detection, Detector, chosen, is_binary
from timeline.ingest.feeds import BUNDLE_MAGIC, Feed, FileFeed, GitFeed, sha256_of, spooled
from timeline.ingest.known import KnownStreams, Relation, Verdict
from timeline.ingest.pool import make_pool
from timeline.ingest.progress import Progress
from timeline.ingest.registry import parser_named, parser_problems
from timeline.ingest.settings import Overrides, Settled, context_from_json, context_to_json, settle
from timeline.ingest.tally import Tally
from timeline.ingest.unrecognised import store_unrecognised
from timeline.model.case_file import CaseConfig
from timeline.model.errors import Cancelled, EvidenceError
from timeline.model.source import IngestSummary
from timeline.store.messages import AddSource, CutStream, EndStream, Log, Message, StartStream, StreamCounts
from timeline.store.streams import StreamRow
from timeline.store.writer_process import WriterHandle

EMPTY = "empty: it holds no byte"

_TELL_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that an ingest run is told. `now_us` stamps the custody log and nothing else.

    `fingerprint_key` is the case's key for fingerprints of secrets.
    """

    founds: Sequence[Found]
    config: CaseConfig
    overrides: Overrides
    analyst: str
    now_us: int
    jobs: int | None = None
    chunk_bytes: int = CHUNK_BYTES
    progress: Callable[[Progress], None] | None = None
    cancel: threading.Event | None = None
    fingerprint_key: bytes = field(default=b"", repr=False)


def ingest(run: Run, writer: WriterHandle, known: KnownStreams, before: dict[int, StreamCounts]) -> IngestSummary:
    """Ingest every source of the run. What cannot be read is noted and the rest goes on.

    Cancelling keeps what was read so far. Raises what goes wrong in the writer: StorageError, CaseError.
    """
    with make_pool(run.jobs, sum(found.size or 0 for found in run.founds)) as pool:
        tally = Tally(before=before, notes=list(parser_problems()))
        ingestion = Ingestion(run, writer, known, tally)
        ingestion.conveyor = Conveyor(pool, writer.send, ingestion.arrived, min(GROUP_BYTES, run.chunk_bytes // 8))
        known.before_reading = lambda: ingestion.conveyor.collect(everything=True)
        return ingestion.everything(pool.notes)


class Ingestion:
    """The state of one run."""

    conveyor: Conveyor

    def __init__(self, run: Run, writer: WriterHandle, known: KnownStreams, tally: Tally) -> None:
        self._run = run
        self._writer = writer
        self._known = known
        self._tally = tally
        self._total_bytes = sum(found.size or 0 for found in run.founds)
        self._path = ""
        self._kind: str | None = None
        self._detector = Detector()
        self._told_at = 0.0

    def send(self, message: Message) -> None:
        """Tell the writer."""
        self.conveyor.then(message)

    def arrived(self, events: int) -> None:
        """Count events that are on their way to the writer."""
        self._tally.events += events
        self._tell()

    def everything(self, notes: Sequence[str]) -> IngestSummary:
        """Ingest all sources, then wait for the writer; `notes` are told with the rest at the end."""
        started = time.perf_counter()
        cancelled = False
        try:
            for found, feed in self._opened():
                self._path, self._kind = found.name, None
                self._tally.sources += 1
                self._one(found, feed)
                self._tally.sources_done += 1
                self._tally.received_bytes += found.size or 0
                self._tell()
        except Cancelled:
            cancelled = True
        detail = {**self._tally.for_custody(), "cancelled": cancelled}
        self.send(Log(self._run.now_us, self._run.analyst, "ingest", detail))
        self.conveyor.collect(everything=True)
        self._tally.notes.extend(notes)
        finished = self._writer.finish(lambda: self._tell(listing=True))
        self._tell(now=True)
        seconds = time.perf_counter() - started
        searchable = self._writer.searchable_at
        return self._tally.summary(
            finished, seconds, seconds if searchable is None else searchable - started, cancelled=cancelled
        )

    def _opened(self) -> Iterator[tuple[Found, Feed | str]]:
        """Every source with its feed, or with the reason why there is none. An archive is passed over once."""
        for (form, _, broken), group in groupby(self._run.founds, lambda f: (f.form, f.path, f.problem is not None)):
            founds = list(group)
            if form == "member" and not broken:
                yield from self._members(founds)
                continue
            for found in founds:
                yield found, found.problem or self._feed(found)

    def _members(self, founds: Sequence[Found]) -> Iterator[tuple[Found, Feed | str]]:
        left = {found.name: found for found in founds}
        try:
            for found, stream in open_many(founds):
                del left[found.name]
                yield found, FileFeed(found, stream)
        except EvidenceError as error:
            yield from ((found, error.what) for found in left.values())

    def _feed(self, found: Found) -> Feed | str:
        try:
            if found.form == "git":
                self.conveyor.hurry()  # much is read of a repository before it gives its first record
                return GitFeed(found, found.path, self._run.cancel)
            return FileFeed(found, open_stream(found))
        except EvidenceError as error:
            return error.what

    def _one(self, found: Found, feed: Feed | str) -> None:
        if isinstance(feed, str):
            self._refuse(found, feed)
            return
        try:
            if isinstance(feed, FileFeed) and feed.head.startswith(BUNDLE_MAGIC):
                with spooled(found, feed) as path:
                    bundle = GitFeed(found, path, self._run.cancel)
                    try:
                        self._source(found, bundle)
                    finally:
                        bundle.close()
            else:
                self._source(found, feed)
        except EvidenceError as error:
            self._refuse(found, error.what)
        finally:
            feed.close()

    def _refuse(self, found: Found, reason: str) -> None:
        """Note a source that cannot be read at all."""
        self._tally.fail(found.name, reason)
        self.send(
            AddSource(
                path=found.name, stream=None, file_sha256=None, file_bytes=found.size, file_mtime_us=found.mtime_us, stream_bytes=0,
                stream_sha256=None, collector=None, method=None, acquired=None, state="unreadable", problem=reason,
            )
        )  # fmt: skip

    def _source(self, found: Found, feed: Feed) -> None:
        run = self._run
        settled = settle(found.name, found.mtime_us, run.config, run.overrides, run.fingerprint_key)
        if not feed.head:
            feed.drain()
            if not feed.problem:
                self._note(found.name, EMPTY)
            state = "unreadable" if feed.problem else "complete"
            reason = feed.problem or EMPTY
            self._add_source(found, feed, settled, None, 0, hashlib.sha256(b"").hexdigest(), state, reason)
            return
        verdict = self._known.relation(feed.head, feed.lineage, feed.blocks)
        if verdict.relation in {Relation.SAME, Relation.CONTAINED} and verdict.stream is not None:
            self._already_held(found, feed, settled, verdict, verdict.stream)
        elif verdict.relation is Relation.EXTENDS and verdict.stream is not None and verdict.stream.kind is not None:
            self._extend(found, feed, settled, verdict.stream)
        else:
            self._new(found, feed, settled)

    def _already_held(self, found: Found, feed: Feed, settled: Settled, verdict: Verdict, row: StreamRow) -> None:
        feed.drain()
        self._tally.already_held += 1
        what = (
            "its bytes are in the case already"
            if verdict.relation is Relation.SAME
            else "the case holds these bytes and more"
        )
        self._note(found.name, f"{what}: nothing added")
        self._add_source(
            found, feed, settled, row.number, verdict.length or 0, verdict.sha256 or "", *_state(feed.problem)
        )

    def _extend(self, found: Found, feed: Feed, settled: Settled, row: StreamRow) -> None:
        """Take up a stream where the case's bytes of it end: a log that has grown, or an interrupted ingest."""
        parser = parser_named(row.kind or "")
        resume = Resume(row.resume_offset, row.resume_record or 1, row.resume_state)
        if row.resume_offset < row.length:
            self.send(CutStream(row.number, row.resume_offset, resume.record, row.length, row.sha256))
        self.send(StartStream(row.number, row.lineage, feed.lineage, None, None, None, "", 0, "[]"))
        self._tally.extended += 1
        self._note(found.name, f"goes on after {row.length:,} bytes that the case has")
        self._kind = row.kind
        context = context_from_json(row.settings, self._run.fingerprint_key)
        chunks = StreamChunks(
            self.conveyor, number=row.number, kind=parser.KIND, framing=parser.FRAMING, context=context,
            stored_length=row.length, resume=resume,
        )  # fmt: skip
        self._read(found, feed, settled, row, chunks, resume)

    def _new(self, found: Found, feed: Feed, settled: Settled) -> None:
        detection = self._detect(feed, settled)
        number = self._known.next_number()
        lineage = self._known.lineage_for(feed.lineage, lambda: sha256_of(feed))
        kind = detection.kind
        parser = parser_named(kind) if kind else None
        self._kind = kind
        row = StreamRow(
            number=number, lineage=lineage, head=feed.lineage, sha256="", length=0, complete=False, kind=kind,
            parser_version=parser.VERSION if parser else None, framing=parser.FRAMING if parser else None, resume_offset=0,
            resume_record=0, resume_state=None, settings=context_to_json(settled.context), clock_offset_us=settled.clock_offset_us,
        )  # fmt: skip
        self.send(
            StartStream(
                number, lineage, row.head, kind, row.parser_version, row.framing, row.settings, row.clock_offset_us,
                json.dumps(detection.reasons, ensure_ascii=False),
            )
        )  # fmt: skip
        if parser is None:
            self._unrecognised(found, feed, settled, row, detection)
            return
        chunks = StreamChunks(
            self.conveyor, number=number, kind=parser.KIND, framing=parser.FRAMING, context=settled.context, stored_length=0,
            resume=Resume(),
        )  # fmt: skip
        self._read(found, feed, settled, row, chunks, Resume())

    def _detect(self, feed: Feed, settled: Settled) -> Detection:
        if settled.kind:
            parser_named(settled.kind)
            return chosen(settled.kind, settled.kind_from or "a person")
        return self._detector.detect(feed.sample)

    def _read(
        self, found: Found, feed: Feed, settled: Settled, row: StreamRow, chunks: StreamChunks, resume: Resume
    ) -> None:
        """Pass the stream's pieces on, hashing every byte; then say how it ended."""
        digest = hashlib.sha256()
        length = 0
        parser = parser_named(row.kind or "")
        stored_sha256 = row.sha256
        for piece in feed.pieces(parser.FRAMING, resume.offset, resume.state, self._run.chunk_bytes):
            self._look_for_cancel()
            digest.update(piece.raw)
            length = piece.start + len(piece.raw)
            self._tally.bytes += len(piece.raw)
            if length > resume.offset:
                chunks.add(piece, digest.hexdigest() if length >= row.length else stored_sha256)
            self._tell()
        sha256 = digest.hexdigest()
        feed.hashed(sha256)
        problem = feed.problem
        self.send(EndStream(row.number, length, sha256, complete=problem is None, problem=problem))
        self._known.add(_ended(row, feed, length, sha256, chunks.resume, complete=problem is None), feed.head)
        self._add_source(found, feed, settled, row.number, length, sha256, *_state(problem))

    def _unrecognised(self, found: Found, feed: Feed, settled: Settled, row: StreamRow, detection: Detection) -> None:
        """Keep the bytes of what no parser claims (unless it is binary), and account for it as one reject."""
        length, sha256 = store_unrecognised(
            feed, row.number, self.send, keep=not is_binary(feed.sample), check=self._look_for_cancel
        )
        self._tally.bytes += length
        reason = "; ".join(filter(None, (detection.reasons[0], feed.problem)))
        self.send(EndStream(row.number, length, sha256, complete=True, problem=reason))
        self._known.add(_ended(row, feed, length, sha256, Resume(), complete=True), feed.head)
        self._add_source(found, feed, settled, row.number, length, sha256, "unreadable", reason)

    def _add_source(
        self,
        found: Found,
        feed: Feed,
        settled: Settled,
        stream: int | None,
        length: int,
        sha256: str,
        state: str,
        problem: str | None,
    ) -> None:
        """Tell of a source that was read to its end, and note what went wrong with it."""
        if state != "complete" and problem:
            self._tally.fail(found.name, problem)
        if feed.note:
            self._note(found.name, feed.note)
        size = found.size if feed.file_bytes is None else feed.file_bytes
        self.send(
            AddSource(
                path=found.name, stream=stream, file_sha256=feed.file_sha256, file_bytes=size, file_mtime_us=found.mtime_us,
                stream_bytes=length, stream_sha256=sha256, collector=settled.collector, method=settled.method,
                acquired=settled.acquired, state=state, problem=problem,
            )
        )  # fmt: skip
        self._tally.evidence.append((found.name, feed.file_sha256, sha256))

    def _note(self, path: str, text: str) -> None:
        self._tally.notes.append(f"{path}: {text}")

    def _look_for_cancel(self) -> None:
        if self._run.cancel is not None and self._run.cancel.is_set():
            raise Cancelled("cancelled", hint="what was read so far is in the case; ingest again to go on")

    def _tell(self, *, now: bool = False, listing: bool = False) -> None:
        clock = time.monotonic()
        if self._run.progress is None or (clock - self._told_at < _TELL_EVERY_S and not now):
            return
        self._told_at = clock
        tally = self._tally
        self._run.progress(
            Progress(
                path=self._path, kind=self._kind, sources_done=tally.sources_done, sources_total=len(self._run.founds),
                bytes_done=tally.bytes, received_bytes=tally.received_bytes, total_bytes=self._total_bytes, events=tally.events,
                durable_events=self._writer.durable_events, segments_to_list=self._writer.segments_to_list if listing else 0,
            )
        )  # fmt: skip


def _state(problem: str | None) -> tuple[str, str | None]:
    """State and problem of a source that was read."""
    return ("complete", None) if problem is None else ("partial", problem)


def _ended(row: StreamRow, feed: Feed, length: int, sha256: str, resume: Resume, *, complete: bool) -> StreamRow:
    return replace(
        row, head=feed.lineage, length=length, sha256=sha256, complete=complete, resume_offset=resume.offset,
        resume_record=resume.record, resume_state=resume.state,
    )  # fmt: skip
