"""From pieces of a stream to the writer: tasks out to the pool, results back in order."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from timeline.evidence.framing import CHUNK_BYTES, Framed
from timeline.ingest.outbox import Outbox, carried_bytes
from timeline.ingest.pieces import Piece
from timeline.ingest.pool import Pool
from timeline.ingest.work import Account, Frames, Part, Result, Task
from timeline.model.parser import Chunk, DecodeContext, Framing, Refusal
from timeline.store.messages import AddChunk, AddGroup, AddSource, EndStream, Message, StartStream

GROUP_PARTS = 256
GROUP_BYTES = CHUNK_BYTES // 8  # of records: large enough that what a task costs by itself does not count
GROUP_SECONDS = 0.2

_LINE_FRAMINGS = frozenset({"lines", "csv", "w3c", "json"})


@dataclass(frozen=True, slots=True)
class Resume:
    """Where decoding a stream goes on: byte, next record's ordinal, framer state."""

    offset: int = 0
    record: int = 1
    state: str | None = None


@dataclass(frozen=True, slots=True)
class _Pending:
    """What the writer is told with a chunk's result."""

    number: int
    length: int
    sha256: str
    resume: Resume
    refused: tuple[Refusal, ...]
    ignored: tuple[Refusal, ...]
    header: tuple[int, bytes] | None


@dataclass(slots=True)
class _Group:
    """Chunks that go to a worker as one task; `numbers` are their streams, `after` what the writer is told behind them."""

    opened_at: float
    parts: list[Part] = field(default_factory=list)
    pending: list[_Pending] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    after: list[Message] = field(default_factory=list)
    bytes: int = 0


class Conveyor:
    """Keeps results and messages in the order in which they were handed over, over all streams.

    Small chunks are gathered into groups. The writer is told of a stream's start before its group, and of streams that
    ended and sources that were read behind it: streams do not depend on each other, so that this order means the same.
    `arrived` is told the events of each task. A chunk of `group_bytes` or more goes alone.
    """

    def __init__(
        self,
        pool: Pool,
        send: Callable[[Message], None],
        arrived: Callable[[int], None],
        group_bytes: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._group_bytes = GROUP_BYTES if group_bytes is None else group_bytes
        self._outbox = Outbox(send, clock)
        self._arrived = arrived
        self._clock = clock
        self._group: _Group | None = None
        self._waiting: deque[tuple[_Pending, ...] | Message] = deque()

    def submit(self, part: Part, pending: _Pending) -> None:
        """Take a chunk for the workers; pass what is ready to the writer."""
        size = max(len(part.evidence), len(part.chunk.data))
        if size >= self._group_bytes:
            self._close_group()
        group = self._group = self._group or _Group(self._clock())
        group.parts.append(part)
        group.pending.append(pending)
        group.numbers.add(pending.number)
        group.bytes += size
        if len(group.parts) >= GROUP_PARTS or group.bytes >= self._group_bytes:
            self._close_group()
        self.collect()

    def then(self, message: Message) -> None:
        """Tell the writer something, after the chunks that were submitted before."""
        group = self._group
        if group is not None and isinstance(message, EndStream | AddSource | AddChunk):
            group.after.append(message)
            group.bytes += carried_bytes(message)
            if group.bytes >= self._group_bytes:
                self._close_group()
        elif group is not None and isinstance(message, StartStream) and message.number not in group.numbers:
            self._waiting.append(message)
        else:
            self._close_group()
            self._waiting.append(message)
        self.collect()

    def collect(self, *, everything: bool = False) -> None:
        """Pass on what is ready; all of it, waiting, if `everything`."""
        group = self._group
        if group is not None and (everything or self._clock() - group.opened_at >= GROUP_SECONDS):
            self._close_group()
        while self._waiting:
            item = self._waiting[0]
            if isinstance(item, tuple):
                result = self._pool.take(wait=everything)
                if result is None:
                    return
                self._waiting.popleft()
                self._pass_on(result, item)
            else:
                self._waiting.popleft()
                self._outbox.put(item)
        if everything:
            self._outbox.flush()

    def hurry(self) -> None:
        """Hold nothing back: the next source may take long before it gives anything."""
        self._close_group()
        self.collect()
        self._outbox.flush()

    def _close_group(self) -> None:
        group, self._group = self._group, None
        if group is not None:
            self._pool.submit(Task(tuple(group.parts)))
            self._waiting.append(tuple(group.pending))
            self._waiting.extend(group.after)

    def _pass_on(self, result: Result, pending: tuple[_Pending, ...]) -> None:
        chunks = tuple(
            _message(one, account, frames)
            for one, account, frames in zip(pending, result.accounts, result.frames, strict=True)
        )
        if len(chunks) == 1:
            self._outbox.put(replace(chunks[0], events=result.events))
        else:
            self._outbox.put(AddGroup(chunks, result.events, tuple(account.rows for account in result.accounts)))
        self._arrived(result.rows)


def _message(pending: _Pending, account: Account, frames: Frames) -> AddChunk:
    """What the writer is told of a chunk, but for its events."""
    return AddChunk(
        number=pending.number,
        events=b"",
        records=account.records + len(pending.refused) + len(pending.ignored),
        with_events=account.records - len(account.rejects) - len(account.ignored),
        rejects=(*account.rejects, *pending.refused),
        ignored=(*account.ignored, *pending.ignored),
        warnings=account.warnings,
        frames=frames,
        length=pending.length,
        sha256=pending.sha256,
        resume_offset=pending.resume.offset,
        resume_record=pending.resume.record,
        resume_state=pending.resume.state,
        header=pending.header,
    )


class StreamChunks:
    """The chunks of one stream: bookkeeping of offsets, headers and where a growing log would be taken up again."""

    def __init__(
        self,
        conveyor: Conveyor,
        *,
        number: int,
        kind: str,
        framing: Framing,
        context: DecodeContext,
        stored_length: int,
        resume: Resume,
    ) -> None:
        self._conveyor = conveyor
        self._number = number
        self._kind = kind
        self._framing = framing
        self._context = context
        self._stored_length = stored_length
        self.resume = resume
        self._header = b""

    def add(self, piece: Piece, sha256: str) -> None:
        """Take the next piece; `sha256` is of the stream up to its end."""
        framed = piece.framed if piece.framed is not None else _nothing(piece)
        end = piece.start + len(piece.raw)
        may_grow = piece.final and self._framing in _LINE_FRAMINGS and not piece.raw.endswith(b"\n")
        if piece.framed is not None and not may_grow:
            following = framed.first_record + framed.records + len(framed.refused)
            self.resume = Resume(framed.end, following, framed.state)
        chunk = Chunk(framed.data, framed.offset, framed.first_record, framed.spans, framed.header, self._context)
        skip = max(0, self._stored_length - piece.start)
        part = Part(self._kind, chunk, framed.records, piece.raw[skip:], piece.start + skip)
        header = (framed.offset, framed.header) if framed.header != self._header else None
        self._header = framed.header
        self._conveyor.submit(
            part,
            _Pending(
                self._number, max(end, self._stored_length), sha256, self.resume, framed.refused, framed.ignored, header
            ),
        )


def _nothing(piece: Piece) -> Framed:
    """Bytes after the last record: stored, not decoded."""
    return Framed(
        data=b"",
        offset=piece.start,
        first_record=1,
        spans=(),
        header=b"",
        records=0,
        refused=(),
        state="",
        end=piece.start,
    )
