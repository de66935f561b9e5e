"""`verify --report`: a report held against its case, line by line."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.analysis.trails import call, made_case, user
from timeline.model.errors import UsageError
from timeline.session.case import Case, open_case
from timeline.session.report_check import NAME

ANN = user("ann", "AKIAEXAMPLE000000001")


@pytest.fixture
def case(tmp_path: Path) -> Case:
    trail = [call(number, f"2026-03-30T11:0{number}:00Z", "s3", "GetObject", ANN) for number in range(5)]
    case = made_case(tmp_path / "case", {"trail.json": trail})
    case.annotate_matches("", star=True, comment="seen\nand read")
    return case


def problems(case: Case, path: Path, template: Path | None = None) -> list[str]:
    (check,) = [check for check in case.verify(report=path, template=template) if check.name == NAME]
    return list(check.problems)


def changed(path: Path, change: Callable[[str], str]) -> Path:
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["report.md", "report.html"])
@pytest.mark.parametrize("custody", [True, False])
def test_what_the_case_writes_it_supports(case: Case, tmp_path: Path, name: str, *, custody: bool) -> None:
    case.write_report(tmp_path / name, custody=custody)
    assert problems(case, tmp_path / name) == []
    crlf = (tmp_path / name).read_bytes().replace(b"\n", b"\r\n")
    (tmp_path / name).write_bytes(crlf)
    assert problems(case, tmp_path / name) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("seen", "not seen", 1), 'not seen.*the case says.*seen'),
        (lambda text: text.replace("11:02:00 ±1s", "11:02:01 ±1s"), r"11:02:01.*the case says.*11:02:00"),
        (lambda text: text.replace("| Events | 5", "| Events | 6"), r"Events \| 6.*the case says.*Events \| 5"),
        (lambda text: text + "- Ann did it all.\n", "Ann did it all.*the case does not say it"),
        (lambda text: text.replace("SHA-256 of the stream: `", "SHA-256 of the stream: `0"), "SHA-256"),
        (lambda text: text.replace("## Method and limits\n", ""), "lacks .*Method and limits"),
        (lambda text: text.replace("AKIAEXAMPLE000000001", "AKIAEXAMPLE000000002"), "AKIAEXAMPLE000000002"),
    ],
)
def test_what_was_changed_is_pointed_to(case: Case, tmp_path: Path, change: Callable[[str], str], said: str) -> None:
    case.write_report(tmp_path / "report.md")
    found = problems(case, changed(tmp_path / "report.md", change))
    assert found
    assert any(re.search(said, one) for one in found), found
    lines = (tmp_path / "report.md").read_text().split("\n")
    numbered = [one for one in found if one.startswith("line ")]
    assert all(1 <= int(one.split()[1].rstrip(":")) <= len(lines) for one in numbered)


def test_an_event_that_is_not_there(case: Case, tmp_path: Path) -> None:
    case.write_report(tmp_path / "report.md")
    with case.find("") as found:
        key = next(iter(found.keys()))
    path = changed(tmp_path / "report.md", lambda text: text.replace(key, "u00000000deadbeef"))
    assert any("does not hold: u00000000deadbeef" in one for one in problems(case, path))


def test_the_figure_beside_it(case: Case, tmp_path: Path) -> None:
    case.write_report(tmp_path / "report.md")
    changed(tmp_path / "report.svg", lambda text: text.replace("<svg", "<svg "))
    assert problems(case, tmp_path / "report.md") == ["report.svg: not the figure of the case"]
    (tmp_path / "report.svg").unlink()
    assert problems(case, tmp_path / "report.md") == ["report.svg: the figure is not beside the report"]


def test_an_older_report_is_told_from_a_doctored_one(case: Case, tmp_path: Path) -> None:
    case.write_report(tmp_path / "report.md", custody=True)
    folder = case.path.parent
    case.close()
    case = open_case(folder, analyst="kim", now_us=lambda: 2)
    assert problems(case, tmp_path / "report.md") == []  # nothing that it says has changed
    case.annotate_matches("", tags=["later"])
    found = problems(case, tmp_path / "report.md")
    assert any("lacks" in one and "later" in one for one in found)
    assert found[-1] == "the report is older than the case: since then 1 entry came to the custody log (annotate)"
    case.undo()
    assert problems(case, tmp_path / "report.md") == []


def test_a_report_of_a_template_needs_it(case: Case, tmp_path: Path) -> None:
    (tmp_path / "report.md.j2").write_text('{{ section("evidence") }}\n\n{{ section("reproduce") }}\n')
    case.write_report(tmp_path / "report.md", template=tmp_path)
    with pytest.raises(UsageError, match="--template FOLDER names it"):
        problems(case, tmp_path / "report.md")
    assert problems(case, tmp_path / "report.md", tmp_path) == []


def test_what_is_no_report(case: Case, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# Holiday\n")
    with pytest.raises(UsageError, match="no report of Leakline"):
        problems(case, tmp_path / "other.md")
    with pytest.raises(UsageError, match="cannot be read"):
        problems(case, tmp_path / "none.md")
    (tmp_path / "bytes.md").write_bytes(b"\xff\xfe\x00" * 1000)
    with pytest.raises(UsageError, match="no report of Leakline"):
        problems(case, tmp_path / "bytes.md")


def test_the_command(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from timeline.commands.main import main

    case.write_report(tmp_path / "report.md")
    folder = str(case.path.parent)
    case.close()
    for change, code in ((str, 0), (lambda text: f"{text}more\n", 1)):
        (tmp_path / "report.md").write_text(change((tmp_path / "report.md").read_text()))
        with pytest.raises(SystemExit) as ended:
            main(["verify", folder, "--report", str(tmp_path / "report.md"), "--json"])
        assert ended.value.code == code
        assert json.loads(capsys.readouterr().out)["ok"] is (code == 0)
