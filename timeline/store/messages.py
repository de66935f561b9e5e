"""What the pipeline tells the writer. Plain values, picklable, in the order in which they are to take effect."""

from dataclasses import dataclass, field

from timeline.model.parser import Refusal


@dataclass(frozen=True, slots=True)
class StartStream:
    """A stream begins (`number` is new) or goes on (it is known: its settings stay).

    `settings` is canonical JSON of the decode context; `head` hashes the first 4 KiB (all of a shorter stream).
    """

    number: int
    lineage: str
    head: str
    kind: str | None
    parser_version: int | None
    framing: str | None
    settings: str
    clock_offset_us: int
    detection: str


@dataclass(frozen=True, slots=True)
class CutStream:
    """Drop everything that was decoded from `offset` on, and the evidence from `length` on."""

    number: int
    offset: int
    record: int
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class AddChunk:
    """Decoded records of a stream and the evidence they came from.

    `events` is an Arrow IPC stream of `keys.with_identity` batches, b"" for none. `frames` are (offset, length, zstd bytes). After
    this chunk the stream is `length` bytes long with hash `sha256`, and decoding goes on at `resume_offset` with record
    `resume_record` and framer state `resume_state`. `header` is the framing's header in force, with the offset from
    which it holds.
    """

    number: int
    events: bytes
    records: int
    with_events: int
    rejects: tuple[Refusal, ...]
    ignored: tuple[Refusal, ...]
    warnings: tuple[tuple[int, str], ...]
    frames: tuple[tuple[int, int, bytes], ...]
    length: int
    sha256: str
    resume_offset: int
    resume_record: int
    resume_state: str | None
    header: tuple[int, bytes] | None = None


@dataclass(frozen=True, slots=True)
class AddGroup:
    """Chunks of many small streams in one message, with their decoded records together.

    Each chunk has `events` b""; `rows[i]` consecutive rows of `events`, an Arrow IPC stream as in `AddChunk` (b"" for none),
    belong to `chunks[i]`, in order. It means the same as the chunks one after another, each with its own rows.
    """

    chunks: tuple[AddChunk, ...]
    events: bytes
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EndStream:
    """The stream was read to its end; `problem` says why that end is not a proper one (None: it is)."""

    number: int
    length: int
    sha256: str
    complete: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class AddSource:
    """A received file and the stream it holds (None: it could not be read). Replaces an earlier source of that path."""

    path: str
    stream: int | None
    file_sha256: str | None
    file_bytes: int | None
    file_mtime_us: int | None
    stream_bytes: int
    stream_sha256: str | None
    collector: str | None
    method: str | None
    acquired: str | None
    state: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class RemoveSource:
    """Forget a source, and every byte and event that only it holds."""

    path: str


@dataclass(frozen=True, slots=True)
class SetClockOffset:
    """Shift a stream's times by `offset_us` against what its records state (replaces an earlier offset)."""

    number: int
    offset_us: int


@dataclass(frozen=True, slots=True)
class Reparse:
    """From here to `EndReparse` everything is one transaction: the stream's decoded records are dropped and come anew."""

    number: int
    kind: str
    parser_version: int
    framing: str
    settings: str


@dataclass(frozen=True, slots=True)
class EndReparse:
    """The end of that transaction."""

    number: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages sent together, to take effect in order: fewer and larger writes to the pipe."""

    messages: tuple["Message", ...]


@dataclass(frozen=True, slots=True)
class Log:
    """Add a link to the custody chain."""

    at_us: int
    analyst: str
    action: str
    detail: dict[str, object]


@dataclass(frozen=True, slots=True)
class Sync:
    """Commit everything so far; answered by `Synced`."""


@dataclass(frozen=True, slots=True)
class Synced:
    """The writer's answer to Sync."""


@dataclass(frozen=True, slots=True)
class Finish:
    """Seal and commit everything, merge small segments, and stop."""


@dataclass(frozen=True, slots=True)
class Abandon:
    """Stop at once; what is not committed is dropped."""


@dataclass(frozen=True, slots=True)
class StreamCounts:
    """What the case holds of a stream."""

    records: int = 0
    with_events: int = 0
    events: int = 0
    duplicates: int = 0
    rejects: int = 0
    ignored: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    """The writer's answer to Finish: counts of every stream that it touched."""

    counts: dict[int, StreamCounts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """Told when other programs can see the rows of one more segment: how many are still to be listed."""

    segments_left: int


@dataclass(frozen=True, slots=True)
class Committed:
    """Told after each commit: how many events are durable so far in this run."""

    events: int


Message = (
    StartStream | CutStream | AddChunk | AddGroup | EndStream | AddSource | RemoveSource | SetClockOffset | Reparse | EndReparse
    | Batch | Log | Sync | Finish | Abandon
)  # fmt: skip
