from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.evidence_files import access_log, ingested, put, trail_file
from timeline.commands.main import main


@dataclass(frozen=True)
class Ran:
    """What a call of `leakline` gave."""

    code: int
    out: str
    err: str

    @property
    def fault(self) -> str:
        """The one line on standard error."""
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("leakline: ")
        assert "Traceback" not in self.err
        return self.err.removeprefix("leakline: ").rstrip("\n")


Leakline = Callable[..., Ran]


@pytest.fixture
def leakline(capsys: pytest.CaptureFixture[str]) -> Leakline:
    """Call the command in this process."""

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(int(stop.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case that no test of the module changes: 40 access lines (a secret in one) and 20 CloudTrail records."""
    folder = tmp_path_factory.mktemp("shared")
    secret = "/get?access_token=ghp_" + "Ab3" * 12
    log = access_log(range(40)) + access_log([40], path=secret) + "not a record\n"
    ingested(
        folder / "case.db", put(folder / "evidence", {"access.log": log, "trail.json": trail_file(range(20))})
    ).close()
    return folder / "case.db"
