"""The evidence of the worked cases: made the same everywhere, small, with addresses and names of documentation only."""

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tree import TREE
from timeline.model.case_file import load_case_file

CASES = sorted(path.parent for path in (TREE / "cases").glob("*/make_evidence.py"))
MADE = re.compile(rb"169\.254\.169\.254|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|127\.0\.0\.1|0\.0\.0\.0")
ADDRESS = re.compile(rb"(?<![\d.\w/-])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.\w-])")
MAIL = re.compile(rb"[\w.+-]+@([a-z][\w.-]*\.[a-z]+)")
LARGEST = 1_500_000


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_the_generator_gives_the_committed_bytes(case: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", str(case / "make_evidence.py"), str(tmp_path)], check=True, timeout=60)
    made = files_below(tmp_path)
    assert {path for path in made if path.startswith("evidence/")} == {
        f"evidence/{path}" for path in files_below(case / "evidence")
    }
    for path, content in made.items():
        assert (case / path).read_bytes() == content, path


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_evidence_is_small_and_invented(case: Path) -> None:
    evidence = files_below(case / "evidence")
    assert sum(map(len, evidence.values())) < LARGEST
    for path, packed in evidence.items():
        content = gzip.decompress(packed) if path.endswith(".gz") else packed
        for address in set(ADDRESS.findall(content)):
            assert MADE.match(address), (path, address)
        for host in set(MAIL.findall(content)):
            assert host.endswith((b".example", b"example.com")), (path, host)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_case_says_what_it_is_and_who_collected_it(case: Path) -> None:
    config = load_case_file(case / "case.yaml")
    assert config.name == case.name
    assert (case / "README.md").read_text("utf-8").startswith(f"# {case.name}: ")
    for path in files_below(case / "evidence"):
        assert config.source_settings(path).collector, path
