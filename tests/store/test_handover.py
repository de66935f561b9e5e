"""The case file alone is the case: it can be copied without its log, also while it is open."""

import shutil
from pathlib import Path

from tests.evidence_files import access_log, ingested, put, rows_of
from timeline.session.case import open_case


def test_the_file_alone_holds_everything_that_was_said(tmp_path: Path) -> None:
    with ingested(tmp_path / "c.db", put(tmp_path / "e", {"access.log": access_log(range(20))})) as case:
        case.annotate_matches("record:3 OR record:5", star=True)
        case.annotate_matches("record:4", tags=["key"])
        case.undo()
        shutil.copy(case.path, tmp_path / "copy.db")
        with open_case(tmp_path / "copy.db") as copy:
            assert copy.custody() == case.custody()
            assert rows_of(copy, "is:starred") == rows_of(case, "is:starred") != []
            assert [problem for check in copy.verify() for problem in check.problems] == []
