"""Access logs into a case, beside lnav's first answer and GoAccess; then filters on the case, beside lnav's filters."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import RUN_COLUMNS, Measured, in_turns, mib, milliseconds, percentile, ratio, seconds
from tests.benchmarks.goals import Found
from tests.benchmarks.make_access import address, narrow
from tests.benchmarks.processes import Run, run
from tests.benchmarks.questions import COLUMNS, ask, filters, pages, row
from tests.benchmarks.tables import Table
from tests.benchmarks.workbench import LEAKLINE, Result, Workbench, searchable, size_of

CASES: Final = {"narrow": "some 6,000 distinct values", "wide": "nine resources in ten distinct"}
_LNAV_COUNT: Final = ";SELECT count(*) FROM access_log WHERE sc_status = 404"
_MORE_FILTERS: Final = 5


def measure(bench: Workbench) -> Result:
    """Ingest each log, then ask the narrow one."""
    tables, found = [], []
    for shape, words in CASES.items():
        log = bench.data(shape, bench.lines)
        size_of_log = f"{bench.lines:,} lines, {mib(size_of(log))}, {words}"
        runs = in_turns(bench.rounds, _commands(bench, shape, log))
        if shape == "narrow" and "goaccess" in bench.peers:
            runs |= in_turns(1, {"goaccess": partial(run, _goaccess(bench, log))})
        tables.append(_ingest_table(bench, f"Access log: {size_of_log}", runs, log, shape))
        found += _ingest_found(bench, runs, log, shape)
    return Result((*tables, *(asked := _filters(bench)).tables), (*found, *asked.found))


def _commands(bench: Workbench, shape: str, log: Path) -> dict[str, Callable[[], Run]]:
    commands: dict[str, Callable[[], Run]] = {"leakline": lambda: bench.ingest(shape, log)}
    if "lnav" in bench.peers:
        commands["lnav"] = lambda: run(["lnav", "-n", "-c", _LNAV_COUNT, log])
    return commands


def _goaccess(bench: Workbench, log: Path) -> list[str | Path]:
    """Its JSON report, for comparison: no goal rests on it, so it runs once."""
    return ["goaccess", log, "--log-format=COMBINED", "--no-progress", "-o", bench.folder / "goaccess.json"]


def _ingest_table(bench: Workbench, title: str, runs: dict[str, Measured], log: Path, shape: str) -> Table:
    lnav = runs.get("lnav")
    rows = [
        _row("leakline ingest, until all can be searched", searchable(runs["leakline"]), lnav),
        _row("leakline ingest, to the end: hashed, embedded, indexed", runs["leakline"], lnav),
    ]
    for peer, words in (("lnav", "lnav, first answer; keeps nothing"), ("goaccess", "GoAccess, its report, run once")):
        rows.append(_row(words, runs[peer], lnav) if peer in runs else (f"{peer}: not run here", *["-"] * 5))
    note = f"Case: {mib(bench.case_bytes(shape))}, {ratio(bench.case_bytes(shape), size_of(log))} the raw text."
    return Table(title, ("run", *RUN_COLUMNS, "speed beside lnav"), tuple(rows), (note,))


def _row(words: str, measured: Measured, lnav: Measured | None) -> tuple[str, ...]:
    return words, *measured.cells(), ratio(lnav.seconds, measured.seconds) if lnav else "-"


def _ingest_found(bench: Workbench, runs: dict[str, Measured], log: Path, shape: str) -> list[Found]:
    short, ours = bench.short_of("1 M lines"), runs["leakline"]
    found = [
        Found("size.access", bench.case_bytes(shape) / size_of(log), short, shape),
        Found("memory.1m", ours.largest_bytes / 1e6, short, shape),
    ]
    if "lnav" in runs:
        lnav = runs["lnav"].seconds
        found += [
            Found("searchable", lnav / searchable(ours).seconds, short, shape),
            Found("indexed", lnav / ours.seconds, short, shape),
        ]
    return found


def _filters(bench: Workbench) -> Result:
    """First pages of filters: in an open case, in an open lnav, and each as a command of its own."""
    queries = filters(narrow(bench.lines))
    answers = ask(bench, "narrow", pages(queries))
    slowest = max(percentile(answers[name]["seconds"], 50) for name in queries)
    rows = [row(f"open case, {name} filter", answers[name]) for name in queries]
    words = f"src_ip:{address(17)}"
    commands: dict[str, Callable[[], Run]] = {
        "leakline search": lambda: run([LEAKLINE, "search", bench.case("narrow"), words, "--limit", "50"])
    }
    log = bench.data("narrow", bench.lines)
    if "lnav" in bench.peers:
        commands["lnav"] = lambda: run(_lnav_filters(log, 1))
        commands["lnav, more filters"] = lambda: run(_lnav_filters(log, 1 + _MORE_FILTERS))
    runs = in_turns(bench.rounds, commands)
    rows.append(_whole("`leakline search`, whole process", runs["leakline search"]))
    if "lnav" not in runs:
        return Result((Table("First page of a filter", COLUMNS, tuple(rows), ("lnav is absent.",)),))
    rows.append(_whole("`lnav -n` with one filter, whole process", runs["lnav"]))
    one = max(1e-9, (runs["lnav, more filters"].seconds - runs["lnav"].seconds) / _MORE_FILTERS)
    rows.append((f"lnav, a filter more in the same process: 1/{_MORE_FILTERS} of what {_MORE_FILTERS} more take",
                 str(bench.rounds), milliseconds(one), "-", "-"))  # fmt: skip
    whole = ratio(runs["lnav"].seconds, runs["leakline search"].seconds)
    note = (
        f"An open case against lnav with the log loaded: {ratio(one, slowest)} for the sort with the slowest median; the goal "
        f"is judged by that. Against lnav's whole process: {ratio(runs['lnav'].seconds, slowest)}. Whole process against "
        f"whole process: {whole}."
    )
    table = Table("First page of a filter", COLUMNS, tuple(rows), (note,))
    return Result((table,), (Found("filter", one / slowest, bench.short_of("1 M lines")),))


def _whole(words: str, measured: Measured) -> tuple[str, ...]:
    took = [done.seconds for done in measured.runs]
    return words, str(len(took)), f"{seconds(measured.seconds)} s", "-", f"{seconds(max(took))} s"


def _lnav_filters(log: Path, count: int) -> list[str | Path]:
    """lnav, filtering for one address after the other and writing what it found."""
    words: list[str | Path] = ["lnav", "-n", "-q"]
    for number in range(17, 17 + count):
        pattern = re.escape(address(number)) + " "
        words += ["-c", f":filter-in {pattern}", "-c", ":write-view-to /dev/null", "-c", f":delete-filter {pattern}"]
    return [*words, log]
