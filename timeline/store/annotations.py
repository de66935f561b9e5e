"""What analysts say of events: an append-only list of operations in undoable steps.

State is the fold of all operations that are not undone. A step undone can be redone until a new step is recorded.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from timeline.model.event import SEVERITIES, Note
from timeline.model.source import AnnotationVerb, CustodyEntry
from timeline.store import custody
from timeline.store.connection import explained, open_writer
from timeline.store.events import Marks
from timeline.store.reader import Reader
from timeline.text import storable

_UNDONE, _ABANDONED = 1, 2


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb on one event (or finding, by its name). `hint_us` is the time that its record states, None for none."""

    key: str
    hint_us: int | None
    verb: AnnotationVerb
    value: str | None = None


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One write transaction. Afterwards the case file alone holds it, without its log, so that it can be handed over."""
    with explained(path), closing(open_writer(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
        connection.execute("PRAGMA busy_timeout=0")  # readers are not waited for: the next write tries again
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def record(path: Path, operations: Sequence[Operation], *, analyst: str, at_us: int) -> int:
    """Store operations as one step; its number."""
    analyst = storable(analyst)
    with writing(path) as connection:
        step = int(connection.execute("SELECT coalesce(max(step), 0) + 1 FROM annotation").fetchone()[0])
        connection.execute(
            "UPDATE annotation SET undone = ? WHERE undone = ? AND analyst = ?", (_ABANDONED, _UNDONE, analyst)
        )
        connection.executemany(
            "INSERT INTO annotation (step, at_us, analyst, event_key, hint_us, verb, value) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((step, at_us, analyst, op.key, op.hint_us, op.verb, op.value and storable(op.value)) for op in operations),
        )
        log(
            connection,
            at_us=at_us,
            analyst=analyst,
            action="annotate",
            detail={"step": step, "what": summary(operations)},
        )
    return step


def summary(operations: Iterable[Operation]) -> str:
    """A step in words: `star 3 events, tag "key" on 3 events`."""
    counts: dict[tuple[str, str | None], int] = {}
    decided: list[str] = []
    for op in operations:
        if op.verb == "decide":
            decided.append(f"decide {op.key}")
            continue
        name = (op.verb, op.value if op.verb not in {"comment", "why"} else None)
        counts[name] = counts.get(name, 0) + 1
    marked = [
        f"{verb}{f' {json.dumps(value, ensure_ascii=False)} on' if value else ''} {count} event{'s' if count > 1 else ''}"
        for (verb, value), count in counts.items()
    ]
    return ", ".join(marked + decided)


def undo(path: Path, *, analyst: str, at_us: int) -> str | None:
    """Undo this analyst's last step; what it was, in words, or None when there is none."""
    return _flip(
        path, analyst, at_us, "undo", "SELECT max(step) FROM annotation WHERE undone = 0 AND analyst = ?", _UNDONE
    )


def redo(path: Path, *, analyst: str, at_us: int) -> str | None:
    """Do this analyst's last undone step again; what it was, in words, or None when there is none."""
    return _flip(path, analyst, at_us, "redo", "SELECT min(step) FROM annotation WHERE undone = 1 AND analyst = ?", 0)


def _flip(path: Path, analyst: str, at_us: int, action: str, which: str, state: int) -> str | None:
    with writing(path) as connection:
        step = connection.execute(which, (storable(analyst),)).fetchone()[0]
        if step is None:
            return None
        rows = connection.execute(
            "SELECT event_key, hint_us, verb, value FROM annotation WHERE step = ? ORDER BY id", (step,)
        )
        words = summary(Operation(*row) for row in rows)
        connection.execute("UPDATE annotation SET undone = ? WHERE step = ? AND undone < 2", (state, step))
        log(connection, at_us=at_us, analyst=analyst, action=action, detail={"step": step, "what": words})
    return words


def log(connection: sqlite3.Connection, *, at_us: int, analyst: str, action: str, detail: dict[str, object]) -> None:
    """Add a link to the custody chain, inside the caller's transaction."""
    row = connection.execute(
        "SELECT number, at_us, analyst, action, detail, hash FROM custody ORDER BY number DESC LIMIT 1"
    ).fetchone()
    entry = custody.next_entry(
        CustodyEntry(*row) if row else None, at_us=at_us, analyst=analyst, action=action, detail=detail
    )
    connection.execute(
        "INSERT INTO custody (number, at_us, analyst, action, detail, hash) VALUES (?, ?, ?, ?, ?, ?)",
        (entry.number, entry.at_us, entry.analyst, entry.action, entry.detail, entry.hash),
    )


def log_alone(path: Path, *, at_us: int, analyst: str, action: str, detail: dict[str, object]) -> None:
    """Add a link to the custody chain in a transaction of its own."""
    with writing(path) as connection:
        log(connection, at_us=at_us, analyst=analyst, action=action, detail=detail)


@dataclass(frozen=True, slots=True)
class Annotated:
    """An event that somebody said something of, with the time hint to find it."""

    key: str
    hint_us: int | None
    marks: Marks


def annotated(reader: Reader) -> dict[str, Annotated]:
    """Key -> what is said of it now, of every event that has a mark. Shared: not to be changed."""
    return reader.remember("annotated", lambda: _folded(reader))


def _folded(reader: Reader) -> dict[str, Annotated]:
    starred: dict[str, bool] = {}
    tags: dict[str, dict[str, None]] = {}
    comments: dict[str, list[Note]] = {}
    severities: dict[str, str | None] = {}
    reasons: dict[str, str | None] = {}
    hints: dict[str, int | None] = {}
    rows = reader.rows(
        "SELECT event_key, hint_us, verb, value, analyst, at_us FROM annotation WHERE undone = 0"
        " AND verb != 'decide' ORDER BY id"
    )
    for key, hint, verb, value, analyst, at_us in rows:
        hints[key] = hint
        if verb in {"star", "unstar"}:
            starred[key] = verb == "star"
        elif verb == "tag":
            tags.setdefault(key, {})[value] = None
        elif verb == "untag":
            tags.get(key, {}).pop(value, None)
        elif verb == "severity":
            severities[key] = value if value in SEVERITIES else None
        elif verb == "why":
            reasons[key] = value or None
        elif verb == "comment":
            comments.setdefault(key, []).append(Note(analyst, at_us, value))
    found = {}
    for key, hint in hints.items():
        marks = Marks(
            starred.get(key, False),
            tuple(sorted(tags.get(key, {}))),
            tuple(sorted(comments.get(key, ()), key=lambda note: note.at_us)),
            severities.get(key),
            reasons.get(key),
        )
        if marks != Marks(starred=False, tags=(), comments=()):
            found[key] = Annotated(key, hint, marks)
    return found


def marked_with(found: Annotated, what: str, matches: Callable[[str], bool] | None) -> bool:
    """Whether an event is starred or a key event, has a tag, comment or severity that `matches` (None: any)."""
    if what == "star":
        return found.marks.starred
    if what == "why":
        return found.marks.why is not None
    texts: Sequence[str] = [note.text for note in found.marks.comments]
    if what == "tag":
        texts = found.marks.tags
    elif what == "severity":
        texts = [] if found.marks.severity is None else [found.marks.severity]
    return any(matches is None or matches(text) for text in texts)
