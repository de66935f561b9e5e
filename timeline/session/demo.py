"""The sample cases: copied, ingested, annotated as their analyst did."""

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
ANNOTATIONS = "annotations.yaml"


def _roots() -> tuple[Path, Path]:
    """Where the sample cases may lie: inside the installed package, or in the source tree."""
    import timeline

    package = Path(timeline.__file__).parent
    return package / "cases", package.parent / "cases"


def sample_names() -> list[str]:
    """The names of all sample cases."""
    return sorted({path.parent.name for root in _roots() for path in root.glob(f"*/{CASE_FILE}")})


def sample_folder(name: str = NAME) -> Path:
    """Where a sample case lies. UsageError when there is none of this name."""
    for root in _roots():
        if name in sample_names() and (root / name / CASE_FILE).is_file():
            return root / name
    names = sample_names()
    hint = f"one of {', '.join(names)}" if names else "install Leakline again"
    raise UsageError("there is no such sample case", where=name, hint=hint)


def make_demo(folder: Path, name: str = NAME, *, progress: "Callable[[Progress], None] | None" = None) -> Case:
    """Copy a sample case to `folder`, ingest and annotate it; a demo that is there already is opened as it is."""
    sample = sample_folder(name)
    if not (folder / DATABASE).exists():
        _copy(sample, folder)
    fresh = not (folder / DATABASE).exists()
    case = open_case(folder, create=True, analyst=ANALYST)
    if fresh or not case.sources():
        case.ingest(progress=progress)
        for entry in _entries(sample / ANNOTATIONS):
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
        shutil.copytree(sample / EVIDENCE, folder / EVIDENCE)
        for source in sample.iterdir():  # case.yaml, README.md, and mappings that case.yaml names
            if source.suffix in {".yaml", ".md"} and source.name != ANNOTATIONS:
                shutil.copyfile(source, folder / source.name)
    except OSError as error:
        hint = "choose a folder that you may write to: leakline demo FOLDER"
        raise StorageError(f"cannot copy the sample case: {error.strerror}", where=folder, hint=hint) from error


def _entries(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return entries
