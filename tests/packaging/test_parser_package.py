"""Somebody else's parser: a package of its own, found by its entry point, as `leakline help writing-a-parser` tells."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import cast

import pytest

from tests.parsers.registry import load, registry, run
from tests.parsers.test_conformance import check
from timeline import help as manual
from timeline.model.parser import Parser, Sample

PACKAGE = Path(__file__).parent / "door_log_package"
MODULE = PACKAGE / "leakline_door_log" / "door_log.py"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the package is installed: the wheel that its own build makes, unpacked as installers do."""
    folder = tmp_path_factory.mktemp("door-log")
    source = shutil.copytree(PACKAGE, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(next(folder.glob("leakline_door_log-*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def leakline(site: Path, *arguments: object) -> str:
    program = str(Path(sys.executable).with_name("leakline"))
    done = subprocess.run(
        [program, *map(str, arguments)], env={**os.environ, "PYTHONPATH": str(site)}, cwd=site.parent, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_listed(installed: Path) -> None:
    found = [json.loads(line) for line in leakline(installed, "formats", "--json").splitlines()]
    (door,) = [one for one in found if one["kind"] == "door.log"]
    assert (door["group"], door["title"], door["detected"]) == (
        "Others", "door controller log", ["lines end in a door's verdict"],
    )  # fmt: skip
    assert len(found) == len(registry()) + 1


def test_it_reads_its_logs(installed: Path, tmp_path: Path) -> None:
    log = tmp_path / "doors.log"
    log.write_bytes(door_log().SAMPLES[0])
    assert "door.log 95" in leakline(installed, "ingest", tmp_path / "c.db", log, "--explain")
    assert "2 events from 3 records" in leakline(installed, "ingest", tmp_path / "c.db", log)
    out = leakline(installed, "search", tmp_path / "c.db", 'raw.badge:"badge 4712" outcome:denied', "--format", "jsonl")
    assert json.loads(out)["resource"] == "door-7"


def test_it_keeps_the_contract() -> None:
    parser = door_log()
    for sample in (*parser.SAMPLES, b"", b"\x00", b";;;\n", b"2026;door-1;x;granted", *load("web.access").SAMPLES):
        check(parser, sample, run(parser, sample))
    (sample,) = parser.SAMPLES
    assert all(load(kind).sniff(Sample(sample)).confidence < 50 for kind in registry())


def test_the_manual_shows_this_very_module_and_project() -> None:
    topic = manual.topic("writing-a-parser")
    assert topic is not None
    shown = re.findall(r"```(python|toml)\n(.*?)```", topic.text, re.DOTALL)
    assert shown == [("python", MODULE.read_text("utf-8")), ("toml", (PACKAGE / "pyproject.toml").read_text("utf-8"))]


def door_log() -> Parser:
    spec = importlib.util.spec_from_file_location("door_log_of_the_example", MODULE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Parser", module)
