"""ruff and mypy are part of the test run, on the source tree."""

import subprocess
import sys

from tests.tree import TREE


def run_tool(*arguments: str) -> str:
    """Run a tool in the tree; its output when it complains, else nothing."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=TREE, capture_output=True, text=True, timeout=600, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    assert not run_tool("ruff", "check", "--no-cache", "timeline", "parsers", "tests", "cases")


def test_mypy_finds_nothing() -> None:
    assert not run_tool("mypy", "--no-error-summary")
