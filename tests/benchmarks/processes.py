"""Run a command to its end: seconds on the wall, memory of all its processes (sampled), what it printed."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

POLL_S: Final = 0.05
_KEPT_OUTPUT: Final = 64 * 1024 * 1024


class RunFailedError(Exception):
    """A measured command ended with another code than 0; says which, and the end of what it wrote to stderr."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command. Memory in bytes as proportional share (PSS), 0 where the run was too short to be sampled.

    `sum_bytes` is the most that all processes held together, `largest_bytes` the most that any one of them held.
    """

    seconds: float
    sum_bytes: int
    largest_bytes: int
    output: str


def run(command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None) -> Run:
    """Run a command with nothing on standard input. RunFailedError when it does not end well."""
    words = [str(word) for word in command]
    started = time.perf_counter()
    with subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env=None if environment is None else {**os.environ, **environment},
    ) as process:  # fmt: skip
        memory = _Memory(process.pid)
        watcher = threading.Thread(target=memory.watch)
        watcher.start()
        output, errors = process.communicate()
        seconds = time.perf_counter() - started
        memory.over.set()
        watcher.join()
    if process.returncode:
        said = errors.decode("utf-8", "replace").strip()[-400:]
        raise RunFailedError(f"{' '.join(words)}: exit code {process.returncode}: {said}")
    return Run(seconds, memory.sum_bytes, memory.largest_bytes, output[-_KEPT_OUTPUT:].decode("utf-8", "replace"))


class _Memory:
    """Samples the memory of every process of a session."""

    def __init__(self, session: int) -> None:
        self._session = session
        self.over = threading.Event()
        self.sum_bytes = 0
        self.largest_bytes = 0

    def watch(self) -> None:
        """Sample until `over` is set."""
        while not self.over.wait(POLL_S):
            shares = [share_bytes(pid) for pid in os.listdir("/proc") if pid.isdigit() and self._is_ours(pid)]
            self.sum_bytes = max(self.sum_bytes, sum(shares))
            self.largest_bytes = max(self.largest_bytes, *shares, 0)

    def _is_ours(self, pid: str) -> bool:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
            return int(stat.rpartition(")")[2].split()[3]) == self._session
        except (OSError, ValueError, IndexError):
            return False  # it has ended


def share_bytes(pid: str | int) -> int:
    """Proportional share of memory of a process (https://man7.org/linux/man-pages/man5/proc.5.html); 0 once it ended."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)
