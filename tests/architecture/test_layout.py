"""What may lie where, how long a file may be, and what may never be in a commit."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.tree import TREE

TOP_LEVEL = {
    ".ci", ".gitattributes", ".gitignore", "CHANGELOG.md", "LICENSE", "README.md", "cases", "parsers", "pyproject.toml",
    "tests", "timeline",
}  # fmt: skip
MAX_LINES = 450
EXEMPT_LINT = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?P<rest>.*)")
CODES = re.compile(r"^(?::\s*[A-Z0-9, ]+|\[[\w, -]+\])?")


def tracked() -> list[Path]:
    """Files of the commit; where there is no repository (a source archive), what lies there."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=TREE, capture_output=True, text=True, check=False)
    if done.returncode == 0 and done.stdout:
        return [TREE / name for name in done.stdout.split("\0") if name and (TREE / name).is_file()]
    found = [p for top in sorted(TOP_LEVEL) for p in [TREE / top, *(TREE / top).rglob("*")] if p.is_file()]
    return [path for path in found if "__pycache__" not in path.parts]


def sources() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def texts() -> list[Path]:
    evidence = TREE / "cases"
    return [path for path in tracked() if not (path.is_relative_to(evidence) and "evidence" in path.parts)]


def test_only_what_belongs_lies_at_the_top() -> None:
    assert {path.relative_to(TREE).parts[0] for path in tracked()} <= TOP_LEVEL


def test_no_file_of_ours_is_too_long_to_read() -> None:
    long = {str(p.relative_to(TREE)): n for p in sources() if (n := len(p.read_bytes().splitlines())) > MAX_LINES}
    assert not long


def test_every_exemption_gives_its_reason() -> None:
    bare = []
    for path in sources():
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            match = EXEMPT_LINT.search(line)
            if match and path != Path(__file__) and not CODES.sub("", match["rest"]).strip(" #-()"):
                bare.append(f"{path.relative_to(TREE)}:{number}")
    assert not bare


def test_nothing_is_left_for_later() -> None:
    words = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|pytest\.(?:mark\.)?(?:skip|xfail)\b")
    found = [f"{p.relative_to(TREE)}:{n}" for p in sources() if p != Path(__file__)
             for n, line in enumerate(p.read_text("utf-8").splitlines(), 1) if words.search(line)]  # fmt: skip
    assert not found


def test_no_trace_of_a_machine_is_committed() -> None:
    traces = [str(TREE).encode(), b"/wor" + b"k/main", b"/wor" + b"k/shared"]
    found = [
        f"{path.relative_to(TREE)}: {trace.decode()}"
        for path in texts()
        for trace in traces
        if trace in path.read_bytes() and path != Path(__file__)
    ]
    assert not found


@pytest.mark.parametrize("pattern", ["*.lock", "poetry.lock", "uv.lock", "Pipfile*", "requirements*.txt", "*.egg-info"])
def test_there_is_no_lock_file(pattern: str) -> None:
    assert not [path for path in tracked() if path.match(pattern)]
