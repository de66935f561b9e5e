"""Search in the evidence itself, beside ripgrep over the plain file."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import RUN_COLUMNS, Measured, in_turns, mib, percentile, ratio
from tests.benchmarks.goals import Found
from tests.benchmarks.processes import run
from tests.benchmarks.questions import ask
from tests.benchmarks.tables import Table
from tests.benchmarks.workbench import LEAKLINE, Result, Workbench, size_of

PATTERNS: Final = (  # what, the query, ripgrep's words for the same
    ("a rare text", "raw:file-1777.tgz", ("-F", "-i", "file-1777.tgz")),
    ("a text in one line of fifty", "raw:Firefox/100", ("-F", "-i", "Firefox/100")),
    ("a regex", "raw:/file-1[0-9]{2}7\\.tgz/", ("-e", "file-1[0-9]{2}7\\.tgz")),
)


def measure(bench: Workbench) -> Result:
    """Count the lines of each pattern in turns, then again in an open case."""
    log = bench.data("narrow", bench.lines)
    bench.ingested("narrow", log)
    size = size_of(log)
    rows: list[tuple[str, ...]] = []
    for what, query, words in PATTERNS:
        rows += _beside_ripgrep(bench, what, query, words, log)
    answers = ask(bench, "narrow", [
        {"name": query, "call": "count", "query": query} for _ in range(bench.rounds) for _, query, _ in PATTERNS
    ])  # fmt: skip
    rates = {query: size / 1e6 / percentile(answers[query]["seconds"], 50) for _, query, _ in PATTERNS}
    rows += [
        (f"{what}: open case, `{query}`", f"{size / 1e6 / rate:.2f}", *["-"] * 3, f"{rate:,.0f} MB/s", "-", "-")
        for (what, query, _), rate in zip(PATTERNS, rates.values(), strict=True)
    ]
    cores = len(os.sched_getaffinity(0))
    notes = (f"The goal is judged by the slowest of the open case's rates, over {cores} cores.",)
    columns = ("search", *RUN_COLUMNS, "rate", "time beside rg", "lines found")
    table = Table(f"Raw search: {bench.lines:,} lines, {mib(size)}", columns, tuple(rows), notes)
    return Result((table,), (Found("raw", min(rates.values()) / cores, bench.short_of("1 M lines")),))


def _beside_ripgrep(bench: Workbench, what: str, query: str, words: Sequence[str], log: Path) -> list[tuple[str, ...]]:
    commands = {"leakline": lambda: run([LEAKLINE, "search", bench.case("narrow"), query, "--count"])}
    if "rg" in bench.peers:
        commands["rg"] = lambda: run(["rg", "--no-config", "-c", *words, log])
    runs = in_turns(bench.rounds, commands)
    rg, size = runs.get("rg"), size_of(log)
    rows = [_row(f"{what}: `leakline search ... --count`", runs["leakline"], rg, size)]
    rows.append(_row(f"{what}: `rg -c`", rg, rg, size) if rg else ("rg: absent", *["-"] * 7))
    return rows


def _row(words: str, measured: Measured, rg: Measured | None, size: int) -> tuple[str, ...]:
    rate = f"{size / 1e6 / measured.seconds:,.0f} MB/s"
    lines = measured.runs[-1].output.strip()
    return words, *measured.cells(), rate, ratio(measured.seconds, rg.seconds) if rg else "-", lines
