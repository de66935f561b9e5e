"""Where a case lives: a folder with case.yaml and case.db, or a bare .db file."""

from dataclasses import dataclass
from pathlib import Path

from timeline.model.case_file import CASE_FILE, CaseConfig, load_case_file
from timeline.model.errors import CaseError

DATABASE = "case.db"
EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class CasePaths:
    """The database, and the folder where the case is one (None: a bare .db)."""

    database: Path
    folder: Path | None

    @property
    def own_files(self) -> tuple[Path, ...]:
        """Files of the case itself, which are never evidence."""
        names = ("", "-wal", "-shm", "-journal", ".lock")
        own = [self.database.with_name(self.database.name + suffix) for suffix in names]
        return (*own, self.folder / CASE_FILE) if self.folder else tuple(own)


def find_case(path: Path) -> CasePaths:
    """What `path` names: a folder, or a file that is or will be a database. CaseError for a folder that is no case."""
    if not path.is_dir():
        return CasePaths(path, None)
    if (path / CASE_FILE).exists() or (path / DATABASE).exists():
        return CasePaths(path / DATABASE, path)
    raise CaseError(
        "not a case: no case.yaml and no case.db in it", where=path, hint=f"`leakline new {path}` makes it one"
    )


def load_config(paths: CasePaths) -> CaseConfig:
    """case.yaml of the case, or the defaults. CaseFileError when it is wrong."""
    if paths.folder is not None and (paths.folder / CASE_FILE).exists():
        return load_case_file(paths.folder / CASE_FILE)
    name = paths.folder.absolute().name if paths.folder is not None else paths.database.stem
    return CaseConfig(name=name)
