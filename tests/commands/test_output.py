"""Standard output that is closed, full, or read by somebody who has seen enough: no traceback, a code that says it."""

import subprocess
import sys
from pathlib import Path

import pytest

LEAKLINE = str(Path(sys.executable).with_name("leakline"))


def shell(line: str) -> tuple[int, str]:
    """Exit code and standard error of a line of shell in which `leakline` is ours."""
    script = f'set -o pipefail; leakline() {{ "{LEAKLINE}" "$@"; }}; {line}'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("call", ["search {} --limit 0", "search {} --count --fail-empty", "status {}"])
def test_a_closed_pipe_is_no_failure(shared: Path, call: str) -> None:
    assert shell(f"leakline {call.format(shared)} | true") == (0, "")


@pytest.mark.parametrize("call", ["search {}", "export {} --format csv", "help query"])
def test_a_full_output_is_one_line(shared: Path, call: str) -> None:
    code, said = shell(f"leakline {call.format(shared)} > /dev/full")
    assert code == 2
    assert said.startswith("leakline: standard output: No space left on device")
    assert said.count("\n") == 1


def test_streams_that_are_closed_are_not_taken_by_the_case(shared: Path, tmp_path: Path) -> None:
    evidence = shared.parent / "evidence"
    case = tmp_path / "c.db"
    assert shell(f"leakline ingest {case} {evidence} <&- >&- 2>&-") == (0, "")
    assert shell(f"leakline search {case} >&-") == (0, "")
    assert shell(f"leakline verify {case} >&-") == (0, "")
    assert shell("leakline frob >&- 2>&-") == (2, "")
