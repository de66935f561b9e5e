"""The questions that a case of an access log is asked: a seeded list of each sort, some common, some rare, some in vain."""

import json
import random
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tests.benchmarks.figures import milliseconds, percentile
from tests.benchmarks.make_access import BEGIN, AccessShape, address, resource
from tests.benchmarks.probe import Answers
from tests.benchmarks.processes import run
from tests.benchmarks.workbench import Workbench

TIMES: Final = 20  # questions of each sort
COLUMNS: Final = ("question", "how many", "p50", "p95", "slowest")
_US: Final = 1_000_000


def filters(shape: AccessShape, *, times: int = TIMES, seed: int = 7) -> dict[str, list[str]]:
    """Sort -> queries: exact, prefix, CIDR; a field without an index; words anywhere in the fields."""
    dice = random.Random(seed)

    def someone() -> str:
        return address(int(dice.random() * shape.addresses * 1.1))

    def something() -> int:
        return int(dice.random() ** 2 * shape.resources * 1.1)

    return {
        "exact": [q for _ in range(times // 2) for q in (f"src_ip:{someone()}", f'resource:"{resource(something())}"')],
        "prefix": [f"resource:/packages/{dice.randrange(97)}/file-{dice.randrange(1, 20)}*" for _ in range(times)],
        "CIDR": [f"src_ip:{someone().rpartition('.')[0]}.0/{dice.choice((24, 26, 28))}" for _ in range(times)],
        "not indexed": [f"status:{dice.choice((206, 403, 500))} bytes_out:>{dice.randrange(1, 80)}KB" for _ in range(times)],
        "free text": [f"file-{something()}" for _ in range(times)],
    }  # fmt: skip


def moments(shape: AccessShape, *, times: int = TIMES, seed: int = 8) -> list[int]:
    """Times within the log, microseconds UTC."""
    dice = random.Random(seed)
    return [(int(BEGIN.timestamp()) + dice.randrange(max(1, shape.seconds))) * _US for _ in range(times)]


def pages(queries: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Tasks of the probe that ask for the first page of each, the sorts taking turns."""
    turns = zip(*queries.values(), strict=True)
    return [
        {"name": name, "call": "page", "query": query}
        for turn in turns
        for name, query in zip(queries, turn, strict=True)
    ]


def ask(bench: Workbench, case: str, tasks: Sequence[Mapping[str, Any]], *, cold: bool = False) -> Answers:
    """Ask the case of that name in a process of its own. RunFailedError when that fails."""
    file = bench.folder / "tasks.json"
    file.write_text(json.dumps(tasks), encoding="utf-8")
    done = run([sys.executable, "-m", "tests.benchmarks.probe", bench.case(case), file, *(["--cold"] if cold else [])])
    answers: Answers = json.loads(done.output)
    return answers


def row(name: str, answer: Mapping[str, Sequence[float]]) -> tuple[str, ...]:
    """A line of the table of latencies."""
    took = answer["seconds"]
    return name, str(len(took)), *map(milliseconds, (percentile(took, 50), percentile(took, 95), max(took)))
