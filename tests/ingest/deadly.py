"""Work that kills its own process, for tests of the pool. Runs in worker processes."""

import os
import signal
from pathlib import Path

from timeline.ingest.work import Result, Task, work


def deadly(task: Task) -> Result:
    """Die on evidence that begins with `always`; on `once PATH` while there is no such file."""
    evidence = task.parts[0].evidence
    if evidence.startswith(b"always"):
        os.kill(os.getpid(), signal.SIGKILL)
    if evidence.startswith(b"once "):
        flag = Path(os.fsdecode(evidence.removeprefix(b"once ").strip()))
        if not flag.exists():
            flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return work(task)
