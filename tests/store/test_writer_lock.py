"""A second writer is told who is first; a lock that was left behind, or forged, does no harm."""

import errno
import fcntl
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands.conftest import Leakline, leakline
from tests.evidence_files import access_log, new_case, put
from timeline.model.errors import CaseBusyError, LeaklineError, StorageError
from timeline.session.case import Case
from timeline.store import annotations, lock
from timeline.store.annotations import Operation
from timeline.store.lock import WriterLock

__all__ = ["leakline"]  # a fixture

TREE = Path(__file__).parents[2]


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with new_case(tmp_path / "c.db") as opened:
        yield opened


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    return put(tmp_path / "e", {"a.log": access_log(range(20))})


def lock_file(case: Case) -> Path:
    return case.path.with_name(case.path.name + ".lock")


@dataclass(frozen=True)
class Holder:
    """Another process that writes to the case, and its writer."""

    process: subprocess.Popen[str]
    writer: int

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> None:
        """End it as kill -9 does."""
        self.process.kill()
        self.process.wait()


@contextmanager
def held_elsewhere(case: Case) -> Iterator[Holder]:
    """Another process writes to the case."""
    command = [sys.executable, "-m", "tests.store.holding", str(case.path), "\x1b[31m\u202e"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=TREE) as process:
        assert process.stdout is not None
        holder = Holder(process, int(process.stdout.readline()))
        try:
            yield holder
        finally:
            holder.kill()


@contextmanager
def held_with(case: Case, content: bytes) -> Iterator[None]:
    """Somebody has the lock, and the file says this."""
    lock_file(case).write_bytes(content)
    with lock_file(case).open("rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no writer of a dead process."""
    monkeypatch.setattr(lock, "_ORPHAN_S", -1)


def busy(case: Case) -> CaseBusyError:
    with pytest.raises(CaseBusyError) as caught, WriterLock(case.path):
        pass
    return caught.value


def test_ingest_names_the_process_that_is_writing(leakline: Leakline, case: Case, evidence: Path) -> None:
    with held_elsewhere(case) as process:
        ran = leakline("ingest", case.path, evidence)
    assert ran.code == 2
    assert ran.fault.startswith(f"{case.path}: process {process.pid} (")
    assert re.search(
        r"tests\.store\.holding .*\) is writing to the case, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(wait", ran.fault
    )
    assert "\x1b" not in ran.err
    assert "\u202e" not in ran.err


def test_so_do_the_other_verbs_that_write_much(leakline: Leakline, case: Case, evidence: Path) -> None:
    case.ingest([evidence], jobs=1)
    with held_elsewhere(case) as process:
        for verb in (["reparse", case.path, "a.log"], ["remove", case.path, "a.log", "--yes"]):
            ran = leakline(*verb)
            assert ran.code == 2
            assert f"process {process.pid} (" in ran.fault
        assert leakline("annotate", case.path, "--query", "actor:user1", "--star").code == 0


def test_the_lock_of_a_killed_process_is_taken_over(case: Case) -> None:
    with held_elsewhere(case) as holder:
        holder.kill()
        assert lock_file(case).read_bytes()  # it is left behind
        with WriterLock(case.path):
            assert lock_file(case).read_bytes().startswith(b"%d " % os.getpid())
    assert lock_file(case).read_bytes() == b""


def test_the_writer_of_a_killed_process_ends_before_the_next_begins(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held_elsewhere(case) as holder:
        os.kill(holder.writer, signal.SIGSTOP)  # as in the middle of a commit
        try:
            holder.kill()
            monkeypatch.setattr(lock, "_ORPHAN_S", -1)
            assert busy(case).what.startswith("another process is writing")
            monkeypatch.undo()
        finally:
            os.kill(holder.writer, signal.SIGCONT)
        with WriterLock(case.path):  # it is waited for
            pass


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 40,
        b"\x1b]0;owned\x07\x1b[2J 1\n",
        b"1\n",
        b"0 -\n",
        b"-1 1\n",
        b"999999999 1\n",
        b"12345678901234567890 1\n",
        b"../../etc/passwd 1\n",
        "१ 1\n".encode(),
        b"%d 1\n" % os.getpid(),
        b"%d -\n" % os.getpid(),
    ],
    ids=range(12),
)
@pytest.mark.usefixtures("_impatient")
def test_what_the_lock_file_says_is_not_trusted(case: Case, content: bytes) -> None:
    with held_with(case, content):
        error = busy(case)
    assert error.what.startswith("another process is writing to the case, since ")
    assert error.what.isprintable()
    with WriterLock(case.path):
        pass


