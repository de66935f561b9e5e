"""How long the questions of a leak take over a million events: first, again, and after ten thousand more.

Seven events in ten are an access log's (`narrow`), three CloudTrail's (`settled`). Each figure is a process of its own, as a
command is; without Python's start.
"""

import json
import shutil
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.figures import mib, milliseconds
from tests.benchmarks.goals import Found
from tests.benchmarks.make_cloudtrail import RECORDS_A_FILE
from tests.benchmarks.processes import run
from tests.benchmarks.tables import Table
from tests.benchmarks.workbench import LEAKLINE, Result, Workbench

MORE: Final = 10_000
_CASE: Final = "findings"
_STEPS: Final = (
    ("first", "over all events"),
    ("again", "again: nothing changed"),
    ("access", f"after {MORE:,} more lines of an access log"),
    ("trail", f"after {MORE:,} more records of CloudTrail"),
)


def measure(bench: Workbench) -> Result:
    """One round: each step leaves its results in the case, which the next begins with."""
    evidence = _evidence(bench)
    bench.ingest(_CASE, evidence / "first")
    times: dict[str, dict[str, float]] = {}
    most = 0
    for step, _ in _STEPS:
        if (evidence / step).exists() and step != "first":
            run([LEAKLINE, "ingest", bench.case(_CASE), evidence / step, "--json"])
        bench.say(f"asking: {step}")
        done = run([LEAKLINE.with_name("python"), "-m", "tests.benchmarks.ask_findings", bench.case(_CASE)])
        times[step] = json.loads(done.output)
        most = max(most, done.largest_bytes)
    bench.forget(_CASE)
    sums = {step: sum(times[step].values()) for step, _ in _STEPS}
    names = list(times["first"])
    rows = [(name, *(milliseconds(times[step][name]) for step, _ in _STEPS)) for name in names]
    rows.append(("all", *(milliseconds(sums[step]) for step, _ in _STEPS)))
    short = bench.short_of("1 M events")
    found = (
        Found("findings", sums["first"], short),
        Found("findings.more", sums["access"], short, "access log"),
        Found("findings.more", sums["trail"], short, "CloudTrail"),
        Found("findings.memory", most / 1e6, short),
    )
    note = f"Most memory of one process: {mib(most)}."
    return Result(
        (Table("Questions of a leak", ("what", *(title for _, title in _STEPS)), tuple(rows), (note,)),), found
    )


def _evidence(bench: Workbench) -> Path:
    """Folders: what the case begins with, and what is added."""
    files = max(1, round(bench.lines * 0.3 / RECORDS_A_FILE))
    folder = bench.folder / f"findings-{bench.lines}"
    shutil.rmtree(folder, ignore_errors=True)
    first, access, trail = (folder / name for name in ("first", "access", "trail"))
    for each in (first, access, trail):
        each.mkdir(parents=True)
    lines = bench.lines * 7 // 10
    with bench.data("narrow", lines + MORE).open("rb") as log:
        (first / "access.log").write_bytes(b"".join(next(log) for _ in range(lines)))
        (access / "later.log").write_bytes(log.read())
    *whole, last = sorted(bench.data("settled", files + 1).iterdir())
    for path in whole:
        (first / path.name).hardlink_to(path)
    records: list[Any] = json.loads(last.read_bytes())["Records"][:MORE]
    (trail / "later.json").write_text(json.dumps({"Records": records}))
    return folder
