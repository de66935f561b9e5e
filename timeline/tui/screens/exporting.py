"""Actions that write files: the view, the report."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from timeline.tui.screens.base import TimelineBase
from timeline.tui.screens.prompt import Answer, ConfirmScreen, PromptScreen

_FORMATS: Final = {
    ".timesketch.jsonl": "timesketch",
    ".timesketch.csv": "timesketch",
    ".jsonl": "jsonl",
    ".csv": "csv",
}


def format_of(path: Path) -> str | None:
    """The export format that a file name asks for; None when it asks for none."""
    return next((form for suffix, form in _FORMATS.items() if path.name.lower().endswith(suffix)), None)


class Exporting(TimelineBase):
    """Asks for a path, and before it replaces a file."""

    def action_export(self) -> None:
        """Ask where to."""
        what = self.session.query or "all events"
        secrets = "secrets redacted, R changes that" if self.redact else "NOT redacted, R changes that"
        hint = f"{what}; {secrets}; .jsonl .csv .timesketch.jsonl"
        initial = str(self.session.folder / "view.jsonl")
        self.app.push_screen(PromptScreen("Export the view to", hint=hint, initial=initial), self._export_typed)

    def _export_typed(self, answer: Answer | None) -> None:
        if answer is None or not answer.accepted or not answer.text.strip():
            return
        path = Path(answer.text.strip()).expanduser()
        form = format_of(path)
        if form is None:
            self.say(f"{path.name}: the name must end in .jsonl, .csv or .timesketch.jsonl", bad=True)
            return
        redact = self.redact
        self._unless_there(path, lambda: self.session.export(form, path, redact=redact))

    def action_report(self) -> None:
        """Ask where to."""
        initial = str(self.session.folder / "report.md")
        prompt = PromptScreen("Write the report to", hint=".md, or .html in one file; of the whole case, redacted", initial=initial)
        self.app.push_screen(prompt, self._report_typed)

    def _report_typed(self, answer: Answer | None) -> None:
        if answer is None or not answer.accepted or not answer.text.strip():
            return
        path = Path(answer.text.strip()).expanduser()
        self._unless_there(path, lambda: self.session.write_report(path))

    def action_redaction(self) -> None:
        """Switch it."""
        self.redact = not self.redact
        self.header.set(redact=self.redact)
        self.say(
            "exports are redacted" if self.redact else "exports now hold every secret of the evidence",
            bad=not self.redact,
        )

    def _unless_there(self, path: Path, write: Callable[[], None]) -> None:
        if not path.exists():
            write()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                write()

        self.app.push_screen(ConfirmScreen(f"{path} is there already: replace it?"), answered)
