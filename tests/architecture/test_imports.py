"""The layers of DESIGN.md, as import-linter's contracts in pyproject.toml; and what a first import may load."""

import subprocess
import sys

from tests.tree import TREE

HEAVY = ("textual", "pyarrow", "lark", "adbc_driver_sqlite", "adbc_driver_manager", "sqlite_utils", "dateutil", "yaml")


def test_every_contract_holds() -> None:
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=TREE, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_command_line_starts_without_its_heavy_parts() -> None:
    program = "import sys, timeline.commands.main; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert not set(HEAVY) & set(done.stdout.split())


def test_importing_the_package_loads_nothing_of_it() -> None:
    program = "import sys, timeline; print(*(name for name in sys.modules if name.startswith('timeline')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["timeline"]
