"""What a person decides of a finding, written by the session's worker."""

from textual.message import Message

from timeline.model.errors import LeaklineError
from timeline.model.finding_rows import FindingRow, Findings
from timeline.tui import messages
from timeline.tui.session import Session


def decide(session: Session, which: Findings, row: FindingRow, state: str, comment: str | None) -> None:
    """Decided; else FindingsReady with the error, so that it is seen where the person looks."""

    def body() -> Message:
        session.case.decide(row.subject, state, comment)
        return messages.Decided(which)

    def failed(error: LeaklineError) -> Message:
        return messages.FindingsReady(which, (), error)

    session.jobs.write("saving", body, failed)
