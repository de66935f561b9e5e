"""Runs the pipeline with a writer that only notes what it is told."""

import threading
from collections.abc import Callable
from pathlib import Path

from timeline.evidence.framing import CHUNK_BYTES
from timeline.evidence.walk import find_sources
from timeline.ingest.known import KnownStreams
from timeline.ingest.pipeline import Run, ingest
from timeline.ingest.progress import Progress
from timeline.ingest.settings import Overrides
from timeline.model.case_file import CaseConfig
from timeline.model.source import IngestSummary
from timeline.store.messages import AddChunk, AddGroup, AddSource, Batch, Finished, Message


class StubWriter:
    """Notes the messages, batches opened; `writes` counts what would go through the pipe."""

    durable_events = 0
    searchable_at: float | None = None
    segments_to_list = 0

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.writes = 0

    def send(self, message: Message) -> None:
        self.writes += 1
        self.messages += message.messages if isinstance(message, Batch) else [message]

    def finish(self, tell: Callable[[], None] = lambda: None) -> Finished:
        tell()
        return Finished({})

    @property
    def sources(self) -> list[AddSource]:
        return [message for message in self.messages if isinstance(message, AddSource)]

    @property
    def chunks(self) -> list[AddChunk]:
        """All chunks, those of groups too (without their events)."""
        found: list[AddChunk] = []
        for message in self.messages:
            found += message.chunks if isinstance(message, AddGroup) else []
            found += [message] if isinstance(message, AddChunk) else []
        return found


def run_pipeline(
    *paths: Path,
    chunk_bytes: int = CHUNK_BYTES,
    progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
    jobs: int = 1,
) -> tuple[IngestSummary, StubWriter]:
    """Ingest files and folders into a new case that nobody keeps."""
    run = Run(
        founds=list(find_sources(paths)), config=CaseConfig(name="case"), overrides=Overrides(), analyst="a", now_us=1, jobs=jobs,
        chunk_bytes=chunk_bytes, progress=progress, cancel=cancel,
    )  # fmt: skip
    writer = StubWriter()
    known = KnownStreams([], lambda *_: "", lambda _: [])
    return ingest(run, writer, known, {}), writer  # type: ignore[arg-type]  # stands in for the handle of a process
