"""What is said of all rows that a person chose."""

import threading
from collections.abc import Sequence
from typing import Final

from textual.message import Message

from timeline.tui import messages
from timeline.tui.chosen import Selection
from timeline.tui.messages import Change
from timeline.tui.session import Session

MOST: Final = 10_000
"""Rows of a run: more are what a filter is for."""
_ROWS_A_READ: Final = 500


def ask_selected(session: Session, selection: Selection, change: Change) -> None:
    """SelectionReady, for the confirmation."""
    if (view := session.view) is None:
        return
    rows = selection.rows

    def body(cancel: threading.Event) -> Message | None:
        keys = dict.fromkeys(sorted(selection.picked))
        for start in range(rows.start, rows.stop, _ROWS_A_READ):
            if cancel.is_set():
                return None
            page = view.matches.page(start, min(_ROWS_A_READ, rows.stop - start))
            keys |= dict.fromkeys(event.key for event in page)
        return messages.SelectionReady(view.generation, tuple(keys), change)

    session.jobs.start("bulk", "counting", body)


def annotate_selected(session: Session, keys: Sequence[str], change: Change) -> None:
    """Written, for these events: one step of undo. WriteFailed with the comment as draft of the first."""

    def body() -> Message:
        done = session.case.annotate(keys, **change.said())
        return messages.Written(f"{change.words()}: {done:,} events")

    session.jobs.write("saving", body, lambda error: messages.WriteFailed(error, keys[0], change.comment))
