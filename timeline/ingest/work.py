"""A worker's task: decode chunks, account for each of their records, compress their evidence. Runs in worker processes."""

from dataclasses import dataclass

import pyarrow as pa
import zstandard

from timeline.ingest.joint import NOTHING, Account, Part, decode_parts
from timeline.ingest.wall import refused
from timeline.store.frames import compress

__all__ = ["Account", "Part", "Result", "Task", "given_up", "work"]

_LEVEL = 1  # 3 takes a fifth more time for 2 % of the size

Frames = tuple[tuple[int, int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Task:
    """Chunks to decode: one of a large source, or many of small ones."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a task gave, ready for the writer: the events of all parts as one Arrow IPC stream (b"" for none).

    `accounts` and `frames` are of each part.
    """

    events: bytes
    accounts: tuple[Account, ...]
    frames: tuple[Frames, ...]

    @property
    def rows(self) -> int:
        """The events of all parts."""
        return sum(account.rows for account in self.accounts)


def work(task: Task) -> Result:
    """Do the task. Never raises on any evidence."""
    events, accounts = decode_parts(task.parts)
    return Result(as_ipc(events) if events.num_rows else b"", tuple(accounts), _compressed(task))


def given_up(task: Task, reason: str) -> Result:
    """The result of a task that no worker survives: its records are rejects, its evidence is kept."""
    accounts = []
    for part in task.parts:
        if part.chunk.data or part.records:
            found = refused(part.chunk, max(part.records, 1), reason)
            accounts.append(Account(0, found.records, tuple(found.rejects)))
        else:
            accounts.append(NOTHING)
    return Result(b"", tuple(accounts), _compressed(task))


def _compressed(task: Task) -> tuple[Frames, ...]:
    compressor = zstandard.ZstdCompressor(level=_LEVEL)
    return tuple(tuple(compress(part.evidence, part.evidence_offset, compressor)) for part in task.parts)


def as_ipc(batch: pa.RecordBatch) -> bytes:
    """The batch as an Arrow IPC stream, without the columns that are null everywhere: the writer knows the schema."""
    batch = batch.select([name for name in batch.schema.names if batch.column(name).null_count < len(batch)])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    written: bytes = sink.getvalue().to_pybytes()
    return written
