"""Decisions of analysts on what analyses found, kept among the operations of `timeline.store.annotations`: undoable, logged."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from timeline.model.decisions import Decision
from timeline.store.annotations import Operation, record
from timeline.store.reader import Reader

OPEN: Final = ""
"""The state of a subject that a decision was taken back of."""


def decide(
    path: Path, subjects: Sequence[str], state: str, *, comment: str | None = None, analyst: str, at_us: int
) -> None:
    """Record one decision on each of these subjects, as one step. With `OPEN` nothing is decided of them any more."""
    value = json.dumps([state, comment], ensure_ascii=False, separators=(",", ":"))
    operations = [Operation(subject, None, "decide", value) for subject in subjects]
    if operations:
        record(path, operations, analyst=analyst, at_us=at_us)


def decisions(reader: Reader, prefix: str = "") -> dict[str, Decision]:
    """Subject -> what is decided of it now, of subjects that begin with `prefix`."""
    found: dict[str, Decision] = {}
    rows = reader.rows(
        "SELECT event_key, value, analyst, at_us FROM annotation WHERE undone = 0 AND verb = 'decide' ORDER BY id"
    )
    for subject, value, analyst, at_us in rows:
        found.pop(subject, None)
        decided = _decided(value)
        if decided is not None and subject.startswith(prefix):
            state, comment = decided
            found[subject] = Decision(subject, state, comment, analyst, at_us)
    return found


def _decided(value: object) -> tuple[str, str | None] | None:
    """(state, comment); None for OPEN, and for what is no decision (a case from somebody else may hold anything)."""
    try:
        found = json.loads(str(value))
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or len(found) != 2:
        return None
    state, comment = found
    if not isinstance(state, str) or state == OPEN or not (comment is None or isinstance(comment, str)):
        return None
    return state, comment
