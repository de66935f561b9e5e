"""From pieces of a stream to the writer: tasks out to the pool, results back in order."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from timeline.evidence.framing import Framed
from timeline.ingest.feeds import Piece
from timeline.ingest.pool import Pool
from timeline.ingest.work import Result, Task
from timeline.model.parser import Chunk, DecodeContext, Framing, Refusal
from timeline.store.messages import AddChunk, Message

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


class Conveyor:
    """Keeps results and messages in the order in which they were handed over, over all streams.

    `arrived` is told the events of each chunk.
    """

    def __init__(self, pool: Pool, send: Callable[[Message], None], arrived: Callable[[int], None]) -> None:
        self._pool = pool
        self._send = send
        self._arrived = arrived
        self._pending: deque[_Pending | Message] = deque()

    def submit(self, task: Task, pending: _Pending) -> None:
        """Send a chunk to the workers, and what is ready to the writer."""
        self._pool.submit(task)
        self._pending.append(pending)
        self.collect()

    def then(self, message: Message) -> None:
        """Tell the writer something, after the chunks that were submitted before."""
        self._pending.append(message)
        self.collect()

    def collect(self, *, everything: bool = False) -> None:
        """Pass on what is ready; all of it, waiting, if `everything`."""
        while self._pending:
            item = self._pending[0]
            if isinstance(item, _Pending):
                result = self._pool.take(wait=everything)
                if result is None:
                    return
                self._pending.popleft()
                self._pass_on(result, item)
            else:
                self._pending.popleft()
                self._send(item)

    def _pass_on(self, result: Result, pending: _Pending) -> None:
        rejects = (*result.rejects, *pending.refused)
        ignored = (*result.ignored, *pending.ignored)
        self._send(
            AddChunk(
                number=pending.number,
                events=result.events,
                records=result.records + len(pending.refused) + len(pending.ignored),
                with_events=result.with_events,
                rejects=rejects,
                ignored=ignored,
                warnings=result.warnings,
                frames=result.frames,
                length=pending.length,
                sha256=pending.sha256,
                resume_offset=pending.resume.offset,
                resume_record=pending.resume.record,
                resume_state=pending.resume.state,
                header=pending.header,
            )
        )
        self._arrived(result.rows)


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
        task = Task(self._kind, chunk, framed.records, piece.raw[skip:], piece.start + skip)
        header = (framed.offset, framed.header) if framed.header != self._header else None
        self._header = framed.header
        self._conveyor.submit(
            task,
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
