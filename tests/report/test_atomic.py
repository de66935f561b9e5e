import errno
import os
import stat
from pathlib import Path

import pytest

from timeline.model.errors import LeaklineError, StorageError
from timeline.report.atomic import atomic_text, write_text


def test_writes_the_whole_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "report.md"
    write_text(target, "ä\n")
    write_text(target, "b\r\n")
    assert target.read_bytes() == b"b\r\n"
    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_an_error_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "report.md"
    target.write_text("old")

    def fail_midway() -> None:
        with atomic_text(target) as out:
            out.write("half")
            raise KeyError

    with pytest.raises(KeyError):
        fail_midway()
    assert target.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failed_check_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "report.md"
    target.write_text("old")

    def refuse(path: Path) -> None:
        assert path.read_text() == "new"
        raise LeaklineError("a secret is left")

    with pytest.raises(LeaklineError, match="a secret is left"):
        write_text(target, "new", check=refuse)
    assert target.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_missing_folder_and_a_folder_as_target_are_one_line_errors(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="there is no such folder") as caught:
        write_text(tmp_path / "nowhere" / "report.md", "x")
    assert "\n" not in str(caught.value)
    with pytest.raises(StorageError, match="is a folder"):
        write_text(tmp_path, "x")


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "no permission"), (errno.EIO, "cannot be written")],
)
def test_errors_of_the_disk_are_storage_errors(tmp_path: Path, number: int, says: str) -> None:
    with pytest.raises(StorageError, match=says), atomic_text(tmp_path / "x"):
        raise OSError(number, os.strerror(number))
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text(pipe, "through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
