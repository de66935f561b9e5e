"""Seeded data to measure with: an access log of N lines, a Git history of N commits.

python -m tests.benchmarks.make_data access 1000000 access.log
python -m tests.benchmarks.make_data git 25000 history.git
"""

import argparse
import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
AGENTS = tuple(f"Mozilla/5.0 (X11; Linux x86_64; rv:{n}.0) Gecko/20100101 Firefox/{n}.0" for n in range(90, 136))


def access_lines(lines: int, *, addresses: int, targets: int, seed: int = 1) -> Iterator[str]:
    """Lines in the combined format, four a second, with that many distinct addresses and targets at most."""
    dice = random.Random(seed)
    for number in range(lines):
        when = BEGIN + timedelta(seconds=number // 4)
        address = int(dice.random() ** 2 * addresses)
        target = int(dice.random() ** 3 * targets)
        status = 200 if dice.random() < 0.93 else 404
        size = dice.randrange(200, 90_000)
        yield (
            f"198.{18 + (address >> 16)}.{address >> 8 & 255}.{address & 255} - - [{when:%d/%b/%Y:%H:%M:%S} +0000] "
            f'"GET /packages/{target % 97}/file-{target}.tgz?v={target % 7} HTTP/1.1" {status} {size} '
            f'"-" "{AGENTS[int(dice.random() * len(AGENTS))]}"\n'
        )


def write_access_log(path: Path, lines: int, *, addresses: int = 50_000, targets: int = 20_000) -> None:
    """Write the log."""
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.writelines(access_lines(lines, addresses=addresses, targets=targets))


def fast_import(commits: int, seed: int = 2) -> Iterator[bytes]:
    """A history on one branch, as a stream for `git fast-import`: each commit changes one to four of 3,000 files."""
    dice = random.Random(seed)
    start = int(BEGIN.timestamp()) - commits * 600
    for number in range(commits):
        who = f"Person {number % 40} <person{number % 40}@corp.example>"
        when = start + number * 600
        subject = f"Change {number}: {dice.random():.12f}\n".encode()
        yield f"commit refs/heads/main\nauthor {who} {when - 60 * (number % 5)} +0100\n".encode()
        yield f"committer {who} {when} +0100\ndata {len(subject)}\n".encode() + subject
        for _ in range(dice.randrange(1, 5)):
            file = dice.randrange(3_000)
            content = f"file {file} as of {number}\n".encode() * dice.randrange(2, 30)
            yield f"M 100644 inline src/{file % 60}/module-{file}.txt\ndata {len(content)}\n".encode() + content + b"\n"


def make_repository(path: Path, commits: int) -> None:
    """Make a bare repository with that history."""
    subprocess.run(["git", "init", "--quiet", "--bare", str(path)], check=True)
    command = ["git", "-C", str(path), "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.writelines(fast_import(commits))
        process.stdin.close()
        if process.wait():
            raise SystemExit("git fast-import failed")


def main() -> None:
    """Make what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("access", "git"))
    parser.add_argument("count", type=int)
    parser.add_argument("path", type=Path)
    arguments = parser.parse_args()
    if arguments.what == "access":
        write_access_log(arguments.path, arguments.count)
    else:
        make_repository(arguments.path, arguments.count)


if __name__ == "__main__":
    main()
