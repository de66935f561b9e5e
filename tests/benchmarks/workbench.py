"""The folder that a run works in: its data, made once; its cases; and Leakline run as anyone runs it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.figures import Measured
from tests.benchmarks.goals import Found
from tests.benchmarks.make_data import MAKERS
from tests.benchmarks.processes import Run, run
from tests.benchmarks.tables import Table

LEAKLINE: Final = Path(sys.executable).with_name("leakline")
_BLOCK: Final = 1 << 20
FULL_LINES: Final = 1_000_000  # the size that the goals are stated for


@dataclass(frozen=True, slots=True)
class Result:
    """What a group of measurements found."""

    tables: tuple[Table, ...]
    found: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbench:
    """Sizes of a run, the peers that are there (name -> version), and the folder for data and cases."""

    folder: Path
    peers: Mapping[str, str]
    lines: int = FULL_LINES
    rounds: int = 3
    commits: int = 25_000
    trail_files: int = 6
    tiny_files: int = 3_000
    large: bool = False

    def say(self, text: str) -> None:
        """Tell whoever waits, on standard error."""
        sys.stderr.write(f"{text}\n")

    def data(self, what: str, count: int) -> Path:
        """Data of `make_data`, made now unless an earlier run left it here; read once, so that no run pays for the disk."""
        path = self.folder / f"{what}-{count}"
        if not path.exists():
            self.say(f"making {count:,} of {what}")
            partial = path.with_name(path.name + ".partial")
            if partial.is_dir():
                shutil.rmtree(partial)
            MAKERS[what](partial, count)
            partial.rename(path)
        _read_through(path)
        return path

    def case(self, name: str) -> Path:
        """Where a case of that name lies or will lie."""
        return self.folder / f"{name}.db"

    def ingest(self, name: str, evidence: Path) -> Run:
        """`leakline ingest` of the evidence into a new case of that name. RunFailedError when it does not end well."""
        self.forget(name)
        return run([LEAKLINE, "ingest", self.case(name), evidence, "--json"])

    def ingested(self, name: str, evidence: Path) -> Path:
        """A case of that evidence: the one that lies here when this Leakline can read it, else a new one."""
        status = [str(LEAKLINE), "status", str(self.case(name))]
        kept = self.case(name).exists() and not subprocess.run(status, capture_output=True, check=False).returncode
        if not kept:
            self.say(f"ingesting {evidence.name}")
            self.ingest(name, evidence)
        return self.case(name)

    def forget(self, name: str) -> None:
        """Delete a case."""
        for path in self._files(name):
            path.unlink()

    def case_bytes(self, name: str) -> int:
        """Size of a case, with all files that SQLite keeps beside it."""
        return sum(path.stat().st_size for path in self._files(name))

    def _files(self, name: str) -> list[Path]:
        return sorted(self.folder.glob(f"{name}.db*"))

    def short_of(self, size: str) -> str | None:
        """What to say beside a figure of a run that is smaller than the goal's `size`."""
        return None if self.lines >= FULL_LINES else f"not at {size}"


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    return sum(file.stat().st_size for file in _files_of(path))


def _files_of(path: Path) -> list[Path]:
    return [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]


def _read_through(path: Path) -> None:
    for file in _files_of(path):
        with file.open("rb", buffering=0) as opened:
            while opened.read(_BLOCK):
                pass


def summary(done: Run) -> dict[str, Any]:
    """The JSON object that `leakline ingest --json` ends with."""
    found = json.loads(done.output.strip().splitlines()[-1])
    if not isinstance(found, dict):
        raise TypeError(f"`leakline ingest --json` printed {found!r}")
    return found


def searchable(ingest: Measured) -> Measured:
    """The same runs up to when everything could be searched: start and end of the process included, index building not.

    Where the summary does not say when that was, the whole run.
    """
    runs = []
    for done in ingest.runs:
        told = summary(done)
        later = told["seconds"] - told.get("searchable_seconds", told["seconds"])
        runs.append(Run(done.seconds - later, done.sum_bytes, done.largest_bytes, done.output))
    return Measured(tuple(runs))
