"""How long a case of ten times the run's lines takes to answer, as the screens ask it."""

from collections.abc import Mapping
from typing import Any, Final

from tests.benchmarks.early_rows import seconds_to_first_row
from tests.benchmarks.figures import percentile
from tests.benchmarks.goals import Found
from tests.benchmarks.growth import KEPT
from tests.benchmarks.make_access import AccessShape, narrow
from tests.benchmarks.probe import Answers
from tests.benchmarks.questions import COLUMNS, TIMES, ask, filters, moments, pages, row
from tests.benchmarks.tables import Table
from tests.benchmarks.workbench import Result, Workbench

_COUNTED: Final = ("status:404", "src_ip:198.18.0.0/20", "resource:/packages/1*", "-status:200 user_agent:*Firefox/1*")
_FACETS: Final = ("src_ip", "resource", "user_agent", "actor", "status")
_GOALS: Final = {  # goal -> (answer, percentile)
    "first": ("first", 50),
    "page.exact": ("exact", 95),
    "page.prefix": ("prefix", 95),
    "page.cidr": ("CIDR", 95),
    "jump": ("jump", 95),
    "last": ("last", 95),
    "count": ("count of a filter", 95),
    "histogram": ("histogram of a filter", 95),
    "histogram.all": ("unfiltered histogram", 95),
    "facet.all": ("unfiltered facet", 95),
}
_WORDS: Final = {
    "first": "open the case and read its first page",
    "exact": "first page of an exact filter",
    "prefix": "first page of a prefix filter",
    "CIDR": "first page of a CIDR filter",
    "not indexed": "first page of a filter on fields without an index",
    "free text": "first page of words anywhere",
    "jump": "jump to a time",
    "last": "last page",
}


def measure(bench: Workbench) -> Result:
    """The large case, opened anew each round, once more with its file out of memory; then a case of distinct values."""
    lines = KEPT * bench.lines
    name = f"narrow-{lines}"
    bench.ingested(name, bench.data("narrow", lines))
    tasks = questions(narrow(lines))
    answers = _merged([ask(bench, name, tasks) for _ in range(bench.rounds)])
    cold = _merged([ask(bench, name, [], cold=True) for _ in range(bench.rounds)])
    rows = [row(_WORDS.get(key, key), answer) for key, answer in answers.items()]
    rows.insert(1, row("the same, the file dropped from memory", cold["first"]))
    early = [_early(bench, lines) for _ in range(bench.rounds)]
    rows.insert(0, row("first row while it is ingested, from the start of the process", {"seconds": early}))
    short = bench.short_of("10 M events")
    found = [Found(goal, percentile(answers[key]["seconds"], at), short) for goal, (key, at) in _GOALS.items()]
    found.append(Found("first.cold", percentile(cold["first"]["seconds"], 50), short))
    found.append(Found("early", percentile(early, 50), short))
    notes = ("After the imports of a fresh process. Dropped with posix_fadvise: a cache below the system stays.",)
    distinct = _distinct(bench)
    table = Table(f"Latency: {lines:,} events", COLUMNS, tuple(rows), notes)
    return Result((table, *distinct.tables), (*found, *distinct.found))


def _early(bench: Workbench, lines: int) -> float:
    bench.forget("early")
    try:
        return seconds_to_first_row(bench.case("early"), bench.data("narrow", lines))
    finally:
        bench.forget("early")


def questions(shape: AccessShape) -> list[dict[str, Any]]:
    """What the case is asked, in order."""
    tasks = pages(filters(shape))
    tasks += [{"name": "jump", "call": "jump", "us": us} for us in moments(shape)]
    tasks += [{"name": "last", "call": "last"}] * 3
    for call in ("count", "histogram"):
        tasks += [{"name": f"{call} of a filter", "call": call, "query": query} for query in _COUNTED]
    tasks += [{"name": "unfiltered histogram", "call": "histogram", "query": ""}] * 3
    tasks += [{"name": "unfiltered facet", "call": "facet", "query": "", "field": field} for field in _FACETS]
    return tasks


def _distinct(bench: Workbench) -> Result:
    """Substrings and regexes over as many distinct resources as the run has lines."""
    bench.ingested("unique", bench.data("unique", bench.lines))
    numbers = [bench.lines * place // (TIMES + 1) for place in range(1, TIMES + 1)]
    queries = {
        "substring": [f"resource:*file-{number}.tgz*" for number in numbers],
        "regex": [rf"resource:/file-{number // 10}[0-9]\.tgz\?v=[0-3]/" for number in numbers],
        "free text": [f"file-{number}.tgz" for number in numbers],
    }
    answers = ask(bench, "unique", pages(queries))
    rows = tuple(row(f"first page of a {sort}", answers[sort]) for sort in queries)
    short = bench.short_of("1 M values")
    found = tuple(Found(sort, percentile(answers[sort]["seconds"], 95), short) for sort in ("substring", "regex"))
    return Result((Table(f"Latency: {bench.lines:,} distinct resources", COLUMNS, rows),), found)


def _merged(rounds: list[Answers]) -> Answers:
    merged: dict[str, dict[str, list[float]]] = {}
    for answers in rounds:
        for name, answer in answers.items():
            _extend(merged.setdefault(name, {}), answer)
    return merged


def _extend(entry: dict[str, list[float]], answer: Mapping[str, list[float]]) -> None:
    for name, values in answer.items():
        entry.setdefault(name, []).extend(values)
