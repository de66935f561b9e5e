"""How the terminal UI feels on a case of ten times the run's lines: the real app, driven without a terminal."""

import json
from typing import Final

from tests.benchmarks.figures import milliseconds, percentile
from tests.benchmarks.goals import Found
from tests.benchmarks.growth import KEPT
from tests.benchmarks.processes import run
from tests.benchmarks.tables import Table
from tests.benchmarks.workbench import LEAKLINE, Result, Workbench

QUERIES: Final = (
    "status:404", "src_ip:198.18.3.7", "resource:/packages/17/*", "src_ip:198.18.0.0/20", "user_agent:*Firefox/101*",
    "-status:200 resource:*file-12*", "status:999", "GET file-77.tgz",
)  # fmt: skip
_COLUMNS: Final = ("what", "times", "median", "p95", "most")
_GOALS: Final = {
    "screens.rows": ("rows after opening", 50),
    "screens.key": ("a key typed", 95),
    "screens.page": ("a page", 95),
    "screens.filter": ("first rows of a filter", 95),
}


def measure(bench: Workbench) -> Result:
    """One session on the large case."""
    lines = KEPT * bench.lines
    case = bench.ingested(f"narrow-{lines}", bench.data("narrow", lines))
    bench.say("driving the terminal UI")
    done = run([LEAKLINE.with_name("python"), "-m", "tests.benchmarks.ask_screens", case, *QUERIES])
    times: dict[str, list[float]] = json.loads(done.output)
    rows = tuple(
        (name, str(len(found)), *(milliseconds(percentile(found, at)) for at in (50, 95)), milliseconds(max(found)))
        for name, found in times.items()
    )
    short = bench.short_of("10 M events")
    found = tuple(Found(goal, percentile(times[name], at), short) for goal, (name, at) in _GOALS.items())
    note = "After the imports of a fresh process, at 120 x 40. A key is done when the screen is drawn."
    return Result((Table(f"The terminal UI: {lines:,} events", _COLUMNS, rows, (note,)),), found)
