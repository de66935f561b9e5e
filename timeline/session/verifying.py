"""`verify`: everything that the case can prove of itself, and of the originals where they are at hand."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from timeline.model.errors import UsageError
from timeline.model.source import Check
from timeline.store import verify as store_verify
from timeline.store.reader import Reader

if TYPE_CHECKING:
    from timeline.session.case import Case

_BLOCK = 1 << 20


def verify(
    case: "Case",
    *,
    originals: Path | None = None,
    expect_head: str | None = None,
    report: Path | None = None,
    template: Path | None = None,
    tell: Callable[[str, int], None] | None = None,
) -> list[Check]:
    """Run every check; a Check without problems passed.

    `originals` is the folder that was ingested, `report` a report of the case, `template` the folder it was put together by.
    A chain that is whole proves nothing against whoever holds the file: note its head elsewhere, then `expect_head`.
    """
    reader = Reader(case.path)
    try:
        found = list(store_verify.checks(reader, expect_head=expect_head, tell=tell or _silent))
    finally:
        reader.close()
    if originals is not None:
        found.append(_originals(case, originals))
    if report is not None:
        from timeline.session.report_check import check_report

        found.append(check_report(case, report, template))
    return found


def digest(case: "Case") -> str:
    """SHA-256 over the case's events, refusals and evidence hashes."""
    reader = Reader(case.path)
    try:
        return store_verify.digest(reader)
    finally:
        reader.close()


def _originals(case: "Case", folder: Path) -> Check:
    """Files as received against the hashes that were noted when they came in."""
    if not folder.is_dir():
        raise UsageError("there is no such folder", where=folder, hint="--originals names the folder that was ingested")
    problems: list[str] = []
    checked = 0
    for info in case.sources():
        if info.file_sha256 is None or "!/" in info.path:
            continue
        path = folder / info.path
        if not os.path.isfile(path):
            problems.append(f"{info.path}: not there")
            continue
        checked += 1
        try:
            sha256 = _sha256(path)
        except OSError as error:
            problems.append(f"{info.path}: cannot be read: {error.strerror}")
            continue
        if sha256 != info.file_sha256:
            problems.append(f"{info.path}: not the bytes that were ingested")
    return Check("originals match the hashes noted at ingest", checked, tuple(problems))


def _sha256(path: Path) -> str:
    value = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(_BLOCK):
            value.update(block)
    return value.hexdigest()


def _silent(_name: str, _count: int) -> None:
    return
