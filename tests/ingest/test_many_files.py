"""A folder of small files: what the writer is told does not depend on how they were grouped."""

import gzip
import hashlib
import json
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.ingest.stub_writer import StubWriter, run_pipeline
from timeline.evidence.framing import CHUNK_BYTES
from timeline.ingest import chunks
from timeline.ingest.progress import Progress
from timeline.store.messages import AddChunk, AddGroup, EndStream, StartStream

LINE = b'198.51.100.%d - - [01/Mar/2026:00:00:%02d +0000] "GET /%d HTTP/1.1" 200 5 "-" "-"\n'


def trail(file: int, records: int) -> bytes:
    return json.dumps(
        {
            "Records": [
                {
                    "eventVersion": "1.09", "eventTime": f"2026-03-01T00:{file % 60:02d}:{n:02d}Z", "eventName": "GetObject",
                    "eventSource": "s3.amazonaws.com", "awsRegion": "us-east-1", "sourceIPAddress": "203.0.113.9",
                    "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::111122223333:user/u{file}"},
                    "eventID": f"{file}-{n}",
                }
                for n in range(records)
            ]
        }
    ).encode()  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "evidence"
    folder.mkdir()
    for n in range(30):
        (folder / f"trail-{n:02d}.json.gz").write_bytes(gzip.compress(trail(n, n % 4), mtime=0))
        (folder / f"web-{n:02d}.log").write_bytes(b"".join(LINE % (n, m, m) for m in range(n % 3 + 1)) + b"broken\n")
    (folder / "again.json.gz").write_bytes((folder / "trail-07.json.gz").read_bytes())
    (folder / "notes.txt").write_bytes(b"call me\n")
    (folder / "empty.log").touch()
    return folder


def by_stream(writer: StubWriter) -> dict[int, dict[str, Any]]:
    """Stream -> its rows, accounts, evidence frames and ends, from groups and single chunks alike."""
    found: dict[int, dict[str, Any]] = {}
    for message in writer.messages:
        if isinstance(message, StartStream):
            found[message.number] = {"start": message, "rows": [], "chunks": []}
        elif isinstance(message, EndStream):
            found[message.number]["end"] = message
        elif isinstance(message, AddChunk | AddGroup):
            group = isinstance(message, AddGroup)
            members = message.chunks if isinstance(message, AddGroup) else (message,)
            rows = [without_nulls(row) for row in ipc_rows(message.events)]
            counts = message.rows if isinstance(message, AddGroup) else (len(rows),)
            assert sum(counts) == len(rows)
            for chunk, count in zip(members, counts, strict=True):
                found[chunk.number]["rows"] += rows[:count]
                found[chunk.number]["chunks"].append(chunk if group else replaced(chunk))
                rows = rows[count:]
    return found


def ipc_rows(events: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pa.ipc.open_stream(events).read_all().to_pylist() if events else []
    return found


def without_nulls(row: dict[str, Any]) -> dict[str, Any]:
    """Columns that are null in all of a task's rows are not sent."""
    return {name: value for name, value in row.items() if value is not None}


def replaced(chunk: AddChunk) -> AddChunk:
    values = {name: getattr(chunk, name) for name in AddChunk.__slots__}
    return AddChunk(**{**values, "events": b""})


@pytest.mark.parametrize(("parts", "chunk_bytes"), [(1, CHUNK_BYTES), (7, CHUNK_BYTES), (256, 8000)])
def test_groups_change_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch, parts: int, chunk_bytes: int) -> None:
    summary, writer = run_pipeline(folder)
    groups = sum(isinstance(message, AddGroup) for message in writer.messages)
    monkeypatch.setattr(chunks, "GROUP_PARTS", parts)
    other_summary, other = run_pipeline(folder, chunk_bytes=chunk_bytes)
    assert groups
    assert groups != sum(isinstance(message, AddGroup) for message in other.messages)
    assert by_stream(writer) == by_stream(other)
    assert [source.path for source in writer.sources] == sorted(path.name for path in folder.iterdir())
    assert writer.sources == other.sources
    assert (summary.failures, summary.notes) == (other_summary.failures, other_summary.notes)
    assert (summary.sources, summary.already_held) == (63, 8)  # eight files hold no record at all


def test_every_file_has_its_hashes(folder: Path) -> None:
    _, writer = run_pipeline(folder)
    for source in writer.sources:
        received = (folder / source.path).read_bytes()
        inside = gzip.decompress(received) if source.path.endswith(".gz") else received
        assert source.file_sha256 == hashlib.sha256(received).hexdigest()
        assert source.stream_sha256 == hashlib.sha256(inside).hexdigest()
        assert (source.file_bytes, source.stream_bytes) == (len(received), len(inside))


def test_a_small_file_is_one_chunk_with_all_its_bytes(folder: Path) -> None:
    _, writer = run_pipeline(folder)
    for stream in by_stream(writer).values():
        (chunk,) = stream["chunks"]
        assert chunk.length == stream["end"].length
        assert [frame[:2] for frame in chunk.frames] == [(0, chunk.length)]


def test_cancelling_keeps_what_was_read(folder: Path) -> None:
    cancel = threading.Event()
    read: list[int] = []

    def stop(progress: Progress) -> None:
        read.append(progress.sources_done)
        cancel.set()

    summary, writer = run_pipeline(folder, progress=stop, cancel=cancel)
    assert summary.cancelled
    assert 0 < len(writer.sources) < 63
    streams = by_stream(writer)
    for source in writer.sources:
        if source.stream is not None:
            assert streams[source.stream]["end"].complete
            assert streams[source.stream]["chunks"]
