"""`leakline report` and its options."""

from pathlib import Path

from tests.commands.conftest import Leakline


def test_a_report_of_a_template(leakline: Leakline, shared: Path, tmp_path: Path) -> None:
    printed = leakline("report", "--print-template")
    assert (printed.code, printed.out.startswith("# {{ title }}")) == (0, True)
    (tmp_path / "report.md.j2").write_text('{{ section("evidence", "Quellen") }}\n')
    found = leakline("report", shared, "--template", tmp_path, "-o", "-")
    assert (found.code, found.out.split("\n")[0]) == (0, "## Quellen")
    assert leakline("report", shared, "--template", tmp_path, "-o", tmp_path / "r.html").code == 0
    assert "Quellen" in (tmp_path / "r.html").read_text()
    assert "## Custody log" in leakline("report", shared, "--custody", "-o", "-").out
    wrong = leakline("report", shared, "--template", tmp_path / "none", "-o", "-")
    assert (wrong.code, "holds no report.md.j2" in wrong.fault) == (2, True)
    assert "CASE" in leakline("report").fault
