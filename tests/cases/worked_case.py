"""A worked case made as its analyst would make it, with a fixed clock, so that everything in it can be compared.

`python -m tests.cases.worked_case` writes what Leakline says of it into `expected/`, and the README's picture; both are
to be looked at before they are committed.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.tree import NPM_SOURCE_MAP
from timeline.session.case import Case, open_case

NOW_US = 1_775_120_400_000_000  # 2026-04-02T09:00:00Z, when the analyst of the story sits down

SCREEN = (120, 36)
SHOWN = "star:true OR src_ip:198.51.100.23 OR (action:GET resource:*/cli-2.1.88.tgz before:2026-03-30T23:40Z)"


def make_case(folder: Path, sample: Path = NPM_SOURCE_MAP) -> Case:
    """Copy the sample's case file and evidence to `folder`, ingest them, and annotate as annotations.yaml says."""
    folder.mkdir(parents=True)
    shutil.copyfile(sample / "case.yaml", folder / "case.yaml")
    # copy, not copy2: the files' own times are those of the checkout, and must make no difference
    shutil.copytree(sample / "evidence", folder / "evidence", copy_function=shutil.copyfile)
    case = open_case(folder, create=True, analyst="kim", now_us=lambda: NOW_US)
    case.ingest(jobs=1)
    for entry in yaml.safe_load((sample / "annotations.yaml").read_text(encoding="utf-8")):
        case.annotate_matches(entry["query"], star=entry["star"], tags=entry["tag"], comment=entry["comment"])
    return case


def counts_of(case: Case) -> dict[str, Any]:
    """What was counted, per source."""
    names = ("kind", "records", "with_events", "events", "duplicates", "rejects", "ignored", "undated", "state")
    return {info.path: {name: getattr(info, name) for name in names} for info in case.sources()}


def main() -> None:
    """Write expected/counts.json, expected/report.md and screen.svg."""
    import tempfile

    from timeline.tui.app import screenshot

    expected = NPM_SOURCE_MAP / "expected"
    with tempfile.TemporaryDirectory() as scratch, make_case(Path(scratch) / NPM_SOURCE_MAP.name) as case:
        (expected / "counts.json").write_text(json.dumps(counts_of(case), indent=1) + "\n", encoding="utf-8")
        (expected / "report.md").write_text(case.report(), encoding="utf-8")
        screenshot(case, NPM_SOURCE_MAP / "screen.svg", SCREEN, SHOWN, ("j",) * 8)


if __name__ == "__main__":
    main()
