"""CloudTrail into a case: large files, beside DuckDB's read_json into a table; thousands of tiny gzip files."""

import sys
from collections.abc import Callable

from tests.benchmarks.figures import RUN_COLUMNS, Measured, in_turns, mib, percentile, ratio
from tests.benchmarks.goals import Found
from tests.benchmarks.make_cloudtrail import RECORDS_A_FILE
from tests.benchmarks.processes import Run, run
from tests.benchmarks.questions import COLUMNS, ask, row
from tests.benchmarks.tables import Table
from tests.benchmarks.trail_shapes import BUCKETS
from tests.benchmarks.workbench import Result, Workbench, size_of

_FULL_FILES = 6
_FULL_TINY = 3_000


def measure(bench: Workbench) -> Result:
    """Large files, tiny files, then questions about fields that only the raw record has."""
    parts = (_large(bench), _tiny(bench), _raw_fields(bench))
    return Result(tuple(t for part in parts for t in part.tables), tuple(f for part in parts for f in part.found))


def _large(bench: Workbench) -> Result:
    folder = bench.data("trail", bench.trail_files)
    size = size_of(folder)
    commands: dict[str, Callable[[], Run]] = {"leakline": lambda: bench.ingest("trail", folder)}
    if "duckdb" in bench.peers:
        table = bench.folder / "duckdb.db"

        def load() -> Run:
            table.unlink(missing_ok=True)
            return run([sys.executable, "-m", "tests.benchmarks.duckdb_load", folder, table])

        commands["duckdb"] = load
    runs = in_turns(bench.rounds, commands)
    rows = [_rate("leakline ingest", runs["leakline"], size / 1e6, "MB/s")]
    if "duckdb" in runs:
        rows.append(_rate("DuckDB, read_json of 10 fields into a table", runs["duckdb"], size / 1e6, "MB/s"))
    else:
        rows.append(("duckdb: not run here", *["-"] * 5))
    share = bench.case_bytes("trail") / size
    title = f"CloudTrail, large files: {bench.trail_files} of {RECORDS_A_FILE:,} records, {mib(size)}"
    note = f"Case: {mib(bench.case_bytes('trail'))}, {ratio(bench.case_bytes('trail'), size)} the raw text."
    short = _short_of(bench.trail_files, _FULL_FILES)
    found = (
        Found("trail.large", size / 1e6 / runs["leakline"].seconds, short),
        Found("size.trail", share, short),
    )
    return Result((Table(title, ("run", *RUN_COLUMNS, "rate"), tuple(rows), (note,)),), found)


def _tiny(bench: Workbench) -> Result:
    folder = bench.data("tiny", bench.tiny_files)
    runs = in_turns(bench.rounds, {"leakline": lambda: bench.ingest("tiny", folder)})
    title = f"CloudTrail, tiny files: {bench.tiny_files:,} .json.gz of one to five records, {mib(size_of(folder))}"
    rows = (_rate("leakline ingest", runs["leakline"], bench.tiny_files, "files/s"),)
    short = _short_of(bench.tiny_files, _FULL_TINY)
    found = (Found("trail.tiny", bench.tiny_files / runs["leakline"].seconds, short),)
    return Result((Table(title, ("run", *RUN_COLUMNS, "rate"), rows),), found)


def _rate(words: str, measured: Measured, amount: float, unit: str) -> tuple[str, ...]:
    return words, *measured.cells(), f"{amount / measured.seconds:,.0f} {unit}"


def _raw_fields(bench: Workbench) -> Result:
    """`raw.path:value` on top of an indexed condition: the first page, and the count of all."""
    queries = [f"action:s3:GetObject raw.requestParameters.bucketName:{bucket}" for bucket in BUCKETS]
    queries += [f"action:secretsmanager:GetSecretValue raw.requestParameters.secretId:prod/db-{n}" for n in range(11)]
    tasks = [{"name": "page", "call": "page", "query": query} for query in queries]
    tasks += [{"name": "count", "call": "count", "query": query} for query in queries[:3]]
    answers = ask(bench, "trail", tasks)
    rows = (
        row("raw.path:value on top of an action, first page", answers["page"]),
        row("the same, count of all", answers["count"]),
    )
    title = f"Fields of the raw record, {bench.trail_files * RECORDS_A_FILE:,} CloudTrail events"
    found = Found("raw.path", percentile(answers["page"]["seconds"], 95), _short_of(bench.trail_files, _FULL_FILES))
    return Result((Table(title, COLUMNS, rows),), (found,))


def _short_of(files: int, full: int) -> str | None:
    return None if files >= full else "fewer files"
