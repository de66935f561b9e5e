"""Files that change between the first and the last piece of them that is read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ingest.stub_writer import run_pipeline
from timeline.evidence.containers import open_stream
from timeline.evidence.walk import find_sources
from timeline.ingest.feeds import FileFeed
from timeline.ingest.progress import Progress
from timeline.store.messages import EndStream

LINE = b'198.51.100.1 - - [01/Mar/2026:00:00:00 +0000] "GET /%07d HTTP/1.1" 200 5 "-" "-"\n'
LINES = b"".join(LINE % n for n in range(60_000))
CHUNK_BYTES = 100_000


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_bytes(LINES)
    return path


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(LINE % 1)


def truncate(path: Path) -> None:
    os.truncate(path, len(LINE) * 10)


def rotate(path: Path) -> None:
    path.rename(path.with_suffix(".1"))
    path.write_bytes(LINE % 1)


def test_a_feed_that_is_pulled_step_by_step_sees_the_file_shrink(log: Path) -> None:
    (found,) = find_sources([log])
    feed = FileFeed(found, open_stream(found))
    pieces = feed.pieces("lines", 0, None, CHUNK_BYTES)
    first = next(pieces)
    before = feed.problem
    truncate(log)
    rest = b"".join(piece.raw for piece in pieces)
    feed.close()
    assert before is None
    assert feed.problem is not None
    assert "it shrank to" in feed.problem
    assert LINES.startswith(first.raw + rest)
    assert len(rest) < len(LINES) / 2


def ingest_while(log: Path, change: Callable[[Path], None]) -> tuple[list[tuple[str, str]], list[str], list[object]]:
    """Change the file once its first piece was read; (failures, notes, what the writer was told of the source)."""
    changed: list[Progress] = []

    def once(progress: Progress) -> None:
        if not changed:
            changed.append(progress)
            change(log)

    summary, writer = run_pipeline(log, chunk_bytes=CHUNK_BYTES, progress=once)
    assert 0 < changed[0].bytes_done < len(LINES) / 2
    (source,) = writer.sources
    (end,) = (message for message in writer.messages if isinstance(message, EndStream))
    assert end.length == source.stream_bytes
    told = [source.state, end.complete, source.stream_bytes, source.file_bytes]
    return [*summary.failures], [*summary.notes], told


@pytest.mark.parametrize(("change", "how"), [(truncate, "it shrank to"), (rotate, "another file took its place")])
def test_a_source_that_changed_is_partial(log: Path, change: Callable[[Path], None], how: str) -> None:
    failures, _, told = ingest_while(log, change)
    ((path, reason),) = failures
    assert path == "access.log"
    assert reason.startswith(f"changed while it was read: {how}")
    assert reason.endswith("; take a copy and ingest that")
    assert told[:2] == ["partial", False]


def test_a_log_that_grows_is_whole_as_far_as_it_was(log: Path) -> None:
    failures, notes, told = ingest_while(log, append)
    assert failures == []
    assert [note for note in notes if "grew while it was read" in note]
    assert told == ["complete", True, len(LINES), len(LINES)]
