"""The wheel, built from the tree as pip would build it."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from configparser import ConfigParser
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.tree import TREE


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=TREE, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(next(folder.glob("leakline-*.whl"))) as archive:
        yield archive


def test_every_source_file_is_in_it(wheel: zipfile.ZipFile) -> None:
    packed = set(wheel.namelist())
    wanted = {
        str(path.relative_to(TREE))
        for package in ("timeline", "parsers")
        for path in (TREE / package).rglob("*")
        if path.is_file() and path.suffix in {".py", ".md", ".lark", ".tcss", ".typed", ".yaml", ".yml", ".sql"}
    }
    assert {"timeline/py.typed", "parsers/py.typed", "timeline/query/grammar.lark"} <= wanted
    assert wanted <= packed


def test_the_worked_case_is_in_it(wheel: zipfile.ZipFile) -> None:
    case = TREE / "cases" / "npm-source-map"
    packed = set(wheel.namelist())
    for path in [case / "case.yaml", case / "annotations.yaml", *(case / "evidence").rglob("*")]:
        if path.is_file():
            assert f"timeline/cases/{path.relative_to(TREE / 'cases')}" in packed


def test_nothing_else_is_in_it(wheel: zipfile.ZipFile) -> None:
    for name in wheel.namelist():
        assert name.startswith(("timeline/", "parsers/", "leakline-")), name
        assert not name.endswith((".pyc", ".db")), name


def test_it_is_light(wheel: zipfile.ZipFile) -> None:
    assert sum(info.compress_size for info in wheel.infolist()) < 3_000_000


def test_its_metadata_names_command_licence_and_readme(wheel: zipfile.ZipFile) -> None:
    info = next(name.partition("/")[0] for name in wheel.namelist() if ".dist-info/" in name)
    metadata = wheel.read(f"{info}/METADATA").decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert "Requires-Python: >=3.11" in metadata
    assert "# Leakline" in metadata
    assert f"{info}/licenses/LICENSE" in wheel.namelist()
    points = ConfigParser()
    points.optionxform = str  # type: ignore[assignment,method-assign]  # names of entry points keep their case
    points.read_string(wheel.read(f"{info}/entry_points.txt").decode())
    assert points["console_scripts"]["leakline"] == "timeline.commands.main:main"
    for target in points["leakline.parsers"].values():
        assert f"{target.replace('.', '/')}.py" in wheel.namelist()


def test_every_entry_point_of_the_installed_package_can_be_imported() -> None:
    points = [point for point in entry_points(group="leakline.parsers") if point.dist and point.dist.name == "leakline"]
    assert len(points) >= 6
    for point in points:
        assert point.name == import_module(point.value).KIND
    command = next(point for point in entry_points(group="console_scripts") if point.name == "leakline")
    assert callable(command.load())


def test_the_manual_and_the_case_are_found_where_the_package_is_installed(tmp_path: Path) -> None:
    program = "from timeline import help; print(len(help.topics()))"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert int(done.stdout) >= 10
