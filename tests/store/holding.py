"""A process that writes to a case until it is told to end, for tests of the lock."""

import sys
from pathlib import Path

from timeline.store.lock import WriterLock
from timeline.store.writer_process import WriterHandle


def hold(case: Path) -> None:
    """Hold the lock with a writer; tell the writer's process on standard output; end with standard input."""
    with WriterLock(case), WriterHandle(case) as writer:
        writer.sync()
        sys.stdout.write(f"{writer._process.pid}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    hold(Path(sys.argv[1]))
