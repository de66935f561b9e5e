"""The sample case: copied, ingested, annotated as its analyst did."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from timeline.model.case_file import CASE_FILE
from timeline.model.errors import StorageError, UsageError
from timeline.session.case import Case, open_case
from timeline.session.paths import DATABASE, EVIDENCE

if TYPE_CHECKING:
    from timeline.ingest.progress import Progress

NAME = "npm-source-map"
ANALYST = "demo"
_PARTS = (CASE_FILE, "README.md", EVIDENCE)


def sample_folder(name: str = NAME) -> Path:
    """Where the sample cases lie: inside the installed package, or in the source tree. UsageError when in neither."""
    import timeline

    package = Path(timeline.__file__).parent
    for folder in (package / "cases" / name, package.parent / "cases" / name):
        if (folder / CASE_FILE).is_file():
            return folder
    raise UsageError("the sample case is not installed", where=package, hint="install Leakline again")


def make_demo(folder: Path, *, progress: "Callable[[Progress], None] | None" = None) -> Case:
    """Copy the sample case to `folder`, ingest and annotate it; a demo that is there already is opened as it is."""
    sample = sample_folder()
    if not (folder / DATABASE).exists():
        _copy(sample, folder)
    fresh = not (folder / DATABASE).exists()
    case = open_case(folder, create=True, analyst=ANALYST)
    if fresh or not case.sources():
        case.ingest(progress=progress)
        for entry in _entries(sample / "annotations.yaml"):
            case.annotate_matches(
                entry["query"], star=entry.get("star"), tags=entry.get("tag", ()), comment=entry.get("comment")
            )
    return case


def _copy(sample: Path, folder: Path) -> None:
    try:
        if folder.exists() and any(folder.iterdir()):
            hint = "name another: leakline demo FOLDER"
            raise UsageError("the folder is not empty and no case", where=folder, hint=hint)
        folder.mkdir(parents=True, exist_ok=True)
        for part in _PARTS:
            source = sample / part
            if source.is_dir():
                shutil.copytree(source, folder / part)
            else:
                shutil.copyfile(source, folder / part)
    except OSError as error:
        hint = "choose a folder that you may write to: leakline demo FOLDER"
        raise StorageError(f"cannot copy the sample case: {error.strerror}", where=folder, hint=hint) from error


def _entries(path: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return entries
