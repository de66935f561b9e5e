"""Measure Leakline beside lnav and git on data of `make_data`, and print a table.

python -m tests.benchmarks.run [--lines 1000000] [--commits 25000] [--folder DIR]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.make_data import make_repository, write_access_log

LEAKLINE = str(Path(sys.executable).with_name("leakline"))
POLL_S = 0.02
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: seconds on the wall, the most memory that its processes held together (bytes, proportional share)."""

    name: str
    seconds: float
    peak_bytes: int


def measure(name: str, command: Sequence[str]) -> Measured:
    """Run a command to its end, its output thrown away."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True) as run:
        peak = _Peak(run.pid)
        watcher = threading.Thread(target=peak.watch)
        watcher.start()
        code = run.wait()
        seconds = time.perf_counter() - started
        peak.over.set()
        watcher.join()
    if code:
        raise SystemExit(f"{' '.join(command)}: exit code {code}")
    return Measured(name, seconds, peak.bytes)


class _Peak:
    """Samples the memory of all processes of a session."""

    def __init__(self, session: int) -> None:
        self._session = session
        self.over = threading.Event()
        self.bytes = 0

    def watch(self) -> None:
        while not self.over.wait(POLL_S):
            self.bytes = max(self.bytes, sum(self._share(pid) for pid in os.listdir("/proc") if pid.isdigit()))

    def _share(self, pid: str) -> int:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
            if int(stat.rpartition(")")[2].split()[3]) != self._session:
                return 0
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        except (OSError, ValueError, IndexError):
            return 0
        line = next((line for line in rollup.splitlines() if line.startswith("Pss:")), "Pss: 0")
        return int(line.split()[1]) * 1024


def runs(folder: Path, lines: int, commits: int) -> list[Measured]:
    """Make the data, then run everything that is installed."""
    log, repository = folder / "access.log", folder / "history.git"
    write_access_log(log, lines)
    make_repository(repository, commits)
    case, history = str(folder / "access.db"), str(folder / "history.db")
    words = f"{lines:,} access lines ({log.stat().st_size // MIB} MiB)"
    found = [
        measure("leakline --help", [LEAKLINE, "--help"]),
        measure(f"leakline ingest, {words}", [LEAKLINE, "ingest", case, str(log), "--json"]),
        measure("leakline search --count, status:404", [LEAKLINE, "search", case, "status:404", "--count"]),
        measure("leakline ingest again, nothing new", [LEAKLINE, "ingest", case, str(log), "--json"]),
    ]
    if shutil.which("lnav"):
        query = ";SELECT count(*) FROM access_log WHERE sc_status = 404"
        found.append(measure(f"lnav, one query over {words}", ["lnav", "-n", "-c", query, str(log)]))
    raw = ["git", "-C", str(repository), "log", "--all", "--raw"]
    found.append(measure(f"git log --all --raw, {commits:,} commits", raw))
    ingest = [LEAKLINE, "ingest", history, str(repository), "--json"]
    found.append(measure(f"leakline ingest, {commits:,} commits", ingest))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--commits", type=int, default=25_000)
    parser.add_argument("--folder", type=Path, help="where the data and the cases go; a temporary folder if not said")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(tempfile.mkdtemp(dir=arguments.folder)) if arguments.folder else Path(scratch)
        table = runs(folder, arguments.lines, arguments.commits)
    lines = ["| run | seconds | peak memory |", "|---|---|---|"]
    lines += [f"| {row.name} | {row.seconds:.2f} | {row.peak_bytes // MIB} MiB |" for row in table]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
