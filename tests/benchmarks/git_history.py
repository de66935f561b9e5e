"""A repository into a case, beside `git log --all --raw -z` over the same history."""

from tests.benchmarks.figures import RUN_COLUMNS, in_turns, mib, ratio
from tests.benchmarks.goals import Found
from tests.benchmarks.processes import run
from tests.benchmarks.tables import Table
from tests.benchmarks.workbench import Result, Workbench, size_of

_FULL_COMMITS = 25_000


def measure(bench: Workbench) -> Result:
    """Ingest and list in turns."""
    repository = bench.data("git", bench.commits)
    runs = in_turns(bench.rounds, {
        "leakline": lambda: bench.ingest("git", repository),
        "git": lambda: run(["git", "-C", repository, "log", "--all", "--raw", "-z"]),
    })  # fmt: skip
    beside = runs["git"].seconds
    rows = tuple(
        (words, *runs[name].cells(), ratio(runs[name].seconds, beside))
        for name, words in (("leakline", "leakline ingest"), ("git", "git log --all --raw -z"))
    )
    title = f"Git: {bench.commits:,} commits, {mib(size_of(repository))}"
    note = f"Case: {mib(bench.case_bytes('git'))}."
    short = None if bench.commits >= _FULL_COMMITS else "fewer commits"
    table = Table(title, ("run", *RUN_COLUMNS, "time beside git"), rows, (note,))
    return Result((table,), (Found("git", runs["leakline"].seconds / beside, short),))
