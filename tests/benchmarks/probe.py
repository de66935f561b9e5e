"""A process of its own that opens a case and says how long each question took, after its imports.

python -m tests.benchmarks.probe CASE TASKS.json [--cold]

TASKS.json is a list of objects: `name` (figures of one name belong together), `call` (page, count, histogram or facet,
each with a `query`; jump, to `us`; last), and `field` for a facet. Jumps and last pages are those of the unfiltered list,
which stays open, as on the screen. Prints one JSON object: name -> {"seconds": [...],
"rows": [...]}; `first` is opening the case and reading its first page, before all else.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import timeline.query.parsing
import timeline.report.redact  # noqa: F401 - the screens import it too: no question has to pay for it
from timeline.session.case import Case, open_case
from timeline.session.matches import Matches

PAGE_ROWS: Final = 50
Task = Mapping[str, Any]
Answers = dict[str, dict[str, list[float]]]


def ask(case: Case, everything: Matches, task: Task) -> int:
    """Ask one question to its end; how many rows, matches or values came back."""
    if task["call"] == "last":
        return len(everything.page(max(0, everything.count() - PAGE_ROWS), PAGE_ROWS))
    if task["call"] == "jump":
        return len(everything.page(everything.offset_of_time(task["us"]), PAGE_ROWS))
    return _CALLS[task["call"]](case, task)


def _page(case: Case, task: Task) -> int:
    with case.find(task["query"]) as matches:
        return len(matches.page(0, PAGE_ROWS))


def _count(case: Case, task: Task) -> int:
    with case.find(task["query"]) as matches:
        return matches.count()


def _histogram(case: Case, task: Task) -> int:
    return sum(map(sum, case.histogram(task["query"]).series.values()))


def _facet(case: Case, task: Task) -> int:
    return len(case.facet(task["field"], task["query"]))


_CALLS: Final[Mapping[str, Callable[[Case, Task], int]]] = {
    "page": _page,
    "count": _count,
    "histogram": _histogram,
    "facet": _facet,
}


def probe(path: Path, tasks: Sequence[Task]) -> Answers:
    """Open the case, read its first page, then ask one question after the other."""
    found: Answers = {}

    def timed(name: str, call: Callable[[], int]) -> None:
        started = time.perf_counter()
        rows = call()
        seconds = time.perf_counter() - started
        entry = found.setdefault(name, {"seconds": [], "rows": []})
        entry["seconds"].append(seconds)
        entry["rows"].append(rows)

    opened: list[Case] = []

    def first() -> int:
        opened.append(open_case(path))
        return _page(opened[0], {"query": ""})

    timed("first", first)
    with opened[0] as case, case.find("") as everything:
        for task in tasks:
            timed(task["name"], partial(ask, case, everything, task))
    return found


def drop_from_memory(path: Path) -> None:
    """Ask the system to forget a file's pages; what the disk or a host below keeps is out of reach."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main() -> None:
    """Ask what the arguments say."""
    path, tasks = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    if "--cold" in sys.argv[3:]:
        drop_from_memory(path)
    sys.stdout.write(json.dumps(probe(path, tasks)) + "\n")


if __name__ == "__main__":
    main()
