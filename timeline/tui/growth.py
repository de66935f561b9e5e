"""A case that grows while it is looked at: noticed cheaply, and shown without moving what is on the screen."""

import threading
from typing import TYPE_CHECKING

from textual.message import Message

from timeline.model.errors import LeaklineError
from timeline.model.time import MAX_US
from timeline.tui import messages
from timeline.tui.case_like import MatchesLike
from timeline.tui.messages import Place
from timeline.tui.widgets.page_cache import PAGE_ROWS

if TYPE_CHECKING:
    from timeline.tui.session import Session


def row_near(matches: MatchesLike, near: Place) -> int:
    """Where an event stands among the matches; where it would, by its time, when it is none of them."""
    row = matches.offset_of_key(near.key)
    return matches.offset_of_time(MAX_US if near.us is None else near.us) if row is None else row


def look_for_more(session: "Session", known: object) -> None:
    """MoreEvents when the case is of another generation than `known`, CaseGone when its file is not there."""

    def body(_: threading.Event) -> Message | None:
        try:
            session.case.check_file()
        except LeaklineError as error:
            return messages.CaseGone(error)
        now = session.case.generation()
        return None if now == known else messages.MoreEvents(now)

    session.jobs.start("look", "", body)


def recount(session: "Session", near: Place | None, row: int, above: int, below: int) -> None:
    """Recounted, for the current view in a case that has changed.

    `near` is the event under the cursor and `row` its row until now; the rows from `above` of it to `below` of it are read.
    """
    if (view := session.view) is None:
        return

    def body(given_up: threading.Event) -> Message | None:
        matches = session.case.find(view.query, cancel=view.cancel)
        total = matches.count()
        now = row if near is None else row_near(matches, near)
        now = max(0, min(now, total - 1))
        first, last = max(0, now - above) // PAGE_ROWS, min(now + below, max(0, total - 1)) // PAGE_ROWS
        pages = {number: matches.page(number * PAGE_ROWS, PAGE_ROWS) for number in range(first, last + 1)}
        if not given_up.is_set():
            return messages.Recounted(view.generation, total, matches, now - row, pages)
        matches.close()
        return None

    session.jobs.start("count", "", body)
