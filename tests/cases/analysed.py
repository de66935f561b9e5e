"""A worked case ingested with a fixed clock, all of it or without some of its evidence, and what it says in short."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tests.tree import TREE
from timeline.model.exposure import Window
from timeline.model.hypotheses import Hypothesis
from timeline.session.case import Case, open_case

NOW_US: Final = 1_800_000_000_000_000
DECIDED: Final = "deciding evidence for it, none against"


def sample(name: str) -> Path:
    """The folder of a worked case."""
    return TREE / "cases" / name


def answers_of(name: str) -> dict[str, Any]:
    """What the generator of its evidence knows."""
    content: dict[str, Any] = json.loads((sample(name) / "expected" / "answers.json").read_bytes())
    return content


def analysed(
    folder: Path,
    name: str,
    *without: str,
    change: tuple[str, str, str] | None = None,
    prepare: Callable[[Path], None] = lambda _: None,
) -> Case:
    """Copy case file and evidence to `folder`, leave out what has a name that a pattern of `without` fits, and ingest it.

    `change` is (file beside case.yaml, old text, new text); `prepare` may change the copied evidence.
    """
    folder.mkdir(parents=True)
    for path in sample(name).iterdir():
        if path.suffix == ".yaml" and path.name != "annotations.yaml":
            text = path.read_text("utf-8")
            if change is not None and change[0] == path.name:
                assert change[1] in text
                text = text.replace(*change[1:])
            (folder / path.name).write_text(text, encoding="utf-8")
    ignore = shutil.ignore_patterns(*without) if without else None
    shutil.copytree(sample(name) / "evidence", folder / "evidence", ignore=ignore, copy_function=shutil.copyfile)
    prepare(folder / "evidence")
    case = open_case(folder, create=True, analyst="kim", now_us=lambda: NOW_US)
    case.ingest(jobs=1)
    return case


def us(text: str) -> int:
    """Microseconds UTC of an ISO time."""
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


def words(case: Case) -> dict[str, str]:
    """What is said of each hypothesis."""
    return {hypothesis.name: hypothesis.words for hypothesis in case.findings.hypotheses()}


def decided(case: Case) -> set[str]:
    """Hypotheses with deciding evidence for them and none against."""
    return {name for name, said in words(case).items() if said == DECIDED}


def hypothesis(case: Case, name: str) -> Hypothesis:
    """One row of the matrix."""
    return next(one for one in case.findings.hypotheses() if one.name == name)


def windows_of(case: Case, name: str) -> list[Window]:
    """The windows of things with this name."""
    return [window for window in case.findings.exposures().windows if window.thing.name == name]
