"""Packs are checked in a thread: its findings stand where they always stood, and it ends when it is no longer wanted."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from timeline.evidence.git.checksums import PackChecks
from timeline.model.errors import Cancelled

_DAMAGED = "damaged: its checksum is wrong, some objects cannot be read"


def _pack(path: Path, *, whole: bool) -> Path:
    body = os.urandom(100_000)
    path.write_bytes(body + hashlib.sha1(body if whole else body[1:], usedforsecurity=False).digest())
    return path


def test_findings_stand_among_the_notes_in_the_order_of_the_packs(tmp_path: Path) -> None:
    notes = ["about the first pack", "about the third pack"]
    checks = PackChecks("sha1", None)
    checks.add(1, "one", _pack(tmp_path / "one", whole=False))
    checks.add(1, "two", _pack(tmp_path / "two", whole=False))
    checks.add(1, "whole", _pack(tmp_path / "whole", whole=True))
    checks.add(2, "short", _pack(tmp_path / "short", whole=False))
    (tmp_path / "short").write_bytes(b"PACK")
    checks.start()
    notes.append("said meanwhile")
    checks.settle(notes)
    assert notes == [
        "about the first pack",
        f"one: {_DAMAGED}",
        f"two: {_DAMAGED}",
        "about the third pack",
        f"short: {_DAMAGED}",
        "said meanwhile",
    ]


def test_without_packs_nothing_is_waited_for() -> None:
    notes: list[str] = []
    checks = PackChecks("sha1", None)
    checks.start()
    checks.settle(notes)
    checks.stop()
    assert notes == []


def _endless(tmp_path: Path) -> Path:
    """A pack that takes long to hash and no space to keep."""
    with (tmp_path / "endless").open("wb") as file:
        file.truncate(1 << 40)
    return tmp_path / "endless"


def test_a_check_that_is_given_up_says_nothing(tmp_path: Path) -> None:
    before = threading.active_count()
    notes: list[str] = []
    checks = PackChecks("sha256", None)
    checks.add(0, "endless", _endless(tmp_path))
    checks.start()
    checks.stop()
    checks.settle(notes)
    assert notes == []
    assert threading.active_count() == before


def test_waiting_for_a_check_can_be_cancelled(tmp_path: Path) -> None:
    cancel = threading.Event()
    cancel.set()
    checks = PackChecks("sha1", cancel)
    checks.add(0, "endless", _endless(tmp_path))
    checks.start()
    with pytest.raises(Cancelled):
        checks.settle([])
    checks.stop()
