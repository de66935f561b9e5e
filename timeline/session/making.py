"""Making a case folder."""

from pathlib import Path

from timeline.model.case_file import CASE_FILE
from timeline.model.case_template import default_case_file
from timeline.model.errors import StorageError, UsageError
from timeline.session.case import open_case
from timeline.session.paths import EVIDENCE


def make_case(folder: Path, name: str | None = None) -> Path:
    """Make a folder with case.yaml, evidence/ and case.db. UsageError when it is a case already."""
    if folder.suffix == ".db" or folder.is_file():
        raise UsageError(
            "a case folder is made here, not a file", where=folder, hint="`leakline ingest` makes a bare .db"
        )
    if (folder / CASE_FILE).exists():
        raise UsageError("there is a case already", where=folder)
    try:
        (folder / EVIDENCE).mkdir(parents=True, exist_ok=True)
        (folder / CASE_FILE).write_text(default_case_file(name or folder.absolute().name), encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"cannot make the case: {error.strerror}", where=folder, hint="choose a folder that you may write to"
        ) from error
    open_case(folder, create=True).close()
    return folder
