"""Commits and tags read while git still lists and writes them, also where objects end git."""

import subprocess
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.git.builder import Repo, read
from timeline.evidence.git import objects, spool
from timeline.evidence.git.run import Launcher
from timeline.model.errors import Cancelled

OID = b"9" * 40


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "app")


def _spoil(repo: Repo, oid: str) -> None:
    """Leave the object's type and size readable, but not its bytes."""
    path = repo.folder / "objects" / oid[:2] / oid[2:]
    whole = zlib.decompress(path.read_bytes())
    head, _, body = whole.partition(b"\0")
    packer = zlib.compressobj()
    start = packer.compress(head + b"\0" + body[:60]) + packer.flush(zlib.Z_SYNC_FLUSH)
    path.chmod(0o644)
    path.write_bytes(start + b"\xff" * 40)


def _launcher(tmp_path: Path, script: str, cancel: threading.Event | None = None) -> Launcher:
    """Starts a program of ours in the place of git."""
    (tmp_path / "home").mkdir()
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return Launcher(str(program), tmp_path, tmp_path / "home", 1 << 30, cancel)


def test_commits_that_end_git_are_refused_and_all_others_are_read(repo: Repo) -> None:
    oids = [repo.commit(f"number {number}", a=f"{number}\n") for number in range(12)]
    spoiled = {oids[0], oids[5], oids[6], oids[11]}
    for oid in spoiled:
        _spoil(repo, oid)
    found = read(repo.path)
    assert {item.name: item.flags for item in found.of("refused")} == dict.fromkeys(spoiled, ("unreadable",))
    assert {item.name for item in found.of("commit")} == set(oids) - spoiled
    assert "refused objects (damaged, too long, or not what they are named): 4" in found.notes


def test_git_is_started_again_only_so_often(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    oids = [repo.commit(f"number {number}", a=f"{number}\n") for number in range(6)]
    for oid in oids:
        _spoil(repo, oid)
    monkeypatch.setattr(spool, "MAX_RESTARTS", 2)
    found = read(repo.path)
    assert {item.name for item in found.of("refused")} == set(oids)
    assert not found.of("commit")


def test_long_objects_are_asked_for_behind_all_others(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    oids = {repo.commit("long " * 100 * number, a=f"{number}\n") for number in range(1, 5)}
    whole = read(repo.path)
    assert {item.name for item in whole.of("commit")} == oids
    monkeypatch.setattr(objects, "LONG", 700)
    assert read(repo.path).stream == whole.stream


_answers = st.lists(
    st.one_of(
        st.builds(lambda body: (b"commit", body), st.binary(max_size=40)),
        st.builds(lambda body: (b"tag", b"%b missing\n%b" % (OID, body)), st.binary(max_size=9)),
        st.just((b"missing", b"")),
    ),
    max_size=8,
)


@given(_answers, st.integers(1, 30))
def test_answers_are_taken_whole_wherever_reading_stops(
    tmp_path_factory: pytest.TempPathFactory, answers: list[tuple[bytes, bytes]], step: int
) -> None:
    texts = [
        b"%b missing\n" % OID if kind == b"missing" else b"%b %b %d\n%b\n" % (OID, kind, len(body), body)
        for kind, body in answers
    ]
    written = b"".join(texts)
    taken: list[tuple[bytes, bytes]] = []
    places: list[bytes] = []

    def take(oid: bytes, kind: bytes, start: int, text: bytes) -> None:
        assert oid == OID
        taken.append((kind, text))
        places.append(written[start : start + len(text)])

    with (tmp_path_factory.getbasetemp() / "answers").open("w+b", buffering=0) as file:
        reading = spool._Answers(file, take)
        for start in range(0, len(written), step):
            file.seek(start)
            file.write(written[start : start + step])
            reading.read_some()
            ends = [len(b"".join(texts[: number + 1])) for number in range(len(texts))]
            assert reading.count == sum(end <= start + step for end in ends)
    assert taken == answers
    assert places == [body for _, body in answers]


def test_more_input_than_a_pipe_holds_is_all_sent(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+b") as out:
        with _launcher(tmp_path, "exec cat").start([], stdin=subprocess.PIPE, stdout=out) as running:
            for _ in range(40):
                running.send(b"x" * 99_999 + b"\n")
            running.end_input()
            assert running.wait() == 0
        out.seek(0)
        assert out.read() == (b"x" * 99_999 + b"\n") * 40


def test_input_for_a_process_that_has_ended_is_dropped(tmp_path: Path) -> None:
    launcher = _launcher(tmp_path, "exit 3")
    with (tmp_path / "out").open("wb") as out, launcher.start([], stdin=subprocess.PIPE, stdout=out) as running:
        assert running.wait() == 3
        running.send(b"x" * 4_000_000)
        running.end_input()


def _blocked(launcher: Launcher, out: Path) -> Iterator[None]:
    with out.open("wb") as file, launcher.start([], stdin=subprocess.PIPE, stdout=file) as running:
        running.send(b"x" * 4_000_000)
        yield
        running.end_input()


def test_waiting_for_a_process_that_takes_no_input_can_be_cancelled(tmp_path: Path) -> None:
    cancel = threading.Event()
    blocked = _blocked(_launcher(tmp_path, "exec sleep 600", cancel), tmp_path / "out")
    next(blocked)
    cancel.set()
    with pytest.raises(Cancelled):
        next(blocked)
