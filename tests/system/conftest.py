"""The sample case, made once by the command itself; each test works on a copy."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.system.terminal import LEAKLINE


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    subprocess.run([LEAKLINE, "demo", str(folder), "--headless"], check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture
def case(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo, tmp_path / "demo"))
