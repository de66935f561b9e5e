"""A process that writes to a case until it is told to end, for tests of the lock."""

import sys
from pathlib import Path

from timeline.store.lock import WriterLock


def hold(case: Path) -> None:
    """Hold the lock; say so on standard output; end with standard input."""
    with WriterLock(case):
        sys.stdout.write("held\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    hold(Path(sys.argv[1]))
