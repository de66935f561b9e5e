"""The journal of a case: notes of the analysts, kept among their decisions: undoable, logged, exchanged with annotations."""

import hashlib
from typing import TYPE_CHECKING, Final

from timeline.model.errors import UsageError
from timeline.model.journal import JournalEntry
from timeline.store.decisions import decide, decisions
from timeline.store.keys import parse_key

if TYPE_CHECKING:
    from timeline.session.case import Case

JOURNAL: Final = "journal/"
MOST: Final = 1 << 20  # characters of a note
_NOTE: Final = "note"
_REPORT: Final = "report"


def journal(case: "Case") -> list[JournalEntry]:
    """All notes, oldest first."""
    with case.reading() as reader:
        found = decisions(reader, JOURNAL)
    entries = []
    for subject, decided in found.items():
        number, at, event = subject.removeprefix(JOURNAL).partition("@")
        if decided.comment and decided.state in {_NOTE, _REPORT}:
            entries.append(
                JournalEntry(
                    number, decided.at_us, decided.analyst, decided.comment, event if at else None, decided.state == _REPORT
                )
            )  # fmt: skip
    return sorted(entries, key=lambda entry: (entry.at_us, entry.id))


def add_note(case: "Case", text: str, *, event: str | None = None, in_report: bool = False) -> JournalEntry:
    """Write a note, about an event where its key is given. UsageError for an empty one, or an event that is not there."""
    text = text.strip()
    if not text or len(text) > MOST:
        raise UsageError("a note says something, in at most a million characters")
    if event is not None:
        if parse_key(event) is None:
            raise UsageError("is no key of an event", where=event)
        with case.find(f"key:{event}") as matches:
            if not matches.count():
                raise UsageError("no such event in this case", where=event)
    case.check_file()
    at_us = case.now_us()
    number = hashlib.sha256(f"{at_us}\0{case.analyst}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
    subject = f"{JOURNAL}{number}{'' if event is None else f'@{event}'}"
    state = _REPORT if in_report else _NOTE
    decide(case.path, [subject], state, comment=text, analyst=case.analyst, at_us=at_us)
    return JournalEntry(number, at_us, case.analyst, text, event, in_report)
