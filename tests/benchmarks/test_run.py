"""The command: which groups, what it prints, and what it does where one of them fails."""

from pathlib import Path

import pytest

from tests.benchmarks import run
from tests.benchmarks.goals import Found
from tests.benchmarks.processes import RunFailedError
from tests.benchmarks.tables import Table
from tests.benchmarks.workbench import Result, Workbench


def works(bench: Workbench) -> Result:
    return Result((Table("Raw", ("lines",), ((f"{bench.lines}",),)),), (Found("raw", 600.0),))


def breaks(bench: Workbench) -> Result:
    raise RunFailedError("leakline ingest: exit code 2")


def test_tables_goals_and_facts_are_printed_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(run.GROUPS, "raw", works)
    page = tmp_path / "page.md"
    words = ["--only", "raw", "--lines", "77", "--folder", str(tmp_path), "--markdown", str(page)]
    assert run.main(words) == 0
    printed = capsys.readouterr().out
    assert "| 77    |" in printed
    assert "| 600 MB/s     | yes     |" in printed
    assert "3 of each. " in printed
    assert page.read_text("utf-8").split() == printed.split()


def test_a_group_that_fails_says_why_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(run.GROUPS, "access", breaks)
    monkeypatch.setitem(run.GROUPS, "raw", works)
    assert run.main(["--only", "raw,access"]) == 1
    printed = capsys.readouterr().out
    assert "Ended early: leakline ingest: exit code 2" in printed
    assert "600 MB/s" in printed


def test_an_unknown_group_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["--only", "raw,speed"])
    assert "no such group: speed; of access, raw, cloudtrail" in capsys.readouterr().err
