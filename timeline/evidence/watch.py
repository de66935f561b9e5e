"""Did a file stay what it was while it was read? Growing behind what was read is fine; everything else is not."""

import os
from pathlib import Path
from typing import Final

CHANGED: Final = "changed while it was read: {}; take a copy and ingest that"
_KEPT_BYTES: Final = 64 * 1024


class Watch:
    """A file as it was when reading began (`status`); `compare` looks at it again and sets `problem` or `note`, one line.

    Shown the bytes that are read in order, it tells a file that was appended to from one that was written anew and is
    longer than before: the first and the last 64 KiB of what was read must still be there. `read` counts them.
    """

    def __init__(self, path: Path, status: os.stat_result) -> None:
        self.problem: str | None = None
        self.note: str | None = None
        self._path = path
        self._before = status
        self._first = b""
        self._last = b""
        self.read = 0

    def see(self, data: bytes) -> None:
        """Take note of the next bytes that were read."""
        if not self.read:
            self._first = data[:_KEPT_BYTES]
        self._last = data
        self.read += len(data)

    def compare(self, fileno: int | None = None) -> None:
        """Look at the file again; `fileno` is the open file where it was read to its end (as long as it was then)."""
        before = self._before
        try:
            now = os.stat(self._path)
        except OSError:
            self._changed("it was removed")
            return
        if (now.st_dev, now.st_ino) != (before.st_dev, before.st_ino):
            self._changed("another file took its place")
        elif now.st_size < before.st_size or (fileno is not None and self.read < before.st_size):
            self._changed(f"it shrank to {min(now.st_size, self.read or now.st_size):,} bytes")
        elif now.st_size > before.st_size and fileno is not None and self._still_there(fileno):
            self.note = f"grew while it was read: its first {self.read:,} bytes are in; ingest it again for the rest"
        elif (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            self._changed("it was written to")

    def _changed(self, how: str) -> None:
        self.problem = CHANGED.format(how)

    def _still_there(self, fileno: int) -> bool:
        last = self._last[-_KEPT_BYTES:]
        try:
            first_is = os.pread(fileno, len(self._first), 0) == self._first
            return first_is and os.pread(fileno, len(last), self.read - len(last)) == last
        except OSError:
            return False
