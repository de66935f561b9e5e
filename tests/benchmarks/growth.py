"""How time per event, memory and size go as a case grows.

Lines in multiples of the run's own: 1, 5 and 10 of the narrow log; with `--large` also 20, the wide log, and one whose
resources are all distinct.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from tests.benchmarks.figures import Measured, in_turns, mib, ratio
from tests.benchmarks.goals import Found
from tests.benchmarks.tables import Table
from tests.benchmarks.workbench import Result, Workbench, size_of, summary

MOST_REPEATED: Final = 1_000_000  # more lines than that are ingested once
KEPT: Final = 10  # the case of so many times the lines is kept for the latencies
_DEFAULT: Final = {"narrow": (1, 5, 10)}
_LARGE: Final = {"narrow": (1, 5, 10, 20), "wide": (1, 5, 20), "unique": (10,)}
_MOST: Final = 20
_COLUMNS: Final = (
    "log",
    "lines",
    "us per event",
    "beside the smallest",
    "memory, all",
    "largest process",
    "case / raw text",
)


def measure(bench: Workbench) -> Result:
    """Ingest every size."""
    rows: list[tuple[str, ...]] = []
    found: list[Found] = []
    for what, multiples in (_LARGE if bench.large else _DEFAULT).items():
        own_rows, own_found = _of_one_log(bench, what, multiples)
        rows += own_rows
        found += own_found
    note = "Time per event is the run's own seconds, without Python's start, over its events."
    return Result((Table("Growth", _COLUMNS, tuple(rows), (note,)),), tuple(found))


def _of_one_log(bench: Workbench, what: str, multiples: Sequence[int]) -> tuple[list[tuple[str, ...]], list[Found]]:
    rows: list[tuple[str, ...]] = []
    found: list[Found] = []
    first_us = 0.0
    for multiple in multiples:
        lines = multiple * bench.lines
        log = bench.data(what, lines)
        bench.say(f"ingesting {log.name}")
        name = f"{what}-{lines}"
        rounds = bench.rounds if lines <= MOST_REPEATED else 1
        measured = in_turns(rounds, {"": partial(bench.ingest, name, log)})[""]
        per_event = _us_per_event(measured)
        first_us = first_us or per_event
        share = ratio(bench.case_bytes(name), size_of(log))
        rows.append((what, f"{lines:,}", f"{per_event:.2f}", ratio(per_event, first_us), mib(measured.sum_bytes),
                     mib(measured.largest_bytes), share))  # fmt: skip
        found += _found(bench, what, multiple, measured, per_event / first_us)
        if (what, multiple) != ("narrow", KEPT):
            bench.forget(name)
    return rows, found


def _us_per_event(measured: Measured) -> float:
    per_event = sorted(1e6 * summary(done)["seconds"] / max(1, summary(done)["events"]) for done in measured.runs)
    return float(per_event[len(per_event) // 2])


def _found(bench: Workbench, what: str, multiple: int, measured: Measured, growth: float) -> list[Found]:
    short, largest_mb = bench.short_of("10 M events"), measured.largest_bytes / 1e6
    if (what, multiple) == ("narrow", KEPT):
        memory = Found("memory.10m", largest_mb, short)
        if bench.large:
            return [memory]
        return [memory, Found("growth", growth, short or "10 M beside 1 M; --large measures 20 M")]
    if (what, multiple) == ("unique", KEPT):
        return [Found("memory.unique", largest_mb, short)]
    if multiple == _MOST:
        return [Found("growth", growth, bench.short_of("20 M events"), what)]
    return []
