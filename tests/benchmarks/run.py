"""Measure Leakline beside what else is installed, and print tables. See README.md in this folder.

python -m tests.benchmarks.run [--only access,raw] [--lines N] [--rounds N] [--large] [--folder DIR] [--markdown FILE]
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks import access, cloudtrail, decoding, findings, git_history, growth, latency, raw_search, screens
from tests.benchmarks.goals import Found, goal_table
from tests.benchmarks.machine import machine_facts, peer_versions
from tests.benchmarks.processes import RunFailedError
from tests.benchmarks.workbench import Result, Workbench

GROUPS: Final[Mapping[str, Callable[[Workbench], Result]]] = {
    "access": access.measure,
    "raw": raw_search.measure,
    "cloudtrail": cloudtrail.measure,
    "decode": decoding.measure,
    "git": git_history.measure,
    "growth": growth.measure,
    "latency": latency.measure,
    "screens": screens.measure,
    "findings": findings.measure,
}


def measure(bench: Workbench, groups: Sequence[str], facts: str) -> tuple[str, bool]:
    """Run the groups, each table to standard output as it is ready; all of it as Markdown, and whether all went well."""
    parts: list[str] = []
    found: list[Found] = []
    well = True

    def show(part: str) -> None:
        sys.stdout.write(part + "\n")
        sys.stdout.flush()
        parts.append(part)

    for name in groups:
        bench.say(f"--- {name}")
        try:
            result = GROUPS[name](bench)
        except RunFailedError as error:
            well = False
            show(f"### {name}\n\nEnded early: {error}\n")
            continue
        for table in result.tables:
            show(table.markdown())
        found += result.found
    show(goal_table(found).markdown())
    show(f"Medians of runs in turns, {bench.rounds} of each. {facts}\n")
    return "\n".join(parts), well


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=_groups, default=tuple(GROUPS), help=f"of {','.join(GROUPS)}")
    parser.add_argument("--lines", type=int, default=1_000_000, help="of the access logs; the goals are for 1,000,000")
    parser.add_argument("--rounds", type=int, default=3, help="of each command, in turns")
    parser.add_argument("--commits", type=int, default=25_000)
    parser.add_argument("--trail-files", type=int, default=6, help="large CloudTrail files, 15,000 records each")
    parser.add_argument("--tiny-files", type=int, default=3_000, help="CloudTrail .json.gz of one to five records")
    parser.add_argument("--large", action="store_true", help="grow to 20 times the lines, with two more logs")
    parser.add_argument("--folder", type=Path, help="keep data and cases there, and use what an earlier run left")
    parser.add_argument("--markdown", type=Path, help="write the tables to this file too")
    return parser.parse_args(words)


def _groups(text: str) -> tuple[str, ...]:
    wanted = {word.strip() for word in text.split(",")}
    if unknown := wanted - GROUPS.keys():
        raise argparse.ArgumentTypeError(f"no such group: {', '.join(sorted(unknown))}; of {', '.join(GROUPS)}")
    return tuple(name for name in GROUPS if name in wanted)


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when something that was measured failed."""
    arguments = _arguments(words)
    started, peers = time.monotonic(), peer_versions()
    load = f"The machine's load average before the run was {os.getloadavg()[0]:.1f}."
    with tempfile.TemporaryDirectory() as scratch:
        folder = (arguments.folder or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        bench = Workbench(
            folder, peers, arguments.lines, max(1, arguments.rounds), arguments.commits, arguments.trail_files,
            arguments.tiny_files, arguments.large,
        )  # fmt: skip
        markdown, well = measure(bench, arguments.only, f"{machine_facts(peers)} {load}")
    if arguments.markdown:
        arguments.markdown.write_text(markdown, encoding="utf-8")
    bench.say(f"{(time.monotonic() - started) / 60:.1f} minutes")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
