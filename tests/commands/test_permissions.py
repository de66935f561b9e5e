"""What may not be read or written: one line each, the rest goes on. Root is held to permissions as everybody is."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.conftest import Ran
from tests.evidence_files import access_log, ingested, put, trail_file

# Linux lets root pass permissions by two capabilities; a process that gave them up for its children is like any other
_DEPRIVED = """
import ctypes, os, sys
for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
os.execv(sys.argv[1], sys.argv[1:])
"""


def leakline(*arguments: object) -> Ran:
    """Call the command in a process that permissions hold for."""
    program = Path(sys.executable).with_name("leakline")
    command = [sys.executable, "-c", _DEPRIVED, str(program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def evidence(tmp_path: Path) -> Iterator[Path]:
    """A folder in which a file, a folder and an archive may not be read."""
    logs: dict[str, str | bytes] = {name: access_log(range(3)) for name in ("secret.log", "bad.zip", "deep/x.log")}
    folder = put(tmp_path / "e", {"good.log": access_log(range(20)), "sub/trail.json": trail_file(range(9)), **logs})
    closed = [folder / name for name in ("secret.log", "bad.zip", "deep")]
    for path in closed:
        path.chmod(0)
    yield folder
    for path in closed:
        path.chmod(0o700)


def test_what_may_not_be_read_costs_only_itself(evidence: Path, tmp_path: Path) -> None:
    case = tmp_path / "c.db"
    ran = leakline("ingest", case, evidence, "--json")
    assert (ran.code, ran.err) == (3, "")
    result = json.loads(ran.out)
    assert result["events"] == 29
    refused = {failure["source"]: failure["reason"] for failure in result["failures"]}
    assert refused == dict.fromkeys(("bad.zip", "deep", "secret.log"), "cannot be read: Permission denied")
    assert leakline("verify", case).code == 0
    assert leakline("ingest", case, evidence, "--explain").code == 3


def test_one_of_several_paths(evidence: Path, tmp_path: Path) -> None:
    ran = leakline("ingest", tmp_path / "c.db", evidence / "secret.log", evidence / "good.log", evidence / "deep")
    assert ran.code == 3
    assert ran.err.splitlines() == [
        "not read: deep: cannot be read: Permission denied",
        "not read: secret.log: cannot be read: Permission denied",
    ]
    assert "20 events" in ran.out


def test_an_original_that_may_not_be_read_is_a_failed_check(evidence: Path, tmp_path: Path) -> None:
    leakline("ingest", tmp_path / "c.db", evidence)
    (evidence / "good.log").chmod(0)
    ran = leakline("verify", tmp_path / "c.db", "--originals", evidence)
    assert ran.code == 1
    assert "good.log: cannot be read: Permission denied" in ran.out


def test_a_case_that_may_not_be_read(tmp_path: Path) -> None:
    ingested(tmp_path / "c.db", put(tmp_path / "e", {"a.log": access_log(range(3))})).close()
    (tmp_path / "c.db").chmod(0)
    for verb in (["status"], ["search", "--count"], ["ingest", tmp_path / "e"]):
        ran = leakline(verb[0], tmp_path / "c.db", *verb[1:])
        assert ran.code == 2
        assert "cannot be read: Permission denied" in ran.fault


def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    case = tmp_path / "ro" / "c.db"
    folder = put(tmp_path / "e", {"a.log": access_log(range(20))})
    ingested(tmp_path / "c.db", folder).close()
    case.parent.mkdir()
    shutil.copyfile(tmp_path / "c.db", case)  # alone: as on a disk that was handed over
    case.parent.chmod(0o500)
    try:
        assert leakline("search", case, "--count").out == "20\n"
        assert leakline("verify", case).code == 0
        for call, said in (
            (["ingest", case, folder], "cannot lock the case"),
            (["ingest", case.with_name("new.db"), folder], "cannot create the case"),
            (["annotate", case, "--query", "status:404", "--star"], "cannot be opened or written"),
            (["report", case], "no permission to write here"),
            (["export", case, "-o", case.with_name("out.csv")], "no permission to write here"),
            (["new", case.with_name("leak")], "cannot make the case"),
            (["demo", case.with_name("demo"), "--headless"], "cannot copy the sample case"),
        ):
            ran = leakline(*call)
            assert ran.code == 2, call
            assert said in ran.fault
    finally:
        case.parent.chmod(0o700)
