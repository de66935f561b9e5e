"""What can be written out of the screen, and the jobs that write it; each says exactly what came of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from textual.message import Message

from timeline.tui import messages
from timeline.tui.session import Session

Sort = Literal["jsonl", "csv", "timesketch", "report", "bundle"]


@dataclass(frozen=True, slots=True)
class Form:
    """One way to export: its key, what it is called, the file that is suggested, what is in it."""

    key: str
    title: str
    sort: Sort
    file: str
    what: str

    @property
    def of_filter(self) -> bool:
        """Whether it holds the events of the filter; else it is of the whole case, and always redacted."""
        return self.sort in {"jsonl", "csv", "timesketch"}


FORMS: Final = (
    Form("1", "JSON lines", "jsonl", "view.jsonl", "every field, values exact"),
    Form("2", "CSV", "csv", "view.csv", "for spreadsheets; no cell runs as a formula"),
    Form("3", "Timesketch, JSONL", "timesketch", "view.timesketch.jsonl", "dated events only"),
    Form("4", "Timesketch, CSV", "timesketch", "view.timesketch.csv", "dated events only"),
    Form("5", "Report, Markdown", "report", "report.md", "key events, findings, evidence, with its figure"),
    Form("6", "Report, HTML", "report", "report.html", "the same as one file"),
    Form("7", "Bundle to hand over", "bundle", "bundle.tar.gz", "report, key events, their records, what checks them"),
)


def write(session: Session, form: Form, path: Path, *, redact: bool) -> None:
    """Notice, when it is written: how much, what was left out and why, and the hash of the file."""
    query = session.query

    def body() -> Message:
        if form.sort == "bundle":
            made = session.case.bundle(path)
            words = [f"{made.events:,} events and their records, {made.redacted:,} redacted", f"root {made.root}"]
            return messages.Notice(_said(path, words))
        if form.sort == "report":
            files = session.case.write_report(path)
            beside = [f"with {file.name}" for file in files if file != path]
            return messages.Notice(_said(path, ["redacted", *beside]))
        summary = session.case.export(form.sort, path, query=query, redact=redact)
        secrets = f"{summary.redacted:,} secrets redacted" if redact else "NOT redacted"
        left_out = [f"{count:,} left out: {reason}" for reason, count in summary.left_out]
        return messages.Notice(_said(path, [f"{summary.rows:,} events", secrets, *left_out]))

    session.jobs.write(f"writing {path.name}", body)


def _said(path: Path, words: Sequence[str]) -> str:
    """`written to FILE: 3 events; 1 left out: ...; sha256 ...`."""
    if path.is_file():
        with path.open("rb") as file:
            words = [*words, f"sha256 {hashlib.file_digest(file, 'sha256').hexdigest()}"]
    return f"written to {path}: {'; '.join(words)}"