@pytest.mark.usefixtures("_impatient")
def test_a_process_that_took_the_number_of_another_is_not_named(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    with WriterLock(case.path):
        assert busy(case).what.startswith(f"process {os.getpid()} (")
        monkeypatch.setattr(lock, "_started", lambda process: "1")
        assert busy(case).what.startswith("another process ")


@pytest.mark.usefixtures("_impatient")
def test_where_the_system_does_not_tell_of_processes(
    case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(lock, "_PROC", tmp_path / "none")
    with WriterLock(case.path):
        assert busy(case).what.startswith(f"process {os.getpid()} is writing to the case")
    with held_with(case, b"999999999 -\n"):
        assert busy(case).what.startswith("another process ")


def test_two_threads_of_one_process_are_two_writers(case: Case) -> None:
    with WriterLock(case.path):
        busy(case)
    with WriterLock(case.path):
        pass


@pytest.mark.parametrize("kind", ["symlink", "hard link", "pipe", "folder", "large"])
def test_something_else_in_the_place_of_the_lock_is_left_as_it_is(case: Case, tmp_path: Path, kind: str) -> None:
    place, other = lock_file(case), tmp_path / "precious"
    other.write_bytes(b"7" * 65)
    place.unlink(missing_ok=True)
    make: dict[str, Callable[[], object]] = {
        "symlink": lambda: place.symlink_to(other),
        "hard link": lambda: place.hardlink_to(other),
        "pipe": lambda: os.mkfifo(place),
        "folder": place.mkdir,
        "large": lambda: other.rename(place),
    }
    make[kind]()
    with pytest.raises(StorageError, match="a link or another file lies in the lock's place"), WriterLock(case.path):
        pass
    assert (place if kind == "large" else other).read_bytes() == b"7" * 65


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_folder_that_cannot_be_written(
    leakline: Leakline, case: Case, evidence: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    plain = os.open

    def refuse(path: str | Path, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith(".lock"):
            raise OSError(number, os.strerror(number), str(path))
        return plain(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    ran = leakline("ingest", case.path, evidence)
    assert ran.code == 2
    assert ran.fault == f"{case.path}: cannot lock the case: {os.strerror(number)} (check the folder's permissions)"


def test_a_file_system_without_locks(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with (
        pytest.raises(StorageError, match=r"No locks available \(copy the case to a local disk\)"),
        WriterLock(case.path),
    ):
        pass


def test_a_full_disk_costs_the_lock_only_its_name(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with WriterLock(case.path):
        assert busy(case).what.startswith("another process is writing")


def test_an_ingest_and_a_person_who_annotates_get_along(tmp_path: Path) -> None:
    folder = put(tmp_path / "e", {f"{n}.log": access_log(range(n * 900, n * 900 + 900)) for n in range(5)})
    done = threading.Event()
    said: list[int] = []
    with new_case(tmp_path / "c.db") as case:

        def annotate() -> None:
            while not done.is_set():
                operation = Operation("x-1", None, "comment", f"look {len(said)}")
                said.append(annotations.record(case.path, [operation], analyst="kim", at_us=1))

        person = threading.Thread(target=annotate)
        person.start()
        try:
            for _ in range(2):
                case.ingest([folder], jobs=1, segment_rows=300, first_flush_rows=300, chunk_bytes=10_000)
        except LeaklineError as error:
            pytest.fail(str(error))
        finally:
            done.set()
            person.join()
        assert said == list(range(1, len(said) + 1))
        entries = [entry.action for entry in case.custody()]
        assert entries.count("ingest") == 2
        assert entries.count("annotate") == len(said) > 5
        assert [problem for check in case.verify() for problem in check.problems] == []
