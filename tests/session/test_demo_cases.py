"""`leakline demo --case`: every worked case can be made; what is no case is refused before anything is written."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.tree import TREE
from timeline.commands.demo import command
from timeline.model.errors import UsageError
from timeline.session.demo import make_demo, sample_folder, sample_names


def test_all_worked_cases_are_there() -> None:
    assert sample_names() == sorted(path.parent.name for path in (TREE / "cases").glob("*/case.yaml"))


@pytest.mark.parametrize("name", ["nope", "../cases/sas-token", "_shared", ""])
def test_what_is_no_case_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no such sample case"):
        sample_folder(name)


def test_a_case_without_annotations_and_with_a_mapping(tmp_path: Path) -> None:
    with make_demo(tmp_path / "demo", "moved-tags") as case:
        assert (tmp_path / "demo" / "ci-jobs.yaml").is_file()
        assert {source.state for source in case.sources()} == {"complete"}


def test_the_folder_has_the_name_of_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(command, ["--headless", "--case", "clone-burst"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "clone-burst" / "report.md").is_file()
