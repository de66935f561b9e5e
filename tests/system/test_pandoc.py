"""The report in the hands of another Markdown reader."""

import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.system


@pytest.mark.parametrize("dialect", ["gfm", "commonmark_x"])
def test_pandoc_reads_the_report_without_a_warning(demo: Path, dialect: str) -> None:
    command = ["pandoc", "--from", dialect, "--to", "html", "--fail-if-warnings", str(demo / "report.md")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert "<table>" in done.stdout
    assert done.stdout.count("<h2") >= 5


def test_evidence_becomes_no_markup(demo: Path) -> None:
    command = ["pandoc", "--from", "gfm", "--to", "html", str(demo / "report.md")]
    html = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True).stdout
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="https?://', html)
