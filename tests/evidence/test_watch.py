"""A file that changes while it is read is found out; one that only grows is not held against it."""

import gzip
import hashlib
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from timeline.evidence.containers import Stream, open_many, open_stream
from timeline.evidence.found import Found
from timeline.evidence.hashing import sha256_of
from timeline.evidence.walk import find_sources
from timeline.model.errors import EvidenceError

TEXT = b"".join(b"line %06d\n" % n for n in range(60_000))
LATER_NS = 1_900_000_000_000_000_000


def shrink(path: Path) -> None:
    os.truncate(path, 1000)


def rewrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"LINE")
    os.utime(path, ns=(LATER_NS, LATER_NS))


def write_anew(path: Path) -> None:
    path.write_bytes(b"other lines\n" * 70_000)
    os.utime(path, ns=(LATER_NS, LATER_NS))


def replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(TEXT)
    other.replace(path)


def touch(path: Path) -> None:
    os.utime(path, ns=(LATER_NS, LATER_NS))


def read_on(stream: Stream) -> bytes:
    parts = []
    while block := stream.read(100_000):
        parts.append(block)
    return b"".join(parts)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_bytes(TEXT)
    return path


@pytest.mark.parametrize(
    ("change", "how"),
    [
        (shrink, "it shrank to 1,000 bytes"),
        (rewrite, "it was written to"),
        (write_anew, "it was written to"),
        (replace, "another file took its place"),
        (touch, "it was written to"),
        (Path.unlink, "it was removed"),
    ],
)
def test_a_change_is_a_problem(log: Path, change: Callable[[Path], None], how: str) -> None:
    with open_stream(Found("access.log", log, "file")) as stream:
        stream.read(200_000)
        change(log)
        read_on(stream)
        assert stream.problem == f"changed while it was read: {how}; take a copy and ingest that"
        assert (stream.file_sha256, stream.note) == (None, None)


def test_a_log_that_grows_is_read_as_far_as_it_was(log: Path) -> None:
    with open_stream(Found("access.log", log, "file")) as stream:
        begin = stream.read(100)
        with log.open("ab") as file:
            file.write(b"more\n" * 50_000)
        assert begin + read_on(stream) == TEXT
        assert stream.problem is None
        assert stream.note is not None
        assert stream.note.startswith("grew while it was read: its first 720,000 bytes are in")
        assert stream.file_bytes == len(TEXT)
        assert stream.file_sha256 == hashlib.sha256(TEXT).hexdigest()


def test_a_file_that_stays_is_no_problem(log: Path) -> None:
    with open_stream(Found("access.log", log, "file")) as stream:
        assert read_on(stream) == TEXT
        assert (stream.problem, stream.note, stream.file_bytes) == (None, None, len(TEXT))


def test_a_packed_file_that_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.log.gz"
    path.write_bytes(gzip.compress(TEXT, mtime=0))
    with open_stream(Found("a.log.gz", path, "file")) as stream:
        stream.read(10)
        replace(path)
        assert read_on(stream) == TEXT[10:]
        assert stream.problem is not None
        assert "another file took its place" in stream.problem


def test_an_archive_that_changes(tmp_path: Path) -> None:
    path = tmp_path / "logs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a.log", "b.log", "c.log"):
            archive.writestr(name, TEXT)
    problems = []
    for found, stream in open_many(list(find_sources([path]))):
        if found.name.endswith("b.log"):
            touch(path)
        assert read_on(stream) == TEXT
        problems.append(stream.problem)
    changed = "changed while it was read: it was written to; take a copy and ingest that"
    assert problems == [None, changed, changed]


def test_a_hash_is_of_a_file_that_stays(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fstat

    def growing(fileno: int) -> os.stat_result:
        status = real(fileno)
        with log.open("ab") as file:
            file.write(b"more\n")
        return status

    monkeypatch.setattr(os, "fstat", growing)
    with pytest.raises(EvidenceError, match="grew while it was read"):
        sha256_of(log)
