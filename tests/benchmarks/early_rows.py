"""How soon rows of a running ingest can be read: opens the case again and again from the moment that the ingest starts."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Final

from tests.benchmarks.processes import RunFailedError
from tests.benchmarks.workbench import LEAKLINE
from timeline.model.errors import LeaklineError
from timeline.session.case import open_case

_POLL_S: Final = 0.02
_PATIENCE_S: Final = 60.0


def seconds_to_first_row(case: Path, evidence: Path) -> float:
    """Seconds from the start of `leakline ingest` of the evidence into a new case until that case gives a row.

    The ingest is ended then, so the case holds a part. RunFailedError when it ends without a row, or takes a minute.
    """
    command = [str(LEAKLINE), "ingest", str(case), str(evidence), "--json"]
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            while not (is_there := _has_row(case)) and process.poll() is None:
                if time.perf_counter() - started > _PATIENCE_S:
                    break
                time.sleep(_POLL_S)
            is_there = is_there or _has_row(case)
            seconds = time.perf_counter() - started
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    if not is_there:
        raise RunFailedError(f"{' '.join(command)}: no row after {seconds:.1f} s")
    return seconds


def _has_row(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with open_case(path) as case, case.find("") as matches:
            return bool(matches.page(0, 1))
    except LeaklineError:
        return False  # it is being made
