"""A process of its own that asks a case every question of a leak; its results stay in the case.

python -m tests.benchmarks.ask_findings CASE

Prints one JSON object: question -> seconds, without the imports.
"""

import json
import sys
import time
from pathlib import Path
from typing import Final

from timeline.session.case import open_case

QUESTIONS: Final = (
    "exposures", "coverage", "bursts", "first_seen", "tampering", "secrets", "actors", "radius", "hypotheses", "measures",
    "assets", "clocks",
)  # fmt: skip


def main() -> None:
    """Ask the case of the arguments."""
    times: dict[str, float] = {}
    with open_case(Path(sys.argv[1])) as case:
        for name in QUESTIONS:
            started = time.perf_counter()
            getattr(case.findings, name)()
            times[name] = time.perf_counter() - started
        started = time.perf_counter()
    times["keeping the results"] = time.perf_counter() - started
    sys.stdout.write(json.dumps(times) + "\n")


if __name__ == "__main__":
    main()
