"""A seeded Git history of N commits, written by `git fast-import`."""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.make_access import BEGIN


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
    """Make a bare repository with that history. CalledProcessError where git refuses."""
    subprocess.run(["git", "init", "--quiet", "--bare", str(path)], check=True)
    command = ["git", "-C", str(path), "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.writelines(fast_import(commits))
        process.stdin.close()
        code = process.wait()
    if code:
        raise subprocess.CalledProcessError(code, command)
