"""Checks whether packs are whole while git already reads them: hashing a large one takes as long as listing it."""

import hashlib
import os
import threading
from pathlib import Path
from typing import BinaryIO, Final

from timeline.model.errors import Cancelled

_BLOCK: Final = 1 << 20
_POLL_SECONDS: Final = 0.2


class PackChecks:
    """The packs to check, in a thread. `algorithm` is that of the repository's object names."""

    def __init__(self, algorithm: str, cancel: threading.Event | None) -> None:
        self._algorithm = algorithm
        self._cancel = cancel
        self._packs: list[tuple[int, str, Path]] = []
        self._damaged: list[tuple[int, str]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._check_all, daemon=True)

    def add(self, position: int, place: str, pack: Path) -> None:
        """A pack to check. `position` is where in the notes its own would stand, `place` what they call it."""
        self._packs.append((position, place, pack))

    def start(self) -> None:
        """Begin, once all packs are known."""
        if self._packs:
            self._thread.start()

    def stop(self) -> None:
        """Give up what is not done."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def settle(self, notes: list[str]) -> None:
        """Wait for the end, and put what was found in its place among the notes. Raises Cancelled."""
        while self._thread.is_alive():
            self._thread.join(_POLL_SECONDS)
            if self._cancel is not None and self._cancel.is_set():
                raise Cancelled("stopped while reading a Git repository")
        for position, place in reversed(self._damaged):
            notes.insert(position, f"{place}: damaged: its checksum is wrong, some objects cannot be read")
        self._damaged.clear()

    def _check_all(self) -> None:
        for position, place, pack in self._packs:
            if not self._whole(pack) and not self._stop.is_set():
                self._damaged.append((position, place))

    def _whole(self, pack: Path) -> bool:
        """Whether the checksum at the end of a pack is that of its bytes."""
        try:
            with pack.open("rb") as packed:
                size = hashlib.new(self._algorithm, usedforsecurity=False).digest_size
                body = packed.seek(-size, os.SEEK_END)
                return digest_of(packed, body, self._algorithm, self._stop) == packed.read(size)
        except OSError:
            return False


def digest_of(file: BinaryIO, size: int, algorithm: str, stop: threading.Event | None = None) -> bytes:
    """The hash of the first `size` bytes; the file is left behind them. Ends early, with another hash, at `stop`."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    file.seek(0)
    while size > 0 and not (stop is not None and stop.is_set()) and (block := file.read(min(size, _BLOCK))):
        digest.update(block)
        size -= len(block)
    return digest.digest()
