"""Writes what a generator makes below a folder."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path


def answers_file(answers: Mapping[str, object]) -> bytes:
    """Give expected/answers.json."""
    return (json.dumps(answers, indent=2) + "\n").encode()


def write_case(make: Callable[[], Mapping[str, bytes]], case: Path) -> None:
    """Write every file that `make` gives by its path: below the folder that the command line names, or the case's own."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else case
    for path, content in make().items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
