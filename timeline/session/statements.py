"""Statements of the analyst, on the timeline but never evidence: they go through ingest as a source of their own."""

import hashlib
import json
import secrets
import tempfile
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from timeline.evidence.walk import Found
from timeline.ingest.settings import Overrides
from timeline.model.errors import EvidenceError, UsageError
from timeline.query.times import read_time
from timeline.session.ingesting import run_founds
from timeline.store.frames import FrameReader
from timeline.store.streams import source_paths
from timeline.text import storable

if TYPE_CHECKING:
    from timeline.session.case import Case

SOURCE = "(analyst) statements.jsonl"
KIND = "analyst.statement"


def add_event(
    case: "Case", *, when: str, text: str, actor: str | None, resource: str | None, exhibit: Path | None
) -> str:
    """Add a statement; the key of its event. UsageError for a time that cannot be read or an empty text."""
    if not text.strip():
        raise UsageError("a statement says something", where="--text")
    try:
        span = read_time(when, now_us=case.now_us(), zone=UTC)
    except ValueError as error:
        raise UsageError(str(error), where="--when", hint='for example "2026-03-30 22:36 +02:00"') from error
    statement = {
        "leakline_statement": 1,
        "id": secrets.token_hex(8),
        "at_us": span.start_us,
        "precision_us": span.end_us - span.start_us,
        "text": text.strip(),
        "actor": actor,
        "resource": resource,
        "exhibit": _exhibit(exhibit) if exhibit else None,
        "stated_by": case.analyst,
        "stated_at_us": case.now_us(),
    }
    _append(case, json.dumps(statement, ensure_ascii=False) + "\n")
    with case.find(f'kind:{KIND} uid:"{statement["id"]}"') as matches:
        return matches.page(0, 1)[0].key


def _append(case: "Case", line: str) -> None:
    with tempfile.TemporaryDirectory(prefix="leakline-") as folder:
        path = Path(folder) / "statements.jsonl"
        path.write_bytes(_held(case) + storable(line).encode())
        found = Found(
            name=SOURCE, path=path, form="file", member=None, size=path.stat().st_size, mtime_us=None, problem=None
        )
        overrides = Overrides(kind=KIND, collector=case.analyst, method="leakline event")
        summary = run_founds(case, [found], overrides, {"jobs": 1}, None, None)
    if summary.failures:
        raise EvidenceError(summary.failures[0][1], where=SOURCE)


def _held(case: "Case") -> bytes:
    with case.reading() as reader:
        number = source_paths(reader).get(SOURCE)
        return b"" if number is None else b"".join(FrameReader(reader).stream(number))


def _exhibit(path: Path) -> dict[str, object]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=path, hint="--exhibit names a file") from error
    return {"name": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
